from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import CustomerPortalCommon


@tagged("post_install", "-at_install")
class TestResPartner(CustomerPortalCommon):
    def test_the_tick_makes_a_portal_user_and_queues_one_mail(self):
        self.contact.with_user(self.agent).portal_user = True
        user = self._user_of(self.contact)
        self.assertRecordValues(
            user, [{"login": "jennifer@example.com", "active": True, "share": True}]
        )
        self.assertTrue(user._is_portal())
        self.assertEqual(self.contact.portal_credentials_state, "queued")
        mail = self._mails_to(self.contact)
        self.assertEqual(len(mail), 1)
        self.assertIn("/web/signup?", mail.body_html)
        self.assertFalse(mail.model)
        self.assertEqual(self._kinds(self.contact), ["granted"])

    def test_the_form_proposes_today_and_twelve_months(self):
        with Form(self.contact.with_user(self.agent)) as form:
            form.portal_user = True
            self.assertEqual(form.support_start_date, self.today)
            end = self.today + relativedelta(months=12)
            self.assertEqual(form.support_end_date, end)
            self.assertEqual(form.portal_profile_id.name, "Default")
        self.assertEqual(self.contact.support_end_date, end)
