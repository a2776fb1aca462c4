from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ...const import PARAM_INVITATION_DAYS
from ..common import PASSWORD
from ..invitation_common import InvitationCommon
from ..mail.test_bounce import DSN


@tagged("post_install", "-at_install")
class TestInvitation(InvitationCommon):
    """Each link to a first password has a status, from what happens to it."""

    def _invite(self, partner=None):
        partner = partner or self.contact
        partner.with_user(self.agent).portal_user = True
        return partner.portal_invitation_ids.sudo()

    def _sent(self, partner=None):
        partner = partner or self.contact
        invitation = self._invite(partner)
        self._send_mails(partner)
        return invitation

    def test_an_invitation_is_sent_when_its_mail_has_left(self):
        invitation = self._invite()
        self.assertEqual(invitation.state, "queued")
        self.assertEqual(invitation.user_id, self.agent)
        self.assertFalse(invitation.sent_date)
        self._send_mails(self.contact)
        self.assertEqual(invitation.state, "sent")
        self.assertTrue(invitation.sent_date)
        self.assertEqual(self.contact.portal_invitation_state, "sent")

    def test_who_gets_no_link_has_no_invitation(self):
        self.env["mail.blacklist"]._add(self.contact.email)
        self.assertFalse(self._invite())
        self.assertFalse(self.contact.portal_invitation_state)

    def test_a_mail_server_that_is_down_leaves_it_waiting(self):
        invitation = self._invite()
        self._send_mails(self.contact, connect=ConnectionRefusedError("down"))
        self.assertEqual(invitation.state, "queued")
        self._send_mails(self.contact)
        self.assertEqual(invitation.state, "sent")

    def test_a_mail_that_is_refused_or_comes_back_has_bounced_with_the_reason(self):
        refused = self._invite()
        self._send_mails(self.contact, send=OSError("No such user"))
        self.assertEqual(refused.state, "bounced")
        self.assertIn("No such user", refused.detail)
        paul = self.env["res.partner"].create(
            {"name": "Paul", "email": "paul@example.com"}
        )
        back = self._sent(paul)
        dsn = DSN.format(
            address=paul.email,
            action="failed",
            original=f"Message-Id: {back.mail_row_id.message_id}",
        )
        self.env["mail.thread"].message_process("res.partner", dsn)
        self.env.invalidate_all()
        self.assertEqual(back.state, "bounced")
        self.assertTrue(back.bounced_date)

    def test_a_password_that_is_chosen_accepts_it(self):
        invitation = self._sent()
        token = self._partner_token()
        self.env["res.users"].sudo().signup({"password": PASSWORD}, token)
        self.assertEqual(invitation.state, "accepted")
        self.assertTrue(invitation.accepted_date)
        self._follow()
        self.assertEqual(invitation.state, "accepted")

    def _partner_token(self):
        return self.contact.sudo()._generate_signup_token()

    def test_a_reset_link_that_is_used_instead_accepts_it_too(self):
        invitation = self._sent()
        self.contact.sudo().signup_prepare("reset")
        token = self._partner_token()
        self.env["res.users"].sudo().signup({"password": PASSWORD}, token)
        self.assertEqual(invitation.state, "accepted")

    def test_an_end_of_the_access_revokes_it(self):
        invitation = self._sent()
        self.contact.with_user(self.agent).portal_user = False
        self.assertEqual(invitation.state, "revoked")
        self.assertEqual(invitation.revoked_by_id, self.agent)
        self.assertEqual(invitation.detail, "The portal access was ended.")

    def test_the_end_of_the_period_revokes_it(self):
        invitation = self._sent()
        self._expire(self.contact)
        self._run(self.env["customer.portal.period"]._cron_end_periods)
        self.assertEqual(invitation.state, "revoked")
        self.assertEqual(invitation.detail, "The support period has ended.")

    def test_another_address_revokes_it_and_gets_one_of_its_own(self):
        former = self._sent()
        self.contact.with_user(self.agent).email = "jd@example.com"
        self.assertEqual(former.state, "revoked")
        latest = self.contact.portal_invitation_ids.sudo() - former
        self.assertEqual(latest.email, "jd@example.com")
        self.assertTrue(latest.is_latest)
        self.assertFalse(former.is_latest)

    def test_one_that_is_sent_again_is_a_row_of_its_own(self):
        first = self._sent()
        first.with_user(self.agent).action_resend()
        self._send_mails(self.contact)
        rows = self.contact.portal_invitation_ids.sudo()
        self.assertEqual(len(rows), 2)
        self.assertEqual((rows - first).state, "sent")
        self.assertFalse(first.is_latest)
        self.assertEqual(first.state, "sent", "its link works as well")

    def test_one_that_never_left_is_replaced(self):
        first = self._invite()
        self.contact.with_user(self.agent).action_send_portal_credentials()
        self.assertFalse(first.exists())
        self.assertEqual(len(self.contact.portal_invitation_ids), 1)

    def test_revoke_voids_the_link_and_the_access_of_who_never_came(self):
        invitation = self._sent()
        token = self._partner_token()
        invitation.with_user(self.agent).action_revoke()
        self.assertEqual(invitation.state, "revoked")
        self.assertEqual(invitation.revoked_by_id, self.agent)
        self.assertFalse(self.contact.portal_user)
        self.assertFalse(self.env["res.partner"]._get_partner_from_token(token))
        self.contact.portal_user = True
        self.assertFalse(
            self.env["res.partner"]._get_partner_from_token(token),
            "a former link does not come to life again",
        )

    def test_revoke_leaves_the_access_of_who_has_logged_in(self):
        partner = self._make_portal_contact()
        user = self._user_of(partner)
        user.with_user(user)._update_last_login()
        partner.with_user(self.agent).action_send_portal_credentials()
        token = partner.sudo()._generate_signup_token()
        self._send_mails(partner)
        partner.portal_invitation_ids.with_user(self.agent).filtered(
            "is_latest"
        ).action_revoke()
        self.assertTrue(partner.portal_user)
        self.assertFalse(self.env["res.partner"]._get_partner_from_token(token))
        self.assertEqual(partner.portal_invitation_state, "revoked")

    def test_revoking_a_queued_one_sends_no_mail(self):
        invitation = self._invite()
        invitation.with_user(self.agent).action_revoke()
        self.assertFalse(self._mails_to(self.contact))

    def test_many_are_sent_again_or_revoked_at_once(self):
        partners = self.env["res.partner"].create(
            [{"name": f"P{i}", "email": f"p{i}@example.com"} for i in range(3)]
        )
        for partner in partners:
            self._sent(partner)
        accepted = partners[0].portal_invitation_ids.sudo()
        accepted._become("accepted")
        rows = partners.portal_invitation_ids.with_user(self.agent)
        answer = rows.action_resend()
        self.assertIn("being sent: 2", answer["params"]["message"])
        self.assertIn("P0", answer["params"]["message"])
        self.assertEqual(len(partners.portal_invitation_ids), 5)
        rows = partners.portal_invitation_ids.with_user(self.agent)
        answer = rows.action_revoke()
        self.assertIn("revoked: 2", answer["params"]["message"])
        self.assertEqual(partners.mapped("portal_user"), [True, False, False])

    def test_nothing_is_left_to_do_on_an_accepted_one(self):
        invitation = self._sent()
        invitation._become("accepted")
        for action in ("action_resend", "action_revoke"):
            with self.assertRaises(UserError):
                getattr(invitation.with_user(self.agent), action)()

    def test_only_agents_act_and_nobody_writes(self):
        invitation = self._sent()
        customer = self._user_of(self._make_portal_contact())
        for user in (self.clerk, customer, self.env.ref("base.public_user")):
            for action in ("action_resend", "action_revoke"):
                with self.assertRaises(AccessError):
                    getattr(invitation.with_user(user), action)()
            with self.assertRaises(AccessError):
                self.contact.with_user(user).action_revoke_portal_invitation()
            with self.assertRaises(AccessError):
                invitation.with_user(user).read(["email"])
        for user in (self.agent, self.manager):
            with self.assertRaises(AccessError):
                invitation.with_user(user).state = "accepted"
        self.assertEqual(invitation.state, "sent")

    def test_agents_of_another_company_see_and_revoke_none(self):
        other = self.env["res.company"].create({"name": "Other"})
        theirs = self.env["res.partner"].create(
            {"name": "T", "email": "t@example.com", "company_id": other.id}
        )
        theirs.portal_user = True
        invitation = theirs.portal_invitation_ids.sudo()
        for action in ("action_resend", "action_revoke"):
            with self.assertRaises(AccessError):
                getattr(invitation.with_user(self.agent), action)()
        self.assertFalse(
            self.invitations.with_user(self.agent).search([("id", "=", invitation.id)])
        )

    def test_contacts_are_found_by_the_status_that_the_clock_says(self):
        invitation = self._sent()
        partners = self.env["res.partner"].with_user(self.agent)

        def find(*states):
            domain = [("portal_invitation_state", "in", states)]
            return self.contact in partners.search(domain)

        self.assertTrue(find("sent"))
        self.assertFalse(find("expired", "accepted"))
        self.assertFalse(find(False))
        invitation.valid_until = fields.Datetime.now() - timedelta(minutes=1)
        self.env.invalidate_all()
        self.assertEqual(self.contact.portal_invitation_state, "expired")
        self.assertTrue(find("expired"))
        self.assertFalse(find("sent", "queued"))
        self.assertIn(
            self.acme,
            partners.search([("portal_invitation_state", "=", False)]),
        )

    def test_the_contact_shows_it_to_agents(self):
        self._sent()
        with Form(self.contact.with_user(self.agent)) as form:
            self.assertEqual(form.portal_invitation_state, "sent")
        action = self.contact.with_user(self.agent).action_view_portal_invitations()
        found = self.invitations.with_user(self.agent).search(action["domain"])
        self.assertEqual(found.partner_id, self.contact)

    def test_the_form_revokes_the_latest(self):
        self._sent()
        self.contact.with_user(self.agent).action_revoke_portal_invitation()
        self.assertEqual(self.contact.portal_invitation_state, "revoked")


