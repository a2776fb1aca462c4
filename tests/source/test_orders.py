from datetime import date
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from ...const import PARAM_SUPPORT_OPENS
from ...models.source.source import CustomerPortalSource
from ...models.source.span import SupportPeriod, add_months, join_periods
from ..source_common import SourceCommon

SOURCE_LOGGER = "odoo.addons.customer_portal.models.source.source"


@tagged("post_install", "-at_install")
class TestOrders(SourceCommon):
    """A confirmed order with a support product, where Settings say that it counts."""

    def test_a_confirmed_order_opens_for_the_organization(self):
        self._expire(self.emma | self.paul)
        self.assertEqual(self.emma.portal_state, "expired")
        order = self._order()
        for partner in (self.emma, self.paul):
            self.assertEqual(self._period(partner), (self.today, self._later(12)))
            self.assertEqual(partner.portal_state, "active")
            self.assertEqual(partner.support_source, "product")
        self.assertEqual(self._rows(order).months, 12)

    def test_nobody_gets_access_who_has_none(self):
        self._order()
        self.assertFalse(self.alone.portal_user)
        self.assertFalse(self.alone.support_end_date)
        self.assertFalse(self.alone.user_ids)

    def test_other_organizations_get_nothing(self):
        self._order()
        self.assertEqual(self._period(self.stranger), self.proposed)
        self.assertFalse(self.stranger.support_source)

    def test_the_organization_is_that_of_who_buys_not_of_where_it_is_sent(self):
        self._order(
            self.emma,
            partner_shipping_id=self.deco.id,
            partner_invoice_id=self.deco.id,
            quantity=2,
        )
        self.assertEqual(self.paul.support_end_date, self._later(24))
        self.assertFalse(self.stranger.support_source)

    def test_a_quotation_opens_nothing(self):
        order = self._quote()
        order.state = "sent"
        self._commit()
        self.assertFalse(self.emma.support_source)
        self.assertFalse(self._rows(order))

    def test_other_products_open_nothing(self):
        order = self._order(product=self.chair)
        self.assertFalse(self.emma.support_source)
        self.assertFalse(self._rows(order))

    def test_a_second_order_adds_to_the_end_of_the_first(self):
        self._order()
        self._order()
        self.assertEqual(self._period(self.emma), (self.today, self._later(24)))

    def test_the_quantity_counts(self):
        self._order(quantity=3)
        self.assertEqual(self.emma.support_end_date, self._later(36))

    def test_parts_of_a_month_are_not_given(self):
        self._order(quantity=0.3)
        self.assertEqual(self.emma.support_end_date, self._later(3))

    def test_a_quantity_that_computers_cannot_write_counts_in_full(self):
        self.support.support_months = 100
        self.assertEqual(self._rows(self._order(quantity=0.29)).months, 29)

    def test_no_quantity_gives_more_than_a_century(self):
        order = self._order(quantity=100_000)
        self.assertEqual(self._rows(order).months, 1200)
        self.assertEqual(self.emma.support_end_date, self._later(1200))

    def test_what_an_order_takes_back_itself_is_not_given(self):
        order = self._order(quantity=3)
        line = order.order_line
        line.copy({"order_id": order.id, "product_uom_qty": -1})
        self._commit()
        self.assertEqual(self.emma.support_end_date, self._later(24))
        line.copy({"order_id": order.id, "product_uom_qty": -5})
        self._commit()
        self.assertFalse(self.emma.support_source)

    def test_a_changed_quantity_changes_the_period(self):
        order = self._order()
        order.order_line.product_uom_qty = 2
        order.order_line.price_unit = 10
        self._commit()
        self.assertEqual(self.emma.support_end_date, self._later(24))
        self.assertEqual(len(self._rows(order)), 1)

    def test_an_order_counts_once_however_often_it_is_confirmed(self):
        order = self._order()
        order.action_lock()
        order.action_unlock()
        order._action_cancel()
        self._commit()
        order.action_draft()
        order.action_confirm()
        self._commit()
        self.assertEqual(len(self._rows(order)), 1)
        self.assertEqual(self._period(self.emma), (self.today, self._later(12)))

    def test_a_canceled_order_takes_back_what_it_gave(self):
        order = self._order(quantity=2)
        order._action_cancel()
        self._commit()
        self.assertEqual(self._period(self.emma), self.proposed)
        self.assertFalse(self.emma.support_source)
        self.assertEqual(self._rows(order).months, 0)

    def test_a_canceled_order_closes_where_nothing_was_before(self):
        order = self._order()
        new = self._make_portal_contact("new@example.com", parent_id=self.azure.id)
        self.assertEqual(new.support_source, "product")
        order._action_cancel()
        self._commit()
        self.assertEqual(new.portal_state, "expired")
        self.assertEqual(new.support_end_date, self.yesterday)

    def test_taking_back_opens_no_closed_door(self):
        order = self._order()
        self._expire(self.emma)
        order._action_cancel()
        self._commit()
        self.assertEqual(self.emma.portal_state, "expired")

    def test_what_one_of_two_orders_gave_stays(self):
        first, _second = self._order(), self._order(quantity=2)
        first._action_cancel()
        self._commit()
        self.assertEqual(self.emma.support_end_date, self._later(24))

    def test_a_moved_order_takes_from_the_one_and_gives_to_the_other(self):
        order = self._order(quantity=2)
        order.partner_id = self.deco
        self._commit()
        self.assertEqual(self.stranger.support_end_date, self._later(24))
        self.assertEqual(self._period(self.emma), self.proposed)

    def test_what_a_product_brought_when_it_was_sold_stays(self):
        order = self._order()
        self.support.support_months = 60
        order.action_lock()
        order.write({"state": "sale"})
        self._commit()
        self.assertEqual(self.emma.support_end_date, self._later(12))
        self.support.support_months = 0
        order.write({"state": "sale"})
        self._commit()
        self.assertEqual(self.emma.support_end_date, self._later(12))

    def test_a_new_colleague_gets_what_was_bought(self):
        self._order(quantity=3)
        new = self._make_portal_contact("new@example.com", parent_id=self.azure.id)
        self.assertEqual(self._period(new), (self.today, self._later(36)))
        self.assertEqual(new.support_source, "product")

    def test_who_moves_follows_the_organization_they_move_to(self):
        order = self._order(quantity=3)
        self.stranger.parent_id = self.azure
        self.assertEqual(self.stranger.support_end_date, self._later(36))
        self.emma.parent_id = self.deco
        self.assertEqual(self._period(self.emma), self.proposed)
        self.assertFalse(self.emma.support_source)
        self.assertEqual(self._rows(order).months, 36)

    def test_orders_say_whose_periods_they_have_changed(self):
        self.paul.with_user(self.agent).support_end_date = self.tomorrow
        order = self._order()
        [note] = order.message_ids.filtered(
            lambda one: "Support periods have been updated" in (one.body or "")
        )
        self.assertIn("was bought: 1. Set by hand and unchanged: 1.", note.body)
        self.assertTrue(note.is_internal)

    def test_a_contact_of_another_company_gets_nothing(self):
        other = self.env["res.company"].create({"name": "Other"})
        user = self._user_of(self.paul)
        user.write({"company_ids": [(4, other.id)], "company_id": other.id})
        self.paul.company_id = other
        self._order(quantity=2)
        self.assertFalse(self.paul.support_source)
        self.assertEqual(self.emma.support_end_date, self._later(24))

    def test_an_order_opens_nothing_unless_settings_say_so(self):
        for text in ("", "payment", "anything"):
            self.params.set_param(PARAM_SUPPORT_OPENS, text)
            order = self._order()
            self.assertFalse(self._rows(order), text)
        self.assertFalse(self.emma.support_source)

    def test_what_has_counted_goes_on_when_settings_change(self):
        order = self._order(quantity=2)
        self.params.set_param(PARAM_SUPPORT_OPENS, "payment")
        order.write({"state": "sale"})
        self._commit()
        self.assertEqual(self.emma.support_end_date, self._later(24))

    def test_customers_get_by_confirming_what_the_product_says(self):
        order = self._quote(self.emma, quantity=2)
        customer = self._user_of(self.emma)
        order.with_user(customer).sudo().action_confirm()
        self._commit()
        self.assertEqual(self.paul.support_end_date, self._later(24))
        touchpoints = self.env["customer.portal.touchpoint"].sudo()
        last = touchpoints.search([("partner_id", "=", self.paul.id)], limit=1)
        self.assertEqual(last.kind, "changed")
        self.assertEqual(last.user_id, self.env.ref("base.user_root"))

    def test_a_salesperson_needs_no_rights_to_the_portal(self):
        seller = new_test_user(
            self.env, "seller", groups="sales_team.group_sale_salesman"
        )
        order = self._quote().with_user(seller)
        order.sudo().user_id = seller
        order.action_confirm()
        self._commit()
        self.assertEqual(self.emma.support_source, "product")

    def test_what_goes_wrong_with_us_keeps_nobody_from_selling(self):
        order = self._quote(quantity=2)
        with (
            patch.object(CustomerPortalSource, "_follow", side_effect=KeyError("x")),
            self.assertLogs(SOURCE_LOGGER, "ERROR"),
        ):
            order.action_confirm()
            self._commit()
        self.assertEqual(order.state, "sale")
        self.assertFalse(self._rows(order))
        self._run_cron()
        self.assertEqual(self.emma.support_end_date, self._later(24))

    def test_who_was_faster_makes_odoo_try_again(self):
        order = self._order()
        failure = SerializationFailure("somebody was faster")
        with (
            patch.object(CustomerPortalSource, "_follow", side_effect=failure),
            self.assertRaises(SerializationFailure),
        ):
            self.env["customer.portal.source"]._try(order)

    def test_orders_cost_little_where_nothing_is_sold_that_supports(self):
        self.env["customer.portal.support.product"].search([]).unlink()
        order = self._quote(product=self.chair)
        order.action_confirm()
        self.env["customer.portal.support.product"]._get_months()
        self.env.flush_all()
        sources = self.env["customer.portal.source"]
        sources._note(order)
        with self.assertQueryCount(0):
            sources._follow_noted()
        self.env.cr.precommit.clear()

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "customer_portal.ir_cron_follow_sources"
            ).method_direct_trigger()
        self.env.invalidate_all()

    @mute_logger(SOURCE_LOGGER)
    def test_the_daily_work_changes_nothing_that_is_right(self):
        self._order()
        before = self._kinds(self.emma)
        self._run_cron()
        self._run_cron()
        self.assertEqual(self._kinds(self.emma), before)
        self.assertEqual(self._period(self.emma), (self.today, self._later(12)))


