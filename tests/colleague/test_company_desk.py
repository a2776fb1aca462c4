from unittest.mock import patch

from lxml import etree

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from ...models.base.undone import undone
from ..colleague_common import ColleagueCommon
from ..common import takes_long


@tagged("post_install", "-at_install")
class TestCompanyDesk(ColleagueCommon):
    """What agents see of an organization, and who manages it."""

    def _choose(self, partner, user=None, **values):
        wizard = self.env["customer.portal.manager.choice"].with_user(
            user or self.agent
        )
        choice = wizard.create(
            {
                "organization_id": self.azure.id,
                "partner_id": partner.id,
                "profile_id": self.profiles["leader"].id,
                **values,
            }
        )
        return choice.action_choose()

    def _activities(self):
        summary = "Choose who manages colleagues"
        return self.azure.activity_ids.filtered(lambda one: one.summary == summary)

    # === THE FORM === #

    def test_the_organization_shows_seats_managers_and_what_waits(self):
        self.azure.portal_approval = True
        self._service()._end_access(self.ben.id)
        azure = self.azure.with_user(self.agent)
        self.assertEqual(azure.portal_seats_used, 2)
        self.assertEqual(azure.portal_manager_ids, self.emma)
        self.assertFalse(azure.portal_lacks_manager)
        self.assertEqual(len(azure.portal_open_request_ids), 1)
        azure.portal_open_request_ids.action_refuse()
        azure.invalidate_recordset()
        self.assertFalse(azure.portal_open_request_ids)
        self.assertIn("unlimited", azure.portal_seats_default)
        self._set_param("customer_portal.seats", "5")
        azure.invalidate_recordset()
        self.assertIn("5", azure.portal_seats_default)

    def test_an_agent_sets_seats_and_approval_on_the_form(self):
        with Form(self.azure.with_user(self.agent)) as form:
            form.portal_seats = 5
            form.portal_approval = True
        self.assertEqual(self.azure.portal_seats, 5)
        self.assertTrue(self.azure.portal_approval)

    def test_a_clerk_sees_no_buttons_of_agents(self):
        arch = (
            self.env["res.partner"]
            .with_user(self.clerk)
            .get_view(self.env.ref("base.view_partner_form").id, "form")["arch"]
        )
        names = {node.get("name") for node in etree.fromstring(arch).iter("button")}
        self.assertFalse(
            {name for name in names if name and "portal_manager" in name}, names
        )
        with Form(self.azure.with_user(self.clerk)) as form:
            form.phone = "+1 555 0100"

    def test_buttons_lead_to_the_people_and_the_changes_of_the_organization(self):
        azure = self.azure.with_user(self.agent)
        action = azure.action_view_portal_colleagues()
        people = self.env["res.partner"].search(action["domain"])
        self.assertLessEqual(self.emma + self.ben, people)
        self.assertFalse((self.rob + self.sue) & people)
        self.azure.portal_approval = True
        self._service()._end_access(self.ben.id)
        action = azure.action_view_portal_requests()
        self.assertEqual(len(self.requests.search(action["domain"])), 1)

    # === WHO LEAVES === #

    def test_the_organization_says_when_the_last_manager_has_left(self):
        def revoke(emma):
            emma.portal_user = False

        def archive(emma):
            emma.action_archive()

        def move(emma):
            emma.parent_id = self.deco

        def demote(emma):
            emma.portal_profile_id = self.profiles["worker"]

        def delete(emma):
            self._user_of(emma).unlink()
            emma.unlink()

        for leave in (revoke, archive, move, demote, delete):
            with self.subTest(leave.__name__), self.env.cr.savepoint() as point:
                leave(self.emma)
                self.azure.invalidate_recordset()
                self.assertTrue(self.azure.portal_lacks_manager)
                self.assertFalse(self.azure.portal_manager_ids)
                self.assertEqual(self.azure.portal_manager_left, self.today)
                self.assertEqual(len(self._activities()), 1)
                point.close(rollback=True)
            self.env.invalidate_all()

    def test_an_ended_period_says_so_too(self):
        self._expire(self.emma)
        self.azure.invalidate_recordset()
        self.assertTrue(self.azure.portal_lacks_manager)
        self._end_periods()
        self.assertEqual(len(self._activities()), 1)
        self.emma.support_end_date = self.tomorrow
        self.assertFalse(self._activities())
        self.assertFalse(self.azure.portal_lacks_manager)

    def test_where_all_periods_end_at_once_nobody_is_missed(self):
        self._expire(self.emma | self.ben)
        self._end_periods()
        self.assertFalse(self._activities())

    def _end_periods(self):
        cron = self.registry["ir.cron"]
        with patch.object(cron, "_commit_progress", return_value=60):
            self.env["customer.portal.period"].sudo()._cron_end_periods()
        self.env.invalidate_all()

    @takes_long
    def test_each_manager_who_leaves_is_missed_whatever_has_replaced_the_last_one(self):
        def give(partner):
            partner.write(
                {"portal_user": True, "portal_profile_id": self.profiles["leader"].id}
            )

        def move(partner):
            give(partner)
            partner.parent_id = self.azure

        worker = self.profiles["worker"]
        self.emma.portal_profile_id = worker
        for come, partner in ((give, self.idle), (move, self.rob)):
            with self.subTest(come.__name__):
                self.assertEqual(len(self._activities()), 1)
                come(partner)
                self.assertFalse(self._activities(), "nothing is left to choose")
                self.assertFalse(self.azure.portal_manager_left)
                partner.portal_profile_id = worker
        self.assertEqual(len(self._activities()), 1)

    @takes_long
    def test_managers_who_come_with_their_department_or_organization_are_there(self):
        def move(partners):
            partners["department"].parent_id = self.azure

        def merge(partners):
            wizard = self.env["base.partner.merge.automatic.wizard"].create({})
            wizard._merge([self.deco.id, self.azure.id], self.azure)

        department = self.env["res.partner"].create(
            {"name": "Department", "parent_id": self.deco.id}
        )
        self.dan.parent_id = department
        self.emma.portal_profile_id = self.profiles["worker"]
        for come in (move, merge):
            with self.subTest(come.__name__), self.env.cr.savepoint() as point:
                self.assertEqual(len(self._activities()), 1)
                come({"department": department})
                self.assertFalse(self.azure.portal_manager_left)
                self.assertFalse(self._activities())
                point.close(rollback=True)
            self.env.invalidate_all()

    def test_while_another_one_manages_nobody_has_to_be_chosen(self):
        self.ben.portal_profile_id = self.profiles["leader"]
        self.emma.portal_user = False
        self.assertFalse(self.azure.portal_lacks_manager)
        self.assertFalse(self._activities())
        self.assertEqual(self.azure.portal_manager_ids, self.ben)

    # === PROFILES THAT MANAGE NO LONGER === #

    def test_a_profile_that_manages_no_longer_says_whose_manager_it_was(self):
        leader = self.profiles["leader"]
        for values in ({"manage_scope": False}, {"active": False}):
            with self.subTest(values), self.env.cr.savepoint() as point:
                leader.write(values)
                self.azure.invalidate_recordset()
                self.assertTrue(self.azure.portal_lacks_manager)
                self.assertEqual(self.azure.portal_manager_left, self.today)
                self.assertTrue(self.deco.portal_manager_left)
                [activity] = self._activities()
                self.assertIn("profile Leader no longer has", activity.note)
                leader.write({"manage_scope": "organization", "active": True})
                self.azure.invalidate_recordset()
                self.assertFalse(self.azure.portal_lacks_manager)
                self.assertFalse(self.azure.portal_manager_left)
                self.assertFalse(self._activities(), "nothing is left to choose")
                point.close(rollback=True)
            self.env.invalidate_all()

    def test_while_another_profile_manages_nobody_has_to_be_chosen(self):
        other = self.profiles["leader"].copy({"name": "Other Leader"})
        self.assertTrue(other.manage_scope)
        self.ben.portal_profile_id = other
        self.profiles["leader"].manage_scope = False
        self.assertFalse(self._activities())
        self.assertFalse(self.azure.portal_manager_left)
        self.assertTrue(self.deco.portal_manager_left)

    def test_who_manages_as_before_or_more_is_not_missed(self):
        leader = self.profiles["leader"]
        leader.write({"manage_scope": "subsidiaries", "active": True, "name": "Chief"})
        self.profiles["worker"].manage_scope = False
        self.assertFalse(self._activities())

    def test_nobody_is_told_of_what_is_only_reviewed(self):
        leader = self.profiles["leader"]
        before = self.env["mail.activity"].search_count([])
        with undone(self.env):
            leader.manage_scope = False
            self.assertEqual(self.env["mail.activity"].search_count([]), before)
        self.azure.invalidate_recordset()
        self.assertFalse(self.azure.portal_manager_left)
        self.assertEqual(leader.manage_scope, "organization")

    def test_where_nobody_has_access_nobody_is_missed(self):
        self.ben.portal_user = False
        self.emma.portal_user = False
        self.assertFalse(self.azure.portal_manager_left)
        self.assertFalse(self._activities())

    def test_who_never_managed_is_not_missed(self):
        self.ben.portal_user = False
        self.rob.parent_id = self.azure
        self.assertFalse(self.azure.portal_manager_left)
        self.assertFalse(self.deco.portal_manager_left)

    # === WHO IS CHOSEN === #

    def test_an_agent_chooses_a_manager(self):
        self.emma.portal_user = False
        action = self.azure.with_user(self.agent).action_choose_portal_manager()
        self.assertEqual(action["context"]["default_organization_id"], self.azure.id)
        self._choose(self.idle)
        self.assertTrue(self.idle.portal_user)
        self.assertEqual(self.azure.portal_manager_ids, self.idle)
        self.assertFalse(self.azure.portal_lacks_manager)
        self.assertFalse(self._activities(), "the activity is done")
        service = self.env["customer.portal.colleague"]
        self.assertTrue(service.with_user(self._user_of(self.idle))._may_manage())

    def test_only_somebody_of_the_organization_is_chosen_and_with_such_a_profile(self):
        with self.assertRaises(ValidationError):
            self._choose(self.rob)
        with self.assertRaises(ValidationError):
            self._choose(self.ben, profile_id=self.profiles["worker"].id)
        self.assertEqual(self.rob.portal_profile_id, self.profiles["worker"])
        self.assertEqual(self.ben.portal_profile_id, self.profiles["worker"])

    def test_only_agents_choose(self):
        self.emma.portal_user = False
        for user in (self.clerk, self._user_of(self.dan)):
            with self.subTest(user.login):
                with self.assertRaises(AccessError):
                    self._choose(self.ben, user)
                with self.assertRaises(AccessError):
                    self.azure.with_user(user).action_forget_portal_manager()
        self.assertTrue(self.azure.portal_manager_left)

    def test_an_agent_can_leave_it_at_that(self):
        self.emma.portal_user = False
        self.azure.with_user(self.agent).action_forget_portal_manager()
        self.assertFalse(self.azure.portal_lacks_manager)

    def test_one_profile_to_choose_is_proposed(self):
        profiles = self.env["customer.portal.profile"]
        profiles.search([("manage_scope", "!=", False)]).manage_scope = False
        wizard = self.env["customer.portal.manager.choice"].with_user(self.agent)
        self.assertFalse(wizard.default_get(["profile_id"]).get("profile_id"))
        self.profiles["leader"].manage_scope = "organization"
        proposed = wizard.default_get(["profile_id"])["profile_id"]
        self.assertEqual(proposed, self.profiles["leader"].id)

    def test_of_several_profiles_that_of_the_manager_who_has_left_is_proposed(self):
        self.profiles["more"].manage_scope = "organization"
        wizard = self.env["customer.portal.manager.choice"].with_user(self.agent)
        self.assertFalse(wizard.default_get(["profile_id"]).get("profile_id"))
        self.emma.action_archive()
        action = self.azure.with_user(self.agent).action_choose_portal_manager()
        wizard = wizard.with_context(**action["context"])
        proposed = wizard.default_get(["profile_id"])["profile_id"]
        self.assertEqual(proposed, self.profiles["leader"].id)
