from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import CustomerPortalCommon


@tagged("post_install", "-at_install")
class TestTestMail(CustomerPortalCommon):
    """A test mail tells whether delivery works, and leaves nothing behind."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls.env.ref("base.user_admin")
        cls.admin.email = "admin@example.com"

    def _try(self, **errors):
        settings = self.env["res.config.settings"].with_user(self.admin).create({})
        with (
            self._no_mail(),
            self._mail_server(**errors),
            mute_logger("odoo.models.unlink"),
        ):
            action = settings.action_send_portal_test_mail()
        self.assertEqual(action["tag"], "display_notification")
        return action["params"]

    def test_a_mail_that_leaves(self):
        told = self._try()
        self.assertEqual(told["type"], "success")
        self.assertIn("admin@example.com", told["message"])

    def test_its_words_name_the_portal_url(self):
        self.env.company.portal_url = "https://portal.example.com"
        sent = []
        self._try(send=lambda message, **_kwargs: sent.append(message) or "<id>")
        [message] = sent
        self.assertIn("admin@example.com", message["To"])
        self.assertIn("https://portal.example.com", message.as_string())

    def test_it_comes_from_the_company_whose_settings_they_are(self):
        company = self.env["res.company"].create(
            {"name": "Other", "email": "other@example.com"}
        )
        self.admin.company_ids += company
        sent = []
        settings = self.env["res.config.settings"].with_user(self.admin)
        settings = settings.with_company(company).create({})
        with (
            self._mail_server(send=lambda mail, **_kw: sent.append(mail) or "<id>"),
            mute_logger("odoo.models.unlink"),
        ):
            settings.action_send_portal_test_mail()
        self.assertIn("Other", sent[0]["From"])

    def test_a_server_that_does_not_answer(self):
        told = self._try(connect=ConnectionRefusedError("Nobody is at port 25"))
        self.assertEqual(told["type"], "danger")
        self.assertIn("Nobody is at port 25", told["message"])
        self.assertTrue(told["sticky"])

    def test_a_server_that_refuses(self):
        told = self._try(send=ValueError("Relaying denied"))
        self.assertEqual(told["type"], "danger")
        self.assertIn("Relaying denied", told["message"])
        self.assertNotIn("Traceback", told["message"])

    def test_whoever_has_no_address_is_told(self):
        self.admin.email = False
        told = self._try()
        self.assertEqual(told["type"], "danger")
        self.assertIn("no email address", told["message"])

    def test_only_administrators_send_one(self):
        for user in (self.agent, self._user_of(self._make_portal_contact())):
            settings = self.env["res.config.settings"].with_user(user)
            with self._no_mail(), self.assertRaises(AccessError):
                settings.action_send_portal_test_mail()
