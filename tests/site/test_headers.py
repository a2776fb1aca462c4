from unittest.mock import patch

from odoo.tests import tagged

from ..common import PASSWORD, takes_long
from ..section_common import PDF, CustomerPortalSectionCommon

POLICY = {
    "base-uri 'self'",
    "connect-src 'self'",
    "frame-ancestors 'self'",
    "object-src 'none'",
}


@tagged("post_install", "-at_install")
class TestHeaders(CustomerPortalSectionCommon):
    """What browsers are told of the pages of customers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.permission.can_export = True
        for code in ("faqs", "documents", "tasks"):
            row = cls.profile.permission_ids.filtered(
                lambda row, code=code: row.module_id.code == code
            )
            row.visible = True
        cls.project.privacy_visibility = "portal"
        cls.task.message_subscribe(cls.emma.ids)
        cls.faq = cls.env["customer.portal.faq"].create(
            {"question": "Q", "answer": "A", "is_published": True}
        )
        cls.native = f"/my/tasks/{cls.task.id}"

    def setUp(self):
        super().setUp()
        self.authenticate(self.user.login, PASSWORD)

    def _get_headers(self, path, status=200, **kwargs):
        response = self.url_open(path, allow_redirects=False, **kwargs)
        self.assertEqual(response.status_code, status)
        return response.headers

    def _get_policy(self, headers):
        return set(headers["Content-Security-Policy"].split("; "))

    def _assert_personal(self, headers):
        self.assertEqual(headers["Cache-Control"], "no-store, private")
        self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
        policies = ("strict-origin-when-cross-origin", "no-referrer")
        self.assertIn(headers["Referrer-Policy"], policies)

    def test_every_page_of_customers_is_fenced_in_and_kept_nowhere(self):
        pages = {
            **dict.fromkeys(("/my", "/my/home", "/my/home/widgets"), 200),
            **dict.fromkeys(("/my/profile", "/my/search", "/my/documents"), 200),
            **dict.fromkeys(("/my/faq", f"/my/faq/{self.faq.id}"), 200),
            **dict.fromkeys(("/my/p/wishes", self.url, self.native), 200),
            **dict.fromkeys(("/my/addresses", "/my/security", "/my/tasks"), 200),
            **dict.fromkeys((self.other_url, "/my/nothing"), 404),
        }
        for path, status in pages.items():
            with self.subTest(path=path):
                headers = self._get_headers(path, status)
                self._assert_personal(headers)
                self.assertLessEqual(POLICY, self._get_policy(headers))

    def test_the_pages_before_a_login_are_fenced_in(self):
        self.authenticate(None, None)
        for path in ("/web/login", "/web/reset_password"):
            with self.subTest(path=path):
                headers = self._get_headers(path)
                self._assert_personal(headers)
                self.assertEqual(self._get_policy(headers), POLICY)

    def test_files_and_exports_are_kept_nowhere(self):
        attachment = self._attach(self.task, "a.pdf", PDF)
        for path in (
            "/my/p/wishes/export?format=csv",
            "/my/p/wishes/export?format=xlsx",
            f"{self.url}/file/{attachment.id}",
            f"/my/documents/{attachment.id}/download",
        ):
            with self.subTest(path=path):
                self._assert_personal(self._get_headers(path))

    @takes_long
    def test_a_stricter_policy_is_kept(self):
        attachment = self._attach(self.task, "a.pdf", PDF)
        headers = self._get_headers(f"{self.url}/file/{attachment.id}")
        self.assertEqual(headers["Content-Security-Policy"], "default-src 'none'")

    @takes_long
    def test_what_a_page_says_itself_is_kept(self):
        ir_http = self.registry["ir.http"]
        for given, expected in (
            ("default-src 'none'", {"default-src 'none'"}),
            (
                "frame-ancestors 'none';  img-src 'self' ; ",
                POLICY - {"frame-ancestors 'self'"}
                | {"frame-ancestors 'none'", "img-src 'self'"},
            ),
        ):
            headers = {"Content-Security-Policy": given}
            ir_http._set_portal_policy(headers, "/my")
            self.assertEqual(self._get_policy(headers), expected)

    @takes_long
    def test_other_pages_are_left_to_odoo(self):
        self.authenticate("admin", "admin")
        headers = self._get_headers("/odoo")
        self.assertNotIn("object-src", headers.get("Content-Security-Policy", ""))
        self.assertNotIn("private", headers.get("Cache-Control", ""))
        headers = self._get_headers("/web/static/img/favicon.ico")
        self.assertIn("public", headers["Cache-Control"])

    @takes_long
    def test_payment_reaches_its_provider_from_odoos_pages_only(self):
        modules = {*self.registry._init_modules, "payment_stripe"}
        with patch.object(self.registry, "_init_modules", modules):
            for path in (self.native, "/my/tasks"):
                policy = self._get_policy(self._get_headers(path))
                self.assertIn("connect-src 'self' https://*.stripe.com", policy)
            for path in ("/my", self.url, "/my/faq", "/my/profile"):
                policy = self._get_policy(self._get_headers(path))
                self.assertIn("connect-src 'self'", policy)

    @takes_long
    def test_another_module_has_more_let_through(self):
        ir_http = self.registry["ir.http"]
        policy = ir_http._get_portal_policy

        def get_policy(path):
            return {**policy(path), "img-src": ("'self'", "https://example.com")}

        with patch.object(ir_http, "_get_portal_policy", get_policy):
            found = self._get_policy(self._get_headers("/my"))
        self.assertEqual(found, POLICY | {"img-src 'self' https://example.com"})
