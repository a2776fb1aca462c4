import smtplib
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import tagged

from odoo.addons.base.models.ir_mail_server import MailDeliveryException

from ...const import PARAM_NOTICE_DAYS
from ...models.mail.delivery import Delivery
from ...models.mail.mail import LEAVING_MINUTES, RETRY_MINUTES
from ..common import CustomerPortalCommon, takes_long

MAIL_RUN = "mail.ir_cron_mail_scheduler_action"


def refuse(error):
    """Return what `send_email` does with an error of the mail server."""

    def fail(*args, **kwargs):
        try:
            raise error
        except smtplib.SMTPException:
            raise MailDeliveryException("Mail Delivery Failed", str(error))  # noqa: B904

    return fail


@tagged("post_install", "-at_install")
class TestDelivery(CustomerPortalCommon):
    """Which errors of a mail server may be over later."""

    def _is_temporary(self, error):
        delivery = Delivery(lambda: None)
        with self.assertRaises(MailDeliveryException), delivery.watch(None):
            refuse(error)()
        return delivery.is_temporary

    def test_an_answer_that_begins_with_four_is_temporary(self):
        for error in (
            smtplib.SMTPResponseException(451, b"Try later"),
            smtplib.SMTPSenderRefused(421, b"Busy", "a@example.com"),
            smtplib.SMTPRecipientsRefused({"a@example.com": (450, b"Greylisted")}),
            smtplib.SMTPServerDisconnected("Connection unexpectedly closed"),
        ):
            with self.subTest(error=error):
                self.assertTrue(self._is_temporary(error))

    def test_all_else_is_permanent(self):
        for error in (
            smtplib.SMTPDataError(554, b"Refused"),
            smtplib.SMTPRecipientsRefused({"a@example.com": (550, b"Unknown")}),
            smtplib.SMTPNotSupportedError("SMTPUTF8"),
        ):
            with self.subTest(error=error):
                self.assertFalse(self._is_temporary(error))

    @takes_long
    def test_the_session_is_as_before_afterwards(self):
        session = smtplib.SMTP(timeout=1)
        with Delivery(lambda: None).watch(session):
            self.assertIn("data", vars(session))
        self.assertNotIn("data", vars(session))


