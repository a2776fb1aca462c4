from datetime import timedelta

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

    def test_agents_without_accounting_rights_see_that_it_is_on_hold(self):
        self._owe()
        agent = new_test_user(
            self.env, "plain", groups="customer_portal.group_customer_portal_user"
        )
        self.assertTrue(self.emma.with_user(agent).portal_overdue)

    def test_the_door_asks_no_more_of_the_database(self):
        self._owe()
        self.env.invalidate_all()
        self.emma._get_portal_refusal()
        self.emma.invalidate_recordset()
        with self.assertQueryCount(1):
            self.emma._get_portal_refusal()
