from datetime import datetime, timedelta

from odoo.tests import tagged
from odoo.tools import file_open

from ..case_common import TaskMailCommon
from ..common import takes_long

FACTS = (
    *("portal_last_message_date", "portal_last_author_id"),
    *("portal_last_is_customer", "portal_waiting_since"),
)


@tagged("post_install", "-at_install")
class TestCaseFacts(TaskMailCommon):
    """Cases know who wrote last, and since when their customer waits for us."""

    def _age(self, case, hours=5):
        """Let all that has happened to a case have happened some hours ago."""
        self.env.flush_all()
        for table, names, key in (
            ("project_task", (*FACTS[:1], FACTS[3], "create_date"), "id"),
            ("mail_message", ("date", "create_date"), "res_id"),
        ):
            for name in names:
                self.env.cr.execute(
                    f"UPDATE {table} SET {name} = {name} - interval '{hours} hours'"
                    f" WHERE {key} = %s",
                    [case.id],
                )
        self.env.invalidate_all()

    def _comment(self, case, text="Any news?"):
        thread = self.env["customer.portal.thread"].with_user(self.user)
        thread.post_comment("cases", case.id, text)
        self._finish()

    def _reply(self, case, subtype="mail.mt_comment"):
        case = case.with_user(self.boss)
        message = case.message_post(
            body="We look into it.", message_type="comment", subtype_xmlid=subtype
        )
        self._finish()
        return message

    def _is_recent(self, moment):
        return bool(moment) and datetime.now() - moment < timedelta(hours=1)

    def test_a_new_case_waits_since_its_customer_made_it(self):
        case = self._make_case()
        self.assertEqual(case.portal_waiting_since, case.create_date)
        self.assertEqual(case.portal_last_message_date, case.create_date)
        self.assertEqual(case.portal_last_author_id, self.emma)
        self.assertTrue(case.portal_last_is_customer)

    def test_a_case_that_an_agent_makes_waits_too(self):
        case = self.env["project.task"].with_user(self.boss)
        case = case.create({"name": "By phone", "project_id": self.project.id})
        self.assertTrue(case.portal_waiting_since)
        self.assertEqual(case.portal_last_author_id, self.boss.partner_id)
        self.assertFalse(case.portal_last_is_customer)

    def test_asking_again_does_not_shorten_the_wait(self):
        case = self._make_case()
        self._age(case)
        self._comment(case)
        self.assertFalse(self._is_recent(case.portal_waiting_since))
        self.assertTrue(self._is_recent(case.portal_last_message_date))

    def test_an_answer_begins_the_wait_anew(self):
        case = self._make_case()
        self._age(case)
        self._reply(case)
        self.assertTrue(self._is_recent(case.portal_waiting_since))
        self.assertEqual(case.portal_last_author_id, self.boss.partner_id)
        self.assertFalse(case.portal_last_is_customer)

    def test_internal_notes_and_letters_answer_nobody(self):
        case = self._make_case()
        before = case.read(FACTS)
        self._reply(case, "mail.mt_note")
        case.message_post(body="Received", message_type="auto_comment")
        self.assertEqual(case.read(FACTS), before)

    def test_nobody_waits_for_us_while_we_wait_for_them(self):
        case = self._make_case()
        for name in ("waiting", "closed"):
            case.stage_id = self.stages[name]
            self.assertFalse(case.portal_waiting_since, name)
            self._reply(case)
            self.assertFalse(case.portal_waiting_since, name)

    def test_the_wait_begins_when_the_customer_answers(self):
        case = self._make_case()
        case.stage_id = self.stages["waiting"]
        self._age(case)
        self._comment(case)
        self.assertEqual(case.stage_id, self.stages["in_progress"])
        self.assertTrue(self._is_recent(case.portal_waiting_since))

    def test_an_absence_note_is_no_answer(self):
        case = self._make_case()
        self._reply(case)
        before = case.read(FACTS)
        self._answer(case, "emma@customer.example.org", headers="Auto-Submitted: yes\n")
        self.assertEqual(case.read(FACTS), before)

    def test_a_case_by_mail_is_its_senders(self):
        case = self._receive("emma@customer.example.org")
        self.assertEqual(case.portal_last_author_id, self.emma)
        self.assertTrue(case.portal_last_is_customer)
        self.assertTrue(case.portal_waiting_since)

    def test_a_deleted_message_is_the_last_one_no_longer(self):
        case = self._make_case()
        message = self._reply(case).sudo()
        case._message_update_content(message, body="", attachment_ids=[], strict=False)
        self.assertEqual(case.portal_last_author_id, self.emma)
        self._reply(case).sudo().unlink()
        self.assertEqual(case.portal_last_author_id, self.emma)

    def test_other_tasks_know_nothing_of_it(self):
        project = self.env["project.project"].create({"name": "Inside"})
        task = self.env["project.task"].create(
            {"name": "No case", "project_id": project.id}
        )
        task.message_post(body="Hello", subtype_xmlid="mail.mt_comment")
        self.assertFalse(any(task[name] for name in FACTS))
        task.project_id = self.project
        self.assertTrue(task.portal_waiting_since)

    def test_cases_wait_as_the_settings_say(self):
        case = self._make_case()
        self.module.waiting_value = str(self.stages["new"].id)
        self.assertFalse(case.portal_waiting_since)
        self.module.waiting_value = str(self.stages["waiting"].id)
        self.assertTrue(case.portal_waiting_since)

    def test_cases_rest_in_a_stage_that_is_folded(self):
        case = self._make_case()
        stage = self.stages["new"].copy({"project_ids": self.project.ids})
        case.stage_id = stage
        self.assertTrue(case.portal_waiting_since)
        stage.fold = True
        self.assertFalse(case.portal_waiting_since)
        stage.fold = False
        self.assertTrue(case.portal_waiting_since)

    def test_messages_elsewhere_cost_no_query_more(self):
        self.contact.message_post(body="Hello")
        message = self.contact.message_post(body="Bye", message_type="comment")
        self._finish()
        cases = self.env["project.task"]
        message.read(["model", "res_id"])  # as deleting does anyway
        cases._get_portal_wait_names()
        with self.assertQueryCount(0):
            self.assertEqual(message._get_portal_cases(), [])
            self.assertIn("stage_id", cases._get_portal_wait_names())

    @takes_long
    def test_an_update_reads_the_messages_of_old_cases(self):
        asked, answered, fresh = (self._make_case(name=name) for name in "abc")
        self._reply(asked)
        self._age(asked)
        self._comment(asked)
        self._reply(answered)
        answered.stage_id = self.stages["waiting"]
        before = [case.read(FACTS) for case in (asked, answered, fresh)]
        names = ", ".join(f"{name} = NULL" for name in FACTS)
        self.env.flush_all()
        self.env.cr.execute(f"UPDATE project_task SET {names}")
        self._migrate()
        after = [case.read(FACTS) for case in (asked, answered, fresh)]
        self.assertEqual(after, before)

    def _migrate(self):
        with file_open(
            "customer_portal/migrations/19.0.1.3.0/post-case-facts.py"
        ) as script:
            names = {}
            exec(script.read(), names)
        names["migrate"](self.env.cr, "19.0.1.2.0")
        self.env.invalidate_all()

    def test_an_update_adds_the_last_change_empty_however_many_tasks_there_are(self):
        case = self._make_case()
        self.env.flush_all()
        self.env.cr.execute("ALTER TABLE project_task DROP COLUMN portal_change_date")
        self.env.registry.init_models(self.env.cr, ["project.task"], {})
        self.env.invalidate_all()
        self.assertFalse(case.portal_change_date)
        case._note_old_messages()
        self.assertTrue(case.portal_change_date)
