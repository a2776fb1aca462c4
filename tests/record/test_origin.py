from unittest.mock import patch

from lxml import html

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from ..common import takes_long
from .test_forms import FormsCommon


@tagged("post_install", "-at_install")
class TestOrigin(FormsCommon):
    """Records that customers made or changed say so, to employees and customers."""

    def _origin(self, task):
        return self.env["customer.portal.origin"]._find(task)

    def _create(self, **values):
        res_id = (
            self.env["customer.portal.form"]
            .with_user(self.user)
            .create_record("wishes", {"name": "New", **values})
        )
        return self.task.browse(res_id)

    def _write(self, task, **values):
        self.env["customer.portal.form"].with_user(self.user).write_record(
            "wishes", task.id, values
        )

    def _notes(self, task):
        note = self.env.ref("mail.mt_note")
        return task.message_ids.filtered(
            lambda message: message.subtype_id == note and "Portal" in message.body
        )

    def test_a_new_record_names_its_customer(self):
        task = self._create()
        origin = self._origin(task)
        self.assertEqual(origin.partner_id, self.emma)
        self.assertEqual(origin.partner_name, "Emma Brown")
        self.assertTrue(origin.date)
        self.assertFalse(origin.updated_date)
        [note] = self._notes(task)
        self.assertIn("Created through the Customer Portal", note.body)
        self.assertEqual(note.author_id, self.emma)
        self.assertTrue(note.is_internal)
        self.assertFalse(note.notification_ids)

    def test_a_change_names_the_customer_and_the_fields(self):
        self._write(self.task, name="Changed", priority="1")
        origin = self._origin(self.task)
        self.assertFalse(origin.partner_id)
        self.assertEqual(origin.updated_partner_id, self.emma)
        [note] = self._notes(self.task)
        self.assertIn("Changed through the Customer Portal: Title, Priority", note.body)
        self._write(self.task, name="Again")
        self.assertEqual(self._origin(self.task), origin)

    def test_what_is_not_changed_is_not_marked(self):
        self._write(self.task)
        self.assertFalse(self._origin(self.task))

    def test_a_comment_marks_without_a_note(self):
        right = self.gate.with_user(self.user)._get_rights()["wishes"]
        self.env["customer.portal.origin"].with_user(self.user)._mark_updated(
            right, self.task
        )
        self.assertEqual(self._origin(self.task).updated_partner_name, "Emma Brown")
        self.assertFalse(self._notes(self.task))

    def test_names_outlive_the_contact(self):
        task = self._create()
        self._write(task, name="Changed")
        self.emma.portal_user = False
        self.emma.active = False
        origin = self._origin(task)
        self.assertEqual(origin.partner_id, self.emma)
        origin.partner_id = origin.updated_partner_id = False
        self.assertEqual(origin.partner_name, "Emma Brown")
        self.assertEqual(origin.updated_partner_name, "Emma Brown")

    def test_the_page_tells_who_and_when(self):
        task = self._create()
        line = self._page_line(task)
        self.assertIn("Created by Emma Brown via Customer Portal on", line)
        self.assertNotIn("updated", line)
        self._write(task, name="Changed")
        self.assertIn("last updated by Emma Brown on", self._page_line(task))
        self._write(self.task, name="Changed")
        line = self._page_line(self.task)
        self.assertTrue(line.startswith("Last updated by Emma Brown via"), line)

    def _page_line(self, task):
        page = html.fromstring(self.url_open(f"/my/p/wishes/{task.id}").text)
        [line] = page.xpath("//*[contains(@class, 'o_cp_origin')]")
        return " ".join(line.text_content().split())

    def test_records_without_a_mark_have_no_line(self):
        self.assertNotIn(
            "o_cp_origin", self.url_open(f"/my/p/wishes/{self.task.id}").text
        )

    def test_marks_of_records_the_user_does_not_see_stay_hidden(self):
        right = self.gate.with_user(self.user)._get_rights()["wishes"]
        self.env["customer.portal.origin"].with_user(self.user)._mark_updated(
            right, self.foreign_task
        )
        self.assertIsNone(
            self.env["customer.portal.origin"]
            .with_user(self.user)
            .get_texts("wishes", self.foreign_task.id)
        )

    def test_the_page_reads_a_mark_in_one_query(self):
        task = self._create()
        origins = self.env["customer.portal.origin"].with_user(self.user)
        with self.env["customer.portal.gate"].with_user(self.user).record_cache():
            origins.get_texts("wishes", task.id)  # finds the record, too
            self.env["customer.portal.origin"].invalidate_model()
            with self.assertQueryCount(1):
                texts = origins.get_texts("wishes", task.id)
        self.assertEqual(texts["created_by"], "Emma Brown")

    @takes_long
    def test_the_form_of_a_task_tells_employees(self):
        task = self._create()
        self._write(task, name="Changed")
        tasks = (task + self.task).with_user(self.env.ref("base.user_admin"))
        tasks._compute_portal_source()  # reads who the user is, once
        with self.assertQueryCount(1):
            tasks._compute_portal_source()
        self.assertEqual(tasks.mapped("portal_source"), ["Customer Portal", False])
        self.assertEqual(tasks[0].portal_created_by, "Emma Brown")
        self.assertEqual(tasks[0].portal_updated_by, "Emma Brown")
        form = Form(tasks[0])
        self.assertEqual(form.portal_source, "Customer Portal")
        self.assertFalse(Form(self.task.browse()).portal_source)

    def test_agents_read_the_list_and_open_records(self):
        task = self._create()
        origin = self._origin(task).with_user(self.agent)
        self.assertEqual(origin.kind, "Task")
        action = origin.action_open_record()
        self.assertEqual((action["res_model"], action["res_id"]), (task._name, task.id))
        with self.assertRaises(AccessError):
            origin.partner_name = "x"
        with self.assertRaises(AccessError):
            origin.with_user(self.user).action_open_record()
        with self.assertRaises(AccessError):
            origin.with_user(self.clerk).read(["partner_name"])

    def test_the_list_has_only_what_the_agent_may_read(self):
        origin = self._origin(self._create())
        mine = origin.with_user(self.agent)
        self.assertEqual(mine.record_name, "New")
        self.assertEqual(mine.search([("id", "=", origin.id)]), mine)
        self.project.privacy_visibility = "followers"
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(mine.search([("id", "=", origin.id)]))
        with self.assertRaises(AccessError):
            mine.read(["partner_name"])

    def test_marks_of_deleted_records_are_removed(self):
        gone, archived = self._create(), self._create()
        archived.active = False
        origins = self._origin(gone + archived)
        kept = self._origin(archived)
        gone.unlink()
        self.assertFalse((origins - kept).record_name)
        self.env["customer.portal.origin"]._gc_gone()
        self.assertEqual(origins.exists(), kept)

    # === SEARCH, GROUPS AND RULES === #

    def _found(self, *domain):
        tasks = self.env["project.task"]
        return tasks.search([("project_id", "=", self.task.project_id.id), *domain])

    def test_records_are_found_by_where_they_came_from(self):
        new, changed, plain = self._create(), self._create(), self.task
        self._write(changed, name="Changed")
        for domain, expected in (
            (("portal_source", "!=", False), new | changed),
            (("portal_source", "=", False), plain),
            (("portal_source", "=", "Customer Portal"), new | changed),
            (("portal_source", "!=", "Customer Portal"), plain),
            (("portal_source", "ilike", "portal"), new | changed),
            (("portal_source", "not ilike", "portal"), plain),
            (("portal_source", "ilike", "fax"), plain.browse()),
            (("portal_created_by", "ilike", "emma"), new | changed),
            (("portal_created_by", "=", "Emma Brown"), new | changed),
            (("portal_created_by", "in", ["Emma Brown", False]), new | changed | plain),
            (("portal_created_by", "=", False), plain),
            (("portal_created_by", "not ilike", "emma"), plain),
            (("portal_updated_by", "!=", False), changed),
            (("portal_updated_by", "=", False), new | plain),
            (("portal_updated_by", "=ilike", "emma%"), changed),
        ):
            with self.subTest(domain):
                all_three = new | changed | plain
                self.assertEqual(self._found(domain) & all_three, expected)
                self.assertEqual(all_three.filtered_domain([domain]), expected)

    def test_records_are_grouped_by_who_made_them(self):
        self._create()
        self._create()
        tasks = self.env["project.task"]
        ours = [("id", "in", self._found().ids)]
        rest = len(self._found()) - 2
        for name, value in (
            ("portal_source", "Customer Portal"),
            ("portal_created_by", "Emma Brown"),
        ):
            groups = dict(tasks._read_group(ours, [name], ["__count"]))
            self.assertEqual(groups, {value: 2, False: rest})
            described = tasks.fields_get([name])[name]
            for ability in ("searchable", "groupable", "sortable"):
                self.assertTrue(described[ability], ability)
        [group] = tasks.formatted_read_group(
            [*ours, ("portal_source", "!=", False)], ["portal_created_by"], ["__count"]
        )
        self.assertEqual(group["__count"], 2)
        self.assertEqual(len(tasks.search(group["__extra_domain"] + ours)), 2)

    def test_automation_rules_know_a_record_as_soon_as_it_is_made(self):
        seen, give = [], type(self.task)._give_portal_numbers

        def ask(tasks):
            domain = [("portal_source", "!=", False)]
            seen.extend(tasks.sudo().filtered_domain(domain).mapped("name"))
            seen.extend(tasks.sudo().mapped("portal_created_by"))
            return give(tasks)

        with patch.object(type(self.task), "_give_portal_numbers", ask):
            task = self._create(name="Made by a customer")
        # It is asked for more than once while a case is made.
        self.assertEqual(seen[:2], ["Made by a customer", "Emma Brown"])
        self.assertEqual(set(seen), {"Made by a customer", "Emma Brown"})
        self.assertEqual(task.portal_created_by, "Emma Brown")
        seen.clear()
        with patch.object(type(self.task), "_give_portal_numbers", ask):
            self.task.copy()
        self.assertEqual(set(seen), {False})

    def test_customers_search_by_none_of_it(self):
        tasks = self.env["project.task"].with_user(self.user)
        with self.assertRaises(AccessError):
            tasks.search([("portal_created_by", "=", "Emma Brown")])
