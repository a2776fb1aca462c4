from lxml import html

from odoo.tests import tagged

from ..common import CustomerPortalHttpCommon, takes_long
from ..invitation_common import InvitationCommon

URL = "/my/join"


@tagged("post_install", "-at_install")
class TestJoinPages(InvitationCommon, CustomerPortalHttpCommon):
    """The pages on which people register say the same whatever is known."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.code = cls._let_join(portal_join_opens=True)
        cls.env["customer.portal.join.domain"].create(
            {"name": "acme.example.com", "partner_id": cls.acme.id}
        )

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def _post(self, **values):
        data = {"name": "Anna", "email": "anna@acme.example.com", "code": ""}
        data |= {"csrf_token": self._csrf_token(), **values}
        return self.url_open(URL, data)

    def _words(self, response):
        page = html.fromstring(response.text)
        for node in page.xpath("//script|//style"):
            node.drop_tree()
        return response.status_code, " ".join(page.text_content().split())

    def test_without_any_organization_that_offers_it_there_is_no_page(self):
        self.acme.action_remove_portal_join_code()
        self.acme.portal_join_domain_ids.unlink()
        self.env.flush_all()
        for url in (URL, f"{URL}/ABC"):
            self.assertEqual(self.url_open(url).status_code, 404)
        self.assertEqual(self._post().status_code, 404)
        self.assertFalse(self.joins.search([]))

    def test_the_login_leads_there_where_an_organization_offers_it(self):
        link = "//p[contains(@class, 'o_cp_login_join')]/a/@href"

        def find():
            return html.fromstring(self.url_open("/web/login").text).xpath(link)

        self.assertEqual(find(), [URL])
        data = {"login": "x", "password": "y", "csrf_token": self._csrf_token()}
        refused = self.url_open("/web/login", data).text
        self.assertEqual(html.fromstring(refused).xpath(link), [URL])
        self.acme.action_remove_portal_join_code()
        self.assertEqual(find(), [URL], "its email domain is trusted")
        self.acme.portal_join_domain_ids.unlink()
        self.env.flush_all()
        self.assertEqual(find(), [])

    def test_the_link_of_the_organization_fills_in_the_code(self):
        page = html.fromstring(self.url_open(f"{URL}/{self.code}").text)
        self.assertEqual(page.xpath("//input[@name='code']/@value"), [self.code])

    def test_a_page_with_a_code_says_the_same_for_any_code(self):
        known = self._words(self.url_open(f"{URL}/{self.code}"))
        for code in ("AAAAA-BBBBB", "x" * 500, "%27%20OR", "é"):
            with self.subTest(code=code):
                self.assertEqual(self._words(self.url_open(f"{URL}/{code}")), known)

    def test_the_answer_is_the_same_for_anybody(self):
        self._make_portal_contact("known@acme.example.com", parent_id=self.acme.id)
        self._make_portal_contact("known@elsewhere.example.com")
        self.env.flush_all()
        answer = self._words(self._post())
        self.assertEqual(answer[0], 200)
        self.assertIn("Check your email", answer[1])
        for email, code in (
            ("known@acme.example.com", ""),
            ("known@elsewhere.example.com", self.code),
            ("nobody@elsewhere.example.com", self.code),
            ("nobody@elsewhere.example.com", "WRONG"),
            ("nobody@elsewhere.example.com", ""),
            ("x@acme.example.org", ""),
            ("anna@acme.example.com", "'; DROP TABLE res_partner; --"),
        ):
            with self.subTest(email=email, code=code):
                response = self._post(email=email, code=code)
                self.assertEqual(self._words(response), answer)

    def test_only_the_form_of_what_is_typed_is_judged(self):
        for email in (
            *(
                "",
                "no",
                "a@b.example.com, c@d.example.com",
                "A <a@b.example.com>",
                "a@b.example.com\r\nBcc: x@y.z",
            ),
            "x" * 300 + "@acme.example.com",
        ):
            with self.subTest(email=email):
                response = self._post(email=email)
                self.assertIn("join_email_error", response.text)
        self.assertIn("join_name_error", self._post(name=" \r\n ").text)
        self.assertFalse(self.joins.search([]))

    def test_markup_is_shown_as_it_was_typed(self):
        for name in ("name", "email", "code"):
            evil = "\"><script>alert(1)</script><x y='"
            response = self._post(**{"email": "no", name: evil})
            self.assertNotIn("<script>alert", response.text)
            page = html.fromstring(response.text)
            self.assertFalse(page.xpath("//script[contains(text(), 'alert(1)')]"))

    def test_long_and_strange_values_are_no_accident(self):
        for values in (
            {"name": "n" * 100_000},
            {"code": "c" * 100_000},
            {"name": "\0", "email": "\0@acme.example.com"},
            {"name": "n\u202e", "code": "\ud7ff"},
        ):
            self.assertEqual(self._post(**values).status_code, 200)

    def test_no_form_of_another_site_registers(self):
        self.assertEqual(self._post(csrf_token="x").status_code, 400)
        self.assertFalse(self.joins.search([]))

    def test_whatever_is_posted_chooses_no_organization(self):
        other = self.env["res.partner"].create({"name": "B", "is_company": True})
        self._post(
            organization_id=other.id,
            parent_id=other.id,
            partner_id=other.id,
            profile_id=1,
            portal_user="1",
            state="done",
        )
        self._answer_joins()
        join = self.joins.search([])
        self.assertEqual((join.state, join.organization_id), ("sent", self.acme))
        self.assertFalse(join.partner_id)

    def _prove(self):
        self._post()
        self._answer_joins()
        return self._token_in(self._join_mails("anna@acme.example.com"))

    @takes_long
    def test_from_the_page_to_the_password(self):
        token = self._prove()
        page = self.url_open(f"{URL}/confirm?token={token}")
        self.assertIn("Confirm and Register", page.text)
        self.assertFalse(
            self._contact_of("anna@acme.example.com"), "a look changes nothing"
        )
        data = {"token": token, "csrf_token": self._csrf_token()}
        done = self.url_open(f"{URL}/confirm", data)
        self.assertIn("You are registered", done.text)
        [link] = html.fromstring(done.text).xpath(
            "//a[contains(@href, 'token=')]/@href"
        )
        self.assertEqual(
            self._partner_from_link(link), self._contact_of("anna@acme.example.com")
        )
        again = self.url_open(f"{URL}/confirm", data)
        self.assertIn("You are registered", again.text)
        self.assertNotIn("/web/signup?", again.text)
        look = self.url_open(f"{URL}/confirm?token={token}")
        self.assertNotIn("/web/signup?", look.text)

    def test_where_someone_decides_the_page_says_so(self):
        self.acme.portal_join_opens = False
        token = self._prove()
        data = {"token": token, "csrf_token": self._csrf_token()}
        done = self.url_open(f"{URL}/confirm", data)
        self.assertIn("still has to approve", done.text)

    def test_a_link_that_is_none_is_told(self):
        for token in ("", "x", "ä", "A" * 3000):
            response = self.url_open(f"{URL}/confirm?token={token}")
            self.assertEqual(response.status_code, 404)
            self.assertIn("no longer valid", response.text)
            data = {"token": token, "csrf_token": self._csrf_token()}
            self.assertEqual(self.url_open(f"{URL}/confirm", data).status_code, 404)

    def test_the_pages_are_kept_and_passed_on_by_nobody(self):
        for response in (
            self.url_open(f"{URL}/{self.code}"),
            self.url_open(f"{URL}/confirm?token=x"),
            self._post(),
        ):
            self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")
            self.assertIn("no-store", response.headers["Cache-Control"])
