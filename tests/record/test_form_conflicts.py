import json

from lxml import html

from odoo.tests import tagged

from ..common import takes_long
from .test_forms import JSON, FormsCommon


@tagged("post_install", "-at_install")
class TestFormConflicts(FormsCommon):
    """What an agent changes while a customer has a form open is not overwritten."""

    def setUp(self):
        super().setUp()
        self.task.write({"description": "<p>Blue</p>", "tag_ids": self.good_tag.ids})
        self.path = f"{self.task.id}/edit"
        self.texts = self._read_form(self._open(self.path))

    def _read_form(self, page):
        """Return what the browser would send."""
        [form] = page.xpath("//form[hasclass('o_cp_form')]")
        values = [(name, value or "") for name, value in form.form_values()]
        texts = {}
        for name, value in values:
            texts.setdefault(name, []).append(value)
        texts.pop("csrf_token")
        return texts

    def _save(self, headers=None, **changes):
        texts = {**self.texts, **changes}
        response = self._send(self.path, texts, headers=headers, allow_redirects=False)
        self.env.invalidate_all()
        return response

    def _summary(self, response):
        page = html.fromstring(response.text)
        [summary] = page.xpath("//*[hasclass('o_cp_errors')]")
        return page, " ".join(summary.text_content().split())

    def test_without_a_change_meanwhile_a_form_is_saved(self):
        self.assertEqual(self._save(name="New").status_code, 303)
        self.assertEqual(self.task.name, "New")

    def test_what_somebody_else_changed_is_told_and_kept(self):
        self.task.write({"priority": "1", "name": "Agent's"})
        response = self._save(name="Mine")
        self.assertEqual(response.status_code, 422)
        page, summary = self._summary(response)
        self.assertIn("Someone else changed this", summary)
        self.assertIn("now “Agent's”", summary)
        self.assertIn("This is the new value.", summary)
        self.assertEqual(self.task.name, "Agent's")
        self.texts = self._read_form(page)
        self.assertEqual(self.texts["name"], ["Mine"])
        self.assertEqual(self.texts["priority"], ["1"])
        self.assertEqual(self._save().status_code, 303)
        self.assertEqual((self.task.name, self.task.priority), ("Mine", "1"))

    def test_it_is_told_again_if_it_changes_again(self):
        self.task.name = "Agent's"
        page, _summary = self._summary(self._save(name="Mine"))
        self.texts = self._read_form(page)
        self.task.name = "Another agent's"
        _page, summary = self._summary(self._save())
        self.assertIn("now “Another agent's”", summary)

    def test_the_same_change_is_no_conflict(self):
        self.task.name = "Both"
        self.assertEqual(self._save(name="Both").status_code, 303)

    def test_what_the_form_does_not_show_is_no_conflict(self):
        self.task.write({"sequence": 42, "user_ids": self.agent.ids})
        self.assertEqual(self._save(name="New").status_code, 303)

    @takes_long
    def test_choices_and_texts_of_several_lines_are_compared(self):
        self.task.description = "<p>One</p><p>Two</p>"
        self.texts = self._read_form(self._open(self.path))
        lines = self.texts["description"][0].replace("\n", "\r\n")
        self.assertEqual(self._save(description=lines).status_code, 303)
        self.task.tag_ids = self.other_tag
        page, summary = self._summary(self._save(name="Mine"))
        self.assertIn("This is the new value.", summary)
        ticked = page.xpath("//input[@name='tag_ids'][@checked]/@value")
        self.assertEqual(ticked, [str(self.other_tag.id)])

    def test_scripts_are_told_the_new_values(self):
        self.task.write({"priority": "1", "tag_ids": self.other_tag.ids})
        answer = self._save(name="Mine", headers=JSON)
        self.assertEqual(answer.status_code, 422)
        answer = answer.json()
        self.assertEqual(set(answer["errors"]), {"", "priority", "tag_ids"})
        fresh = {"priority": "1", "tag_ids": [str(self.other_tag.id)]}
        self.assertEqual(answer["fresh"], fresh)
        answer = self._save(
            name="Mine", headers=JSON, _prints=answer["prints"], **answer["fresh"]
        )
        self.assertIn("url", answer.json())
        self.assertEqual(self.task.tag_ids, self.other_tag)

    @takes_long
    def test_prints_from_anywhere_do_no_harm(self):
        for prints in ("", "x", "[]", "1", "[" * 100000, json.dumps({"name": {}})):
            with self.subTest(prints[:9]):
                response = self._save(_prints=prints, name=f"New {prints[:9]}")
                self.assertIn(response.status_code, (303, 422))
        response = self._save(_prints=json.dumps({"sequence": "x"}), name="Last")
        self.assertEqual(response.status_code, 303)

    def test_prints_tell_nothing_of_records_that_are_not_shown(self):
        for code, res_id in (("wishes", self.foreign_task.id), ("nothing", 1)):
            prints = (
                self.env["customer.portal.form"]
                .with_user(self.user)
                .get_form_digests(code, res_id)
            )
            self.assertEqual(prints, "{}")
            found = (
                self.env["customer.portal.form"]
                .with_user(self.user)
                .find_conflicts(code, res_id, {}, json.dumps({"name": "x"}))
            )
            self.assertEqual(found, ({}, {}))
