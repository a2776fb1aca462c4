from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import MissingError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ...models.colleague import colleague_invite
from ...models.colleague.colleague_invite import MOST_PER_DAY
from ...utils_people import MOST_PEOPLE
from ..colleague_common import ColleagueCommon
from ..common import takes_long


@tagged("post_install", "-at_install")
class TestColleague(ColleagueCommon):
    """A customer manages the access of their colleagues."""

    # === INVITE === #

    def test_who_is_invited_gets_access_the_profile_and_login_details(self):
        answer = self._invite("  New@Example.com ")
        self.assertEqual(answer["status"], "done")
        partner = self.env["res.partner"].browse(answer["partner_id"])
        self.assertEqual(partner.parent_id, self.azure)
        self.assertEqual(partner.name, "Nina New")
        self.assertEqual(partner.portal_profile_id, self.profiles["worker"])
        self.assertEqual(partner.portal_state, "active")
        self.assertEqual(self._user_of(partner).login, "new@example.com")
        self.assertEqual(len(self._mails_to(partner)), 1)
        self.assertEqual(self._partner_from_mail(self._mails_to(partner)), partner)

    @takes_long
    def test_touchpoints_and_notes_say_which_customer_did_it(self):
        partner = self.env["res.partner"].browse(self._invite()["partner_id"])
        touchpoint = partner.portal_touchpoint_ids
        self.assertEqual(touchpoint.mapped("kind"), ["granted"])
        self.assertEqual(touchpoint.user_id, self.user)
        self.assertIn(self.emma, partner.message_ids.author_id)
        self._service()._change_profile(self.ben.id, self.profiles["leader"].id)
        self._service()._end_access(self.ben.id)
        self._service()._restore_access(self.ben.id)
        by_emma = self.ben.portal_touchpoint_ids.filtered(
            lambda one: one.user_id == self.user
        )
        self.assertEqual(
            by_emma.sorted("id").mapped("kind"), ["changed", "revoked", "granted"]
        )
        notes = self.ben.message_ids.filtered(lambda one: one.author_id == self.emma)
        self.assertEqual(len(notes), 3)

    def test_an_address_that_a_customer_types_counts_as_proven_only_by_the_link(self):
        partner = self.env["res.partner"].browse(self._invite()["partner_id"])
        self.assertTrue(partner.portal_email_unproven)

    def test_a_contact_of_the_organization_is_invited_instead_of_made_twice(self):
        answer = self._invite("IDA@example.com")
        self.assertEqual(answer["partner_id"], self.idle.id)
        self.assertTrue(self.idle.portal_user)
        self.assertEqual(self.idle.name, "Ida Idle")
        again = self._invite("ida@example.com")
        self.assertEqual(again["status"], "refused")
        self.assertIn("already has access", again["text"])

    def test_the_address_of_another_organization_is_of_no_use_and_nothing_is_learnt(
        self,
    ):
        self._user_of(self.dan).login = "dan.login@example.com"
        for email in ("rob@example.com", "ROB@Example.com", "dan.login@example.com"):
            answer = self._invite(email)
            self.assertEqual(answer["status"], "refused")
            self.assertNotIn("Rob", answer["text"])
            self.assertNotIn("Deco", answer["text"])
            self.assertEqual(answer["text"], "This email address can't be used.")
        self.assertEqual(self.rob.parent_id, self.deco)
        twin = [("email", "=", "rob@example.com"), ("id", "!=", self.rob.id)]
        self.assertFalse(self.env["res.partner"].search(twin))

    def test_each_row_is_answered_and_one_that_is_wrong_stops_no_other(self):
        worker = self.profiles["worker"].id
        rows = [
            {"name": "A", "email": "a@example.com", "profile_id": worker},
            {"name": "B", "email": "no address", "profile_id": worker},
            {"name": "www.evil.example", "email": "c@example.com"},
            {"name": "D", "email": "d@example.com", "profile_id": 0},
            {"name": "E", "email": "a@example.com", "profile_id": worker},
            {"email": "f@example.com", "profile_id": worker},
        ]
        answers = self._service()._invite(rows)
        self.assertEqual(
            [one["status"] for one in answers],
            ["done", "refused", "refused", "refused", "refused", "done"],
        )
        self.assertEqual([one["email"] for one in answers], [r["email"] for r in rows])
        self.assertEqual(
            self.env["res.partner"].browse(answers[-1]["partner_id"]).name, "f"
        )

    def test_no_more_people_are_invited_at_once_or_in_a_day_than_makes_sense(self):
        with self.assertRaises(UserError):
            self._service()._invite([{}] * (MOST_PEOPLE + 1))
        self.env["customer.portal.touchpoint"].create(
            [
                {"kind": "granted", "user_id": self.user.id, "partner_id": self.ben.id}
                for _number in range(MOST_PER_DAY)
            ]
        )
        self.assertEqual(self._invite()["status"], "refused")
        with self.assertRaisesRegex(UserError, "too much for one day"):
            self._service()._restore_access(self.idle.id, self.profiles["worker"].id)
        self._service()._end_access(self.ben.id)
        self.assertFalse(self.ben.portal_user, "to end an access is never too much")

    @takes_long
    def test_what_is_left_of_a_day_is_counted_once_for_a_whole_list(self):
        rows = [
            {
                "name": name,
                "email": f"{name}@example.com",
                "profile_id": self.profiles["worker"].id,
            }
            for name in ("a", "b", "c", "not an address", "d", "e")
        ]
        service = self._service()
        with (
            patch.object(colleague_invite, "MOST_PER_DAY", 4),
            patch.object(
                type(service),
                "_count_left",
                autospec=True,
                side_effect=type(service)._count_left,
            ) as count,
        ):
            answers = service._invite(rows)
        self.assertEqual(count.call_count, 1)
        self.assertEqual(
            [one["status"] for one in answers],
            ["done", "done", "done", "refused", "done", "refused"],
        )
        self.assertIn("too much for one day", answers[-1]["text"])

    def test_the_period_is_never_beyond_ones_own(self):
        partner = self.env["res.partner"].browse(self._invite()["partner_id"])
        self.assertEqual(partner.support_start_date, self.today)
        self.assertEqual(partner.support_end_date, self.emma.support_end_date)
        self.emma.support_end_date = self.tomorrow
        self._service()._end_access(self.ben.id)
        self._service()._restore_access(self.ben.id)
        self.assertEqual(self.ben.support_end_date, self.tomorrow)

    def test_a_period_that_ends_earlier_or_begins_later_is_kept(self):
        self.ben.write(
            {
                "support_start_date": self.tomorrow,
                "support_end_date": self.tomorrow + timedelta(days=3),
            }
        )
        self._service()._end_access(self.ben.id)
        self._service()._restore_access(self.ben.id)
        self.assertEqual(self.ben.portal_state, "scheduled")
        self.assertEqual(self.ben.support_end_date, self.tomorrow + timedelta(days=3))

    def test_without_an_end_of_ones_own_settings_propose_one(self):
        self.emma.support_end_date = False
        partner = self.env["res.partner"].browse(self._invite()["partner_id"])
        self.assertEqual(
            partner.support_end_date, partner._get_proposed_end(self.today)
        )

    # === CHANGE === #

    def test_a_profile_is_changed_and_access_is_ended_and_brought_back(self):
        service = self._service()
        answer = service._change_profile(self.ben.id, self.profiles["leader"].id)
        self.assertEqual(answer["status"], "done")
        self.assertEqual(self.ben.portal_profile_id, self.profiles["leader"])
        service._end_access(self.ben.id)
        self.assertEqual(self.ben.portal_state, "none")
        self.assertFalse(self._user_of(self.ben).active)
        with self.assertRaises(UserError):
            service._end_access(self.ben.id)
        with self.assertRaises(UserError):
            service._change_profile(self.ben.id, self.profiles["worker"].id)
        service._restore_access(self.ben.id, self.profiles["worker"].id)
        self.assertEqual(self.ben.portal_state, "active")
        self.assertTrue(self._user_of(self.ben).active)
        with self.assertRaises(UserError):
            service._restore_access(self.ben.id)

    def test_an_expired_colleague_is_brought_back(self):
        self._expire(self.ben)
        self._service()._restore_access(self.ben.id)
        self.assertEqual(self.ben.portal_state, "active")
        self.assertEqual(self.ben.support_end_date, self.emma.support_end_date)

    def test_login_details_are_sent_again_to_who_has_never_logged_in(self):
        partner = self.env["res.partner"].browse(self._invite()["partner_id"])
        self._service()._resend(partner.id)
        self.assertIn("colleague_resent", self._kinds(partner))
        self._service()._end_access(partner.id)
        with self.assertRaises(UserError):
            self._service()._resend(partner.id)
        log = self.env["res.users.log"].with_user(self._user_of(self.ben))
        log.sudo().create({})
        self.env.invalidate_all()
        with self.assertRaises(UserError):
            self._service()._resend(self.ben.id)

    @takes_long
    def test_login_details_are_not_sent_again_without_end(self):
        partner = self.env["res.partner"].browse(self._invite()["partner_id"])
        for _number in range(10):
            self._service()._resend(partner.id)
        with self.assertRaises(UserError):
            self._service()._resend(partner.id)

    def test_nobody_changes_those_who_have_more_rights(self):
        self.ben.portal_profile_id = self.profiles["more"]
        for change in (
            lambda: self._service()._end_access(self.ben.id),
            lambda: self._service()._resend(self.ben.id),
            lambda: self._service()._change_profile(
                self.ben.id, self.profiles["worker"].id
            ),
        ):
            with self.assertRaises(UserError):
                change()
        self.assertTrue(self.ben.portal_user)
        self.assertEqual(self.ben.portal_profile_id, self.profiles["more"])

    # === MANAGEMENT === #

    def test_the_last_who_manages_cannot_end_it_for_themselves(self):
        service, worker = self._service(), self.profiles["worker"]
        with self.assertRaises(UserError):
            service._end_access(self.emma.id)
        with self.assertRaises(UserError):
            service._change_profile(self.emma.id, worker.id)
        service._change_profile(self.ben.id, self.profiles["leader"].id)
        service._change_profile(self.emma.id, worker.id)
        self.assertEqual(self.emma.portal_profile_id, worker)
        with self.assertRaises(MissingError):
            self._service()._end_access(self.ben.id)

    def test_a_manager_who_cannot_log_in_does_not_count_as_another_one(self):
        self.ben.portal_profile_id = self.profiles["leader"]
        self._expire(self.ben)
        with self.assertRaises(UserError):
            self._service()._end_access(self.emma.id)

    def test_the_last_who_manages_subsidiaries_cannot_give_that_up(self):
        leader, worker = self.profiles["leader"], self.profiles["worker"]
        local = leader.copy({"name": "Local"})
        leader.write(
            {
                "manage_scope": "subsidiaries",
                "given_profile_ids": [Command.link(local.id)],
            }
        )
        self.ben.portal_profile_id = local
        service = self._service()
        for profile in local, worker:
            with self.assertRaisesRegex(UserError, "people of your subsidiaries"):
                service._change_profile(self.emma.id, profile.id)
        with self.assertRaisesRegex(UserError, "people of your subsidiaries"):
            service._end_access(self.emma.id)
        self.ben.portal_profile_id = leader
        service._change_profile(self.emma.id, local.id)
        self.assertEqual(self.emma.portal_profile_id, local)

    def test_without_subsidiaries_their_management_is_given_up_freely(self):
        leader = self.profiles["leader"]
        local = leader.copy({"name": "Local"})
        leader.write(
            {
                "manage_scope": "subsidiaries",
                "given_profile_ids": [Command.link(local.id)],
            }
        )
        self.branch.parent_id = False
        self._service()._change_profile(self.emma.id, local.id)
        self.assertEqual(self.emma.portal_profile_id, local)

    def test_with_subsidiaries_their_people_are_managed_too(self):
        leader = self.profiles["leader"]
        self.assertNotIn("sue", self._names())
        with self.assertRaises(MissingError):
            self._service()._end_access(self.sue.id)
        leader.manage_scope = "subsidiaries"
        self.assertIn("sue", self._names())
        self.assertEqual(
            [one["name"] for one in self._service()._get_organizations()],
            ["Azure", "Branch"],
        )
        answer = self._invite("sub@example.com", organization_id=self.branch.id)
        partner = self.env["res.partner"].browse(answer["partner_id"])
        self.assertEqual(partner.parent_id, self.branch)
        self._service()._end_access(self.sue.id)
        self.assertFalse(self.sue.portal_user)

    @takes_long
    def test_the_tree_is_managed_as_far_as_it_is_of_ones_company(self):
        self.profiles["leader"].manage_scope = "subsidiaries"
        make, person = self.env["res.partner"].create, self.people["emma"]
        # A company below a person is their organization's, too.
        deep, beside = make(
            [
                {"name": "Deep", "is_company": True, "parent_id": self.branch.id},
                {"name": "Beside", "is_company": True, "parent_id": person.id},
            ]
        )
        make({"name": "Deeper", "is_company": True, "parent_id": deep.id})
        managed = self._gate_of()._get_managed_organization_ids
        self.assertEqual(len(managed()), 5)
        deep.company_id = self.env["res.company"].create({"name": "Elsewhere"})
        self.assertEqual(managed(), [self.azure.id, self.branch.id, beside.id])

    def test_in_a_subsidiary_nothing_is_given_that_ones_own_records_do_not_reach(self):
        self.profiles["leader"].manage_scope = "subsidiaries"
        self._get_row(self.profiles["worker"]).records_visibility = "organization"
        self.assertEqual(self._invite("a@example.com")["status"], "done")
        answer = self._invite("b@example.com", organization_id=self.branch.id)
        self.assertEqual(answer["status"], "refused")
        self.assertIn(
            "Worker", [one["name"] for one in self._service()._get_profiles()]
        )
        names = [one["name"] for one in self._service()._get_profiles(self.branch.id)]
        self.assertNotIn("Worker", names)

    def test_only_profiles_that_may_be_given_are_offered(self):
        names = [one["name"] for one in self._service()._get_profiles()]
        self.assertEqual(sorted(names), ["Leader", "Worker"])
        self.profiles["leader"].given_profile_ids -= self.profiles["leader"]
        names = [one["name"] for one in self._service()._get_profiles()]
        self.assertEqual(names, ["Worker"])
