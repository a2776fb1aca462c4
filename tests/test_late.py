from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from .common import CustomerPortalCommon


@tagged("post_install", "-at_install")
class TestLate(CustomerPortalCommon):
    """Tests that run around midnight."""

    @classmethod
    def setUpClass(cls):
        cls.startClassPatcher(freeze_time("2026-03-09 23:59:50", tick=True))
        super().setUpClass()

    def test_a_class_that_begins_before_midnight_ends_before_midnight(self):
        midnight = datetime(2026, 3, 10)
        self.assertLess(datetime.now(), midnight - timedelta(minutes=20))
        self.assertEqual(self.env.company._get_portal_today(), self.today)
        self.assertEqual(self.today, date(2026, 3, 9))

    def test_what_it_makes_is_not_made_later_than_now(self):
        contact = self.env["res.partner"].create({"name": "Late"})
        self.assertLessEqual(contact.create_date, datetime.now())

    def test_links_to_choose_a_password_work(self):
        emma = self._make_portal_contact()
        user = self._user_of(emma)
        self.env["res.users.log"].with_user(user).sudo().create({})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertTrue(user.login_date)
        token = emma._generate_signup_token()
        self.assertEqual(self.env["res.partner"]._get_partner_from_token(token), emma)
