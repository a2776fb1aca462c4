from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..colleague_common import ColleagueCommon
from ..common import takes_long


@tagged("post_install", "-at_install")
class TestInviteAttacks(ColleagueCommon):
    """An invitation does nothing that no other change of a colleague would."""

    def test_an_invitation_takes_no_rights_from_those_who_have_more(self):
        self.ben.portal_profile_id = self.profiles["more"]
        self._expire(self.ben)
        answer = self._invite("ben@example.com")
        self.assertEqual(answer["status"], "refused")
        self.assertIn("more rights than you", answer["text"])
        self.assertEqual(self.ben.portal_profile_id, self.profiles["more"])
        self.assertEqual(self.ben.portal_state, "expired")

    def test_who_got_more_rights_since_is_not_invited_by_an_approval(self):
        self.azure.portal_approval = True
        self._expire(self.ben)
        self.assertEqual(self._invite("ben@example.com")["status"], "asked")
        self.ben.portal_profile_id = self.profiles["more"]
        request = self.requests.search([("state", "=", "open")])
        with self.assertRaises(UserError):
            request.with_user(self.agent).action_approve()
        self.assertEqual(self.ben.portal_profile_id, self.profiles["more"])

    def test_no_other_organization_is_named_to_get_around_an_approval(self):
        self.profiles["leader"].manage_scope = "subsidiaries"
        rows = (self.profiles["leader"] + self.profiles["worker"]).permission_ids
        rows.filtered("visible").records_visibility = "own"
        self.branch.portal_approval = True
        bob = self.env["res.partner"].create(
            {"name": "Bob", "email": "bob@example.com", "parent_id": self.branch.id}
        )
        for organization in (None, self.azure.id, self.branch.id):
            answer = self._invite("bob@example.com", organization_id=organization)
            self.assertEqual(answer["status"], "asked", answer["text"])
            self.assertFalse(bob.portal_user)
        request = self.requests.search([("state", "=", "open")])
        self.assertEqual(request.organization_id, self.branch)
        request.with_user(self.agent).action_approve()
        self.assertTrue(bob.portal_user)
        self.assertEqual(bob.commercial_partner_id, self.branch)

    def test_the_mailbox_of_somebody_who_logs_in_with_another_name_is_of_no_use(self):
        texts = {self._invite("rob@example.com")["text"]}
        clerk = new_test_user(
            self.env,
            login="clerk2",
            email="clerk@corp.example.com",
            groups="base.group_user",
        )
        self._user_of(self.rob).login = "robert"
        self._user_of(self.dan).active = False
        for email in (clerk.email, "rob@example.com", "dan@example.com"):
            answer = self._invite(email.upper())
            self.assertEqual(answer["status"], "refused", email)
            texts.add(answer["text"])
        self.assertEqual(texts, {"This email address can't be used."})

    def test_an_address_is_one_plain_address(self):
        for email in (
            "x@exa mple.com",
            "Joe <joe@example.com>",
            '"a b"@example.com',
            "a@example.com.",
            "a,b@example.com",
            "a\u200b\u202eb\n@example.com",
        ):
            self.assertEqual(self._invite(email)["status"], "refused", email)

    @takes_long
    def test_a_name_that_nobody_sees_is_none_and_no_name_turns_around(self):
        for number, (name, clean) in enumerate(
            (("\u200b\ufeff", "n0"), ("A\u202egnp", "Agnp"), ("\xa0", "n2"))
        ):
            answer = self._invite(f"n{number}@example.com", name=name)
            partner = self.env["res.partner"].browse(answer["partner_id"])
            self.assertEqual(partner.name, clean)

    def test_an_address_that_looks_the_same_is_the_same_contact(self):
        answer = self._invite("ｉda@example.com")
        self.assertEqual(answer["partner_id"], self.idle.id)

    @takes_long
    def test_access_is_not_ended_and_given_again_without_end(self):
        service = self._service()
        with self.assertRaises(UserError):
            for _number in range(12):
                service._end_access(self.ben.id)
                service._restore_access(self.ben.id)
        granted = self._kinds(self.ben).count("granted")
        self.assertLessEqual(granted, 10)
        self.assertEqual(self._invite("ben@example.com")["status"], "refused")

    def test_who_is_not_the_last_to_manage_ends_their_own_access(self):
        self.ben.portal_profile_id = self.profiles["leader"]
        self._service()._end_access(self.emma.id)
        self.assertFalse(self.emma.portal_user)
        self.assertFalse(self.user.active)
        touchpoint = self.emma.portal_touchpoint_ids.filtered(
            lambda one: one.kind == "revoked"
        )
        self.assertEqual(touchpoint.user_id, self.user)

    def test_no_profile_is_given_that_reads_for_longer_after_the_end(self):
        worker, leader = self.profiles["worker"], self.profiles["leader"]
        worker.grace_days = 30
        self.assertEqual(self._invite()["status"], "refused")
        self.assertIn("Days of Grace", leader.given_problem)
        leader.grace_days = 30
        self.assertEqual(self._invite()["status"], "done")

    def test_nobody_changes_anything_who_may_only_read(self):
        self.profiles["leader"].write(
            {
                "grace_days": 30,
                "given_profile_ids": [Command.link(self.profiles["worker"].id)],
            }
        )
        self.assertTrue(self._service()._may_change())
        self._expire(self.emma)
        self.assertTrue(self._service()._may_manage())
        self.assertFalse(self._service()._may_change())
