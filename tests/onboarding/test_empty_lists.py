from unittest.mock import patch

from lxml import html

from odoo.tests import tagged

from ..common import (
    PASSWORD,
    CustomerPortalCommon,
    CustomerPortalHttpCommon,
    takes_long,
)

ADDON = "customer_portal"


@tagged("post_install", "-at_install")
class TestEmptyLists(CustomerPortalCommon):
    """No list of the app is an empty table without a word."""

    def _actions(self):
        data = self.env["ir.model.data"].search(
            [("module", "=", ADDON), ("model", "=", "ir.actions.act_window")]
        )
        actions = self.env["ir.actions.act_window"].browse(data.mapped("res_id"))
        return actions.filtered(lambda action: "list" in action.view_mode)

    @takes_long
    def test_each_list_says_what_is_missing_and_what_to_do(self):
        actions = self._actions()
        self.assertGreaterEqual(len(actions), 11)
        for action in actions:
            with self.subTest(action.name):
                paragraphs = html.fromstring(f"<div>{action.help or ''}</div>")
                texts = [p.text_content().strip() for p in paragraphs.iter("p")]
                self.assertGreaterEqual(len([text for text in texts if text]), 2)

    def test_links_in_these_texts_lead_to_actions(self):
        linked = 0
        for action in self._actions():
            for link in html.fromstring(f"<div>{action.help}</div>").iter("a"):
                with self.subTest(action.name):
                    self.assertEqual(link.get("type"), "action")
                    self.assertTrue(self.env.ref(link.get("name")))
                    linked += 1
        self.assertTrue(linked)

    def test_tickets_say_it_too(self):
        partners = self.env["res.partner"]
        tickets = self.env["customer.portal.module"].new({"model_name": "crm.lead"})
        with patch.object(
            self.registry["res.partner"],
            "_get_portal_case_module",
            lambda self: tickets,
        ):
            action = partners._get_portal_case_action()
        self.assertEqual(action["res_model"], "crm.lead")
        self.assertIn("No cases yet", action["help"])


@tagged("post_install", "-at_install")
class TestEmptyPages(CustomerPortalHttpCommon):
    """Customers who have nothing are told what will be here, and what they can do."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profile = cls.env["customer.portal.profile"].create({"name": "New"})
        rows = cls.profile.permission_ids
        cls.row = {row.module_id.code: row for row in rows}
        for code in ("cases", "faqs", "documents"):
            cls.row[code].visible = True
        cls.env["customer.portal.faq"].search([]).is_published = False
        cls.env["customer.portal.document"].search([]).is_published = False
        cls.emma = cls._make_portal_contact(portal_profile_id=cls.profile.id)

    def _read(self, url):
        self.authenticate(self.emma.email, PASSWORD)
        page = html.fromstring(self.url_open(url).text)
        (main,) = page.xpath("//*[@id='wrap']")
        return main, " ".join(main.text_content().split())

    def test_cases(self):
        main, text = self._read("/my/p/cases")
        self.assertIn("You have no cases yet. What we share with you will", text)
        self.assertFalse(main.xpath(".//a[contains(@href, '/new')]"))
        lines = self.row["cases"].field_ids
        lines.filtered(lambda line: line.field_id._is_in_forms()).access = "write"
        self.row["cases"].can_create = True
        main, text = self._read("/my/p/cases")
        self.assertIn("You have no cases yet. Tell us what you need", text)
        self.assertTrue(main.xpath(".//a[contains(@href, '/new')]"))
        for url in ("/my/faq", "/my/faq?search=nowhere"):
            main, _text = self._read(url)
            (link,) = main.xpath(".//a[text()='Ask us']")
            self.assertEqual(link.get("href"), "/my/p/cases/new")

    def test_cases_of_ones_own_where_others_are_seen(self):
        self.row["cases"].records_visibility = "organization"
        main, text = self._read("/my/p/cases?scope=mine")
        self.assertIn("You have no cases of your own yet.", text)
        self.assertTrue(
            main.xpath(".//a[contains(@href, 'scope=all')][text()='Show all']")
        )

    def test_faqs(self):
        main, text = self._read("/my/faq")
        self.assertIn("There are no FAQs yet. Our answers", text)
        self.assertFalse(main.xpath(".//a[text()='Ask us']"), "they may open no case")

    def test_documents(self):
        _main, text = self._read("/my/documents?scope=all")
        self.assertIn("There are no documents yet. Files that we share", text)
        self.row["cases"].show_documents = True
        main, text = self._read("/my/documents?scope=all&module=cases")
        self.assertIn("There are no documents here.", text)
        self.assertTrue(main.xpath(".//a[text()='Show all documents']"))
