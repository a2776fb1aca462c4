from threading import current_thread
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.service.model import get_public_method
from odoo.tests import Form, new_test_user, tagged

from ...models.gate.steps import RECORDER
from ..explain_common import ExplainCommon


@tagged("post_install", "-at_install")
class TestExplain(ExplainCommon):
    """Why a customer can do something or not, step by step."""

    def _kinds(self, answer):
        return [step.kind for step in answer.steps]

    def _serve(self):
        """Let the thread know its database, as one that serves a request does."""
        thread, name = current_thread(), self.env.cr.dbname
        self.enterContext(patch.object(thread, "dbname", name, create=True))

    # === EACH REASON === #

    def test_what_a_customer_sees_is_told_in_green_steps(self):
        answer = self._ask()
        self.assertIs(answer.allowed, True)
        self.assertIsNone(answer.reason)
        self.assertTrue(all(step.passed for step in answer.steps))
        kinds = ["portal_user", "user", "period", "profile", "module", "page"]
        self.assertLess(set(kinds), set(self._kinds(answer)))
        self.assertLess({"filter", "level"}, set(self._kinds(answer)))

    def test_the_door_says_which_day_has_passed(self):
        self._expire(self.emma)
        answer = self._ask("login")
        self._assert_reason(answer, "period", "ended on")
        self.assertEqual(
            answer.reason.link[:3], ("res.partner", self.emma.id, "support_end_date")
        )

    def test_the_door_says_when_the_support_period_starts(self):
        self.emma.support_end_date = False
        self.emma.support_start_date = self._days(3)
        self._assert_reason(self._ask(), "period", "starts on")

    def test_a_contact_without_access_is_told_first(self):
        self.emma.portal_user = False
        answer = self._ask()
        self._assert_reason(answer, "portal_user", "Portal User is off for Emma")
        self.assertEqual(answer.reason.link[2], "portal_user")

    def test_a_contact_that_never_had_a_user_can_do_nothing(self):
        explain = self.env["customer.portal.explain"].with_user(self.manager)
        question = self._ask_question()
        answer = explain.explain(self.stranger.with_user(self.manager), question)
        self._assert_reason(answer, "portal_user", "Sam")

    def _ask_question(self):
        from ...models.explain.explain import Question

        return Question("record", "wishes", self.wish._name, self.wish.id)

    def test_somebody_without_a_password_cannot_log_in_yet(self):
        self.assertIs(self._ask("login").allowed, True)
        self.user._void_portal_secrets()
        self._assert_reason(self._ask("login"), "session", "not chosen a password")

    def test_a_hidden_module_leads_to_its_row_in_the_profile(self):
        self.row.visible = False
        answer = self._ask()
        self._assert_reason(answer, "module", "doesn't show Wishes")
        self.assertEqual(
            answer.reason.link[:3], (self.row._name, self.row.id, "visible")
        )

    def test_an_archived_module_leads_to_the_module(self):
        self.module.active = False
        answer = self._ask()
        self._assert_reason(answer, "module", "archived")
        self.assertEqual(answer.reason.link[0], "customer.portal.module")

    def test_a_module_without_an_app_says_what_is_wrong(self):
        self.env.cr.execute(
            "UPDATE customer_portal_module SET partner_field = 'gone' WHERE id = %s",
            [self.module.id],
        )
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        self._assert_reason(self._ask(), "module", "gone")

    def test_a_level_says_whose_the_record_is_and_what_would_show_it(self):
        self.wish.partner_id = self.colleague
        answer = self._ask()
        self._assert_reason(answer, "level", "the contact of this one is Cleo")
        self.assertIn("“Organization” would show it", answer.reason.text)
        self.assertEqual(answer.reason.link[:2], (self.row._name, self.row.id))

    def test_a_level_names_the_way_from_contact_to_contact(self):
        self.wish.partner_id = self.omar
        self.row.records_visibility = "subsidiaries"
        answer = self._ask()
        self.assertIs(answer.allowed, True)
        level = next(step for step in answer.steps if step.kind == "level")
        self.assertIn(
            "Omar is below Baker Logistics, a subsidiary of Baker Way", level.text
        )
        self.wish.partner_id = self.stranger
        answer = self._ask()
        self._assert_reason(answer, "level", "Sam belongs to Deco, which is not below")
        link = answer.reason.link[:3]
        self.assertEqual(link, ("project.task", self.wish.id, "partner_id"))

    def test_a_record_of_nobody_has_no_contact(self):
        self.wish.partner_id = False
        self._assert_reason(self._ask(), "level", "this one has none")

    def test_the_filter_of_a_module_refuses_what_is_elsewhere(self):
        self.wish.project_id = self.elsewhere
        answer = self._ask()
        self._assert_reason(answer, "filter", "doesn't match the filter of Wishes")

    def test_an_archived_record_is_shown_to_nobody(self):
        self.wish.active = False
        self._assert_reason(self._ask(), "archived", "archived")

    def test_a_record_of_another_company_is_refused(self):
        company = self.env["res.company"].create({"name": "Second"})
        self.manager.company_ids += company
        self.project.company_id = company
        self.wish.company_id = company
        answer = self._ask(user=self.env.ref("base.user_admin"))
        self.assertIs(answer.allowed is True, False)

    def test_a_blocked_page_leads_to_the_profile(self):
        self.profile.blocked_paths = "/my/p/wishes"
        answer = self._ask("page", path=f"/my/p/wishes/{self.wish.id}")
        self._assert_reason(answer, "page", "blocks the page /my/p/wishes")
        self.assertEqual(answer.reason.link[2], "blocked_paths")

    # === FIELDS, ACTIONS, FILES === #

    def test_a_field_is_hidden_by_the_profile_or_the_module(self):
        self.assertIs(self._ask("field", field="email_cc").allowed, True)
        self.line.access = "hidden"
        answer = self._ask("field", field="email_cc")
        self._assert_reason(answer, "field", "hides")
        self.assertEqual(
            answer.reason.link[:3], (self.line._name, self.line.id, "access")
        )
        self.line.access = "read"
        self.assertIs(self._ask("field", field="email_cc").allowed, True)
        edited = self._ask("field", field="email_cc", action="edit")
        self._assert_reason(edited, "field", "read")
        self._assert_reason(self._ask("field", field="user_ids"), "field", "publish")

    def test_a_field_outside_the_form_is_told_apart(self):
        self.line.field_id.in_detail = False
        answer = self._ask("field", field="email_cc")
        self._assert_reason(answer, "field", "not on the pages of Wishes")
        self.assertEqual(answer.reason.link[2], "in_detail")

    def test_each_action_is_refused_by_its_own_column(self):
        columns = self.row._get_action_fields()
        for action in ("create", "edit", "close", "export", "comments", "comment"):
            self.assertIs(self._ask("action", action=action).allowed, True, action)
            self.row[columns[action]] = False
            answer = self._ask("action", action=action)
            with self.subTest(action):
                self._assert_reason(answer, "action", "doesn't allow")
                self.assertEqual(answer.reason.link[2], columns[action])
            self.row[columns[action]] = True

    def test_a_form_that_the_profile_leaves_without_fields_leads_to_the_profile(self):
        self.row.can_create = False
        self.row.field_ids.access = "read"
        answer = self._ask("field", field="name", action="edit")
        self._assert_reason(answer, "action", "lets them fill in no field of Wishes")
        self.assertEqual(
            answer.reason.link[:3], (self.row._name, self.row.id, "field_ids")
        )
        self.row.field_ids.field_id.in_edit = False
        answer = self._ask("field", field="name", action="edit")
        self._assert_reason(answer, "action", "Wishes doesn't offer")

    def test_nobody_comments_on_what_is_closed(self):
        self.wish.stage_id = self.stages[1]
        self._assert_reason(self._ask("action", action="comment"), "open", "closed")
        self._assert_reason(self._ask("action", action="upload"), "open", "closed")
        self.assertIs(self._ask("action", action="comments").allowed, True)

    def test_a_file_is_refused_with_the_documents_of_its_record(self):
        asked = {"kind": "file", "file_id": self.file.id}
        self.assertIs(self._ask(**asked).allowed, True)
        self.row.show_documents = False
        self.assertIs(self._ask(**asked).allowed, False)

    # === OTHER THINGS === #

    def test_a_faq_says_who_it_is_for(self):
        faqs = self.profile.permission_ids.filtered(
            lambda one: one.module_id.code == "faqs"
        )
        faqs.visible = True
        faq = self.env["customer.portal.faq"].create(
            {"question": "Why?", "answer": "So.", "is_published": True}
        )
        self.assertIs(self._ask(record=faq, code="faqs").allowed, True)
        other = self.env["customer.portal.profile"].create({"name": "Others"})
        changes = (
            ("published", {"is_published": False}),
            ("valid", {"valid_until": self.yesterday}),
            ("profiles", {"profile_ids": other.ids}),
        )
        for kind, values in changes:
            before = {name: faq[name] for name in values}
            faq.write(values)
            answer = self._ask(record=faq, code="faqs")
            with self.subTest(kind):
                self.assertEqual(answer.reason.kind, kind)
                self.assertEqual(answer.reason.link[1:3], (faq.id, *values))
            faq.write(before)

    def test_a_document_says_with_whom_it_is_shared(self):
        rows = self.profile.permission_ids
        rows.filtered(lambda one: one.module_id.code == "documents").visible = True
        document = self.env["customer.portal.document"].create(
            {"name": "Prices", "datas": "cHJpY2Vz", "partner_id": self.emma.id}
        )
        self.assertIs(self._ask(record=document, code="documents").allowed, True)
        document.partner_id = self.stranger
        answer = self._ask(record=document, code="documents")
        self._assert_reason(answer, "audience", "not shared with them (Contact: Sam)")
        document.audience = "everyone"
        document.is_published = False
        answer = self._ask(record=document, code="documents")
        self._assert_reason(answer, "published", "not published")

    def test_programs_get_what_odoo_and_the_profile_allow(self):
        self.tasks_row.write({"visible": True, "records_visibility": "subsidiaries"})
        self.assertIs(self._ask(way="rpc").reason.kind, "odoo_rule")
        self.project.message_subscribe(self.emma.ids)
        self.wish.message_subscribe(self.emma.ids)
        self.assertIs(self._ask(way="rpc").allowed, True)
        self.tasks_row.visible = False
        answer = self._ask(way="rpc")
        self._assert_reason(answer, "module", "doesn't show")
        self.assertEqual(answer.reason.link[1], self.tasks_row.id)

    def test_an_address_is_read_as_what_its_page_shows(self):
        self._serve()
        read = self.env["customer.portal.explain"].read_address
        record = {"model": "project.task", "res_id": self.wish.id}
        host = "https://portal.example.com"
        path = f"/my/p/wishes/{self.wish.id}"
        asked = read(f"{host}{path}?scope=all#o_cp_comments")
        self.assertEqual(asked._asdict(), {**asked._asdict(), **record})
        self.assertEqual((asked.kind, asked.code), ("record", "wishes"))
        self.assertEqual(read(f"{path}/edit").action, "edit")
        self.assertEqual(read("/my/p/wishes").kind, "module")
        self.assertEqual(read(f"{path}/file/{self.file.id}").file_id, self.file.id)
        self.assertEqual(
            read("/my/faq/3")[:4], ("record", "faqs", "customer.portal.faq", 3)
        )
        self.assertEqual(read(f"/my/tasks/{self.wish.id}").model, "project.task")
        self.assertEqual(read("/my/documents/5").file_id, 5)
        for text in ("", "/my/nothing", "://[", "x" * 9000, "/my/p/nothing"):
            self.assertEqual(read(text).kind, "page", text)

    # === WHO MAY ASK === #

    def test_only_agents_may_ask(self):
        with self.assertRaises(AccessError):
            self._ask(user=self.clerk)
        with self.assertRaises(AccessError):
            self._ask(user=self.user)
        self.assertIs(self._ask(user=self.agent).allowed, True)

    def test_agents_of_another_company_learn_nothing(self):
        company = self.env["res.company"].create({"name": "Second"})
        agent = new_test_user(
            self.env,
            login="second_agent",
            groups="customer_portal.group_customer_portal_user",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        self.emma.company_id = self.env.company
        with self.assertRaises(AccessError):
            self._ask(user=agent)

    def test_what_an_agent_may_not_read_is_not_explained(self):
        self.project.privacy_visibility = "followers"
        self.wish.partner_id = self.stranger
        self.assertFalse(self.wish.with_user(self.agent).has_access("read"))
        hidden = self._ask(user=self.agent)
        self.assertIsNone(hidden.allowed)
        self.assertEqual(hidden.steps[-1].kind, "hidden")
        self.assertNotIn("level", self._kinds(hidden))
        missing = self._ask(user=self.agent, res_id=2**31 - 1)
        self.assertEqual(missing, hidden)

    def test_a_module_answers_for_its_own_records_alone(self):
        answer = self._ask(record=self.emma, code="wishes")
        self.assertIsNone(answer.allowed)

    def test_nobody_asks_by_rpc(self):
        explain = self.env["customer.portal.explain"]
        for name in ("explain", "find_viewers", "read_address"):
            with self.assertRaises(AccessError):
                get_public_method(explain, name)
        with self.assertRaises(AccessError):
            get_public_method(self.env["customer.portal.gate"], "record_steps")

    # === WHAT IT COSTS === #

    def test_whoever_does_not_ask_pays_no_query(self):
        gate = self.env["customer.portal.gate"].with_user(self.user)
        gate._find_for("wishes", self.wish.id, "see")
        with self.assertQueryCount(1):
            gate._find_for("wishes", self.wish.id, "see")
        with gate.record_steps(self.wish) as notes:
            gate._find_for("wishes", self.wish.id, "see")
        self.assertTrue(notes.steps)
        self.assertNotIn(RECORDER, self.env.cr.cache)
        with gate.record_cache():
            gate._find_for("wishes", self.wish.id, "see")
            with gate.record_steps(self.wish) as notes:
                gate._find_for("wishes", self.wish.id, "see")
        self.assertIn("level", [step.kind for step in notes.steps])

    # === THE DIALOG === #

    def test_the_dialog_begins_with_the_record_it_is_opened_from(self):
        dialogs = self.env["customer.portal.explanation"].with_user(self.agent)
        opened = {"active_model": "project.task", "active_id": self.wish.id}
        dialog = dialogs.with_context(**opened).create({})
        self.assertEqual(dialog.record, self.wish)
        self.assertEqual(dialog.partner_id, self.emma)
        self.assertEqual((dialog.thing, dialog.allowed), ("record", "yes"))
        self.assertIn("Yes, Emma Miller can.", dialog.answer)
        self.row.visible = False
        dialog.invalidate_recordset()
        self.assertEqual(dialog.allowed, "no")
        self.assertIn("This is why", dialog.steps_html)
        self.assertIn(f"customer.portal.profile/{self.profile.id}", dialog.steps_html)

    def test_an_address_that_no_page_has_is_told_so(self):
        self._serve()
        dialog = self.env["customer.portal.explanation"].with_user(self.agent)
        dialog = dialog.create({"partner_id": self.emma.id, "thing": "page"})
        dialog.address = "https://portal.example.com/my/nothing"
        self.assertEqual(dialog.allowed, "no")
        self.assertIn("No page has the address /my/nothing", dialog.steps_html)
        for address in ("/odoo", "/web/login", "/nothing", "://[", "x" * 3000):
            dialog.address = address
            self.assertFalse(dialog.allowed, address)
            self.assertIn("/my", dialog.answer)

    def test_nobody_learns_of_an_employee_whether_they_have_a_password(self):
        answer = self._ask("login", partner=self.manager.partner_id)
        self.assertIs(answer.allowed, False)
        self.assertNotIn("session", [step.kind for step in answer.steps])

    def test_the_dialog_asks_for_what_is_missing(self):
        dialog = (
            self.env["customer.portal.explanation"].with_user(self.agent).create({})
        )
        self.assertEqual(dialog.answer, "Choose a customer.")
        dialog.partner_id = self.emma
        self.assertEqual(dialog.allowed, "yes")
        needs = ("page", "module", "record", "field", "edit", "action", "file")
        for thing in needs:
            dialog.thing = thing
            self.assertFalse(dialog.allowed, thing)
            self.assertTrue(dialog.answer, thing)
        self._serve()
        dialog.write({"thing": "page", "address": f"/my/p/wishes/{self.wish.id}"})
        self.assertEqual(dialog.allowed, "yes")

    def test_a_file_is_not_shown_beside_the_document_of_another_one(self):
        files = self.env["ir.attachment"].create(
            [{"name": name, "raw": b"x", "mimetype": "text/plain"} for name in "ab"]
        )
        document = self.env["customer.portal.document"].create(
            {"name": "a", "attachment_id": files[0].id, "partner_id": self.emma.id}
        )
        context = {"active_model": document._name, "active_id": document.id}
        dialog = Form(self.env["customer.portal.explanation"].with_context(**context))
        dialog.thing = "file"
        self.assertEqual(dialog.attachment_id, files[0])
        dialog.attachment_id = files[1]
        self.assertFalse(dialog.module_id)
        self.assertFalse(dialog.save().record)

    def test_records_are_named_by_all_modules_that_show_them(self):
        models = dict(self.env["customer.portal.explanation"]._select_models())
        self.assertIn("Cases", models["project.task"])
        self.assertIn("Tasks", models["project.task"])

    def test_agents_find_it_in_the_gear_menu_of_what_is_published(self):
        actions = self.env["ir.actions.actions"].with_user(self.agent)

        def names(model_name):
            bound = actions.get_bindings(model_name).get("action", ())
            return {action["name"] for action in bound}

        both = {"Explain Access", "Who Sees This?"}
        for model_name in ("project.task", "customer.portal.faq"):
            self.assertLessEqual(both, names(model_name))
        self.assertIn("Explain Access", names("res.partner"))
        self.assertNotIn("Who Sees This?", names("res.partner"))
        self.assertFalse(both & names("res.lang"))
        portal = self.env["ir.actions.actions"].with_user(self.clerk)
        bound = portal.get_bindings("project.task").get("action", ())
        self.assertFalse(both & {action["name"] for action in bound})
