from datetime import timedelta

from odoo.tests import tagged
from odoo.tools import format_date

from ...const import PARAM_NOTICE_DAYS
from ...controllers.portal import DISMISSED_COOKIE
from ..common import CustomerPortalHttpCommon, takes_long


@tagged("post_install", "-at_install")
class TestSupportEndAlert(CustomerPortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls._make_portal_contact()
        cls.env["ir.config_parameter"].set_param(PARAM_NOTICE_DAYS, 30)

    def setUp(self):
        super().setUp()
        self._end_in(30)
        self._log_in("emma@example.com")

    def _end_in(self, days):
        self.end = self.today + timedelta(days=days)
        self.partner._write_without_sync({"support_end_date": self.end})

    def _get_alert(self, path="/my"):
        text = self.url_open(path).text
        return "o_customer_portal_support_end" in text and text

    def test_the_home_tells_the_day(self):
        self.assertIn("Your support ends on", self._get_alert())
        self.assertIn(format_date(self.env, self.end), self._get_alert())

    def test_the_last_day_still_tells(self):
        self._end_in(0)
        self.assertTrue(self._get_alert())

    def test_only_the_home_tells(self):
        self.assertFalse(self._get_alert("/my/invoices"))

    def test_a_far_or_open_end_is_not_told(self):
        self._end_in(31)
        self.assertFalse(self._get_alert())
        self.partner._write_without_sync({"support_end_date": False})
        self.assertFalse(self._get_alert())

    @takes_long
    def test_no_days_or_nonsense_tell_nothing_and_break_nothing(self):
        for days in ("0", "-3", "", "soon"):
            with self.subTest(days=days):
                self._set_param(PARAM_NOTICE_DAYS, days)
                response = self.url_open("/my")
                self.assertEqual(response.status_code, 200)
                self.assertNotIn("o_customer_portal_support_end", response.text)

    @takes_long
    def test_who_has_dismissed_it_sees_the_next_end_date_again(self):
        self.opener.cookies[DISMISSED_COOKIE] = self.end.isoformat()
        self.assertFalse(self._get_alert())
        self._end_in(20)
        self.assertTrue(self._get_alert())

    @takes_long
    def test_the_date_is_written_as_the_customer_writes_dates(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        self.partner.lang = "nl_NL"
        self._log_in("emma@example.com")
        self.assertIn(self.end.strftime("%d-%m-%Y"), self._get_alert())

    def test_internal_users_see_none(self):
        self.agent.partner_id._write_without_sync(
            {"portal_user": True, "support_end_date": self.end}
        )
        self.authenticate("agent", "agent")
        self.assertFalse(self._get_alert())

    @takes_long
    def test_the_customer_dismisses_it_in_a_browser(self):
        self.start_tour(
            "/my", "customer_portal_support_end_alert", login="emma@example.com"
        )
