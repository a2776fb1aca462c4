from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import CustomerPortalCommon

DSN = """From: MAILER-DAEMON@mx.example.com
To: bounce@example.org
Message-Id: <dsn-1@mx.example.com>
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="X"

--X
Content-Type: text/plain

Your mail could not be delivered.
--X
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; {address}
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 No such user here
--X
Content-Type: text/rfc822-headers

{original}
--X--
"""


@tagged("post_install", "-at_install")
class TestBounce(CustomerPortalCommon):
    """A mail that has left and comes back has not arrived."""

    def setUp(self):
        super().setUp()
        self.contact.portal_user = True
        self.row = self.contact.portal_mail_ids.sudo()
        with self._mail_server():
            self._mails_to(self.contact).send()
        self.env.invalidate_all()
        self.assertEqual(self.row.state, "sent")

    def _bounce(self, address="jennifer@example.com", action="failed", named=True):
        original = f"Message-Id: {self.row.message_id}" if named else "Subject: Hello"
        dsn = DSN.format(address=address, action=action, original=original)
        self.env["mail.thread"].message_process("res.partner", dsn)
        self.env.invalidate_all()

    def test_login_details_that_bounce_have_failed_with_the_reason(self):
        self._bounce()
        self.assertEqual(self.contact.portal_credentials_state, "failed")
        self.assertIn("No such user here", self.contact.portal_credentials_detail)
        self.assertEqual(self._kinds(self.contact)[-1], "credentials_failed")

    def test_a_bounce_that_names_no_mail_is_known_by_the_address(self):
        self._bounce(named=False)
        self.assertEqual(self.contact.portal_credentials_state, "failed")

    def test_a_mail_server_that_still_tries_has_not_given_up(self):
        self._bounce(action="delayed")
        self.assertEqual(self.contact.portal_credentials_state, "sent")

    def test_bounces_of_other_mails_change_nothing(self):
        self.row.message_id = "<ours@example.com>"
        original = "Message-Id: <another@example.com>"
        dsn = DSN.format(
            address="jennifer@example.com", action="failed", original=original
        )
        self.env["mail.thread"].message_process("res.partner", dsn)
        self.assertEqual(self.contact.portal_credentials_state, "sent")

    def test_many_are_found_by_the_filter_and_sent_to_again_at_once(self):
        self._bounce()
        emma = self._make_portal_contact()
        emma.portal_mail_ids.sudo()._settle_failed("No such user")
        over = self._make_portal_contact("over@example.com")
        over.portal_mail_ids.sudo()._settle_failed("No such user")
        self._expire(over)
        failed = self.env["res.partner"].search(
            [("portal_credentials_state", "=", "failed")]
        )
        self.assertEqual(failed, self.contact + emma + over)
        action = self.env.ref("customer_portal.res_partner_action_send_again")
        result = (
            action.with_user(self.agent)
            .with_context(active_model="res.partner", active_ids=failed.ids)
            .run()
        )
        self.assertEqual(result["tag"], "display_notification")
        self.assertIn("over", result["params"]["message"])
        self.assertEqual(
            failed.mapped("portal_credentials_state"), ["queued", "queued", "failed"]
        )

    def test_where_nobody_has_access_the_action_says_so(self):
        self._expire(self.contact)
        with self.assertRaisesRegex(UserError, "isn't active"):
            self.contact.with_user(self.agent).action_send_portal_credentials()
