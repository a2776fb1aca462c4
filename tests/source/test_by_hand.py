import importlib.util
from pathlib import Path

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from ...hooks import post_init_hook
from ...models.source.res_partner import SOURCED
from ..source_common import SourceCommon

MIGRATION = Path(__file__).parents[2] / "migrations/19.0.1.5.0/post-source.py"


@tagged("post_install", "-at_install")
class TestByHand(SourceCommon):
    """Dates that somebody has set win, until they let the contact follow again."""

    def test_a_date_set_by_hand_wins(self):
        self.emma.with_user(self.agent).support_end_date = self.tomorrow
        self.assertEqual(self.emma.support_source, "manual")
        self._order()
        self.assertEqual(self.emma.support_end_date, self.tomorrow)
        self.assertEqual(self.paul.support_source, "product")

    def test_a_date_that_is_emptied_is_set_by_hand(self):
        self._order()
        self.emma.with_user(self.agent).support_end_date = False
        self.assertEqual(self.emma.support_source, "manual")
        self._order()
        self.assertFalse(self.emma.support_end_date)

    def test_an_agent_lets_it_follow_again(self):
        self.emma.with_user(self.agent).support_end_date = self.tomorrow
        self._order()
        action = self.emma.with_user(self.agent).action_follow_support_source()
        self.assertEqual(action["params"]["type"], "success")
        self.assertEqual(self._period(self.emma), (self.today, self._later(12)))
        self.assertEqual(self.emma.support_source, "product")

    def test_where_there_is_nothing_to_follow_the_dates_stay(self):
        self.emma.with_user(self.agent).support_end_date = self.tomorrow
        action = self.emma.with_user(self.agent).action_follow_support_source()
        self.assertEqual(action["params"]["type"], "warning")
        self.assertEqual(self.emma.support_end_date, self.tomorrow)
        self.assertFalse(self.emma.support_source)
        self._order(quantity=2)
        self.assertEqual(self.emma.support_end_date, self._later(24))

    def test_taking_back_returns_to_dates_that_were_set_by_hand(self):
        self.emma.with_user(self.agent).support_end_date = self.tomorrow
        order = self._order()
        self.emma.with_user(self.agent).action_follow_support_source()
        order._action_cancel()
        self._commit()
        self.assertEqual(self.emma.support_end_date, self.tomorrow)

    def test_what_is_only_proposed_is_not_set_by_hand(self):
        form = Form(self.env["res.partner"].with_user(self.agent))
        form.name, form.email = "New", "new@example.com"
        form.parent_id = self.azure
        form.portal_user = True
        new = form.save()
        self.assertEqual(self._period(new), self.proposed)
        self.assertFalse(new.support_source)
        self._order(quantity=2)
        self.assertEqual(new.support_end_date, self._later(24))

    def test_what_the_form_proposes_is_what_was_bought(self):
        self._order(quantity=2)
        form = Form(self.alone.with_user(self.agent))
        form.portal_user = True
        self.assertEqual(form.support_end_date, self._later(24))
        new = form.save()
        self.assertEqual(new.support_end_date, self._later(24))

    def test_access_given_by_odoos_own_button_follows_too(self):
        self._order(quantity=2)
        wizard = self.env["portal.wizard"].create(
            {"partner_ids": [Command.set(self.alone.ids)]}
        )
        wizard.action_grant_all()
        self.assertEqual(self.alone.support_end_date, self._later(24))
        self.assertEqual(self.alone.support_source, "product")

    def test_what_an_agent_types_while_giving_access_is_set_by_hand(self):
        self._order()
        self.alone.with_user(self.agent).write(
            {"portal_user": True, "support_end_date": self.tomorrow}
        )
        self.assertEqual(self.alone.support_source, "manual")
        self.assertEqual(self.alone.support_end_date, self.tomorrow)

    def test_nobody_says_themselves_what_decides(self):
        for user in (self.agent, self.manager, self.clerk):
            for fname, value in (
                ("support_source", "product"),
                ("support_before", []),
                ("portal_overdue", True),
            ):
                partner = self.emma.with_user(user).with_context(**{SOURCED: True})
                with self.assertRaises(AccessError), self.cr.savepoint():
                    partner.write({fname: value})

    def test_a_forged_key_does_not_hide_the_hand(self):
        partner = self.emma.with_user(self.agent).with_context(**{SOURCED: True})
        partner.support_end_date = self.tomorrow
        self.assertEqual(self.emma.support_source, "manual")

    def test_only_agents_follow_and_open(self):
        self._order()
        customer = self._user_of(self.paul)
        for user in (self.clerk, customer):
            for method in (
                "action_follow_support_source",
                "action_open_support_source",
            ):
                with self.assertRaises(AccessError):
                    getattr(self.emma.with_user(user), method)()

    def test_agents_without_sales_rights_read_the_name_and_open_nothing(self):
        order = self._order()
        self.env["ir.rule"].create(
            {
                "name": "Nobody reads orders",
                "model_id": self.env["ir.model"]._get_id("sale.order"),
                "domain_force": "[('id', '=', 0)]",
            }
        )
        partner = self.emma.with_user(self.agent)
        self.assertEqual(partner.support_source_detail, order.name)
        self.assertFalse(partner.support_source_is_open)
        with self.assertRaises(AccessError):
            partner.action_open_support_source()
        row = self._rows(order).with_user(self.agent)
        self.assertEqual(row.months, 12)
        with self.assertRaises(AccessError):
            row.action_open_document()

    def test_agents_who_sell_open_what_decides(self):
        order = self._order()
        seller = new_test_user(
            self.env,
            "selling_agent",
            groups="customer_portal.group_customer_portal_user,"
            "sales_team.group_sale_salesman_all_leads",
        )
        partner = self.emma.with_user(seller)
        self.assertTrue(partner.support_source_is_open)
        for action in (
            partner.action_open_support_source(),
            self._rows(order).with_user(seller).action_open_document(),
        ):
            self.assertEqual(action["res_model"], "sale.order")
            self.assertEqual(action["res_id"], order.id)

    def test_the_form_says_what_would_decide(self):
        self.emma.with_user(self.agent).support_end_date = self.tomorrow
        order = self._order()
        self.assertIn(order.name, self.emma.with_user(self.agent).support_source_detail)

    def test_customers_read_nothing_of_it(self):
        order = self._order()
        customer = self._user_of(self.emma)
        for fname in ("support_source", "support_source_detail", "portal_overdue"):
            with self.assertRaises(AccessError):
                self.emma.with_user(customer).read([fname])
        for model in ("customer.portal.entitlement", "customer.portal.support.product"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(customer).search([])
        for user in (self.agent, self.manager):
            with self.assertRaises(AccessError):
                self._rows(order).with_user(user).months = 99

    def test_of_merged_contacts_the_one_with_access_brings_its_source(self):
        self._order(quantity=2)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge([self.emma.id, self.alone.id], self.alone)
        self.assertEqual(self.alone.support_source, "product")
        self.assertEqual(self.alone.support_end_date, self._later(24))

    def test_dates_from_before_the_update_are_set_by_hand(self):
        path = importlib.util.spec_from_file_location("post_source", MIGRATION)
        migration = importlib.util.module_from_spec(path)
        path.loader.exec_module(migration)
        self.env.flush_all()
        migration.migrate(self.cr, "19.0.1.4.0")
        self.env.invalidate_all()
        self.assertEqual(self.emma.support_source, "manual")
        self.assertFalse(self.alone.support_source)

    def test_portal_users_from_before_the_installation_keep_their_access(self):
        self.env.flush_all()
        self.cr.execute(
            "UPDATE res_partner SET portal_user = FALSE, support_end_date = NULL"
            " WHERE id = %s",
            [self.emma.id],
        )
        self.env.invalidate_all()
        post_init_hook(self.env)
        self.assertTrue(self.emma.portal_user)
        self.assertEqual(self.emma.support_source, "manual")
