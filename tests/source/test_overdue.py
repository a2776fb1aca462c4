from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ...const import PARAM_OVERDUE_DAYS, PARAM_OVERDUE_EFFECT
from .payment_common import PaymentCommon


@tagged("post_install", "-at_install")
class TestOverdue(PaymentCommon):
    """Invoices that are long overdue, where Settings say that they matter."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.params.set_param(PARAM_OVERDUE_DAYS, "10")

    def _owe(self, days=11, partner=None):
        """Return an invoice that was due some days ago."""
        due = self.today - timedelta(days=days)
        invoice = self._invoice(
            partner=partner,
            product=self.chair,
            invoice_date=due,
            invoice_date_due=due,
        )
        self.assertEqual(invoice.invoice_date_due, due)
        return invoice

    def _refusals(self):
        return [bool(one._get_portal_refusal()) for one in (self.emma, self.paul)]

    def test_an_invoice_that_is_long_overdue_closes_the_door(self):
        self._owe()
        self.assertEqual(self._refusals(), [True, True])
        self.assertIn("overdue", self.emma._get_portal_refusal())
        self.assertFalse(self.stranger._get_portal_refusal())
        self.assertFalse(self.alone.portal_overdue)
        self.assertIn("held", self._kinds(self.emma))
        self.assertEqual(self._period(self.emma), self.proposed)

    def test_one_that_is_not_so_old_does_not(self):
        self._owe(days=10)
        self.assertEqual(self._refusals(), [False, False])

    def test_the_daily_work_notices_when_it_is_old_enough(self):
        invoice = self._owe(days=10)
        self.cr.execute(
            "UPDATE account_move SET invoice_date_due = %s WHERE id = %s",
            [self.today - timedelta(days=11), invoice.id],
        )
        self.env.invalidate_all()
        self._run_cron()
        self.assertEqual(self._refusals(), [True, True])
        before = self._kinds(self.emma)
        self._run_cron()
        self.assertEqual(self._kinds(self.emma), before)

    def test_payment_opens_at_once(self):
        invoice = self._owe()
        self._pay(invoice)
        self.assertEqual(self._refusals(), [False, False])
        self.assertEqual(self._kinds(self.emma)[-1], "released")

    def test_who_is_on_hold_is_offered_no_extension_but_to_pay(self):
        self.assertEqual(self.emma._get_portal_extension()["state"], "open")
        invoice = self._owe()
        self.assertIsNone(self.emma._get_portal_extension()["state"])
        self._pay(invoice)
        self.assertEqual(self.emma._get_portal_extension()["state"], "open")

    def test_as_long_as_another_one_is_overdue_it_stays_closed(self):
        first, _second = self._owe(), self._owe()
        self._pay(first)
        self.assertEqual(self._refusals(), [True, True])

    def test_a_date_set_by_hand_does_not_help(self):
        self._owe()
        self.emma.with_user(self.agent).support_end_date = self._later(50)
        self.assertTrue(self.emma._get_portal_refusal())

    def test_it_is_off_at_first(self):
        self.params.set_param(PARAM_OVERDUE_DAYS, False)
        self._owe()
        self._run_cron()
        self.assertEqual(self._refusals(), [False, False])

    def test_turning_it_off_opens_at_once(self):
        self._owe()
        self.params.set_param(PARAM_OVERDUE_DAYS, False)
        self.assertEqual(self._refusals(), [False, False])
        self._run_cron()
        self.assertFalse(self.emma.portal_overdue)

    def test_settings_let_in_to_read(self):
        self._owe()
        self.assertFalse(self.emma._is_in_portal_grace())
        self.params.set_param(PARAM_OVERDUE_EFFECT, "grace")
        self.assertEqual(self._refusals(), [False, False])
        self.assertTrue(self.emma._is_in_portal_grace())
        self.assertFalse(self.stranger._is_in_portal_grace())

    def test_an_effect_that_nobody_knows_closes(self):
        self._owe()
        self.params.set_param(PARAM_OVERDUE_EFFECT, "nonsense")
        self.assertEqual(self._refusals(), [True, True])

    def test_drafts_credit_notes_and_disputes_do_not_count(self):
        invoice = self._owe()
        invoice.payment_state = "blocked"
        self._commit()
        self._run_cron()
        self.assertEqual(self._refusals(), [False, False])
        invoice.button_draft()
        self._commit()
        self.assertEqual(self._refusals(), [False, False])

    def test_who_owes_another_company_is_not_kept_out_here(self):
        other = self.env["res.company"].create({"name": "Other"})
        user = self._user_of(self.emma)
        user.write({"company_ids": [(4, other.id)], "company_id": other.id})
        self.emma.company_id = other
        self._owe()
        self.assertEqual(self._refusals(), [False, True])

    def test_who_gets_access_or_moves_where_something_is_owed_is_on_hold_at_once(self):
        self._owe()
        self.alone.portal_user = True
        self.assertTrue(self.alone._get_portal_refusal())
        new = self._make_portal_contact("new@example.com", parent_id=self.azure.id)
        self.assertTrue(new._get_portal_refusal())
        self.stranger.parent_id = self.azure
        self.assertTrue(self.stranger._get_portal_refusal())
        self.stranger.parent_id = self.deco
        self.assertFalse(self.stranger._get_portal_refusal())
        self.params.set_param(PARAM_OVERDUE_DAYS, "0")
        last = self._make_portal_contact("last@example.com", parent_id=self.azure.id)
        self.assertFalse(last.portal_overdue)

    def test_more_time_to_pay_and_a_dispute_open_at_once(self):
        invoice = self._owe()
        invoice.invoice_date_due = self.tomorrow
        self._commit()
        self.assertEqual(self._refusals(), [False, False])
        invoice.invoice_date_due = self.today - timedelta(days=11)
        self._commit()
        self.assertEqual(self._refusals(), [True, True])
        invoice.action_toggle_block_payment()
        self._commit()
        self.assertEqual(self._refusals(), [False, False])

    def test_a_manager_who_may_only_read_changes_nothing(self):
        profile = self.emma.portal_profile_id.copy({"name": "Leader"})
        profile.manage_scope = "organization"
        self.emma.portal_profile_id = profile
        user = self._user_of(self.emma)
        colleagues = self.env["customer.portal.colleague"].with_user(user)
        self.assertTrue(colleagues._may_change())
        self.params.set_param(PARAM_OVERDUE_EFFECT, "grace")
        self._owe()
        self.assertTrue(colleagues._may_manage())
        self.assertFalse(colleagues._may_change())

    def test_agents_without_accounting_rights_see_that_it_is_on_hold(self):
        self._owe()
        agent = new_test_user(
            self.env, "plain", groups="customer_portal.group_customer_portal_user"
        )
        self.assertTrue(self.emma.with_user(agent).portal_overdue)

    def test_the_form_says_what_follows_on_contacts_and_their_organization(self):
        self._owe()
        for effect, words in (("close", "can't log in"), ("grace", "can read")):
            self.params.set_param(PARAM_OVERDUE_EFFECT, effect)
            self.env.invalidate_all()
            for partner in (self.emma, self.azure):
                text = partner.with_user(self.agent).portal_hold_text
                self.assertIn(words, text)
        for partner in (self.stranger, self.deco, self.alone):
            self.assertFalse(partner.with_user(self.agent).portal_hold_text)
        self.params.set_param(PARAM_OVERDUE_DAYS, "0")
        self.env.invalidate_all()
        self.assertFalse(self.emma.with_user(self.agent).portal_hold_text)

    def test_agents_who_may_read_invoices_open_those_that_are_overdue(self):
        invoice = self._owe()
        self._owe(days=3)
        clerk = new_test_user(
            self.env,
            "biller",
            groups="customer_portal.group_customer_portal_user,"
            "account.group_account_invoice",
        )
        emma = self.emma.with_user(clerk)
        self.assertTrue(emma.portal_hold_is_open)
        action = emma.action_view_overdue_invoices()
        found = self.env["account.move"].with_user(clerk).search(action["domain"])
        self.assertEqual(found, invoice)
        plain = new_test_user(
            self.env, "plain", groups="customer_portal.group_customer_portal_user"
        )
        self.assertFalse(self.emma.with_user(plain).portal_hold_is_open)
        for user in (plain, self._user_of(self.emma)):
            with self.assertRaises(AccessError):
                self.emma.with_user(user).action_view_overdue_invoices()
        with self.assertRaises(AccessError):
            self.stranger.with_user(clerk).action_view_overdue_invoices()

    def test_the_door_asks_no_more_of_the_database(self):
        self._owe()
        self.env.invalidate_all()
        self.emma._get_portal_refusal()
        self.emma.invalidate_recordset()
        with self.assertQueryCount(1):
            self.emma._get_portal_refusal()
