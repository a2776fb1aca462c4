from lxml import etree

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ...const import (
    PARAM_CONTACTS_PER_USER,
    PARAM_SEATS,
    PARAM_SUPPORT_MONTHS,
    PARAM_TOUCHPOINT_DAYS,
    PARAM_UPLOAD_MAX_MB,
)
from ..common import CustomerPortalCommon

NUMBERS = {
    "portal_support_months": (PARAM_SUPPORT_MONTHS, 12),
    "portal_touchpoint_days": (PARAM_TOUCHPOINT_DAYS, 730),
    "portal_upload_max_mb": (PARAM_UPLOAD_MAX_MB, 25),
    "portal_contacts_per_user": (PARAM_CONTACTS_PER_USER, 0),
    "portal_seats": (PARAM_SEATS, 0),
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
        self.assertEqual(settings.portal_notice_days, "30, 7, 1")

    def test_a_zero_survives(self):
        zeros = {**dict.fromkeys(NUMBERS, 0), "portal_notice_days": "0"}
        self._settings(**zeros).execute()
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

    def test_addresses_are_kept_by_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        self._settings(
            portal_url="https://Portal.example.com/",
            portal_css_url="https://example.com/portal.css",
        ).execute()
        company = self.env.company
        self.assertEqual(company.portal_url, "https://portal.example.com")
        self.assertEqual(company.portal_css_url, "https://example.com/portal.css")
        self.assertFalse(other.portal_url or other.portal_css_url)

    def test_addresses_that_are_none_are_refused(self):
        for url in ("javascript:alert(1)", "data:text/css,*{}", "ftp://example.com"):
            for fname in ("portal_url", "portal_css_url"):
                with self.subTest(fname, url=url), self.assertRaises(ValidationError):
                    self._settings(**{fname: url})

    def test_file_types_are_extensions(self):
        for types in ("pdf, .png;*.txt", "7z", "", False):
            self._settings(portal_upload_types=types)
        for types in ("../x", "pdf, a/b", "<b>", "p.d.f"):
            with self.subTest(types), self.assertRaises(ValidationError):
                self._settings(portal_upload_types=types)

    def test_the_layout_is_found_in_the_default_profile(self):
        profile = self.env["customer.portal.profile"]._get_default()
        action = self._settings().action_open_portal_profile()
        self.assertEqual(action["res_id"], profile.id)
        self.assertEqual(action["res_model"], profile._name)

    def test_the_page_counts_contacts_and_users(self):
        partners = self.env["res.partner"]
        self.contact.portal_user = True
        settings = self._settings(portal_contacts_per_user=3)
        for number in (
            partners._count_portal_contacts(),
            3 * partners._count_internal_users(),
        ):
            self.assertIn(str(number), settings.portal_contacts_count)

    def test_the_page_has_all_that_the_documents_name(self):
        view = self.env["res.config.settings"].get_view()["arch"]
        for fname in (
            "portal_url",
            "portal_assignee_id",
            "portal_notice_days",
            "portal_login_template_id",
            "portal_reset_template_id",
            "portal_css_url",
            "portal_default_scope",
            "portal_support_months",
            "portal_default_profile_id",
            "portal_upload_max_mb",
            "portal_upload_types",
            "portal_touchpoint_days",
            "portal_contacts_per_user",
            "portal_seats",
            "portal_mail_opted_out",
        ):
            with self.subTest(fname):
                self.assertIn(f'name="{fname}"', view)

    def test_each_setting_explains_itself(self):
        view = self.env.ref("customer_portal.res_config_settings_view_form")
        for setting in etree.fromstring(view.arch).iter("setting"):
            with self.subTest(setting.get("id")):
                self.assertGreater(len(setting.get("help") or ""), 20)
