from datetime import datetime

from freezegun import freeze_time

from odoo.tests import tagged

from ..common import PASSWORD
from ..section_common import CustomerPortalSectionCommon


@tagged("post_install", "-at_install")
class TestPageUpdates(CustomerPortalSectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.module.write(
            {
                "field_ids": [
                    (0, 0, {"name": name})
                    for name in (
                        "date_deadline",
                        "milestone_id",
                        "user_ids",
                        "color",
                        "description",
                        "active",
                    )
                ]
            }
        )
        cls.permission.field_ids.access = "read"
        cls.milestones = cls.env["project.milestone"].create(
            [{"name": name, "project_id": cls.project.id} for name in ("Alpha", "Beta")]
        )

    def setUp(self):
        super().setUp()
        self.authenticate("emma@example.com", PASSWORD)

    def _change(self, record=None, user=None, **values):
        """Change a record as an agent does, and have Odoo note it."""
        record = record or self.task
        record.with_user(user or self.env.user).write(values)
        self._flush_tracking()

    def _updates(self, record=None, user=None, **kwargs):
        record = record or self.task
        return (
            self.env["customer.portal.thread"]
            .with_user(user or self.user)
            .find_updates("wishes", record.id, **kwargs)
        )

    def _pairs(self):
        return [
            (update["label"], str(update["old"]), str(update["new"]))
            for update in self._updates()
        ]

    # === WHAT IS SHOWN === #

    def test_changes_tell_old_and_new_value(self):
        self._change(name="First")
        self._change(name="Second")
        self.assertEqual(
            self._pairs(), [("Title", "First", "Second"), ("Title", "emma", "First")]
        )

    def test_changes_that_odoo_does_not_track_are_told(self):
        field = self.env["project.task"]._fields["color"]
        self.assertFalse(getattr(field, "tracking", None))
        self._change(color=7)
        self.assertEqual([pair[1:] for pair in self._pairs()], [("0", "7")])

    def test_tasks_without_a_page_have_the_notes_of_odoo_alone(self):
        project = self.env["project.project"].create({"name": "Inside"})
        inside = self.env["project.task"].create(
            {"name": "Inside", "project_id": project.id}
        )
        self._flush_tracking()
        values = self.env["mail.tracking.value"].sudo()
        notes = [("mail_message_id.res_id", "=", inside.id)]
        notes.append(("mail_message_id.model", "=", "project.task"))
        before = values.search_count(notes)
        inside.with_user(self.support).color = 5
        self.task.with_user(self.support).color = 6  # in the same transaction
        (inside + self.task).with_user(self.support).write({"color": 7})
        self._flush_tracking()
        self.assertEqual(values.search_count(notes), before)
        self.assertEqual([pair[1:] for pair in self._pairs()], [("0", "7")])
        inside.with_user(self.support).name = "What Odoo notes itself"
        self._flush_tracking()
        self.assertEqual(values.search_count(notes), before + 1)

    def test_odoo_notes_what_it_computes_of_several_at_once(self):
        """It then passes the fields as something that can be read only once."""
        project = self.env["project.project"].create({"name": "Inside"})
        inside = self.env["project.task"].create(
            {"name": "Inside", "project_id": project.id}
        )
        self._flush_tracking()
        both = (inside + self.task).with_user(self.support)
        both._track_prepare(name for name in ("color", "name"))
        both.with_context(tracking_disable=True).write({"name": "New", "color": 8})
        self._flush_tracking()
        notes = (
            self.env["mail.tracking.value"]
            .sudo()
            .search(
                [
                    ("mail_message_id.model", "=", "project.task"),
                    ("mail_message_id.res_id", "=", inside.id),
                ]
            )
        )
        self.assertEqual(notes.field_id.mapped("name"), ["name"])
        told = {label for label, _old, _new in self._pairs()}
        self.assertEqual(len(told), 2)

    def test_what_only_follows_from_other_changes_is_not_told(self):
        names = ("portal_change_date", "date_end")
        self.module.field_ids = [(0, 0, {"name": name}) for name in names]
        self.permission.field_ids.access = "read"
        moment = datetime(2026, 1, 31, 12)
        self._change(name="New", portal_last_message_date=moment, date_end=moment)
        self.assertTrue(self.task.portal_change_date)
        self.assertEqual([label for label, _old, _new in self._pairs()], ["Title"])

    def test_values_are_rendered_for_the_customer(self):
        self.user.tz = "Asia/Tokyo"
        self._change(date_deadline=datetime(2026, 1, 31, 20, 30))
        [(_label, old, new)] = self._pairs()
        self.assertEqual(old, "")
        self.assertEqual(new, "02/01/2026 05:30 AM")
        self._change(priority="1")
        self.assertEqual(self._pairs()[0][1:], ("Low priority", "Medium priority"))
        self._change(active=False)
        self.assertIsNone(self._updates())
        self._change(active=True)
        self.assertEqual(self._pairs()[0][1:], ("No", "Yes"))

    def test_related_records_keep_the_name_they_had(self):
        self._change(milestone_id=self.milestones[0].id)
        self.milestones[0].name = "Renamed"
        self._change(milestone_id=self.milestones[1].id)
        self._change(user_ids=[(6, 0, self.support.ids)])
        self._change(user_ids=[(5, 0, 0)])
        self.assertEqual(
            [pair[1:] for pair in self._pairs()],
            [("Helper", ""), ("OdooBot", "Helper"), ("Renamed", "Beta"), ("", "Alpha")],
        )

    def test_the_page_tells_who_and_when(self):
        self.startPatcher(freeze_time(datetime.now()))  # A slow machine is not late.
        self._change(user=self.support, name="By an agent")
        self.task.with_user(self.user).sudo().name = "By the customer"
        self._flush_tracking()
        page = self._page()
        lines = self._find(page, "o_cp_update")
        [support, mine] = self._texts(lines)
        self.assertTrue(
            mine.startswith("emma changed Title, previously By an agent to"), mine
        )
        self.assertIn("to By the customer", mine)
        self.assertTrue(support.startswith("Helper changed Title"), support)
        self.assertIn("just now", support)
        [exact, _other] = [line.xpath(".//time/@title")[0] for line in lines]
        self.assertIn(str(self.today.year), exact)

    def test_a_value_runs_no_script(self):
        self._change(name="<script>alert(1)</script>")
        self.assertNotIn("<script>alert", self.url_open(self.url).text)

    def test_what_was_emptied_says_what_it_was(self):
        self._change(milestone_id=self.milestones[0].id)
        self._change(milestone_id=False)
        line = self._texts(self._find(self._page(), "o_cp_update"))[-1]
        self.assertIn("removed Milestone (Alpha)", line)

    def test_updates_stand_between_the_comments(self):
        self._ago(self._message("Before"), hours=1)
        self._change(name="Between")
        self._ago(self._message("After"), seconds=-5)
        items = self._page().get_element_by_id("o_cp_comments").xpath(".//ol/li")
        before, between, after = self._texts(items)
        self.assertIn("Before", before)
        self.assertIn("changed Title", between)
        self.assertIn("After", after)

    def test_without_comments_the_updates_stand_alone(self):
        self._message("Hidden")
        self._change(name="Shown")
        self.permission.show_comments = False
        section = self._page().get_element_by_id("o_cp_updates")
        [line] = self._texts(section.xpath(".//ol/li"))
        self.assertIn("to Shown", line)

    def test_pages_have_thirty_updates(self):
        self.permission.show_comments = False
        for number in range(31):
            self._change(name=f"Name {number}")
        page = self._page()
        self.assertEqual(len(self._find(page, "o_cp_update")), 30)
        earlier = page.xpath("//a[text()='Show earlier']/@href")
        self.assertEqual(earlier, [f"{self.url}?comments=2#o_cp_updates"])
        page = self._page("?comments=2")
        self.assertEqual(len(self._find(page, "o_cp_update")), 1)

    # === WHAT IS NOT === #

    def test_hidden_fields_have_no_updates(self):
        line = self.permission.field_ids.filtered(
            lambda line: line.field_id.name == "priority"
        )
        self._change(priority="1")
        self.assertEqual(len(self._updates()), 1)
        line.access = "hidden"
        self.assertEqual(self._updates(), [])
        self.assertEqual(
            self.env["customer.portal.thread"]
            .with_user(self.user)
            .count_updates("wishes", self.task.id),
            0,
        )

    def test_fields_that_are_not_published_have_no_updates(self):
        stages = self.env["project.task.type"].create(
            [
                {"name": name, "project_ids": self.project.ids}
                for name in ("1", "Secret")
            ]
        )
        self.task.stage_id = stages[0]
        self._change(stage_id=stages[1].id)
        self.assertIn("Secret", self._all_values())
        self.assertEqual(self._updates(), [])
        self.assertNotIn("Secret", self.url_open(self.url).text)

    def _all_values(self):
        return self.task.message_ids.sudo().tracking_value_ids.mapped("new_value_char")

    def test_without_the_right_there_are_no_updates(self):
        self._change(name="New")
        self.permission.show_updates = False
        self.assertIsNone(self._updates())
        self.assertIsNone(
            self.env["customer.portal.thread"]
            .with_user(self.user)
            .count_updates("wishes", self.task.id)
        )
        self.assertNotIn("o_cp_updates", self.url_open(self.url).text)

    def test_other_records_have_no_updates(self):
        self._change(self.other_task, name="Secret")
        self.assertIsNone(self._updates(self.other_task))
        for user in (self.support, self.env.ref("base.public_user")):
            self.assertIsNone(self._updates(user=user))

    # === WHAT ODOO NOTES === #

    def test_fields_are_noted_while_some_profile_tells_of_them(self):
        tasks = self.env["project.task"]
        self.assertIn("color", tasks._track_get_fields())
        self.permission.show_updates = False
        self.assertNotIn("color", tasks._track_get_fields())
        self.permission.show_updates = True
        self.assertIn("color", tasks._track_get_fields())
        self.module.active = False
        self.assertNotIn("color", tasks._track_get_fields())

    def test_a_field_is_noted_once_it_is_published(self):
        tasks = self.env["project.task"]
        self.assertNotIn("sequence", tasks._track_get_fields())
        self.module.field_ids = [(0, 0, {"name": "sequence"})]
        self.assertIn("sequence", tasks._track_get_fields())

    def test_rich_texts_are_told_as_plain_ones(self):
        self._change(description="<p>First <b>text</b></p>")
        self._change(description=f"<p>{'Long ' * 1000}</p>")
        (_label, old, new), first = self._pairs()
        self.assertEqual(first[1:], ("", "First *text*"))
        self.assertEqual(old, "First *text*")
        self.assertLess(len(new), 200)
        messages = self.task.message_ids.sudo().tracking_value_ids
        values = messages._tracking_value_format()
        self.assertIn("First *text*", [value["newValue"] for value in values])

    def test_a_rich_text_that_reads_the_same_is_no_update(self):
        self._change(description="<p>Text</p>")
        self._change(description='<p data-history="1">Text</p>')
        self.assertEqual(len(self._updates()), 1)

    def test_what_odoo_cannot_note_is_left_out(self):
        tasks = self.env["project.task"]
        self.module.field_ids = [(0, 0, {"name": "child_ids"})]
        self.assertNotIn("child_ids", tasks._track_get_fields())

    def test_other_models_are_noted_as_before(self):
        self.assertNotIn("comment", self.env["res.partner"]._track_get_fields())
