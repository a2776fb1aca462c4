from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import SQL

from ..case_common import TaskMailCommon


@tagged("post_install", "-at_install")
class TestCaseLists(TaskMailCommon):
    """Lists of cases say when something happened that their customer notices."""

    def _age(self, case):
        """Let all that has happened to a case have happened yesterday."""
        self._finish()
        self.env.flush_all()
        names = ("portal_last_message_date", "date_last_stage_update")
        for name in (*names, "portal_change_date"):
            column = SQL.identifier(name)
            self.env.cr.execute(
                SQL(
                    "UPDATE project_task SET %s = %s - interval '1 day' WHERE id = %s",
                    column,
                    column,
                    case.id,
                )
            )
        self.env.invalidate_all()

    def _is_changed(self, case):
        self.env.flush_all()
        case.invalidate_recordset()
        return case.portal_change_date > fields.Datetime.now() - timedelta(hours=1)

    def _say(self, case, subtype):
        case.with_user(self.boss).message_post(
            body="We look into it.", message_type="comment", subtype_xmlid=subtype
        )
        self._finish()

    def test_a_case_changes_with_what_its_customer_notices_alone(self):
        case = self._make_case()
        self._age(case)
        self.assertFalse(self._is_changed(case))
        self._say(case, "mail.mt_note")
        case.user_ids = self.boss
        self.assertFalse(self._is_changed(case), "That is said among agents.")
        self._say(case, "mail.mt_comment")
        self.assertTrue(self._is_changed(case))
        self._age(case)
        case.stage_id = self.env.ref("customer_portal.stage_waiting")
        self.assertTrue(self._is_changed(case))

    def test_the_list_marks_cases_that_somebody_wrote_on_since_they_were_read(self):
        case, other = self._make_case(), self._make_case()
        pages = self.env["customer.portal.record"].with_user(self.user)
        self._say(case, "mail.mt_comment")
        self._say(other, "mail.mt_note")

        def get_unread():
            return [row["id"] for row in pages.find_rows("cases") if row["is_unread"]]

        self.assertEqual(get_unread(), case.ids)
        pages.env["customer.portal.thread"]._mark_read(case)
        self.assertEqual(get_unread(), [])

    def test_what_is_no_case_has_no_such_date(self):
        task = self.env["project.task"].create({"name": "Something else"})
        self.assertFalse(task.portal_change_date)

    def test_cases_of_before_know_it_after_the_update(self):
        case = self._make_case()
        expected = max(case.portal_last_message_date, case.date_last_stage_update)
        self.env.flush_all()
        self.env.cr.execute("UPDATE project_task SET portal_change_date = NULL")
        self.env.invalidate_all()
        self.env["project.task"]._note_old_messages()
        self.assertEqual(case.portal_change_date, expected)

    def test_profiles_that_show_cases_show_it_after_the_update(self):
        def get_line(permission):
            return permission.field_ids.filtered(
                lambda line: line.field_id.name == "portal_change_date"
            )

        blank = self.env["customer.portal.profile"].create({"name": "Blank"})
        blank = blank.permission_ids.filtered(lambda row: row.module_id == self.module)
        get_line(self.right).access = "hidden"
        self.module._publish_case_change()
        self.assertEqual(get_line(self.right).access, "read")
        self.assertEqual(get_line(blank).access, "hidden")

    def test_title_state_last_change_number_and_who_stand_first(self):
        self._make_case()
        self.right.records_visibility = "organization"
        pages = self.env["customer.portal.record"].with_user(self.user)
        asked = pages.parse_list_query("cases", scope="all")
        columns = pages.list_columns("cases", asked)
        parts = ["title", "state", "changed", "number", "who"]
        self.assertEqual([one["part"] for one in columns[:5]], parts)
        main = [one["part"] for one in columns if one["is_main"]]
        self.assertEqual(main, parts[:3])
        [row] = pages.find_rows("cases", asked)
        self.assertTrue(row["cells"]["portal_change_date"])
        self.assertEqual(row["cells"]["partner_id"], "You")
        mine = pages.parse_list_query("cases", scope="mine")
        shown = [one["part"] for one in pages.list_columns("cases", mine)]
        self.assertNotIn("who", shown)

    def test_a_case_that_waits_says_so_to_its_customer_in_the_filter(self):
        waiting = self.env.ref("customer_portal.stage_waiting")
        self._make_case().stage_id = waiting
        pages = self.env["customer.portal.record"].with_user(self.user)
        states = dict(pages.get_states("cases"))
        self.assertEqual(states[str(waiting.id)], "Waiting for you")
