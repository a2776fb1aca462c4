from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged

from ...models.source import contract, entitlement_claims, subscription
from ..common import takes_long
from ..source_common import SourceCommon

PREFIX = "x_portal_"


class StandInCommon(SourceCommon):
    """Models as those of addons that are not there: made by hand, with other names."""

    @classmethod
    def _make_fields(cls, model_name, specs):
        model = cls.env["ir.model"]._get(model_name)
        cls.env["ir.model.fields"].create(
            [
                {
                    "name": name,
                    "model_id": model.id,
                    "ttype": ttype,
                    "field_description": name,
                    **more,
                }
                for name, ttype, more in specs
            ]
        )

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        cls.registry._setup_models__(cls.registry.cursor(), [])

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "customer_portal.ir_cron_follow_sources"
            ).method_direct_trigger()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestSubscriptions(StandInCommon):
    """Subscriptions of Odoo Enterprise, by orders that have fields like theirs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        names = tuple(PREFIX + name for name in subscription.ORDER_FIELDS)
        types = ("char", "date", "date")
        cls._make_fields(
            "sale.order",
            [(name, ttype, {}) for name, ttype in zip(names, types, strict=True)],
        )
        cls.state, cls.start, cls.end = names
        cls.classPatch(subscription, "ORDER_FIELDS", names)
        cls._make_fields("sale.order", [("x_portal_is_one", "boolean", {})])
        marks = "x_portal_is_one", cls.state
        cls.classPatch(entitlement_claims, "SUBSCRIPTION_MARKS", marks)

    def _subscribe(self, start, end, state="3_progress", **kwargs):
        order = self._quote(**kwargs)
        order.write({self.state: state, self.start: start, self.end: end})
        self.env.flush_all()
        return order

    def test_support_ends_with_the_subscription(self):
        order = self._subscribe(self.yesterday, self._later(3))
        self._run_cron()
        self.assertEqual(self.emma.support_source, "subscription")
        self.assertEqual(self._period(self.emma), (self.yesterday, self._later(3)))
        period = self.emma._get_support_period()
        self.assertEqual((period.model_name, period.res_id), ("sale.order", order.id))
        self.assertFalse(self.stranger.support_source)

    def test_one_without_an_end_goes_on(self):
        self._subscribe(self.yesterday, False)
        self._run_cron()
        self.assertFalse(self.emma.support_end_date)
        self.assertEqual(self.emma.portal_state, "active")

    def test_one_that_is_paused_or_is_none_says_nothing(self):
        for state in ("4_paused", "1_draft", False, "unknown"):
            self._subscribe(self.yesterday, self._later(3), state)
        self._subscribe(self.yesterday, self._later(3), product=self.chair)
        self._run_cron()
        self.assertFalse(self.emma.support_source)

    def test_a_renewed_one_goes_on(self):
        self._subscribe(self._later(-6), self.yesterday, "5_renewed")
        self._subscribe(self.today, self._later(6))
        self._run_cron()
        self.assertEqual(self._period(self.emma), (self._later(-6), self._later(6)))

    def test_one_that_was_ended_ends_the_access(self):
        order = self._subscribe(self._later(-6), False)
        self._run_cron()
        order.write({self.state: "6_churn", self.end: self.yesterday})
        self._run_cron()
        self.assertEqual(self.emma.portal_state, "expired")
        self.assertEqual(self.emma.support_end_date, self.yesterday)

    def test_one_that_is_canceled_takes_back_what_it_gave(self):
        order = self._subscribe(self.yesterday, self._later(3))
        self._run_cron()
        order.write({self.state: False, "state": "cancel"})
        self._run_cron()
        self.assertFalse(self.emma.support_source)
        self.assertEqual(self._period(self.emma), self.proposed)

    def test_one_that_is_canceled_says_nothing_whatever_it_was(self):
        order = self._subscribe(self.yesterday, self._later(3), "6_churn")
        order.state = "cancel"
        self._run_cron()
        self.assertFalse(self.emma.support_source)

    def test_of_several_that_run_the_one_that_ends_last_decides(self):
        self._subscribe(self._later(-2), self._later(2))
        last = self._subscribe(self._later(-1), self._later(8))
        self._subscribe(self._later(-9), self._later(-5), "6_churn")
        self._run_cron()
        self.assertEqual(self._period(self.emma), (self._later(-2), self._later(8)))
        self.assertEqual(self.emma._get_support_period().res_id, last.id)

    def test_one_that_was_extended_extends_the_access(self):
        order = self._subscribe(self._later(-6), self._later(1))
        self._run_cron()
        order.write({self.end: self._later(13)})
        self._run_cron()
        self.assertEqual(self.emma.support_end_date, self._later(13))

    def test_one_that_is_paused_and_goes_on_does_so_for_the_access(self):
        order = self._subscribe(self._later(-6), self._later(6))
        self._run_cron()
        order.write({self.state: "4_paused"})
        self._run_cron()
        self.assertEqual(self._period(self.emma), self.proposed)
        order.write({self.state: "3_progress"})
        self._run_cron()
        self.assertEqual(self._period(self.emma), (self._later(-6), self._later(6)))

    def test_of_two_sources_the_one_that_ends_last_decides(self):
        self._subscribe(self.today, self._later(3))
        self._order()
        self._run_cron()
        self.assertEqual(self.emma.support_source, "product")
        self._subscribe(self.today, self._later(30))
        self._run_cron()
        self.assertEqual(self.emma.support_source, "subscription")
        self.assertEqual(self.emma.support_end_date, self._later(30))

    def test_what_is_added_to_one_brings_no_time_of_its_own(self):
        """Odoo calls an upsell no subscription, though it belongs to one."""
        self._subscribe(self.today, self._later(3))
        for state, is_one in (("7_upsell", False), ("3_progress", True)):
            order = self._quote(**{self.state: state, "x_portal_is_one": is_one})
            order.action_confirm()
            self._commit()
            self.assertFalse(self._rows(order), state)
        self._run_cron()
        self.assertEqual(self.emma.support_end_date, self._later(3))

    def test_a_date_set_by_hand_wins(self):
        self.emma.with_user(self.agent).support_end_date = self.tomorrow
        self._subscribe(self.today, self._later(3))
        self._run_cron()
        self.assertEqual(self.emma.support_end_date, self.tomorrow)

    def test_one_contact_that_fails_stops_nobody(self):
        self._subscribe(self.today, self._later(3))
        partners = self.env.registry["res.partner"]
        write, emma = partners._write_sourced, self.emma

        def fail(records, values):
            if emma in records:
                raise ValueError("no")
            return write(records, values)

        logger = "odoo.addons.customer_portal.models.access.period"
        with patch.object(partners, "_write_sourced", fail), self.assertLogs(logger):
            self._run_cron()
        self.assertFalse(self.emma.support_source)
        self.assertEqual(self.paul.support_source, "subscription")


@tagged("post_install", "-at_install")
class TestContracts(StandInCommon):
    """Contracts of the community's addon, by models that have fields like theirs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.model"].create(
            [
                {"name": "Contract", "model": "x_portal_contract"},
                {"name": "Line", "model": "x_portal_line"},
            ]
        )
        cls._make_fields(
            "x_portal_contract",
            [
                ("x_organization", "many2one", {"relation": "res.partner"}),
                ("x_company", "many2one", {"relation": "res.company"}),
                ("x_active", "boolean", {}),
                ("x_kind", "char", {}),
            ],
        )
        cls._make_fields(
            "x_portal_line",
            [
                ("x_contract", "many2one", {"relation": "x_portal_contract"}),
                ("x_product", "many2one", {"relation": "product.product"}),
                ("x_start", "date", {}),
                ("x_end", "date", {}),
                ("x_canceled", "boolean", {}),
            ],
        )
        cls.classPatch(contract, "LINES", "x_portal_line")
        names = ("x_contract", "x_product", "x_start", "x_end")
        cls.classPatch(contract, "LINE_FIELDS", names)
        names = ("x_organization", "x_company", "x_active")
        cls.classPatch(contract, "CONTRACT_FIELDS", names)
        cls.classPatch(contract, "CANCELED", "x_canceled")
        cls.classPatch(contract, "CONTRACT_TYPE", "x_kind")

    def _sign(self, *lines, product=None, **values):
        signed = self.env["x_portal_contract"].create(
            {
                "x_name": "C-1",
                "x_organization": self.azure.id,
                "x_company": self.env.company.id,
                "x_active": True,
                "x_kind": "sale",
                **values,
            }
        )
        variant = (product or self.support).product_variant_id
        return signed, self.env["x_portal_line"].create(
            [
                {
                    "x_contract": signed.id,
                    "x_product": variant.id,
                    "x_start": start,
                    "x_end": end,
                }
                for start, end in lines
            ]
        )

    def test_support_ends_with_the_line(self):
        signed, _lines = self._sign((self.yesterday, self._later(5)))
        self._run_cron()
        self.assertEqual(self.emma.support_source, "contract")
        self.assertEqual(self._period(self.emma), (self.yesterday, self._later(5)))
        self.assertEqual(self.emma._get_support_period().res_id, signed.id)
        self.assertFalse(self.stranger.support_source)

    def test_lines_that_meet_are_one_period(self):
        end = self.today + timedelta(days=9)
        self._sign((self.yesterday, end), (end + timedelta(days=1), self._later(9)))
        self._run_cron()
        self.assertEqual(self._period(self.emma), (self.yesterday, self._later(9)))

    def test_a_contract_for_something_else_opens_nothing(self):
        self._sign((self.yesterday, self._later(5)), product=self.chair)
        self._run_cron()
        self.assertFalse(self.emma.support_source)

    def test_a_canceled_line_and_an_archived_contract_say_nothing(self):
        _signed, lines = self._sign((self.yesterday, self._later(5)))
        lines.x_canceled = True
        self._sign((self.yesterday, self._later(5)), x_active=False)
        self._run_cron()
        self.assertFalse(self.emma.support_source)

    def test_a_contract_that_is_gone_is_noticed(self):
        signed, _lines = self._sign((self.yesterday, self._later(5)))
        self._run_cron()
        signed.x_active = False
        self._run_cron()
        self.assertFalse(self.emma.support_source)
        self.assertEqual(self._period(self.emma), self.proposed)

    def test_what_a_contract_gave_stays_when_its_addon_is_uninstalled(self):
        self._sign((self.yesterday, self._later(5)))
        self._run_cron()
        self.paul.with_user(self.agent).support_end_date = self.tomorrow
        with patch.object(contract, "LINES", "x_portal_gone"):
            self._run_cron()
        self.assertFalse(self.emma.support_source)
        self.assertEqual(self._period(self.emma), (self.yesterday, self._later(5)))
        self.assertEqual(self.paul.support_source, "manual")
        self.assertEqual(self.paul.support_end_date, self.tomorrow)

    def test_a_contract_with_a_vendor_opens_nothing(self):
        self._sign((self.yesterday, self._later(5)), x_kind="purchase")
        self._run_cron()
        self.assertFalse(self.emma.support_source)

    def test_a_contract_with_another_company_does_not_count(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.emma.company_id = self.env.company
        self._sign((self.yesterday, self._later(5)), x_company=other.id)
        self._run_cron()
        self.assertFalse(self.emma.support_source)
        self.assertEqual(self.paul.support_source, "contract")

    def test_an_addon_with_other_fields_says_nothing(self):
        self._sign((self.yesterday, self._later(5)))
        names = ("x_contract", "x_product", "x_start", "x_not_there")
        with patch.object(contract, "LINE_FIELDS", names):
            self._run_cron()
        self.assertFalse(self.emma.support_source)

    @takes_long
    def test_many_contacts_cost_no_more_queries(self):
        self._sign((self.yesterday, self._later(5)))
        partners = self.env["res.partner"].create(
            [{"name": str(number), "parent_id": self.azure.id} for number in range(30)]
        )
        self.env.flush_all()

        def count(contacts):
            self.env.invalidate_all()
            contacts.mapped("commercial_partner_id.name")
            contacts.mapped("company_id.name")
            before = self.cr.sql_log_count
            contacts._get_support_periods()
            return self.cr.sql_log_count - before

        few = [count(partners[:2]) for _again in range(2)][-1]  # with warm caches
        self.assertLessEqual(count(partners), few)
