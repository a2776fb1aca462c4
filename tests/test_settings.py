from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..const import PARAM_NOTICE_DAYS, PARAM_SUPPORT_MONTHS, PARAM_TOUCHPOINT_DAYS
from .common import CustomerPortalCommon

NUMBERS = {
    "portal_support_months": (PARAM_SUPPORT_MONTHS, 12),
    "portal_notice_days": (PARAM_NOTICE_DAYS, 30),
    "portal_touchpoint_days": (PARAM_TOUCHPOINT_DAYS, 730),
}


@tagged("post_install", "-at_install")
class TestSettings(CustomerPortalCommon):
    """What Settings stores, and what of it comes back."""

    def _settings(self, **values):
        return self.env["res.config.settings"].create(values)

    def test_the_first_values(self):
        settings = self._settings()
        for fname, (_param, number) in NUMBERS.items():
            with self.subTest(fname):
                self.assertEqual(settings[fname], number)

    def test_a_zero_survives(self):
        self._settings(**dict.fromkeys(NUMBERS, 0)).execute()
        settings = self._settings()
        for fname in NUMBERS:
            with self.subTest(fname):
                self.assertEqual(settings[fname], 0)
        self.assertFalse(self.env["res.partner"]._get_proposed_end(self.today))
        self.assertFalse(self.env["customer.portal.period"]._get_notice_days())

    def test_negative_numbers_are_refused(self):
        for fname in NUMBERS:
            with self.subTest(fname), self.assertRaises(ValidationError):
                self._settings(**{fname: -1})

    def test_nonsense_in_the_parameter_counts_as_none(self):
        for value in ("-5", ""):
            with self.subTest(value):
                self._set_param(PARAM_SUPPORT_MONTHS, value)
                self.contact.portal_user = True
                self.assertFalse(self.contact.support_end_date)
                self.contact.portal_user = False
                self.contact.support_start_date = False

    def test_the_default_profile_is_proposed(self):
        profile = self.env["customer.portal.profile"].create({"name": "Premium"})
        self._settings(portal_default_profile_id=profile.id).execute()
        self.contact.portal_user = True
        self.assertEqual(self.contact.portal_profile_id, profile)

    def test_a_template_of_another_model_is_refused(self):
        template = self.env["mail.template"].create(
            {"name": "Users", "model_id": self.env.ref("base.model_res_users").id}
        )
        for fname in ("portal_login_template_id", "portal_reset_template_id"):
            with self.subTest(fname), self.assertRaises(ValidationError):
                self._settings(**{fname: template.id})

    def test_the_page_opens_and_saves(self):
        admin = self.env.ref("base.user_admin")
        with (
            mute_logger("odoo.models.unlink"),
            Form(self.env["res.config.settings"].with_user(admin)) as form,
        ):
            form.portal_support_months = 6
        form.record.execute()
        self.contact.portal_user = True
        months = self.env["res.partner"]._get_proposed_end(self.today)
        self.assertEqual(self.contact.support_end_date, months)
