from datetime import timedelta

from odoo.exceptions import AccessError, MissingError, UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.mail.tools.discuss import Store

from ..colleague_common import ColleagueCommon
from ..common import run_migration, takes_long


@tagged("post_install", "-at_install")
class TestColleagueRequest(ColleagueCommon):
    """Changes for colleagues that wait for approval."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.azure.write({"portal_approval": True, "user_id": cls.agent.id})
        cls.agent.email = "agent@example.com"

    def _open(self):
        return self.requests.search(
            [("organization_id", "child_of", self.azure.id), ("state", "=", "open")]
        )

    def _ask(self, name="_end_access", *args):
        answer = getattr(self._service(), name)(*(args or (self.ben.id,)))
        self.assertEqual(answer["status"], "asked")
        return self._open()[:1]

    def test_nothing_changes_until_an_agent_approves_it(self):
        request = self._ask()
        self.assertTrue(self.ben.portal_user)
        self.assertEqual(request.user_id, self.user)
        self.assertIn("colleague_asked", self._kinds(self.emma))
        request.with_user(self.agent).action_approve()
        self.assertEqual(request.state, "approved")
        self.assertEqual(request.decided_by_id, self.agent)
        self.assertFalse(self.ben.portal_user)
        revoked = self.ben.portal_touchpoint_ids.filtered(
            lambda one: one.kind == "revoked"
        )
        self.assertEqual(revoked.user_id, self.user)
        self.assertIn("colleague_decided", self._kinds(self.ben))

    @takes_long
    def test_each_kind_of_change_is_approved(self):
        leader = self.profiles["leader"]
        self._ask("_change_profile", self.ben.id, leader.id)
        self._open().with_user(self.agent).action_approve()
        self.assertEqual(self.ben.portal_profile_id, leader)
        self._ask("_restore_access", self.idle.id, self.profiles["worker"].id)
        self._open().with_user(self.agent).action_approve()
        self.assertEqual(self.idle.portal_state, "active")
        answer = self._invite("new@example.com")
        self.assertEqual(answer["status"], "asked")
        self.assertFalse(answer["partner_id"])
        self.assertNotIn("request_id", answer)
        request = self._open()
        self.assertEqual(request.email, "new@example.com")
        request.with_user(self.agent).action_approve()
        partner = self.env["res.partner"].search([("email", "=", "new@example.com")])
        self.assertEqual(partner.portal_state, "active")
        self.assertEqual(partner.parent_id, self.azure)
        self.assertIn(self.emma, partner.message_ids.author_id)

    @takes_long
    def test_why_it_cannot_be_done_is_said_to_the_agent_who_approves(self):
        def fill(request):
            self.azure.portal_seats = 2

        def limit(request):
            self._set_param("customer_portal.contacts_per_user", 1)

        def expire(request):
            self._expire(self.emma)

        def demote(request):
            self.emma.portal_profile_id = self.profiles["worker"]

        def take(request):
            self.profiles["leader"].given_profile_ids = False

        wanted = {
            fill: "raise Seats on the organization",
            limit: "See Contacts per User in the Customer Portal settings",
            expire: "emma can no longer change this access",
            demote: "emma can no longer change this access",
            take: "emma can't give this profile",
        }
        self._invite("new@example.com")
        for obstacle, text in wanted.items():
            with self.subTest(obstacle.__name__), self.env.cr.savepoint() as point:
                request = self._open()
                obstacle(request)
                with self.assertRaises(UserError) as caught:
                    request.with_user(self.agent).action_approve()
                self.assertIn(text, str(caught.exception))
                self.assertNotIn("ontact us", str(caught.exception))
                point.close(rollback=True)
            self.env.invalidate_all()

    def test_who_has_more_rights_by_then_is_named_to_the_agent(self):
        request = self._ask()
        self.ben.portal_profile_id = self.profiles["more"]
        with self.assertRaisesRegex(UserError, "ben has more rights than emma"):
            request.with_user(self.agent).action_approve()
        self.ben.portal_profile_id = self.profiles["leader"]
        own = self._ask("_end_access", self.emma.id)
        self.ben.portal_profile_id = self.profiles["worker"]
        with self.assertRaisesRegex(UserError, "No one but emma manages"):
            own.with_user(self.agent).action_approve()

    def test_no_context_of_a_caller_makes_them_an_agent(self):
        partners = self.env["res.partner"].with_user(self.user)
        for value in (True, 1, "customer_portal_deciding"):
            context = {"customer_portal_deciding": value}
            self.assertFalse(partners.with_context(**context)._is_told_to_agents())
        self.assertTrue(partners.with_user(self.agent)._is_told_to_agents())

    def test_the_representative_gets_one_activity_for_all_that_is_asked_at_once(self):
        rows = [
            {
                "name": f"N {number}",
                "email": f"n{number}@example.com",
                "profile_id": self.profiles["worker"].id,
            }
            for number in range(3)
        ]
        self._service()._invite(rows)
        activity = self._open().activity_id
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.agent)
        self.assertEqual(
            (activity.res_model, activity.res_id), ("res.partner", self.azure.id)
        )
        self.assertIn("n2@example.com", activity.note)
        self.assertEqual(self.azure.with_user(self.agent).portal_request_count, 3)
        first, *others = self._open()
        first.with_user(self.agent).action_refuse()
        self.assertTrue(activity.exists().active)
        self.requests.union(*others).with_user(self.agent).action_approve()
        self.assertFalse(activity.exists().active)

    @takes_long
    def test_from_the_activity_all_that_it_asks_for_is_decided(self):
        self._ask()
        activity = self._open().activity_id
        activity.with_user(self.agent).action_approve_portal_changes()
        self.assertFalse(self.ben.portal_user)
        self._ask("_restore_access", self.ben.id)
        activity = self._open().activity_id
        activity.with_user(self.agent).action_refuse_portal_changes()
        self.assertFalse(self.ben.portal_user)
        self.assertFalse(activity.exists().active)

    def test_the_activity_says_to_agents_alone_that_it_asks_for_approval(self):
        activity = self._ask().activity_id
        for user, asks in ((self.agent, True), (self.clerk, False)):
            store = Store().add(activity.with_user(user).sudo())
            (told,) = store.get_result()["mail.activity"]
            self.assertEqual(told["asks_portal_approval"], asks, user.login)

    def test_the_customer_is_told_by_email_and_sees_what_waits(self):
        self.emma.lang = "en_US"
        request = self._ask()
        listed = self._service()._get_list()
        self.assertEqual([one["id"] for one in listed["requests"]], request.ids)
        [row] = [row for row in listed["rows"] if row["id"] == self.ben.id]
        self.assertEqual(row["pending"], "end")
        before = self._mails_to(self.emma)
        request.with_user(self.agent).action_refuse()
        mail = self._mails_to(self.emma) - before
        self.assertIn("End the access of ben", mail.body_html)
        self.assertIn("Refused", mail.body_html)
        self.assertFalse(self._service()._get_list()["requests"])
        self.assertTrue(self.ben.portal_user)

    def test_the_latest_that_is_asked_for_one_person_holds(self):
        first = self._ask("_change_profile", self.ben.id, self.profiles["leader"].id)
        activity = first.activity_id
        latest = self._ask()
        self.assertEqual(first.state, "void")
        self.assertFalse(activity.exists().active)
        self.assertEqual(self._open(), latest)
        self._invite("Same@example.com")
        self._invite("same@example.com")
        self.assertEqual(len(self._open()), 2)

    def test_what_waits_is_taken_back_by_the_organization_alone(self):
        request = self._ask()
        for by in ("dan", "ben"):
            with self.assertRaises(MissingError):
                self._service(by)._withdraw(request.id)
        for forged in (0, None, "1", 2**70, True):
            with self.assertRaises(MissingError):
                self._service()._withdraw(forged)
        self._service()._withdraw(request.id)
        self.assertEqual(request.state, "void")
        with self.assertRaises(MissingError):
            self._service()._withdraw(request.id)
        with self.assertRaises(UserError):
            request.with_user(self.agent).action_approve()
        self.assertTrue(self.ben.portal_user)

    # === CHECKED AGAIN === #

    @takes_long
    def test_all_is_checked_again_when_it_is_approved(self):
        leader, worker = self.profiles["leader"], self.profiles["worker"]
        cases = {
            "the customer's access has ended": lambda: self.emma.write(
                {"portal_user": False}
            ),
            "their period is over": lambda: self._expire(self.emma),
            "they no longer manage": lambda: leader.write({"manage_scope": False}),
            "the profile may not be given": lambda: leader.write(
                {"given_profile_ids": False}
            ),
            "the profile permits more now": lambda: self._get_row(worker).write(
                {"show_comments": True, "can_comment": True}
            ),
            "no seat is left": lambda: self.azure.write({"portal_seats": 2}),
            "the address is taken": lambda: self._make_portal_contact(
                "new@example.com"
            ),
            "they left the organization": lambda: self.emma.write(
                {"parent_id": self.deco.id}
            ),
        }
        self._invite("new@example.com")
        request = self._open()
        for name, make in cases.items():
            with self._undone():
                make()
                with self.subTest(name):
                    with self.assertRaises(UserError):
                        request.with_user(self.agent).action_approve()
                    self.assertEqual(request.state, "open")
                    found = self.env["res.partner"].search(
                        [
                            ("email", "=", "new@example.com"),
                            ("parent_id", "=", self.azure.id),
                        ]
                    )
                    self.assertFalse(found)
        request.with_user(self.agent).action_approve()
        self.assertEqual(request.state, "approved")

    @takes_long
    def test_of_many_what_can_be_done_is_done_and_the_rest_is_said(self):
        self.azure.portal_seats = 3
        self._invite("a@example.com")
        self._invite("b@example.com")
        action = self._open().with_user(self.agent).action_approve()
        self.assertEqual(len(self._open()), 1)
        self.assertEqual(action["params"]["type"], "warning")
        self.assertIn("3 seats", action["params"]["message"])

    def test_what_is_decided_is_decided_once(self):
        request = self._ask()
        request.with_user(self.agent).action_refuse()
        for name in ("action_approve", "action_refuse"):
            with self.assertRaises(UserError) as caught:
                getattr(request.with_user(self.agent), name)()
            self.assertIn("decided already", str(caught.exception))
        self.assertEqual(request.state, "refused")
        self.assertTrue(self.ben.portal_user)

    def test_of_several_those_that_were_decided_are_named_when_refused(self):
        first = self._ask()
        first.with_user(self.agent).action_refuse()
        second = self._ask("_change_profile", self.ben.id, self.profiles["leader"].id)
        done = (first + second).with_user(self.agent).action_refuse()["params"]
        self.assertEqual(done["type"], "warning")
        self.assertIn("ben: this is decided already.", done["message"])
        self.assertEqual(second.state, "refused")

    def test_whoever_asked_takes_no_name_of_former_colleagues_along(self):
        self._invite("new@example.com", name="Nina New")
        self._open().with_user(self.agent).action_refuse()
        self.emma.parent_id = self.deco
        told = self._service("dan")._get_one(self.emma.id)["story"]
        self.assertNotIn("new@example.com", str(told))
        self.assertIn("colleague_decided", self._kinds(self.azure))

    def test_an_update_takes_the_names_of_former_colleagues_from_who_asked(self):
        self._invite("new@example.com", name="Nina New")
        self._open().with_user(self.agent).action_refuse()
        touchpoints = self.env["customer.portal.touchpoint"]
        decided = touchpoints.search([("kind", "=", "colleague_decided")], limit=1)
        other = decided.copy({"date": decided.date - timedelta(days=1)})
        (decided + other).partner_id = self.emma
        run_migration(self.env, "19.0.1.9.0/post-invited.py")
        self.assertEqual(decided.partner_id, self.azure)
        self.assertEqual(other.partner_id, self.emma)

    def test_only_agents_decide(self):
        request = self._ask()
        clerk = new_test_user(self.env, "other_clerk", groups="base.group_user")
        for user in (self.clerk, clerk, self.user):
            for name in ("action_approve", "action_refuse"):
                with (
                    self.subTest(user.login, name=name),
                    self.assertRaises(AccessError),
                ):
                    getattr(request.with_user(user), name)()
                with (
                    self.subTest(user.login, name=name),
                    self.assertRaises(AccessError),
                ):
                    activity = request.sudo().activity_id.with_user(user)
                    getattr(activity, name + "_portal_changes")()
        self.assertEqual(request.state, "open")

    @takes_long
    def test_a_deleted_activity_type_or_email_template_stops_nothing(self):
        self.env.ref("customer_portal.mail_activity_type_colleague").unlink()
        self.env.ref("customer_portal.mail_template_colleague_decided").unlink()
        request = self._ask()
        request.with_user(self.agent).action_approve()
        self.assertFalse(self.ben.portal_user)

    def test_the_template_is_shown_to_agents_without_a_decision(self):
        template = self.env.ref("customer_portal.mail_template_colleague_decided")
        rendered = template._render_field("body_html", self.emma.ids)[self.emma.id]
        self.assertIn("Dear emma", rendered)
