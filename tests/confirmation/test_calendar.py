from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo.tests import tagged

from ..confirmation_common import ConfirmationCommon


@tagged("post_install", "-at_install")
class TestCalendar(ConfirmationCommon):
    """One calendar of ends and reviews."""

    def _days(self, kind):
        days = self.env["customer.portal.calendar"].with_user(self.boss)
        mine = [("organization_id", "=", self.azure.id), ("kind", "=", kind)]
        return days.search(mine)

    def test_ends_of_support_are_in_it(self):
        self.noah.support_end_date = self.tomorrow
        [day] = self._days("end")
        self.assertEqual((day.date, day.partner_id), (self.tomorrow, self.noah))
        self.assertEqual((day.name, day.user_id), ("noah", self.boss))
        self.assertEqual(day.action_open()["res_id"], self.noah.id)

    def test_an_open_review_is_in_it_on_its_last_day(self):
        review = self._run()
        [day] = self._days("review")
        self.assertEqual(day.date, self.today + timedelta(days=30))
        self.assertEqual(day.action_open()["res_model"], review._name)
        self.assertFalse(self._days("planned"))

    def test_the_next_review_is_in_it(self):
        [day] = self._days("planned")
        self.assertEqual(day.date, self.today, "it is due")
        for partner in (self.emma, self.noah, self.olga):
            partner.support_start_date = self.today
        self.env.invalidate_all()
        [day] = self._days("planned")
        self.assertEqual(day.date, self.today + relativedelta(months=12))
        self.assertEqual(day.action_open()["res_id"], self.azure.id)
        profiles = self.basic | self.other_profile | self.managing
        profiles.confirmation_months = 0
        self.env.invalidate_all()
        self.assertFalse(self._days("planned"))

    def test_each_day_has_an_id_of_its_own(self):
        self.noah.support_end_date = self.tomorrow
        self._run()
        days = self.env["customer.portal.calendar"].search([])
        self.assertEqual(len({*days.ids}), len(days))

    def test_another_companys_days_are_not_shown(self):
        company = self.env["res.company"].create({"name": "Second"})
        self.noah.support_end_date = self.tomorrow
        users = self._user_of(self.noah)
        users.write({"company_ids": [(4, company.id)], "company_id": company.id})
        self.noah.company_id = company
        self.env.flush_all()
        self.assertFalse(self._days("end"))
