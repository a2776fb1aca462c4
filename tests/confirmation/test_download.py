import csv
import io
from urllib.parse import urlsplit

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ...models.confirmation import export
from ...models.confirmation.answer import Answer
from ..common import PASSWORD, CustomerPortalHttpCommon
from ..confirmation_common import ConfirmationCommon


@tagged("post_install", "-at_install")
class TestDownload(ConfirmationCommon, CustomerPortalHttpCommon):
    """The record of access reviews as a file, for those who may read it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.auditor = new_test_user(
            cls.env,
            login="auditor",
            password=PASSWORD,
            groups="customer_portal.group_customer_portal_auditor",
        )
        (cls.boss | cls.clerk).password = PASSWORD
        cls.birch = cls._make_organization("Birch")
        cls._add("otto", cls.birch)
        cls.reviews._start((cls.azure | cls.birch).ids)
        cls.review = cls._get_review(cls, cls.azure)
        answers = {cls.noah.id: Answer("keep")}
        cls.review.with_user(cls.boss)._answer(answers)

    def _download(self, login, reviews=None):
        self.authenticate(login, PASSWORD)
        ids = ",".join(map(str, (reviews or self.review).ids))
        return self.url_open(f"{export.EXPORT_URL}?reviews={ids}")

    def test_auditors_and_agents_download_who_confirmed_what(self):
        for login in ("auditor", "boss"):
            response = self._download(login)
            self.assertEqual(response.status_code, 200)
            text = response.content.decode("utf-8-sig")
            rows = list(csv.DictReader(io.StringIO(text)))
            self.assertEqual([row["Name"] for row in rows], ["emma", "noah", "olga"])
            self.assertEqual(rows[1]["Answer"], "Keep Access")
            self.assertEqual(rows[1]["Answered By"], "Anita Oliver")

    def test_the_button_leads_to_the_reviews_that_were_selected(self):
        selected = self.reviews.search([]).with_user(self.auditor)
        action = selected.action_download()
        self.assertEqual(action["type"], "ir.actions.act_url")
        self.authenticate("auditor", PASSWORD)
        parts = urlsplit(action["url"])
        text = self.url_open(f"{parts.path}?{parts.query}").text
        self.assertIn("otto", text)
        self.assertIn("noah", text)

    def test_nobody_else_gets_anything(self):
        for login in (self.clerk.login, self.emma.email):
            self.assertEqual(self._download(login).status_code, 404)
        for user in (self.clerk, self.emmas):
            with self.assertRaises(AccessError):
                self.review.with_user(user).action_download()

    def test_what_the_user_may_not_read_looks_as_if_it_were_not_there(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.env.cr.execute(
            "UPDATE customer_portal_confirmation SET company_id = %s WHERE id = %s",
            [other.id, self.review.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self._download("auditor").status_code, 404)
        for text in ("", "x", "-1", f"{10**30}", "1,,x", "9" * 5000):
            url = f"{export.EXPORT_URL}?reviews={text}"
            self.assertEqual(self.url_open(url).status_code, 404)

    def test_a_file_has_a_limit(self):
        self.patch(export, "MOST_REVIEWS", 1)
        with self.assertRaises(UserError):
            self.reviews.search([]).with_user(self.auditor).action_download()
