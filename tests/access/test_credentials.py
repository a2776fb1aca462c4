from datetime import date
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.tests import tagged

from ...const import PARAM_LOGIN_TEMPLATE
from ..common import CustomerPortalCommon, takes_long


@tagged("post_install", "-at_install")
class TestCredentials(CustomerPortalCommon):
    """The mail with the login details, and what becomes of it."""

    def _send(self, mails, **errors):
        with self._mail_server(**errors):
            mails.send()

    def _make_template(self, model="base.model_res_partner"):
        return self.env["mail.template"].create(
            {
                "name": "Chosen",
                "model_id": self.env.ref(model).id,
                "subject": "Chosen",
                "body_html": "<a t-att-href='object._get_signup_url()'>Hello</a>",
                "partner_to": "{{ object.id }}",
            }
        )

    def test_a_mail_that_is_sent_is_noted_and_leaves_no_link_behind(self):
        self.contact.portal_user = True
        mail = self._mails_to(self.contact)
        message = mail.mail_message_id
        self._send(mail)
        self.assertEqual(self.contact.portal_credentials_state, "sent")
        self.assertTrue(self.contact.portal_credentials_date)
        self.assertEqual(self._kinds(self.contact), ["granted", "credentials_sent"])
        self.assertFalse(mail.exists() or message.exists())

    def test_a_server_that_refuses_the_mail_is_told(self):
        self.contact.portal_user = True
        self._send(self._mails_to(self.contact), send=OSError("No such user"))
        self.assertEqual(self.contact.portal_credentials_state, "failed")
        self.assertIn("No such user", self.contact.portal_credentials_detail)
        self.assertEqual(self._kinds(self.contact), ["granted", "credentials_failed"])

    def test_a_server_that_is_down_is_told_and_the_mail_is_kept(self):
        self.contact.portal_user = True
        mail = self._mails_to(self.contact)
        self._send(mail, connect=ConnectionRefusedError("down"))
        self.assertEqual(self.contact.portal_credentials_state, "retry")
        self.assertIn("down", self.contact.portal_credentials_detail)
        self.assertEqual(mail.state, "outgoing")
        self._send(mail)
        self.assertEqual(self.contact.portal_credentials_state, "sent")
        self.assertFalse(self.contact.portal_credentials_detail)

    def test_a_mail_that_failed_is_sent_again_by_the_next_change(self):
        self.contact.portal_user = True
        failed = self._mails_to(self.contact)
        self._send(failed, send=OSError("No such user"))
        self.contact.support_end_date = self.tomorrow
        self.assertEqual(self.contact.portal_credentials_state, "queued")
        self.assertFalse(failed.exists())

    def test_the_late_failure_of_an_older_mail_does_not_count(self):
        self.contact.portal_user = True
        older = self._mails_to(self.contact)
        self.contact.portal_mail_ids.sudo().state = "leaving"
        self.contact.action_send_portal_credentials()
        newer = self._mails_to(self.contact) - older
        self._send(newer)
        self._send(older, send=OSError("late"))
        self.assertEqual(self.contact.portal_credentials_state, "sent")
        self.assertNotIn("credentials_failed", self._kinds(self.contact))

    def test_a_contact_saved_meanwhile_is_told_afterwards(self):
        self.contact.portal_user = True
        rows = self.registry["customer.portal.mail"]
        mail = self._mails_to(self.contact)
        with patch.object(rows, "_settle", side_effect=SerializationFailure):
            self._send(mail)
        self.assertFalse(mail.exists(), "it has left and is not sent twice")
        self.assertEqual(self.contact.portal_credentials_state, "queued")
        with self.enter_registry_test_mode():
            self.env.cr.postcommit.run()
        self.env.invalidate_all()
        self.assertEqual(self.contact.portal_credentials_state, "sent")

    @takes_long
    def test_one_bad_address_of_many_does_not_stop_the_others(self):
        partners = self.contact + self._make_portal_contact()
        self.contact.portal_user = True

        def refuse_one(server, message, *args, **kwargs):
            if "jennifer" in message["To"].lower():
                raise OSError("No such user")
            return "<id>"

        server = self.registry["ir.mail_server"]
        with self._mail_server(), patch.object(server, "send_email", refuse_one):
            self._mails_to(partners).send()
        self.assertEqual(
            partners.mapped("portal_credentials_state"), ["failed", "sent"]
        )

    def test_other_mails_are_none_of_our_business(self):
        mail = self.env["mail.mail"].create(
            {"email_to": "a@example.com", "body_html": "Hello"}
        )
        with self._no_touchpoint():
            self._send(mail)

    def test_the_template_of_settings_is_used(self):
        self._set_param(PARAM_LOGIN_TEMPLATE, self._make_template().id)
        self.contact.portal_user = True
        mail = self._mails_to(self.contact)
        self.assertEqual(mail.subject, "Chosen")
        self.assertTrue(mail.auto_delete)
        self.assertFalse(mail.body, "no link in what others may read")
        self.assertEqual(self._partner_from_mail(mail), self.contact)

    @takes_long
    def test_a_template_that_is_gone_or_unfit_is_replaced_by_the_own_one(self):
        deleted = self._make_template()
        unfit = self._make_template()
        for template in (deleted, unfit):
            self._set_param(PARAM_LOGIN_TEMPLATE, template.id)
            if template == deleted:
                template.unlink()
            else:
                template.body_html = "Hello"
                template.model_id = self.env.ref("base.model_res_users")
            with self.subTest(template=template):
                self.contact.portal_user = True
                subject = self._mails_to(self.contact).subject
                self.assertRegex(subject, "^Your access to the .* customer portal$")
                self.contact.portal_user = False

    def test_without_any_template_the_contact_is_saved_and_says_so(self):
        self.env.ref("customer_portal.mail_template_login_details").unlink()
        self.env.ref("auth_signup.portal_set_password_email").unlink()
        self.contact.portal_user = True
        self.assertEqual(self.contact.portal_state, "active")
        self.assertEqual(self.contact.portal_credentials_state, "not_sent")
        self.assertIn("template", self.contact.portal_credentials_detail)

    @takes_long
    def test_the_mail_speaks_the_language_of_the_contact(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        template = self.env.ref("customer_portal.mail_template_login_details")
        template.with_context(lang="nl_NL").subject = "Uw toegang"
        dutch = self._make_portal_contact(
            lang="nl_NL", support_end_date=date(2031, 5, 9)
        )
        self.contact.write({"portal_user": True, "support_end_date": date(2031, 5, 9)})
        self.assertEqual(self._mails_to(dutch).subject, "Uw toegang")
        self.assertIn("09-05-2031", self._mails_to(dutch).body_html)
        self.assertIn("Your access to", self._mails_to(self.contact).subject)
        self.assertIn("05/09/2031", self._mails_to(self.contact).body_html)

    def test_the_mail_tells_all_that_is_needed(self):
        salesperson = self.agent
        salesperson.partner_id.write({"name": "Marc", "email": "marc@example.com"})
        self.contact.write(
            {
                "user_id": salesperson.id,
                "portal_user": True,
                "support_start_date": self.tomorrow,
            }
        )
        mail = self._mails_to(self.contact)
        for text in (
            "Dear Jennifer Davis",
            "There you will find",
            "jennifer@example.com",  # the login is lower case, Odoo distinguishes
            self.tomorrow.strftime("%m/%d/%Y"),
            self.contact.support_end_date.strftime("%m/%d/%Y"),
            "marc@example.com",
        ):
            with self.subTest(text):
                self.assertIn(text, mail.body_html)
        self.assertEqual(mail.recipient_ids, self.contact)

    def test_names_are_escaped(self):
        self.contact.name = "<img src=x onerror=alert(1)>"
        self.contact.portal_user = True
        self.assertNotIn("<img src=x", self._mails_to(self.contact).body_html)
