from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..case_common import TicketMailCommon
from ..common import takes_long

DESK = ("portal_desk_author_id", "portal_desk_waiting_since", "portal_desk_unread")
START = datetime(2026, 3, 2, 11, 0)


@tagged("post_install", "-at_install")
class TestTicketDesk(TicketMailCommon):
    """What agents see and do at their desk where cases are tickets."""

    def _make_at(self, minutes=0, **values):
        case = self._make_case(**values)
        moment = START + timedelta(minutes=minutes)
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET create_date = %s WHERE id = %s",
            (moment, case.id),
        )
        self.env.invalidate_all()
        return case.with_user(self.boss)

    def _say(self, case, user, minutes, **values):
        with freeze_time(START + timedelta(minutes=minutes)):
            case.sudo().message_post(
                **{
                    "body": "Words",
                    "message_type": "comment",
                    "subtype_xmlid": "mail.mt_comment",
                    "author_id": user.partner_id.id,
                    **values,
                }
            )
            self._finish()
        self.env.invalidate_all()

    def _since(self, case):
        since = case.portal_desk_waiting_since
        return since and (since - START).total_seconds() / 60

    def _search(self, domain, **kwargs):
        return self.env[self.MODEL].with_user(self.boss).search(domain, **kwargs)

    # === WHO WAITS === #

    def test_a_new_ticket_waits_since_it_was_made_by_its_customer(self):
        case = self._make_at()
        self.assertEqual(case.portal_desk_author_id, self.emma)
        self.assertEqual(self._since(case), 0)

    @takes_long
    def test_the_wait_begins_with_what_they_wrote_after_our_answer(self):
        case = self._make_at()
        self._say(case, self.user, 5)
        self.assertEqual(self._since(case), 0, "Nobody has answered yet.")
        self._say(case, self.boss, 10)
        self.assertEqual(self._since(case), 10)
        self.assertEqual(case.portal_desk_author_id, self.boss.partner_id)
        for minutes in (20, 30):
            self._say(case, self.user, minutes)
        self.assertEqual(self._since(case), 20)

    def test_notes_answer_nobody(self):
        case = self._make_at()
        self._say(case, self.boss, 10, subtype_xmlid="mail.mt_note")
        self.assertEqual(self._since(case), 0)
        self.assertEqual(case.portal_desk_author_id, self.emma)

    def test_nobody_waits_for_us_on_what_waits_for_them_or_is_closed(self):
        cases = self._make_at(), self._make_at(1), self._make_at(2)
        cases[1].action_portal_wait()
        cases[2].stage_id = self.stages["closed"]
        self._finish()
        self.assertEqual(cases[1].stage_id, self.stages["waiting"])
        self.assertEqual([self._since(case) for case in cases], [0, False, False])
        ids = [case.id for case in cases]
        waits = ("portal_desk_waiting_since", "!=", False)
        self.assertEqual(self._search([("id", "in", ids), waits]).ids, ids[:1])
        rests = ("portal_desk_waiting_since", "=", False)
        self.assertEqual(
            self._search([("id", "in", ids), rests], order="id").ids, ids[1:]
        )

    @takes_long
    def test_lists_are_sorted_by_the_wait(self):
        cases = [self._make_at(minutes) for minutes in (9, 3, 6)]
        self._say(cases[1], self.boss, 30)
        domain = [("id", "in", [case.id for case in cases])]
        found = self._search(domain, order="portal_desk_waiting_since, id")
        self.assertEqual(list(found), [cases[2], cases[0], cases[1]])

    # === WHAT IS UNREAD === #

    def test_unread_is_what_the_customer_wrote_until_the_agent_opens_it(self):
        case, other = self._make_at(), self._make_at()
        unread = [("portal_desk_unread", "=", True), ("id", "in", (case + other).ids)]
        self.assertEqual(self._search(unread), case + other)
        case.mark_portal_read()
        self.assertFalse(case.portal_desk_unread)
        self.assertEqual(self._search(unread), other)
        self._say(case, self.user, 5)
        self.assertTrue(case.portal_desk_unread)
        self._say(case, self.boss, 6)
        self.assertFalse(case.portal_desk_unread)
        self.assertEqual(self._search(unread), other)

    # === THE FORM === #

    @takes_long
    def test_the_next_ticket_is_ones_own_that_waits_longest_else_nobodys(self):
        free, own, late = self._make_at(), self._make_at(2), self._make_at(5)
        (own + late).sudo().user_id = self.boss
        free.sudo().user_id = False
        self._finish()
        self.assertEqual(free.action_portal_next()["res_id"], own.id)
        self.assertEqual(own.action_portal_next()["res_id"], late.id)
        (own + late).sudo().stage_id = self.stages["closed"]
        self._finish()
        self.assertEqual(own.action_portal_next()["res_id"], free.id)

    def test_the_card_says_what_agents_want_to_know_of_the_customer(self):
        case = self._make_at()
        self._make_at(1)
        card = case.portal_desk_customer
        for text in (self.profile.name, "never logged in", "other open cases: 1"):
            self.assertIn(text, card)

    def test_the_conversation_knows_that_it_is_a_cases(self):
        from odoo.addons.mail.tools.discuss import Store

        case = self._make_at()
        store = Store().add(case, [], as_thread=True, request_list=["followers"])
        [thread] = store.get_result()["mail.thread"]
        self.assertEqual(thread["portalCase"], {"canWait": True})

    def test_views_of_tickets_are_a_desk_while_tickets_are_cases(self):
        tickets = self.env[self.MODEL].with_user(self.boss)
        kinds = ("list", "form", "search")
        views = {kind: tickets.get_view(view_type=kind)["arch"] for kind in kinds}
        for kind, name in (
            ("list", "portal_desk_waiting_since"),
            ("list", "portal_desk_unread"),
            ("form", "customer_portal_next_case"),
            ("form", "portal_desk_customer"),
            ("search", "waiting_us"),
        ):
            self.assertIn(name, views[kind])
        self.module._change_case_model("project.task")
        for kind in kinds:
            self.assertNotIn("portal_desk", tickets.get_view(view_type=kind)["arch"])

    def test_the_list_of_cases_begins_with_what_waits_for_us(self):
        action = self.env["res.partner"].with_user(self.boss)._get_portal_case_action()
        self.assertIn("search_default_waiting_us", action["context"])

    # === RIGHTS AND COSTS === #

    def test_nobody_but_agents_has_a_desk(self):
        case = self._make_at()
        groups = "base.group_user,helpdesk_mgmt.group_helpdesk_user"
        clerk = new_test_user(self.env, "helpdesk_clerk", groups=groups)
        for user in (clerk, self.user):
            theirs = case.with_user(user)
            for name in (
                "mark_portal_read",
                "action_portal_wait",
                "action_portal_next",
            ):
                with (
                    self.subTest(user.login, name=name),
                    self.assertRaises(AccessError),
                ):
                    getattr(theirs, name)()
            with self.assertRaises(AccessError):
                theirs.read(list(DESK))
            with self.assertRaises(AccessError):
                theirs.search([("portal_desk_waiting_since", "!=", False)])
        with self.assertRaises(AccessError):
            case.with_user(clerk).search([], order="portal_desk_waiting_since")
        order = "portal_desk_waiting_since"
        self.assertFalse(case.with_user(self.user).search([], order=order))

    def test_records_of_other_models_have_none(self):
        task = self.env["project.task"].create({"name": "No case"})
        with self.assertRaises(AccessError):
            self.env["project.project"].action_portal_next()
        self.assertFalse(task.portal_desk_waiting_since)

    @takes_long
    def test_a_list_costs_the_same_however_many_there_are(self):
        cases = self.env[self.MODEL].union(*(self._make_at(n) for n in range(8)))
        cases = cases.with_user(self.boss)
        names = ["portal_desk_author_id", "portal_desk_waiting_since"]
        names += ["portal_desk_unread"]
        cases.read(names)
        self.env.invalidate_all()
        with self.assertQueryCount(12):
            cases[:2].read(names)
        self.env.invalidate_all()
        with self.assertQueryCount(12):
            cases.read(names)