@tagged("post_install", "-at_install")
class TestInvitationValidity(InvitationCommon):
    """Settings say how many days a link works, from when it is of use."""

    def _days(self):
        return self.contact._get_login_link_hours() / 24

    def test_days_count_from_the_mail_or_from_the_first_day_of_support(self):
        self._set_param(PARAM_INVITATION_DAYS, 3)
        self.contact.portal_user = True
        self.assertEqual(self._days(), 3)
        self.contact.support_start_date = self.today + timedelta(days=30)
        self.assertEqual(self._days(), 33)

    def test_without_the_setting_it_is_as_it_was(self):
        self.contact.portal_user = True
        self.assertEqual(self._days(), 15)

    def test_the_link_itself_ends_then(self):
        self._set_param(PARAM_INVITATION_DAYS, 2)
        self.contact.portal_user = True
        invitation = self.contact.portal_invitation_ids
        expected = fields.Datetime.now() + timedelta(days=2)
        self.assertLess(abs(invitation.valid_until - expected), timedelta(minutes=5))

    def test_settings_take_no_number_that_makes_no_sense(self):
        settings = self.env["res.config.settings"]
        for name in ("portal_invitation_days", "portal_reminder_days"):
            for number in (-1, 3651):
                with self.assertRaises(UserError):
                    settings.create({name: number})
            settings.create({name: 3650}).execute()
