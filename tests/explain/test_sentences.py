from threading import current_thread
from unittest.mock import patch

from odoo.tests import tagged

from ..explain_common import ExplainCommon


@tagged("post_install", "-at_install")
class TestSentences(ExplainCommon):
    """What each step says: with whom, why that is them, and where to change it."""

    def setUp(self):
        super().setUp()
        # As the thread that serves a request has it.
        thread, name = current_thread(), self.env.cr.dbname
        self.enterContext(patch.object(thread, "dbname", name, create=True))

    def _texts(self, answer, kind):
        return [step.text for step in answer.steps if step.kind == kind]

    def _move(self, project, partner=None):
        """Put the wish into another project, of which Odoo would take the customer."""
        self.wish.project_id = project
        self.wish.partner_id = partner or self.emma

    def test_what_a_module_leaves_out_is_not_said_to_be_shown(self):
        levels = ("own", "organization", "subsidiaries")
        for level in levels:
            self.row.records_visibility = level
            self._move(self.elsewhere)
            with self.subTest(level):
                self.assertEqual(self._texts(self._ask(), "level"), [])
                self._move(self.project)
                self.wish.active = False
                self.assertEqual(self._texts(self._ask(), "level"), [])
                self.wish.active = True
                self.assertTrue(self._texts(self._ask(), "level"))

    def test_no_level_is_promised_that_would_not_show_what_is_left_out(self):
        self.wish.write({"partner_id": self.colleague.id})
        self.assertIn("would show it", self._texts(self._ask(), "level")[0])
        self._move(self.elsewhere, self.colleague)
        [text] = self._texts(self._ask(), "level")
        self.assertIn("the contact of this one is Cleo", text)
        self.assertNotIn("would show it", text)

    def _show_own_pages(self):
        for row in self.profile.permission_ids:
            if row.module_id.code in ("faqs", "documents"):
                row.visible = True

    def test_what_is_published_says_for_which_profiles(self):
        self._show_own_pages()
        other = self.env["customer.portal.profile"].create({"name": "Others"})
        faq = self.env["customer.portal.faq"].create(
            {"question": "Why?", "answer": "So.", "is_published": True}
        )
        cases = (
            (other.browse(), "for all profiles.", []),
            (
                self.profile + other,
                "these profiles: Explained, Others.",
                ["It is for their profile Explained."],
            ),
            (
                other,
                "these profiles: Others.",
                ["It is only for other profiles: Others."],
            ),
        )
        for profiles, audience, theirs in cases:
            faq.profile_ids = profiles
            answer = self._ask(record=faq, code="faqs")
            with self.subTest(audience):
                [text] = self._texts(answer, "published")
                self.assertIn(audience, text)
                self.assertEqual(self._texts(answer, "profiles"), theirs)

    def test_a_document_says_for_whom_it_is_and_why_that_is_them(self):
        self._show_own_pages()
        document = self.env["customer.portal.document"].create(
            {"name": "Prices", "datas": "cHJpY2Vz", "partner_id": self.emma.id}
        )
        row = self.profile.permission_ids.filtered(
            lambda one: one.module_id.code == "documents"
        )
        emma, way, cleo = self.emma, self.way, self.colleague
        cases = (
            ("contact", emma, "own", "for the contact Emma Miller", "with them."),
            (
                "organization",
                way,
                "own",
                "organization Baker Way",
                "their organization",
            ),
            ("subsidiaries", way, "own", "Way and its subsidiaries", "organization"),
            ("contact", cleo, "organization", "contact Cleo", "belongs to Cleo"),
            ("everyone", None, "own", "for all customers", "They are a customer"),
            ("profiles", None, "own", "profiles: Explained", "profile Explained"),
        )
        for audience, owner, level, who, why in cases:
            profiles = self.profile if audience == "profiles" else self.profile.browse()
            document.write(
                {
                    "audience": audience,
                    "partner_id": owner.id if owner else False,
                    "profile_ids": profiles.ids,
                }
            )
            row.records_visibility = level
            answer = self._ask(record=document, code="documents")
            with self.subTest(audience=audience, owner=owner and owner.name):
                self.assertIs(answer.allowed, True)
                self.assertIn(who, self._texts(answer, "published")[0])
                self.assertIn(why, self._texts(answer, "audience")[0])
        answer = self._ask(record=document, code="documents")
        [step] = [one for one in answer.steps if one.kind == "audience"]
        self.assertEqual(step.link[:3], (document._name, document.id, "audience"))

    def test_an_administrator_can_open_whatever_decides(self):
        admin = self.env.ref("base.user_admin")
        self.tasks_row.write({"visible": True, "records_visibility": "subsidiaries"})
        self.project.message_subscribe(self.emma.ids)
        self.wish.message_subscribe(self.emma.ids)
        asked = (
            {"kind": "login"},
            {"kind": "module"},
            {"kind": "record"},
            {"kind": "record", "way": "rpc"},
            {"kind": "record", "code": "tasks"},
            {"kind": "field", "field": "email_cc"},
            {"kind": "field", "field": "email_cc", "way": "rpc"},
            {"kind": "field", "field": "name", "action": "edit"},
            {"kind": "file", "file_id": self.file.id},
            *(
                {"kind": "action", "action": one}
                for one in ("create", "edit", "upload")
            ),
        )
        for question in asked:
            answer = self._ask(user=admin, **question)
            with self.subTest(question):
                self.assertEqual([s.text for s in answer.steps if not s.link], [])

    def test_a_record_of_nobody_is_said_to_have_no_contact_once(self):
        self.row.records_visibility = "organization"
        self.wish.partner_id = False
        [text] = self._texts(self._ask(), "level")
        self.assertEqual(
            text, "Wishes shows the records of Baker Way. This one has no contact."
        )

    def test_a_document_of_another_organization_is_named_by_it(self):
        self._show_own_pages()
        document = self.env["customer.portal.document"].create(
            {
                "name": "Prices",
                "datas": "cHJpY2Vz",
                "partner_id": self.stranger.id,
                "audience": "organization",
            }
        )
        answer = self._ask(record=document, code="documents")
        self._assert_reason(answer, "audience", "(Organization: Deco)")
        self.assertIn("organization Deco", self._texts(answer, "published")[0])

    def test_my_company_is_for_those_who_manage_colleagues(self):
        read = self.env["customer.portal.explain"].read_address
        for path in ("/my/company", "/my/company/requests", "/my/company/review"):
            self.profile.manage_scope = False
            question = read(path)._asdict()
            with self.subTest(path):
                self.assertEqual(
                    (question["kind"], question["is_page"]), ("page", True)
                )
                answer = self._ask(**question)
                self._assert_reason(answer, "colleagues", "don't have My Company")
                self.assertEqual(
                    answer.reason.link[1:3], (self.profile.id, "manage_scope")
                )
                self.profile.manage_scope = "organization"
                self.assertIs(self._ask(**question).allowed, True)

    def test_an_address_is_read_with_and_without_a_host(self):
        read = self.env["customer.portal.explain"].read_address
        path = f"my/p/wishes/{self.wish.id}"
        hosts = ("https://portal.example.com/", "portal.example.com/", "/", "")
        for host in (*hosts, "localhost:8069/", "portal.example.com:8069/"):
            asked = read(f"  {host}{path}?filterby=all&page=2#o_cp_comments ")
            with self.subTest(host):
                self.assertEqual((asked.kind, asked.res_id), ("record", self.wish.id))
