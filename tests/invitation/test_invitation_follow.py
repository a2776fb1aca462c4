from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...const import PARAM_REMINDER_DAYS
from ...models.invitation import invitation_follow
from ..common import takes_long
from ..invitation_common import InvitationCommon


@tagged("post_install", "-at_install")
class TestInvitationFollow(InvitationCommon):
    """What becomes of invitations by itself: used, expired, reminded of once."""

    def setUp(self):
        super().setUp()
        self._set_param(PARAM_REMINDER_DAYS, 3)
        self.invitation = self._invite(self.contact)

    def _invite(self, partner):
        partner.portal_user = True
        self._send_mails(partner)
        return partner.portal_invitation_ids

    def _age(self, invitations, days=4):
        invitations.sent_date = fields.Datetime.now() - timedelta(days=days)

    def _reminders(self, partner=None):
        mails = self._mails_to(partner or self.contact)
        return mails.filtered(lambda mail: mail.subject.startswith("Reminder"))

    def test_a_link_that_was_not_used_in_time_has_expired_then(self):
        end = fields.Datetime.now().replace(microsecond=0) - timedelta(hours=3)
        self.invitation.valid_until = end
        self._follow()
        self.assertEqual(self.invitation.state, "expired")
        self.assertEqual(self.invitation.expired_date, end)
        self.assertEqual(self.invitation.date, end)

    def test_a_login_without_the_link_accepts_it(self):
        user = self._user_of(self.contact)
        user.with_user(user)._update_last_login()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_users_log SET create_date = create_date + interval '1 minute'"
            " WHERE create_uid = %s",
            (user.id,),
        )
        self.env.invalidate_all()
        self._follow()
        self.assertEqual(self.invitation.state, "accepted")

    def test_a_login_before_it_was_sent_does_not(self):
        user = self._user_of(self.contact)
        user.with_user(user)._update_last_login()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_users_log SET create_date = create_date - interval '1 day'"
            " WHERE create_uid = %s",
            (user.id,),
        )
        self.env.invalidate_all()
        self._follow()
        self.assertEqual(self.invitation.state, "sent")

    def test_one_reminder_with_a_link_that_works(self):
        self._follow()
        self.assertFalse(self._reminders(), "it is too early")
        self._age(self.invitation)
        former_end = self.invitation.valid_until - timedelta(days=1)
        self.invitation.valid_until = former_end
        self._follow()
        self.assertEqual(len(self._reminders()), 1)
        self.assertTrue(self.invitation.reminded_date)
        self.assertGreater(self.invitation.valid_until, former_end)
        self.assertEqual(self._partner_from_mail(self._reminders()), self.contact)
        self._age(self.invitation, days=9)
        self._follow()
        self.assertEqual(len(self._reminders()), 1)

    def test_nobody_is_reminded_while_the_setting_is_off(self):
        self._set_param(PARAM_REMINDER_DAYS, 0)
        self._age(self.invitation)
        self._follow()
        self.assertFalse(self._reminders())

    @takes_long
    def test_a_reminder_that_was_deleted_as_a_template_is_none(self):
        self.env.ref(invitation_follow.REMINDER).unlink()
        self._age(self.invitation)
        self._follow()
        self.assertFalse(self.invitation.reminded_date)

    def test_who_has_opted_out_bounced_accepted_or_lost_access_is_not_reminded(self):
        partners = self.env["res.partner"].create(
            [{"name": f"P{i}", "email": f"p{i}@example.com"} for i in range(5)]
        )
        for partner in partners:
            self._age(self._invite(partner))
        out, bounced, accepted, revoked, reset = partners
        self.env["mail.blacklist"]._add(out.email)
        bounced.portal_invitation_ids._become("bounced")
        accepted.portal_invitation_ids._become("accepted")
        revoked.portal_user = False
        reset.sudo().signup_prepare("reset")  # whose link the reminder would void
        self._follow()
        for partner in partners:
            self.assertFalse(self._reminders(partner), partner.name)

    @takes_long
    def test_a_scheduled_contact_is_reminded_too(self):
        self.contact.support_start_date = self.tomorrow
        self._age(self.invitation)
        self._follow()
        self.assertIn("You can log in from", self._reminders().body_html)

    def test_a_reminder_that_comes_back_has_bounced(self):
        self._age(self.invitation)
        self._follow()
        with self._mail_server(send=OSError("Mailbox full")):
            self._reminders().send()
        self.env.invalidate_all()
        self.assertEqual(self.invitation.state, "bounced")
        self.assertIn("mail_failed", self._kinds(self.contact))

    @takes_long
    def test_a_reminder_that_leaves_changes_no_status(self):
        self.invitation._become("opened")
        self._age(self.invitation)
        self._follow()
        with self._mail_server():
            self._reminders().send()
        self.env.invalidate_all()
        self.assertEqual(self.invitation.state, "opened")

    def test_an_end_of_the_access_keeps_a_queued_reminder_back(self):
        self._age(self.invitation)
        self._follow()
        self.contact.portal_user = False
        self.assertFalse(self._reminders())

    def test_a_password_that_is_chosen_keeps_a_queued_reminder_back(self):
        self._age(self.invitation)
        self._follow()
        self.invitations._note_accepted(self.contact)
        self.assertFalse(self._reminders())

    def test_killed_before_the_commit_it_is_done_by_the_next_run(self):
        """The mail and the note of it are of one transaction: both or none."""
        self._age(self.invitation)
        with (
            self.assertRaises(KeyboardInterrupt),
            self.env.cr.savepoint(),
            patch.object(
                self.registry["customer.portal.invitation"],
                "_note_reminded",
                side_effect=KeyboardInterrupt,
            ),
        ):
            self._follow()
        self.env.invalidate_all()
        self.assertFalse(self._reminders())
        self._follow()
        self.assertEqual(len(self._reminders()), 1)

    @takes_long
    def test_one_that_fails_stops_no_other(self):
        other = self.env["res.partner"].create(
            {"name": "Other", "email": "other@example.com"}
        )
        self._age(self._invite(other) | self.invitation)
        queue = self.registry["customer.portal.credentials"]._queue_mails

        def fail(credentials, template, records, **values):
            if self.contact in records:
                raise ValueError("broken")
            return queue(credentials, template, records, **values)

        with (
            patch.object(
                self.registry["customer.portal.credentials"], "_queue_mails", fail
            ),
            mute_logger(invitation_follow.__name__),
        ):
            self._follow()
        self.assertFalse(self._reminders())
        self.assertEqual(len(self._reminders(other)), 1)

    @takes_long
    def test_it_works_in_batches_and_stops_when_there_is_no_time(self):
        partners = self.env["res.partner"].create(
            [{"name": f"P{i}", "email": f"p{i}@example.com"} for i in range(5)]
        )
        for partner in partners:
            self._invite(partner)
        partners.portal_invitation_ids.valid_until = fields.Datetime.now() - timedelta(
            1
        )
        self.env.flush_all()
        cron = self.registry["ir.cron"]
        answers = iter([60, 60, 0])
        with (
            patch.object(invitation_follow, "BATCH", 2),
            patch.object(cron, "_commit_progress", lambda *_a, **_k: next(answers)),
        ):
            self.invitations._cron_follow()
        self.env.invalidate_all()
        states = partners.portal_invitation_ids.mapped("state")
        self.assertEqual(states.count("expired"), 4)
        self._follow()
        self.assertEqual(
            set(partners.portal_invitation_ids.mapped("state")), {"expired"}
        )

    def test_the_scheduled_action_runs(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "customer_portal.ir_cron_follow_invitations"
            ).method_direct_trigger()
        self.assertEqual(self.invitation.state, "sent")
