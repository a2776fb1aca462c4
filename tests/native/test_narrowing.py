from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..native_common import NativeCommon

RULES = "odoo.addons.base.models.ir_rule"
MODES = ("read", "write", "create", "unlink")


@tagged("post_install", "-at_install")
class TestNarrowing(NativeCommon):
    """Where Odoo asks its own rules, the portal is asked with them.

    ``ir_rule.py`` alone knows how Odoo asks; if it is asked otherwise one day, these
    tests say so.
    """

    def setUp(self):
        super().setUp()
        self.orders = self.records["orders"]
        self.narrowing = self.registry["customer.portal.narrowing"]

    def _as(self, user):
        return self.env["sale.order"].with_user(user)

    def _replace(self, name, answer):
        return patch.object(self.narrowing, name, answer)

    def test_odoo_gives_customers_no_more_than_their_profile_shows(self):
        mine, colleagues = self.orders["emma"], self.orders["colleague"]
        orders = self._as(self.users["emma"])
        self._permit("organization")
        self.assertLessEqual(mine + colleagues, orders.search([]))
        self.assertTrue(colleagues.with_env(orders.env).has_access("read"))
        self._permit("own")
        found = orders.search([])
        self.assertIn(mine, found)
        self.assertNotIn(colleagues, found)
        self.assertNotIn(colleagues, orders.search_fetch([], ["name"]))
        self.assertFalse(colleagues.with_env(orders.env).has_access("read"))
        with self.assertRaises(AccessError), mute_logger(RULES):
            colleagues.with_env(orders.env).check_access("read")

    def test_what_another_folder_takes_away_odoo_gives_to_no_customer(self):
        self._permit("organization")
        asked = []

        def narrow(narrowing, domain, model_name, mode):
            asked.append((narrowing.env.uid, model_name, mode, type(domain)))
            return Domain.FALSE

        emma, agent = self.users["emma"], self.agent
        with self._replace("_narrow_for_portal", narrow):
            self.assertFalse(self._as(emma).search([]))
            for mode in MODES:
                rules = self.env["ir.rule"].with_user(emma)
                domain = rules._compute_domain("sale.order", mode)
                self.assertTrue(domain.is_false(), mode)
                self.assertEqual(asked[-1][:3], (emma.id, "sale.order", mode))
                self.assertTrue(issubclass(asked[-1][3], Domain))
            asked.clear()
            rules = self.env["ir.rule"].with_user(agent)
            self.assertFalse(rules._compute_domain("sale.order").is_false())
            self._as(emma).sudo().search([])
        self.assertFalse(asked, "Neither employees nor all rights are narrowed.")

    def test_the_refusal_that_another_folder_words_is_what_odoo_raises(self):
        order = self.orders["stranger"].with_user(self.users["emma"])
        asked = []

        def word(narrowing, operation, records):
            asked.append((operation, records))
            return AccessError("Call us.")

        with mute_logger(RULES):
            with (
                self._replace("_make_error", word),
                self.assertRaisesRegex(AccessError, "^Call us.$"),
            ):
                order.check_access("read")
            self.assertEqual(asked, [("read", order)])
            with self.assertRaises(AccessError) as refused:
                order.check_access("read")
        self.assertNotIn("Call us", str(refused.exception))
