from unittest.mock import patch

from odoo.fields import Domain
from odoo.tests import tagged

from ...models.native.narrowing import ByValue
from ..native_common import NativeCommon


@tagged("post_install", "-at_install")
class TestRuleCaches(NativeCommon):
    """What is kept of Odoo's rules is kept by all that decides about them."""

    def _rules_of(self, name):
        return self.env["ir.rule"].with_user(self.users[name])

    def test_who_moved_gets_no_rules_of_before(self):
        """Even where a request that began before has filled the cache after that."""
        emma, orders = self.partners["emma"], self.records["orders"]
        model = self.env["sale.order"].with_user(self.users["emma"])
        self._permit("organization")
        rules = self._rules_of("emma")
        before = rules._compute_domain("sale.order")
        self.assertIn(orders["colleague"], model.search([]))
        with patch.object(type(self.env.registry), "clear_cache"):
            emma.parent_id = self.partners["deco"]
        after = rules._compute_domain("sale.order")
        self.assertNotEqual(before, after)
        self.assertNotIn(orders["colleague"], model.search([]))
        self.assertIn(orders["stranger"], model.search([]))

    def test_core_is_told_the_organization_of_customers_alone(self):
        organization = self.partners["emma"].commercial_partner_id
        customer = self._rules_of("emma")
        self.assertIn(organization.id, tuple(customer._compute_domain_context_values()))
        for rules in (customer.sudo(), self.env["ir.rule"].with_user(self.agent)):
            core = len(rules._compute_domain_keys())
            self.assertEqual(len(tuple(rules._compute_domain_context_values())), core)

    def test_domains_that_say_the_same_are_kept_once(self):
        narrowing = self.env["customer.portal.narrowing"]
        narrowing, other = narrowing.with_user(self.users["emma"]), Domain("id", ">", 0)
        mine = Domain("id", "in", [1, 2])

        def narrow(domain, narrower=other, mode="read"):
            values = ByValue(domain), ByValue(narrower)
            return narrowing._narrow(*values, "sale.order", mode)

        kept = narrow(mine)
        self.assertIs(narrow(Domain("id", "in", [1, 2]), Domain("id", ">", 0)), kept)
        for domain in (
            Domain("id", "in", [1, 3]),
            Domain("id", "not in", [1, 2]),
            Domain("partner_id", "in", [1, 2]),
            ~mine,
            mine & Domain("state", "=", "sale"),
            mine | Domain("state", "=", "sale"),
            Domain.TRUE,
            Domain.FALSE,
        ):
            with self.subTest(str(domain)):
                self.assertIsNot(narrow(domain), kept)
                both = (domain & other).optimize(self.env["sale.order"])
                self.assertEqual(narrow(domain).domain, both)
        self.assertIsNot(narrow(mine, Domain("id", ">", 1)), kept)
