from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..case_common import TaskMailCommon


@tagged("post_install", "-at_install")
class TestRecordMails(TaskMailCommon):
    """Mails about cases that fail are tried again, as long as that can help."""

    def _make_failed(self, made, tried, **values):
        """Return a mail about a case that Odoo could not send.

        :param int made: minutes ago
        :param int tried: minutes ago, the last time
        """
        case = self.env["project.task"].create(
            {"name": "Printer", "project_id": self.project.id}
        )
        mail = self.env["mail.mail"].create(
            {
                "model": "project.task",
                "res_id": case.id,
                "email_to": "emma@example.com",
                "state": "exception",
                "failure_reason": "[Errno 111] Connection refused",
                **values,
            }
        )
        mail.flush_recordset()
        now = fields.Datetime.now()
        self.env.cr.execute(
            "UPDATE mail_mail SET create_date = %s, write_date = %s WHERE id = %s",
            (now - timedelta(minutes=made), now - timedelta(minutes=tried), mail.id),
        )
        mail.invalidate_recordset()
        return mail

    def _retry(self):
        self.env["customer.portal.mail"]._retry_record_mails()

    def test_a_mail_that_failed_is_queued_again_after_each_while(self):
        mails = [
            self._make_failed(6, 6),
            self._make_failed(25, 19),
            self._make_failed(90, 60),
            self._make_failed(330, 200),
            self._make_failed(1800, 1400),
        ]
        self._retry()
        self.assertEqual({mail.state for mail in mails}, {"outgoing"})

    def test_it_is_not_queued_before_the_while_is_over(self):
        mails = [
            self._make_failed(4, 4),
            self._make_failed(15, 9),
            self._make_failed(1800, 30),
            self._make_failed(10_000, 9_000),
        ]
        self._retry()
        self.assertEqual({mail.state for mail in mails}, {"exception"})

    def test_what_the_mail_server_refuses_for_good_is_left(self):
        refused = self._make_failed(
            6, 6, failure_reason="{'emma@example.com': (550, b'No such user')}"
        )
        invalid = self._make_failed(6, 6, failure_type="mail_email_invalid")
        later = self._make_failed(
            6, 6, failure_reason="{'emma@example.com': (451, b'Greylisted')}"
        )
        self._retry()
        self.assertEqual((refused + invalid).mapped("state"), ["exception"] * 2)
        self.assertEqual(later.state, "outgoing")

    def test_mails_about_other_records_are_odoos_affair(self):
        other = self.env["project.project"].create({"name": "Other"})
        task = self.env["project.task"].create({"name": "Work", "project_id": other.id})
        mails = self._make_failed(6, 6, res_id=task.id)
        mails += self._make_failed(6, 6, model="res.partner", res_id=self.emma.id)
        self._retry()
        self.assertEqual(mails.mapped("state"), ["exception"] * 2)

    def test_the_scheduled_action_does_it(self):
        mail = self._make_failed(6, 6)
        with self.enter_registry_test_mode():
            cron = self.env.ref("customer_portal.ir_cron_reconcile_mails")
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(mail.state, "outgoing")
