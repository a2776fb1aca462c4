import json
from datetime import timedelta

from lxml import html
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Datetime
from odoo.http import Stream
from odoo.tests import JsonRpcException, new_test_user, tagged
from odoo.tools import mute_logger

from ...const import PARAM_UPLOAD_TYPES
from ..common import PASSWORD, takes_long
from ..section_common import PDF, PNG, CustomerPortalSectionCommon

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
URL = "/my/documents"
PDF_TYPE = "application/pdf"


class DocumentCommon(CustomerPortalSectionCommon):
    """Documents for Emma, her colleague, a subsidiary and a stranger."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.documents = cls.env["customer.portal.document"]
        cls.right = cls.profile.permission_ids.filtered(
            lambda row: row.module_id.code == "documents"
        )
        cls.right.write({"visible": True, "can_upload": True})
        cls.organization, cls.subsidiary = cls.env["res.partner"].create(
            [{"name": "Acme", "is_company": True}, {"name": "Sub", "is_company": True}]
        )
        cls.subsidiary.parent_id = cls.organization
        cls.emma.parent_id = cls.organization
        cls.colleague = cls._make_portal_contact(
            "cora@example.com",
            parent_id=cls.organization.id,
            portal_profile_id=cls.profile.id,
        )
        cls.sub_contact = cls._make_portal_contact(
            "sue@example.com",
            parent_id=cls.subsidiary.id,
            portal_profile_id=cls.profile.id,
        )

    @classmethod
    def _share(cls, name="a.txt", raw=b"content", audience="contact", **values):
        """Return a document of an agent, for Emma if nobody else is said."""
        if audience in ("contact", "organization", "subsidiaries"):
            values.setdefault("partner_id", cls.emma.id)
        attachment = cls.env["ir.attachment"].create({"name": name, "raw": raw})
        return cls.documents.create(
            {
                "name": name,
                "attachment_id": attachment.id,
                "audience": audience,
                **values,
            }
        )

    def _names(self, partner=None, **asked):
        user = self._user_of(partner or self.emma)
        asked = self.documents.with_user(user)._parse_portal_query(
            **{"scope": "all", **asked}
        )
        found = self.documents.with_user(user)._find_portal_rows(asked)
        self.assertEqual(
            self.documents.with_user(user)._get_portal_page(asked, 20, 1)[0], found
        )
        return [document["name"] for document in found]

    def _list(self, query=""):
        response = self.url_open(f"{URL}{query}")
        self.assertEqual(response.status_code, 200)
        return html.fromstring(response.text)

    def _listed(self, query=""):
        return self._texts(self._find(self._list(query), "o_cp_document_name"))

    def _get(self, document, suffix=""):
        path = f"{URL}/{document.attachment_id.id}{suffix}"
        return self.url_open(path, allow_redirects=False)

    def _statuses(self, document):
        return {
            self._get(document, suffix).status_code
            for suffix in ("", "/download", "/preview")
        }


@tagged("post_install", "-at_install")
class TestDocument(DocumentCommon):
    """Documents: who sees which, where, and what agents do with them."""

    def setUp(self):
        super().setUp()
        self.authenticate(self.user.login, PASSWORD)

    # === WHO SEES WHICH === #

    def test_documents_are_hidden_until_a_profile_shows_them(self):
        new = self.env["customer.portal.profile"].create({"name": "New"})
        for profile in (new, self._make_stock_profile()):
            rows = profile.permission_ids
            row = rows.filtered(lambda row: row.module_id.code == "documents")
            self.assertFalse(row.visible)
        document = self._share("a.png", PNG)
        self.assertEqual(self._statuses(document), {200})
        self.right.visible = False
        self.assertEqual(self._statuses(document), {404})
        self.assertEqual(self.url_open(URL).status_code, 404)
        self.assertNotIn(URL, self.url_open("/my").text)
        self.assertFalse(self.documents.with_user(self.user)._find_portal_rows())
        self.assertFalse(self.documents.with_user(self.user)._get_portal_folders())
        self.assertFalse(
            self.env["customer.portal.record"]
            .with_user(self.user)
            .search_everything("a.png")
        )

    def test_each_audience_reaches_whom_it_says(self):
        other = self.env["customer.portal.profile"].create({"name": "Other"})
        theirs = self.env["customer.portal.profile"].create({"name": "Theirs"})
        for profile in (other, theirs):
            rows = profile.permission_ids
            rows.filtered(lambda row: row.module_id.code == "documents").visible = True
        self.sub_contact.portal_profile_id = other
        everybody = (self.emma, self.colleague, self.sub_contact, self.stranger)
        audiences = {
            "contact": (self.emma,),
            "organization": (self.emma, self.colleague),
            "subsidiaries": (self.emma, self.colleague, self.sub_contact),
            "everyone": everybody,
        }
        for audience in audiences:
            self._share(audience, audience=audience)
        self._share("profiles", audience="profiles", profile_ids=other.ids)
        self._share("nobody's", audience="profiles", profile_ids=theirs.ids)
        self._share("hidden", audience="everyone", is_published=False)
        for partner in everybody:
            with self.subTest(partner.name):
                wanted = {name for name, who in audiences.items() if partner in who}
                wanted |= {"profiles"} if partner == self.sub_contact else set()
                self.assertEqual(set(self._names(partner)), wanted)

    def test_what_is_shared_with_a_subsidiary_stays_there(self):
        for audience in ("organization", "subsidiaries"):
            self._share(audience, audience=audience, partner_id=self.subsidiary.id)
        self.assertEqual(len(self._names(self.sub_contact)), 2)
        self.assertEqual(self._names(), [])

    def test_records_visibility_reaches_the_documents_of_colleagues(self):
        self._share("mine")
        self._share("colleague's", partner_id=self.colleague.id)
        self._share("subsidiary's", partner_id=self.sub_contact.id)
        self._share("stranger's", partner_id=self.stranger.id)
        reach = {
            "own": {"mine"},
            "organization": {"mine", "colleague's"},
            "subsidiaries": {"mine", "colleague's", "subsidiary's"},
        }
        for level, wanted in reach.items():
            with self.subTest(level):
                self.right.records_visibility = level
                self.assertEqual(set(self._names()), wanted)
                self.assertEqual(self._names(scope="mine"), ["mine"])

    def test_a_contact_without_an_organization_has_documents_too(self):
        self._share("a", partner_id=self.stranger.id)
        self._share("b", audience="subsidiaries", partner_id=self.stranger.id)
        self.assertEqual(set(self._names(self.stranger)), {"a", "b"})
        self.assertEqual(self._names(), [])

    def test_a_document_of_another_company_is_hidden(self):
        other = self.env["res.company"].create({"name": "Other"})
        document = self._share(audience="everyone", company_id=other.id)
        self.assertEqual(self._statuses(document), {404})
        self.assertEqual(self._names(), [])
        document.company_id = self.env.company
        self.assertEqual(self._names(), ["a.txt"])

    def test_a_copied_address_is_useless_to_another_customer(self):
        document = self._share("a.png", PNG)
        self.assertEqual(self._statuses(document), {200})
        paths = [f"/web/content/{document.attachment_id.id}"]
        paths.append(f"/web/image/{document.attachment_id.id}")
        for login in (self.colleague, self.stranger):
            self.authenticate(login.email, PASSWORD)
            self.assertEqual(self._statuses(document), {404})
            for path in paths:
                response = self.url_open(path)
                self.assertNotIn(PNG, response.content)
        self.authenticate(None, None)
        for suffix in ("", "/download", "/preview"):
            self.assertEqual(self._get(document, suffix).status_code, 303)

    def test_unknown_and_forbidden_answer_the_same(self):
        secret = self._share("secret", partner_id=self.stranger.id)
        logo = self.env["ir.attachment"].create(
            {"name": "x", "raw": PNG, "public": True}
        )
        for number in (secret.attachment_id.id, logo.id, 0, 2**31 - 1, 2**40):
            for suffix in ("", "/download", "/preview"):
                with self.subTest(number, suffix=suffix):
                    response = self.url_open(f"{URL}/{number}{suffix}")
                    self.assertEqual(response.status_code, 404)
                    self.assertNotIn("secret", response.text)

    def test_portal_users_have_no_way_past_the_gate(self):
        document = self._share()
        for model, ids in (
            ("customer.portal.document", document.ids),
            ("ir.attachment", document.attachment_id.ids),
        ):
            records = self.env(user=self.user)[model].browse(ids)
            with self.assertRaises(AccessError):
                records.read(["name"])
            with self.assertRaises(AccessError):
                records.write({"name": "x"})
        with self.assertRaises(AccessError):
            self.env(user=self.user)["customer.portal.document.share"].create({})

    def test_nobody_but_portal_users_has_these_pages(self):
        document = self._share(audience="everyone")
        self.agent.password = PASSWORD
        self.authenticate("agent", PASSWORD)
        self.assertEqual(self._statuses(document), {404})
        self.assertEqual(self.url_open(URL).status_code, 404)

    # === FILES OF RECORDS === #

    @takes_long
    def test_a_file_of_a_record_appears_in_both_places(self):
        attachment = self._attach(self.task, "plan.png", PNG)
        self._attach(self.other_task, "other.png", PNG)
        self.assertEqual(self._names(), ["plan.png"])
        section = self._page().get_element_by_id("o_cp_documents")
        self.assertIn("plan.png", self._texts([section])[0])
        [row] = self.documents.with_user(self.user)._find_portal_rows()
        self.assertEqual(row["record"]["url"], self.url)
        for suffix in ("", "/download", "/preview"):
            response = self.url_open(f"{URL}/{attachment.id}{suffix}")
            self.assertEqual(response.status_code, 200)
        self.authenticate("sten@example.com", PASSWORD)
        for suffix in ("", "/download", "/preview"):
            response = self.url_open(f"{URL}/{attachment.id}{suffix}")
            self.assertEqual(response.status_code, 404)

    def test_files_of_messages_and_pictures_in_texts_are_no_documents(self):
        self._message("With a file", attachments=[("a.txt", b"x")])
        self._message(
            "Note", attachments=[("b.txt", b"x")], subtype_xmlid="mail.mt_note"
        )
        picture = self._attach(self.task, "c.png", PNG)
        self.task.description = f'<img src="/web/image/{picture.id}">'
        found = self.documents.with_user(self.user)._find_portal_rows()
        self.assertEqual(found, [])
        self.assertIsNone(
            self.documents.with_user(self.user)._get_portal_row(picture.id)
        )

    def test_without_the_right_to_documents_files_of_records_are_hidden(self):
        attachment = self._attach(self.task)
        self.permission.show_documents = False
        self.assertEqual(self._names(), [])
        self.assertEqual(self.url_open(f"{URL}/{attachment.id}").status_code, 404)

    def test_a_document_that_is_shared_from_a_record_appears_there_once(self):
        attachment = self._attach(self.task, "plan.txt")
        document = self.documents.create(
            {
                "name": "The plan",
                "attachment_id": attachment.id,
                "partner_id": self.emma.id,
            }
        )
        self.assertEqual(self._names(), ["The plan"])
        files = (
            self.env["customer.portal.file"]
            .with_user(self.user)
            .find_files("wishes", self.task.id)
        )
        self.assertEqual([file["id"] for file in files], attachment.ids)
        self.assertEqual(attachment.res_model, "project.task")
        self.assertEqual(document.record_name, self.task.display_name)

    def test_a_file_of_a_message_appears_with_the_record_once_it_is_shared(self):
        note = self._message(
            "Note", attachments=[("n.txt", b"x")], subtype_xmlid="mail.mt_note"
        )
        self.assertEqual(self._names(), [])
        self.documents.create(
            {
                "name": "n.txt",
                "attachment_id": note.attachment_ids.id,
                "partner_id": self.emma.id,
            }
        )
        self.assertEqual(self._names(), ["n.txt"])
        files = (
            self.env["customer.portal.file"]
            .with_user(self.user)
            .find_files("wishes", self.task.id)
        )
        self.assertEqual([file["name"] for file in files], ["n.txt"])
        self.assertEqual(self.url_open(files[0]["url"]).content, b"x")

    def test_what_is_not_visible_is_hidden_with_its_record_too(self):
        attachment = self._attach(self.task)
        document = self.documents.create(
            {
                "name": "a.txt",
                "attachment_id": attachment.id,
                "partner_id": self.emma.id,
                "is_published": False,
            }
        )
        self.assertEqual(self._names(), [])
        files = (
            self.env["customer.portal.file"]
            .with_user(self.user)
            .find_files("wishes", self.task.id)
        )
        self.assertEqual(files, [])
        self.assertEqual(self._statuses(document), {404})
        path = f"{self.url}/file/{attachment.id}"
        self.assertEqual(self.url_open(path).status_code, 404)

    def test_a_file_shared_with_somebody_else_stays_with_its_record(self):
        attachment = self._attach(self.task)
        self.documents.create(
            {
                "name": "Theirs",
                "attachment_id": attachment.id,
                "partner_id": self.stranger.id,
            }
        )
        self.assertEqual(self._names(), ["a.txt"])
        self.assertEqual(self._names(self.stranger), ["Theirs"])

    # === THE LIST === #

    def test_the_list_is_searched_sorted_and_filtered(self):
        folder = self.env["customer.portal.document.folder"].create({"name": "Plans"})
        empty = self.env["customer.portal.document.folder"].create({"name": "Empty"})
        self._share("b 100%.txt", folder_id=folder.id)
        self._share("a.txt", audience="everyone")
        self._share("secret", partner_id=self.stranger.id, folder_id=empty.id)
        self._attach(self.task, "c.txt")
        dates = self.documents.search([]), self.env["ir.attachment"].search([])
        for number, (table, name) in enumerate(
            [("document", "b 100%.txt"), ("document", "a.txt"), ("attachment", "c.txt")]
        ):
            table = {"document": "customer_portal_document"}.get(table, "ir_attachment")
            self.env.cr.execute(
                f"UPDATE {table} SET create_date = %s WHERE name = %s",
                [Datetime.now() - timedelta(days=number), name],
            )
        for records in dates:
            records.invalidate_recordset()
        newest = ["b 100%.txt", "a.txt", "c.txt"]
        self.assertEqual(self._names(), newest)
        self.assertEqual(self._names(sortby="create_date"), newest[::-1])
        self.assertEqual(self._names(sortby="name"), sorted(newest))
        self.assertEqual(self._names(sortby="-name"), sorted(newest)[::-1])
        self.assertEqual(self._names(search="100%"), ["b 100%.txt"])
        self.assertEqual(self._names(search="C.T"), ["c.txt"])
        self.assertEqual(self._names(folder=str(folder.id)), ["b 100%.txt"])
        self.assertEqual(self._names(folder=str(empty.id)), [])
        self.assertEqual(self._names(module="wishes"), ["c.txt"])
        self.assertEqual(self._names(scope="mine"), newest)
        folders = self.documents.with_user(self.user)._get_portal_folders()
        self.assertEqual([one["name"] for one in folders], ["Plans", "Wishes"])

    def test_nonsense_in_the_address_means_nothing(self):
        self._share()
        for query in (
            "?sortby=create_uid&folder=x&module=nope&scope=everyone",
            "?folder=99999999999999999999&sortby=name;drop",
            "?search=%00%27%22%3Cscript%3E&sortby=",
            "/page/999999?scope=all",
            "?page=x&size=-1",
        ):
            with self.subTest(query):
                self.assertEqual(self.url_open(f"{URL}{query}").status_code, 200)

    def test_pages_follow_one_another(self):
        for number in range(23):
            self._share(f"{number:02}.txt")
        self.assertEqual(len(self._listed("?sortby=name")), 20)
        last = [name.split()[0] for name in self._listed("/page/2?sortby=name")]
        self.assertEqual(last, ["20.txt", "21.txt", "22.txt"])

    def test_documents_are_found_by_the_search_of_everything(self):
        document = self._share("Price list.pdf", PDF)
        page = html.fromstring(self.url_open("/my/search?search=price").text)
        links = page.xpath("//a/@href")
        self.assertIn(f"{URL}/{document.attachment_id.id}", links)

    # === DOWNLOADS === #

    def test_only_pictures_and_pdf_are_shown_and_all_else_is_downloaded(self):
        page = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
        for name, raw, mimetype, is_shown in (
            ("a.png", PNG, "image/png", True),
            ("a.pdf", PDF, "application/pdf", True),
            ("a.html", page, "text/html", False),
            ("a.svg", SVG, "image/svg+xml", False),
            ("a.txt", b"text", "text/plain", False),
        ):
            with self.subTest(name):
                document = self._share(name, raw)
                document.attachment_id.mimetype = mimetype
                shown = self._get(document, "/preview")
                self.assertEqual(shown.status_code, 200 if is_shown else 404)
                response = self._get(document, "/download")
                self.assertEqual(response.content, raw)
                disposition = response.headers["Content-Disposition"]
                self.assertTrue(disposition.startswith("attachment"))
                for answer in (response, *([shown] if is_shown else ())):
                    headers = answer.headers
                    self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
                    policy = headers["Content-Security-Policy"]
                    self.assertEqual(policy, "default-src 'none'")
                    self.assertNotIn("public", headers.get("Cache-Control", ""))

    @mute_logger("odoo.http")
    def test_a_session_counts_a_download_once_and_nothing_else_does(self):
        document = self._share("a.png", PNG)
        written = document.write_date
        for suffix in ("", "/preview", "/download"):
            self._get(document, suffix)
        path = f"{URL}/{document.attachment_id.id}/download"
        forged = self._post(path, {"x": "y"}, token=False)
        self.assertEqual(forged.status_code, 400)
        self.assertEqual(document.download_count, 0)
        for _time in range(3):
            self.assertEqual(self._post(path).content, PNG)
        document.invalidate_recordset()
        self.assertEqual(document.download_count, 1)
        self.assertEqual(document.write_date, written)
        self.authenticate("sten@example.com", PASSWORD)
        self.assertEqual(self._post(path).status_code, 404)
        self.authenticate(self.user.login, PASSWORD)
        self._post(path)
        document.invalidate_recordset()
        self.assertEqual(document.download_count, 2)

    def test_a_file_is_read_where_another_addon_keeps_it(self):
        document, asked = self._share("a.pdf", PDF), []

        def read(binary, record, field_name):
            asked.append((record, field_name))
            kept = {"data": b"Kept elsewhere", "mimetype": PDF_TYPE, "size": 14}
            kept["download_name"] = "a.pdf"
            return Stream(type="data", **kept)

        self.patch(self.env.registry["ir.binary"], "_record_to_stream", read)
        for suffix in ("/preview", "/download"):
            response = self._get(document, suffix)
            self.assertEqual(response.content, b"Kept elsewhere")
            self.assertNotIn("public", response.headers.get("Cache-Control", ""))
        self.assertEqual([name for _record, name in asked], ["raw", "raw"])
        self.assertEqual(
            {record.id for record, _ in asked}, {document.attachment_id.id}
        )

    # === AGENTS === #

    def test_an_agent_shares_a_new_file_by_the_form(self):
        documents = self.documents.with_user(self.agent)
        document = documents.create(
            {"name": "Plan", "datas": "Y29udGVudA==", "partner_id": self.emma.id}
        )
        self.assertEqual(document.attachment_id.res_id, document.id)
        self.assertEqual(document.attachment_id.raw, b"content")
        self.assertEqual(document.datas, b"Y29udGVudA==")
        self.assertEqual(document.author_id, self.agent.partner_id)
        document.with_user(self.manager).name = "Our plan"
        self.assertEqual(self._names(), ["Our plan"])
        with self.assertRaises(ValidationError):
            documents.create({"name": "Nothing", "partner_id": self.emma.id})

    def test_who_is_meant_must_be_said(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._share(partner_id=False)
        with self.assertRaises(ValidationError):
            self._share(audience="profiles")
        document = self._share()
        document.audience = "everyone"
        self.assertFalse(document.partner_id)

    def test_a_file_is_shared_once(self):
        document = self._share()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.documents.create(
                {
                    "name": "b",
                    "attachment_id": document.attachment_id.id,
                    "audience": "everyone",
                }
            )

    def test_no_agent_shares_what_they_may_not_read(self):
        secret = self.env["ir.attachment"].create(
            {"name": "s", "raw": b"s", "res_model": "ir.cron", "res_id": 1}
        )
        values = {"name": "s", "attachment_id": secret.id, "audience": "everyone"}
        with self.assertRaises(AccessError):
            self.documents.with_user(self.agent).create(values)
        wizard = self.env(user=self.agent)["customer.portal.document.share"].create(
            {"audience": "everyone"}
        )
        wizard.sudo().attachment_ids = secret
        with self.assertRaises(UserError):
            wizard.action_share()
        self.assertFalse(self.documents.search([("attachment_id", "=", secret.id)]))
        value = self._attach(self.task, res_field="displayed_image_id")
        link = self._attach(self.task, raw=None, type="url", url="https://example.com")
        for attachment in (value, link):
            with self.assertRaises(ValidationError):
                self.documents.create({**values, "attachment_id": attachment.id})

    def test_an_agent_shares_the_files_of_any_record(self):
        one, two = self._attach(self.task, "1.txt"), self._attach(self.task, "2.txt")
        wizard = (
            self.env(user=self.agent)["customer.portal.document.share"]
            .with_context(active_model="project.task", active_ids=self.task.ids)
            .create({})
        )
        self.assertEqual(wizard.attachment_ids, one + two)
        self.assertEqual(wizard.partner_id, self.emma)
        wizard.attachment_ids -= two
        wizard.action_share()
        [document] = self.documents.search([("attachment_id", "=", one.id)])
        self.assertEqual(document.partner_id, self.emma)
        wizard.write({"audience": "everyone", "attachment_ids": (one + two).ids})
        action = wizard.action_share()
        shared = self.documents.search(action["domain"])
        self.assertEqual(shared.attachment_id, one + two)
        self.assertEqual(set(shared.mapped("audience")), {"everyone"})
        self.assertEqual(len(self._names(self.stranger)), 2)

    @takes_long
    def test_a_contact_shows_its_documents_to_agents(self):
        self._share()
        self._share(partner_id=self.colleague.id)
        counts = [
            partner.with_user(self.agent).portal_document_count
            for partner in (self.emma, self.organization, self.stranger)
        ]
        self.assertEqual(counts, [1, 2, 0])
        action = self.organization.with_user(self.agent).action_view_portal_documents()
        self.assertEqual(self.documents.search_count(action["domain"]), 2)
        with self.assertRaises(AccessError):
            self.emma.with_user(self.clerk).read(["portal_document_count"])

    def test_documents_of_another_company_are_hidden_from_agents(self):
        other = self.env["res.company"].create({"name": "Other"})
        document = self._share(company_id=other.id)
        with self.assertRaises(AccessError):
            document.with_user(self.agent).read(["name"])

    def test_rows_on_a_phone_have_name_size_and_date(self):
        self._share()
        self.authenticate("emma@example.com", PASSWORD)
        page = self._list()
        heads = [head.text_content() for head in page.xpath("//thead//th")]
        [row] = page.xpath("//tbody/tr")
        shown = [
            head
            for head, cell in zip(heads, row.xpath("./td"), strict=True)
            if "o_cp_main" in cell.get("class", "")
        ]
        self.assertEqual(shown, ["Name", "Size", "Date", "Download"])

    @takes_long
    def test_headings_are_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        modules = self.env["ir.module.module"]
        modules._load_module_terms(["customer_portal"], ["fr_FR"])
        self.emma.lang = "fr_FR"
        self._share()
        self.authenticate("emma@example.com", PASSWORD)
        page = self._list()
        headings = [head.text_content() for head in page.xpath("//th")]
        self.assertIn("Dossier", headings)

    # === WHAT BECOMES OF THEM === #

    def test_a_document_goes_with_its_file_and_its_own_file_with_it(self):
        document = self._share()
        attachment = document.attachment_id
        document.unlink()
        self.assertFalse(attachment.exists())
        document = self._share()
        document.attachment_id.unlink()
        self.assertFalse(document.exists())
        attachment = self._attach(self.task)
        values = {"name": "a", "attachment_id": attachment.id, "audience": "everyone"}
        self.documents.create(values).unlink()
        self.assertTrue(attachment.exists())

    @mute_logger("odoo.http")
    def test_nobody_deletes_files_that_they_may_not(self):
        foreign = self.env["res.company"].create({"name": "Other"})
        shared = self._share()
        files = (shared + self._share(company_id=foreign.id)).attachment_id
        task_file = self._attach(self.task)
        values = {"name": "a", "attachment_id": task_file.id, "audience": "everyone"}
        self.documents.create(values)
        for user in (self.user, self.clerk):
            for file in files + task_file:
                with self.assertRaises(AccessError), self.cr.savepoint():
                    file.with_user(user).unlink()
        with self.assertRaises(AccessError), self.cr.savepoint():
            files[1].with_user(self.agent).unlink()
        self.authenticate("emma@example.com", PASSWORD)
        with self.assertRaises(JsonRpcException):
            self.make_jsonrpc_request(
                "/web/dataset/call_kw/ir.attachment/unlink",
                {
                    "model": "ir.attachment",
                    "method": "unlink",
                    "args": [files[0].ids],
                    "kwargs": {},
                },
            )
        self.assertEqual((files + task_file).exists(), files + task_file)
        self.assertEqual(len(self.documents.search([])), 3)
        files[0].with_user(self.agent).unlink()
        self.assertFalse(shared.exists())

    def test_a_document_follows_its_contact_to_another_organization(self):
        self.right.records_visibility = "organization"
        self._share()
        self.assertEqual(self._names(self.colleague), ["a.txt"])
        self.emma.parent_id = self.subsidiary
        self.assertEqual(self._names(self.colleague), [])
        self.assertEqual(self._names(self.sub_contact), ["a.txt"])

    @takes_long
    def test_merged_contacts_have_the_documents_of_both(self):
        self.right.records_visibility = "organization"
        twin = self.env["res.partner"].create(
            {"name": "Twin", "parent_id": self.organization.id}
        )
        self.stranger.parent_id = self.env["res.partner"].create(
            {"name": "Elsewhere", "is_company": True}
        )
        self._share("one", partner_id=twin.id)
        self._share("two", partner_id=self.stranger.id)
        self.assertEqual(self._names(self.colleague), ["one"])
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((twin + self.stranger).ids, self.stranger, extra_checks=False)
        self.env.invalidate_all()
        self.assertEqual(set(self._names(self.stranger)), {"one", "two"})
        self.assertEqual(self._names(self.colleague), [])


@tagged("post_install", "-at_install")
class TestDocumentUpload(DocumentCommon):
    """What customers upload, and what they try."""

    def setUp(self):
        super().setUp()
        self.authenticate(self.user.login, PASSWORD)

    def _upload(self, *files, **kwargs):
        return self._post(f"{URL}/upload", files=files, **kwargs)

    def _refused(self, name, raw=b"content", words=""):
        response = self._upload((name, raw), headers={"Accept": "application/json"})
        self.assertEqual(response.status_code, 422)
        self.assertIn(words, json.loads(response.text)["error"])
        self.assertFalse(self.documents.search([("partner_id", "=", self.emma.id)]))

    def test_several_files_are_taken_and_shared_with_the_customer(self):
        response = self._upload(("a.txt", b"a"), ("b.png", PNG))
        self.assertIn("we have received your files", response.text)
        documents = self.documents.search([("partner_id", "=", self.emma.id)])
        self.assertEqual(set(documents.mapped("name")), {"a.txt", "b.png"})
        self.assertEqual(set(documents.mapped("audience")), {"contact"})
        self.assertEqual(documents.author_id, self.emma)
        self.assertTrue(all(documents.mapped("is_from_portal")))
        self.assertEqual(documents.folder_id.name, "Uploads")
        self.assertEqual(documents.create_uid, self.user)
        [row, _other] = self._texts(self._find(self._list(), "o_cp_document_table"))[
            0
        ].split("a.txt")[:2]
        self.assertIn("b.png", row)
        self.assertIn("emma You", " ".join(self._texts([self._list()])))

    def test_scripts_are_answered_in_json(self):
        response = self._upload(("a.txt", b"a"), headers={"Accept": "application/json"})
        self.assertEqual(response.json(), {})

    def test_bad_files_are_refused_with_the_reason(self):
        self._set_param("customer_portal.upload_max_mb", "5")
        big = b"x" * (25 * 2**20)
        self._refused("big.txt", big, "Files can be up to 5 MB")
        self._refused("empty.txt", b"", "is empty")
        self._refused("run.exe", b"MZ", "is not allowed")
        self._refused("picture.png.exe", PNG, "is not allowed")
        self._refused("picture.svg", SVG, "is not allowed")
        self._refused("page.html", b"<html>", "is not allowed")
        self._refused("fake.png", SVG, "match its file type")
        self._refused("fake.pdf", b"MZ", "match its file type")
        self._set_param(PARAM_UPLOAD_TYPES, "pdf, png")
        self._refused("notes.txt", b"text", "Accepted file types: pdf, png")

    @takes_long
    def test_paths_in_names_are_cut_off(self):
        for number, name in enumerate(
            ("../../etc/passwd.txt", "..\\..\\passwd.txt", "/passwd.txt")
        ):
            self._upload((name, b"x" * (number + 1)))
        documents = self.documents.search([("partner_id", "=", self.emma.id)])
        self.assertEqual(set(documents.mapped("name")), {"passwd.txt"})
        self.assertEqual(len(documents), 3)

    def test_all_files_are_taken_or_none(self):
        self._upload(("a.txt", b"a"), ("b.exe", b"b"))
        self.assertFalse(self.documents.search([("partner_id", "=", self.emma.id)]))

    def test_a_form_without_a_file_says_so(self):
        response = self._upload()
        self.assertEqual(response.status_code, 422)
        alerts = self._alerts(html.fromstring(response.text))
        self.assertEqual(alerts, ["Please choose a file."])

    def test_without_the_right_nothing_is_taken(self):
        self.right.can_upload = False
        self.assertEqual(self._upload(("a.txt", b"a")).status_code, 404)
        self.assertNotIn("o_cp_upload_files", self.url_open(URL).text)
        with self.assertRaises(AccessError):
            self.documents.with_user(self.user)._add_from_portal([self._file("a.txt")])
        self.right.write({"can_upload": True, "visible": False})
        self.assertEqual(self._upload(("a.txt", b"a")).status_code, 404)

    @mute_logger("odoo.http")
    def test_other_sites_cannot_send_files(self):
        self.assertEqual(self._upload(("a.txt", b"a"), token=False).status_code, 400)
        response = self.url_open(f"{URL}/upload", allow_redirects=False)
        self.assertTrue(response.headers["Location"].endswith(URL))

    def test_more_than_the_server_takes_leads_back_with_a_message(self):
        page = html.fromstring(self.url_open(f"{URL}?too_large=1").text)
        alert = "These files are too large to send together."
        self.assertEqual(self._alerts(page), [alert])

    @takes_long
    def test_agents_are_told_once_whoever_is_responsible(self):
        boss = new_test_user(
            self.env, "boss", "customer_portal.group_customer_portal_user"
        )
        self.organization.user_id = self.agent
        for assignee in (boss, False):
            self.env.company.portal_assignee_id = assignee
            wanted = assignee or self.agent
            self._upload(("a.txt", b"a"), ("b.txt", b"b"))
            message = self.env["mail.message"].search(
                [("model", "=", "customer.portal.document")], limit=1, order="id desc"
            )
            self.assertEqual(message.notified_partner_ids, wanted.partner_id)
            self.assertEqual(message.author_id, self.emma)
            self.assertIn("a.txt, b.txt", message.body)

    def test_all_agents_are_told_where_nobody_is_responsible(self):
        self.env.company.portal_assignee_id = False
        agents = self.env["customer.portal.agents"]._find(self.emma)
        self.assertIn(self.agent, agents)
        self.assertIn(self.manager, agents)
        self.assertNotIn(self.clerk, agents)

    def test_a_refused_file_is_a_message_without_scripts_too(self):
        page = html.fromstring(self._upload(("run.exe", b"MZ")).text)
        [alert] = self._alerts(page)
        self.assertIn("run.exe", alert)
        with self.assertRaises(UserError):
            self.documents.with_user(self.user)._add_from_portal(
                [self._file("run.exe")]
            )
        self.assertFalse(self.documents.search([("profile_ids", "!=", False)]))
        self.assertEqual(Command.clear()[0], 5)