@tagged("post_install", "-at_install")
class TestSupportMonths(SourceCommon):
    """Months of Support, on products."""

    def test_the_form_shows_it_to_all_and_lets_administrators_write(self):
        form = self.env["product.template"].get_view(view_type="form")
        self.assertIn("support_months", form["arch"])

    def test_the_form_shows_it_on_what_is_sold_alone(self):
        products = self.env["product.template"].with_user(
            self.env.ref("base.user_admin")
        )
        with Form(products.browse(self.chair.id)) as form:
            self.assertFalse(form._get_modifier("support_months", "invisible"))
            form.sale_ok = False
            self.assertTrue(form._get_modifier("support_months", "invisible"))

    def test_administrators_of_the_portal_alone_say_what_a_product_brings(self):
        seller = new_test_user(
            self.env,
            "product_manager",
            groups="product.group_product_manager,"
            "customer_portal.group_customer_portal_user",
        )
        with self.assertRaises(AccessError):
            self.chair.with_user(seller).support_months = 12
        seller.group_ids |= self.env.ref(
            "customer_portal.group_customer_portal_manager"
        )
        self.chair.with_user(seller).support_months = 12
        self.assertEqual(self.chair.support_months, 12)

    def test_a_number_has_a_limit(self):
        for months in (-1, 1201):
            with self.assertRaises(ValidationError):
                self.chair.support_months = months

    def test_a_copy_brings_nothing(self):
        self.assertEqual(self.support.copy().support_months, 0)

    def test_variants_bring_what_their_product_does(self):
        self.assertEqual(self.support.product_variant_id.support_months, 12)

    def test_a_deleted_product_leaves_nothing_to_another_with_its_id(self):
        res_id = self.support.id
        self.support.unlink()
        months = self.env["customer.portal.support.product"]._get_months()
        self.assertNotIn(res_id, months)

    def test_support_products_are_found(self):
        products = self.support | self.chair
        for operator, value, expected in (
            (">", 0, self.support),
            (">=", 12, self.support),
            (">", 12, self.chair.browse()),
            ("=", 12, self.support),
            ("=", 0, self.chair),
            (">=", 0, products),
        ):
            domain = [("id", "in", products.ids), ("support_months", operator, value)]
            with self.subTest(operator=operator, value=value):
                self.assertEqual(products.search(domain), expected)

    def test_other_models_have_none(self):
        self.assertEqual(self.emma.support_months, 0)
        self.emma.support_months = 5
        self.emma.invalidate_recordset()
        self.assertEqual(self.emma.support_months, 0)


