from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ...models.explain.explain import Question
from ..common import takes_long
from ..explain_common import ExplainCommon


@tagged("post_install", "-at_install")
class TestViewers(ExplainCommon):
    """Who sees a record: the same answer as for each contact alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague.write(
            {
                "email": "cleo@example.com",
                "portal_user": True,
                "portal_profile_id": cls.profile.id,
            }
        )
        cls.stranger.write(
            {
                "email": "sam@example.com",
                "portal_user": True,
                "portal_profile_id": cls.profile.id,
            }
        )

    def _find(self, record=None, user=None, **values):
        record = self.wish if record is None else record
        question = {"code": "wishes", "model": record._name, "res_id": record.id}
        explain = self.env["customer.portal.explain"].with_user(user or self.agent)
        found = explain.find_viewers(Question("record", **question)._replace(**values))
        return self.env["res.partner"].browse(found.ids), found

    @takes_long
    def test_each_level_shows_a_record_to_more_contacts(self):
        seen, found = self._find()
        self.assertEqual(seen, self.emma)
        self.assertEqual(found.groups, [("Explained", "Own", 1)])
        self.row.records_visibility = "organization"
        seen, found = self._find()
        self.assertEqual(seen, self.emma + self.colleague)
        self.assertEqual(found.groups, [("Explained", "Organization", 2)])

    def test_whom_the_door_keeps_out_sees_nothing(self):
        self.row.records_visibility = "organization"
        self._expire(self.emma)
        self.assertEqual(self._find()[0], self.colleague)

    def test_a_hidden_field_is_seen_by_nobody(self):
        asked = {"kind": "field", "field": "email_cc"}
        self.assertEqual(self._find(**asked)[0], self.emma)
        self.line.access = "hidden"
        self.assertFalse(self._find(**asked)[0])

    def test_faqs_and_documents_are_asked_about_alike(self):
        for row in self.profile.permission_ids:
            if row.module_id.code in ("faqs", "documents"):
                row.visible = True
        faq = self.env["customer.portal.faq"].create(
            {"question": "Why?", "answer": "So.", "is_published": True}
        )
        everybody = self.emma + self.colleague + self.stranger
        self.assertLessEqual(everybody, self._find(faq, code="faqs")[0])
        document = self.env["customer.portal.document"].create(
            {"name": "Prices", "datas": "cHJpY2Vz", "partner_id": self.stranger.id}
        )
        self.assertEqual(self._find(document, code="documents")[0], self.stranger)
        document.audience = "everyone"
        self.assertLessEqual(everybody, self._find(document, code="documents")[0])

    @takes_long
    def test_it_is_the_answer_for_each_contact_alone(self):
        for level in ("own", "organization", "subsidiaries"):
            self.row.records_visibility = level
            for owner in (self.emma, self.colleague, self.omar, self.stranger):
                self.wish.partner_id = owner
                seen = self._find()[0]
                for partner in self.emma + self.colleague + self.stranger:
                    answer = self._ask_about(partner)
                    with self.subTest(level=level, owner=owner.name, asks=partner.name):
                        self.assertEqual(partner in seen, answer.allowed)

    def test_of_those_who_have_nothing_to_do_with_it_one_is_asked(self):
        far = self.env["res.partner"].create(
            [
                {
                    "name": f"Far {number}",
                    "email": f"far{number}@example.com",
                    "portal_user": True,
                    "portal_profile_id": self.profile.id,
                }
                for number in range(5)
            ]
        )
        explain = self.registry["customer.portal.explain"]
        decide = explain._decide_record
        for level in ("own", "organization", "subsidiaries"):
            self.row.records_visibility = level
            with (
                self.subTest(level),
                patch.object(
                    explain, "_decide_record", autospec=True, side_effect=decide
                ) as spy,
            ):
                seen, found = self._find()
                self.assertIn(self.emma, seen)
                self.assertFalse(seen & far)
                asked = [call.args[1].partner for call in spy.call_args_list]
                same = [one for one in asked if one in far + self.stranger]
                self.assertEqual(len(same), 1)
                self.assertGreater(found.asked, len(asked))

    def test_an_organization_that_a_record_names_itself_counts_as_near(self):
        self.row.records_visibility = "organization"
        self.module.organization_field = "portal_organization_id"
        self.wish.write({"partner_id": self.emma.id})
        self.wish.portal_organization_id = self.deco
        self.env.flush_all()
        self.assertEqual(self._find()[0], self.stranger)

    def _ask_about(self, partner):
        explain = self.env["customer.portal.explain"].with_user(self.agent)
        question = Question("record", "wishes", self.wish._name, self.wish.id)
        return explain.explain(partner.with_user(self.agent), question)

    def test_agents_ask_about_what_they_may_read(self):
        with self.assertRaises(AccessError):
            self._find(user=self.clerk)
        with self.assertRaises(AccessError):
            self._find(record=self.emma)
        self.project.privacy_visibility = "followers"
        with self.assertRaises(AccessError):
            self._find()

    def test_the_dialog_lists_the_contacts(self):
        dialogs = self.env["customer.portal.viewers"].with_user(self.agent)
        opened = {"active_model": "project.task", "active_id": self.wish.id}
        dialog = dialogs.with_context(**opened).create({})
        self.assertEqual(dialog.partner_ids, self.emma)
        self.assertEqual((dialog.count, dialog.module_id), (1, self.module))
        self.assertIn("Explained", dialog.groups_html)
        action = dialog.action_view_partners()
        self.assertEqual(action["domain"], [("id", "in", self.emma.ids)])
        self.row.visible = False
        dialog.invalidate_recordset()
        self.assertEqual(dialog.notice, "No portal user sees this right now.")

    @takes_long
    def test_more_contacts_take_no_more_queries(self):
        self.module.allow_everyone = True
        counts = {}
        for level in ("own", "organization", "everyone"):
            self.row.records_visibility = level
            for number in (3, 30):
                self._make_far(number)
                self.env.registry.clear_all_caches()
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.cr.sql_log_count
                self._find()
                counts.setdefault(level, []).append(self.cr.sql_log_count - before)
            with self.subTest(level):
                few, many = counts[level]
                # One more or less depends on who is asked first; not 27.
                self.assertLessEqual(many, few + 2)

    def _make_far(self, number):
        """Make contacts that have nothing to do with the wish."""
        return self.env["res.partner"].create(
            [
                {
                    "name": f"Far {number} {place}",
                    "email": f"far{number}.{place}.{self.row.records_visibility}"
                    "@example.com",
                    "portal_user": True,
                    "portal_profile_id": self.profile.id,
                }
                for place in range(number)
            ]
        )
