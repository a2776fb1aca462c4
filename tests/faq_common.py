from lxml import html

from .common import PASSWORD, CustomerPortalHttpCommon


class FaqCommon(CustomerPortalHttpCommon):
    """A FAQ that two profiles show, and a customer of each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gate = cls.env["customer.portal.gate"]
        cls.faqs = cls.env["customer.portal.faq"]
        cls.profile = cls.env["customer.portal.profile"].create({"name": "Asking"})
        cls.right = cls._row(cls.profile, "faqs")
        cls.right.write({"visible": True, "show_comments": True, "can_comment": True})
        cls.other_profile = cls.env["customer.portal.profile"].create({"name": "Else"})
        cls._row(cls.other_profile, "faqs").visible = True
        cls.emma = cls._make_portal_contact(portal_profile_id=cls.profile.id)
        cls.user = cls._user_of(cls.emma)
        cls.other = cls._make_portal_contact(
            "other@example.com", portal_profile_id=cls.other_profile.id
        )
        cls.category = cls.env["customer.portal.faq.category"].create(
            {"name": "Billing"}
        )
        cls.faq = cls._make_faq(
            "How do I print an invoice?",
            "<p>Open the invoice and press <b>Print</b>.</p>",
            category_id=cls.category.id,
        )

    @classmethod
    def _row(cls, profile, code):
        return profile.permission_ids.filtered(lambda row: row.module_id.code == code)

    @classmethod
    def _make_faq(cls, question, answer="", **values):
        return cls.env["customer.portal.faq"].create(
            {"question": question, "answer": answer, "is_published": True, **values}
        )

    @classmethod
    def _make_file(cls, faq, name="manual.txt", raw=b"read me", **values):
        file = cls.env["ir.attachment"].create({"name": name, "raw": raw, **values})
        faq.attachment_ids += file
        return file

    def _answer(self, body, **values):
        """Have a public comment of support, with a file."""
        return self.faq.with_user(self.agent).message_post(
            body=body,
            message_type="comment",
            attachments=[("steps.txt", b"read me")],
            **{"subtype_xmlid": "mail.mt_comment", **values},
        )

    def setUp(self):
        super().setUp()
        self.authenticate(self.user.login, PASSWORD)

    def _get(self, path=""):
        return self.url_open(f"/my/faq{path}", allow_redirects=False)

    def _page(self, path=""):
        response = self._get(path)
        self.assertEqual(response.status_code, 200)
        return html.fromstring(response.text)

    def _post(self, path, **values):
        values = {"csrf_token": self._csrf_token(), **values}
        return self.url_open(f"/my/faq{path}", values, allow_redirects=False)

    def _questions(self, path=""):
        return [
            heading.text_content().strip()
            for heading in self._page(path).xpath("//details/summary/h2")
        ]

    def _found(self, text, lang="en_US"):
        faqs = self.faqs.with_context(lang=lang)
        return [
            faq["id"] for faq in faqs.with_user(self.user)._search_portal_rows(text)
        ]
