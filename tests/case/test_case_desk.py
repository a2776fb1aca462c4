from datetime import timedelta
from unittest.mock import patch

from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError, LockError, UserError
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from odoo.addons.mail.tools.discuss import Store

from ...models.case import project_task_desk
from ..case_common import TaskMailCommon
from ..common import PASSWORD, CustomerPortalHttpCommon, takes_long


class DeskCommon(TaskMailCommon):
    """Cases of two organizations, and an agent at the desk."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.omar = cls._make_portal_contact(
            "omar@customer.example.org",
            name="Omar",
            parent_id=cls.organization.id,
            portal_profile_id=cls.profile.id,
        )
        cls.stranger = cls._make_portal_contact(
            "giulia@castello.example.org",
            name="Giulia",
            portal_profile_id=cls.profile.id,
        )

    def _make_case_of(self, partner, **values):
        values = {"name": "It hums", **values}
        forms = self.env["customer.portal.form"].with_user(self._user_of(partner))
        case = self.env["project.task"].browse(forms.create_record("cases", values))
        self._finish()
        return case

    def _as_boss(self, records):
        return records.with_user(self.boss)

    def _search(self, name, cases):
        """Return which of some cases a filter of the list finds."""
        view = self.env.ref("customer_portal.project_task_view_search_cases")
        arch = self.env["project.task"].get_view(view.id, "search")["arch"]
        [node] = etree.fromstring(arch).xpath(f"//filter[@name='{name}']")
        domain = safe_eval(node.get("domain"), {"uid": self.boss.id})
        tasks = self._as_boss(self.env["project.task"])
        return tasks.search([*domain, ("id", "in", cases.ids)])


@tagged("post_install", "-at_install")
class TestCaseDesk(DeskCommon):
    """Agents see at once what waits for them, and what to do next."""

    def test_the_list_begins_with_what_waits_for_us(self):
        action = self._as_boss(self.env["res.partner"])._get_portal_case_action()
        self.assertIn("'search_default_waiting_us': 1", action["context"])
        ours, theirs, closed = (self._make_case(name=name) for name in "abc")
        theirs.stage_id = self.stages["waiting"]
        closed.stage_id = self.stages["closed"]
        cases = ours | theirs | closed
        self.assertEqual(self._search("waiting_us", cases), ours)
        self.assertEqual(self._search("waiting_customer", cases), theirs)
        self.assertEqual(self._search("open", cases), ours | theirs)

    @takes_long
    def test_filters_tell_mine_unassigned_and_overdue(self):
        mine, nobodys, late = cases = (
            self._make_case(name="a")
            | self._make_case(name="b")
            | self._make_case(name="c")
        )
        cases.user_ids = False
        mine.user_ids = self.boss
        late.write(
            {
                "user_ids": self.agent.ids,
                "date_deadline": fields.Datetime.now() - timedelta(days=1),
            }
        )
        self.assertEqual(self._search("mine", cases), mine)
        self.assertEqual(self._search("unassigned", cases), nobodys)
        self.assertEqual(self._search("overdue", cases), late)
        late.stage_id = self.stages["closed"]
        self.assertFalse(self._search("overdue", cases))

    def test_the_bookmark_of_the_list_belongs_to_the_menu(self):
        menus = self.env["ir.ui.menu"].with_user(self.boss).load_web_menus(False)
        root = self.env.ref("customer_portal.customer_portal_menu_root")
        paths = {m["actionPath"]: m["appID"] for m in menus.values() if "appID" in m}
        self.assertEqual(paths.get("portal-cases"), root.id)

    def test_a_case_is_unread_until_an_agent_opens_it(self):
        case = self._as_boss(self._make_case())
        self.assertTrue(case.portal_unread)
        self.assertEqual(self._search("unread", case), case)
        case.mark_portal_read()
        self.assertFalse(case.portal_unread)
        self.assertFalse(self._search("unread", case))
        self.assertTrue(case.with_user(self.agent).portal_unread)

    def test_it_is_unread_again_when_the_customer_writes(self):
        case = self._as_boss(self._make_case())
        case.mark_portal_read()
        threads = self.env["customer.portal.thread"].with_user(self.user)
        threads.post_comment("cases", case.id, "Any news?")
        self._finish()
        self.assertTrue(case.portal_unread)
        case.message_post(
            body="Yes", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertFalse(case.portal_unread)

    def test_customers_mark_nothing_as_read(self):
        case = self._make_case()
        with self.assertRaises(AccessError):
            case.with_user(self.user).mark_portal_read()

    def test_the_form_shows_the_customers_card(self):
        case = self._as_boss(self._make_case())
        other = self._make_case_of(self.omar)
        self._make_case_of(self.stranger)
        self.assertEqual(case.portal_customer_state, "active")
        self.assertEqual(case.portal_customer_profile_id, self.profile)
        self.assertEqual(case.portal_customer_open_count, 1)
        action = case.action_view_portal_siblings()
        found = self.env["project.task"].search(action["domain"])
        self.assertEqual(found, other)
        with Form(case, "project.view_task_form2") as form:
            self.assertEqual(form.portal_customer_state, "active")

    @takes_long
    def test_other_open_cases_are_counted_up_to_a_limit(self):
        for _number in range(3):
            self._make_case_of(self.omar)
        case = self._as_boss(self._make_case())
        self.assertEqual(case.portal_customer_open_count, 3)
        case.invalidate_recordset()
        with patch.object(project_task_desk, "COUNTED", 2):
            self.assertEqual(case.portal_customer_open_count, 2)

    def test_the_stage_is_the_only_state_shown(self):
        with Form(self._as_boss(self._make_case()), "project.view_task_form2") as form:
            self.assertTrue(form._get_modifier("portal_number", "invisible") is False)
        arch = self.env["project.task"].get_view(
            self.env.ref("project.view_task_form2").id, "form"
        )["arch"]
        self.assertIn("has_project_template or is_portal_case", arch)

    def test_next_is_what_waits_longest_and_mine_first(self):
        first, second, third, fourth = cases = self.env["project.task"].union(
            *(self._make_case(name=name) for name in "abcd")
        )
        others = self._as_boss(self.env["project.task"]).search(
            [("project_id", "=", self.project.id), ("id", "not in", cases.ids)]
        )
        others.sudo().stage_id = self.stages["closed"]
        cases.user_ids = False
        third.user_ids = self.boss
        fourth.user_ids = self.agent
        now = fields.Datetime.now()
        for hours, case in enumerate((third, second, first)):
            case.portal_waiting_since = now - timedelta(hours=hours)
        step = self._as_boss(first).action_portal_next
        self.assertEqual(step()["res_id"], third.id)
        third.stage_id = self.stages["waiting"]
        self.assertEqual(step()["res_id"], second.id)
        second.stage_id = self.stages["closed"]
        self.assertEqual(step()["tag"], "display_notification")

    def test_an_answer_can_set_waiting(self):
        case = self._as_boss(self._make_case())
        case.action_portal_wait()
        self.assertEqual(case.stage_id, self.stages["waiting"])
        self.module.waiting_value = False
        with self.assertRaisesRegex(UserError, "No status means"):
            case.action_portal_wait()

    def test_waiting_takes_the_agents_own_rights(self):
        case = self._make_case()
        with self.assertRaises(AccessError):
            case.with_user(self.user).action_portal_wait()

    def test_conversations_of_cases_alone_offer_it(self):
        def get_store(task):
            store = Store()
            task._thread_to_store(store, [], request_list=["followers"])
            return str(store.get_result())

        project = self.env["project.project"].create({"name": "Inside"})
        task = self.env["project.task"].create(
            {"name": "No case", "project_id": project.id}
        )
        self.assertIn("portalCase", get_store(self._as_boss(self._make_case())))
        self.assertNotIn("portalCase", get_store(self._as_boss(task)))

    def test_an_agent_takes_a_case(self):
        case = self._as_boss(self._make_case())
        case.sudo().user_ids = False
        case.action_portal_take()
        self.assertEqual(case.user_ids, self.boss)


@tagged("post_install", "-at_install")
class TestCaseMerge(DeskCommon):
    """Duplicates become one case, and nobody sees more than an agent has agreed to."""

    def _merge(self, target, *others, **values):
        cases = target.union(*others)
        action = self._as_boss(cases).action_portal_merge()
        context = action["context"]
        wizard = self._as_boss(self.env["customer.portal.case.merge"])
        wizard = wizard.with_context(**context).create(
            {"target_id": target.id, **values}
        )
        result = wizard.action_merge()
        self._finish()
        self.env.invalidate_all()
        return result

    def _comment(self, case, partner, text):
        threads = self.env["customer.portal.thread"]
        threads = threads.with_user(self._user_of(partner))
        threads.post_comment("cases", case.id, text)
        self._finish()

    def test_what_was_written_moves_and_the_rest_is_closed(self):
        self.right.records_visibility = "organization"
        kept, double = (
            self._make_case(name="a"),
            self._make_case(name="b", description="It still hums."),
        )
        self._comment(double, self.emma, "Hello?")
        file = self.env["ir.attachment"].create(
            {
                "name": "hum.txt",
                "raw": b"hum",
                "res_model": "project.task",
                "res_id": double.id,
            }
        )
        double.message_subscribe(self.omar.ids)
        with self._new_mails() as mails:
            self._merge(kept, double)
        said = self.env["customer.portal.thread"].with_user(self.user)
        texts = str(said.find_comments("cases", kept.id))
        self.assertIn("Hello?", texts)
        self.assertIn("It still hums.", texts)
        self.assertEqual(file.res_id, kept.id)
        self.assertIn(self.omar, kept.message_partner_ids)
        self.assertEqual(double.stage_id, self.stages["closed"])
        self.assertEqual(double.portal_merged_id, kept)
        self.assertFalse(said.find_comments("cases", double.id))
        self.assertFalse([m for m in mails if self.emma in m.recipient_ids])

    @takes_long
    def test_the_wait_of_the_oldest_goes_on(self):
        kept, double = self._make_case(name="a"), self._make_case(name="b")
        since = fields.Datetime.now() - timedelta(hours=7)
        double.portal_waiting_since = since
        kept.stage_id = self.stages["waiting"]
        self._merge(kept, double)
        self.assertEqual(kept.stage_id, self.stages["in_progress"])
        self.assertEqual(kept.portal_waiting_since, since)
        self.assertFalse(double.portal_waiting_since)

    @takes_long
    def test_another_organizations_case_needs_a_second_look(self):
        kept, foreign = self._make_case(), self._make_case_of(self.stranger)
        foreign.message_subscribe(self.stranger.ids)
        with self.assertRaisesRegex(UserError, "who sees what"):
            self._merge(kept, foreign)
        self.assertFalse(foreign.portal_merged_id)
        self._merge(kept, foreign, is_confirmed=True)
        self.assertEqual(foreign.portal_merged_id, kept)
        self.assertNotIn(self.stranger, kept.message_partner_ids)

    def test_colleagues_who_cannot_see_it_do_not_follow_it(self):
        kept, double = self._make_case(), self._make_case_of(self.omar)
        self.assertIn(self.omar, double.message_partner_ids)
        self.right.records_visibility = "own"
        self._merge(kept, double, is_confirmed=True)
        self.assertEqual(double.portal_merged_id, kept)
        self.assertNotIn(self.omar, kept.message_partner_ids)

    def test_people_of_the_organization_of_a_case_follow_it_when_its_contact_left(self):
        self.right.records_visibility = "organization"
        kept, double = self._make_case(name="a"), self._make_case(name="b")
        deco = self.env["res.partner"].create({"name": "Deco", "is_company": True})
        self.emma.parent_id = deco
        new, old = self.env["res.partner"].create(
            [
                {"name": "New colleague", "email": "new@example.com"},
                {"name": "Old colleague", "email": "old@example.com"},
            ]
        )
        new.parent_id, old.parent_id = deco, self.organization
        double.message_subscribe((new + old + self.omar).ids)
        self._merge(kept, double, is_confirmed=True)
        self.assertEqual(double.portal_merged_id, kept)
        followers = kept.message_partner_ids
        self.assertNotIn(new, followers)
        self.assertLessEqual(old + self.omar, followers)

    def test_who_was_nobodys_follows_their_merged_cases(self):
        """Their cases name themselves as the organization."""
        kept, double = self._make_case(name="a"), self._make_case(name="b")
        (kept + double).portal_organization_id = self.emma
        self.assertEqual(kept._get_portal_organization(), self.organization)
        double.message_subscribe(self.emma.ids)
        kept.message_unsubscribe(self.emma.ids)
        self._merge(kept, double)
        self.assertIn(self.emma, kept.message_partner_ids)

    def test_nobody_changes_what_another_agent_is_about_to_merge(self):
        wizard = self.env["customer.portal.case.merge"].with_user(self.manager)
        wizard = wizard.create({"case_ids": self._make_case().ids})
        with self.assertRaises(AccessError):
            wizard.with_user(self.boss).is_confirmed = True

    def test_whoever_sees_more_or_less_is_named(self):
        self.right.records_visibility = "own"
        kept, double = self._make_case(), self._make_case_of(self.omar)
        wizard = self._as_boss(self.env["customer.portal.case.merge"]).create(
            {"case_ids": (kept | double).ids, "target_id": kept.id}
        )
        self.assertIn("Omar can't see", wizard.warning)
        self.assertIn("Emma can't see", wizard.warning)
        with self.assertRaisesRegex(UserError, "who sees what"):
            self._merge(kept, double)
        self.right.records_visibility = "organization"
        self._merge(kept, double)
        self.assertEqual(double.portal_merged_id, kept)

    @takes_long
    def test_what_was_merged_elsewhere_is_not_merged_again(self):
        first, second, double = (self._make_case(name=name) for name in "abc")
        self._merge(first, double)
        for target, other in ((second, double), (double, second)):
            with self.assertRaisesRegex(UserError, f"into {first.portal_number}"):
                self._merge(target, other)
        self.assertEqual(double.portal_merged_id, first)
        self._merge(double, first)
        self.assertEqual(first.portal_merged_id, double, "Back is a way, too.")
        self.assertFalse(double.portal_merged_id)

    def test_of_two_agents_at_once_the_second_is_asked_to_try_again(self):
        cases = self._make_case(name="a"), self._make_case(name="b")
        task = self.registry["project.task"]
        with (
            patch.object(task, "lock_for_update", side_effect=LockError("locked")),
            self.assertRaisesRegex(UserError, "Someone else"),
        ):
            self._merge(*cases)
        self.assertFalse(cases[1].portal_merged_id)

    def test_cases_are_merged_while_no_mail_leaves(self):
        kept, double = self._make_case(name="a"), self._make_case(name="b")
        self._comment(double, self.emma, "Hello?")
        down = ConnectionRefusedError("down")
        with self._mail_server(connect=down, send=down), self._new_mails() as mails:
            self._merge(kept, double)
            self.env["mail.mail"].sudo().process_email_queue()
        self.assertEqual(double.portal_merged_id, kept)
        self.assertFalse([mail for mail in mails if self.emma in mail.recipient_ids])

    def test_one_case_alone_and_other_tasks_are_not_merged(self):
        case = self._make_case()
        with self.assertRaisesRegex(UserError, "at least two"):
            self._merge(case)
        project = self.env["project.project"].create({"name": "Inside"})
        task = self.env["project.task"].create(
            {"name": "No case", "project_id": project.id}
        )
        wizard = self._as_boss(self.env["customer.portal.case.merge"]).create(
            {"case_ids": (case | task).ids, "target_id": case.id, "is_confirmed": True}
        )
        with self.assertRaisesRegex(UserError, "Only cases"):
            wizard.action_merge()

    def test_customers_cannot_merge(self):
        cases = self._make_case(name="a") | self._make_case(name="b")
        with self.assertRaises(AccessError):
            cases[0].with_user(self.user)._merge_portal_cases(
                cases[1].with_user(self.user)
            )
        with self.assertRaises(AccessError):
            self.env["customer.portal.case.merge"].with_user(self.user).create(
                {"case_ids": cases.ids, "target_id": cases[0].id}
            )


@tagged("post_install", "-at_install")
class TestCaseMergePage(DeskCommon, CustomerPortalHttpCommon):
    """Customers who open a merged case are led to the one that goes on."""

    @takes_long
    def test_the_old_page_leads_to_the_new_one_where_it_may_be_seen(self):
        kept, double = self._make_case(name="a"), self._make_case_of(self.omar)
        self.right.records_visibility = "organization"
        self._as_boss(kept)._merge_portal_cases(self._as_boss(double))
        self._finish()
        self.authenticate(self._user_of(self.omar).login, PASSWORD)
        response = self.url_open(f"/my/p/cases/{double.id}", allow_redirects=False)
        self.assertURLEqual(response.headers["Location"], f"/my/p/cases/{kept.id}")
        self.right.records_visibility = "own"
        response = self.url_open(f"/my/p/cases/{double.id}", allow_redirects=False)
        self.assertEqual(response.status_code, 200)
        self.assertNotIn(f"/my/p/cases/{kept.id}", response.text)