@tagged("post_install", "-at_install")
class TestSpans(SourceCommon):
    def _join(self, *spans):
        periods = [
            SupportPeriod("x", start, end, name=str(number))
            for number, (start, end) in enumerate(spans)
        ]
        found = join_periods(periods, date(2026, 6, 1))
        return found and (found.start, found.end, found.name)

    def test_periods_that_meet_are_one(self):
        first = date(2026, 1, 1), date(2026, 6, 30)
        second = date(2026, 7, 1), date(2026, 12, 31)
        later = date(2027, 2, 1), False
        joined = (first[0], second[1], "1")
        self.assertEqual(self._join(second, first), (first[0], second[1], "0"))
        self.assertEqual(self._join(first, second, later), joined)

    def test_without_one_of_today_it_is_the_next_or_the_last(self):
        past = date(2025, 1, 1), date(2025, 12, 31)
        future = date(2026, 7, 1), date(2026, 12, 31)
        self.assertEqual(self._join(past), (*past, "0"))
        self.assertEqual(self._join(past, future), (*future, "1"))
        self.assertIsNone(self._join())

    def test_no_limit_swallows_what_comes_later(self):
        endless = date(2026, 1, 1), False
        later = date(2026, 7, 1), date(2026, 12, 31)
        self.assertEqual(self._join(endless, later), (*endless, "0"))

    def test_months_end_with_the_calendar(self):
        self.assertEqual(add_months(date(2024, 2, 29), 12), date(2025, 2, 28))
        self.assertEqual(add_months(date(9000, 1, 1), 120_000), date.max)