@tagged("post_install", "-at_install")
class TestMailStates(CustomerPortalCommon):
    """What is written down of a mail, and how it follows the mail."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contact.portal_user = True
        cls.row = cls.contact.portal_mail_ids
        cls.mail = cls.env["mail.mail"].sudo().browse(cls.row.mail_id)

    def _reconcile(self):
        with self.enter_registry_test_mode():
            cron = self.env.ref("customer_portal.ir_cron_reconcile_mails")
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def _lose(self, mails=None):
        with self._mail_server(connect=ConnectionRefusedError("closed")):
            (mails or self.mail).send()

    def test_a_lost_mail_is_tried_again_after_longer_and_longer(self):
        now = fields.Datetime.now().replace(microsecond=0)
        for number, minutes in enumerate(RETRY_MINUTES, 1):
            with freeze_time(now):
                self._lose()
            due = now + timedelta(minutes=minutes)
            self.assertRecordValues(
                self.row, [{"state": "retry", "attempts": number, "next_try": due}]
            )
            self.assertRecordValues(
                self.mail, [{"state": "outgoing", "scheduled_date": due}]
            )
            now = due
        self._lose()
        self.assertEqual(self.row.state, "failed")
        self.assertFalse(self.row.next_try)
        self.assertEqual(self._kinds(self.contact), ["granted", "credentials_failed"])

    def test_the_mail_run_is_called_when_a_mail_is_due(self):
        self._lose()
        calls = self.env["ir.cron.trigger"].search(
            [("cron_id", "=", self.env.ref(MAIL_RUN).id)]
        )
        self.assertIn(self.row.next_try, calls.mapped("call_at"))

    @takes_long
    def test_many_lost_at_once_take_few_queries(self):
        counts = []
        for number in (2, 20):
            partners = self.env["res.partner"].create(
                [
                    {
                        "name": f"{number}-{n}",
                        "email": f"lost{number}-{n}@example.com",
                        "portal_user": True,
                    }
                    for n in range(number)
                ]
            )
            mails = self._mails_to(partners)
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self._lose(mails)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)

    def test_a_mail_in_exception_that_never_left_is_tried_again(self):
        self.mail.write({"state": "exception", "failure_reason": "lost"})
        self._reconcile()
        self.assertEqual(self.row.state, "retry")
        self.assertEqual(self.row.detail, "lost")
        self.assertEqual(self.mail.state, "outgoing")

    def test_a_mail_that_was_deleted_or_canceled_has_failed(self):
        self.mail.cancel()
        other = self._make_portal_contact()
        self._mails_to(other).unlink()
        self._reconcile()
        rows = self.row + other.portal_mail_ids
        self.assertEqual(rows.mapped("state"), ["failed", "failed"])
        self.assertIn("canceled", self.row.detail)
        self.assertIn("deleted", other.portal_mail_ids.detail)

    @takes_long
    def test_a_mail_that_was_sent_otherwise_is_sent(self):
        self.mail.state = "sent"
        self._reconcile()
        self.assertEqual(self.row.state, "sent")
        self.assertEqual(self._kinds(self.contact), ["granted", "credentials_sent"])

    def test_a_mail_that_waits_is_left_alone(self):
        self._reconcile()
        self.assertEqual(self.row.state, "queued")
        self.assertEqual(self.mail.state, "outgoing")

    @takes_long
    def test_a_mail_whose_run_was_killed_counts_as_sent_after_a_while(self):
        self.row.sudo().state = "leaving"
        self.mail.state = "exception"
        self._reconcile()
        self.assertEqual(self.row.state, "leaving")
        self.row.sudo().date -= timedelta(minutes=LEAVING_MINUTES + 1)
        self._reconcile()
        self.assertEqual(self.row.state, "sent")
        self.assertIn("most likely delivered", self.row.detail)
        self.assertFalse(self.mail.exists(), "its link is not left behind")

    def test_the_contact_can_be_searched_by_what_became_of_it(self):
        other = self._make_portal_contact()
        nobody = self.env["res.partner"].create({"name": "Nobody"})
        everybody = self.contact + other + nobody
        self.row.sudo()._settle_failed("No such user")
        for domain, found in (
            ([("portal_credentials_state", "=", "failed")], self.contact),
            ([("portal_credentials_state", "=", False)], nobody),
            ([("portal_credentials_state", "!=", "failed")], other + nobody),
            ([("portal_credentials_detail", "ilike", "such user")], self.contact),
            (
                [("portal_credentials_state", "in", ["queued", "failed"])],
                self.contact + other,
            ),
        ):
            with self.subTest(domain=domain):
                domain = [("id", "in", everybody.ids), *domain]
                agents = self.env["res.partner"].with_user(self.agent)
                self.assertEqual(agents.search(domain), found)

    def test_agents_read_it_and_nobody_writes_it(self):
        row = self.row.with_user(self.agent)
        self.assertEqual(row.state, "queued")
        for values in ({"state": "sent"}, {"mail_id": 1}):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                row.write(values)
        self.assertFalse(self.row.with_user(self.clerk).has_access("read"))

    def test_old_rows_are_forgotten_but_those_of_login_details(self):
        rows = self.env["customer.portal.mail"].sudo()
        old = fields.Datetime.now() - timedelta(days=1000)
        [*_, reset] = [
            rows.create(
                {
                    "partner_id": self.contact.id,
                    "kind": kind,
                    "state": "sent",
                    "date": old,
                    "end_date": kind == "notice" and self.tomorrow,
                }
            )
            for kind in ("notice", "reset")
        ]
        self.row.sudo().write({"state": "sent", "date": old})
        rows._gc_mails()
        self.assertFalse(reset.exists())
        self.assertEqual(len(self.contact.portal_mail_ids), 2)


@tagged("post_install", "-at_install")
class TestNoticeStates(CustomerPortalCommon):
    """A notice counts as announced when it has left."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param(PARAM_NOTICE_DAYS, 30)
        cls.partner = cls._make_portal_contact(support_end_date=cls.tomorrow)

    def _announce(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "customer_portal.ir_cron_announce_ends"
            ).method_direct_trigger()
        self.env.invalidate_all()
        notice = self.partner.portal_mail_ids.filtered(lambda r: r.kind == "notice")
        return notice, self.env["mail.mail"].sudo().browse(notice.mail_id)

    def test_it_is_announced_once_it_has_left(self):
        notice, mail = self._announce()
        with self._mail_server(connect=ConnectionRefusedError("closed")):
            mail.send()
        self.assertEqual(notice.state, "retry")
        self.assertFalse(self.partner.support_end_announced)
        told = Domain("support_end_announced", "!=", False)
        mine = Domain("id", "=", self.partner.id)
        self.assertEqual(self.partner.search(mine & ~told), self.partner)
        self.assertEqual(self._announce()[0], notice, "one notice, not a second one")
        with self._mail_server():
            mail.send()
        self.env.invalidate_all()
        self.assertEqual(self.partner.support_end_announced, self.tomorrow)
        self.assertEqual(self.partner.search(mine & told), self.partner)

    def test_one_that_cannot_arrive_says_so(self):
        notice, mail = self._announce()
        with self._mail_server(send=OSError("No such user")):
            mail.send()
        self.assertEqual(notice.state, "failed")
        self.assertIn("mail_failed", self._kinds(self.partner))
