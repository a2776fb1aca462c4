from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..common import CustomerPortalCommon

NO_ADDRESSES = [
    "javascript:alert(1)",
    "JavaScript:alert(1)//https://example.com",
    "data:text/css,*{}",
    "ftp://example.com",
    "file:///etc/passwd",
    "//example.com",
    "portal.example.com",
    "https:",
    "https://",
    "https:///path",
    "https://user:secret@example.com",
    "https://good.example@evil.example",
    "https://exa mple.com",
    "https://example.com\\@evil.example",
    'https://example.com"><script>',
    "https://example.com\nX: y",
    "https://-example.com",
    "https://example..com",
    "https://example.com:0",
    "https://example.com:99999",
    "https://example.com:abc",
    "https://[::g]",
]


@tagged("post_install", "-at_install")
class TestPortalUrl(CustomerPortalCommon):
    """The addresses of a company: what is kept of them, and what is refused."""

    def test_a_portal_url_is_kept_without_what_follows_the_host(self):
        company = self.env.company
        for typed, kept in {
            " https://Portal.Example.COM/ ": "https://portal.example.com",
            "http://localhost:8069": "http://localhost:8069",
            "https://192.0.2.1:8443/": "https://192.0.2.1:8443",
            "https://[2001:DB8::1]": "https://[2001:db8::1]",
            "https://müller.example": "https://xn--mller-kva.example",
            " ": False,
            False: False,
        }.items():
            with self.subTest(typed):
                company.portal_url = typed
                self.assertEqual(company.portal_url or False, kept)

    def test_what_is_no_portal_url_is_refused(self):
        beyond = ["/my", "/?db=x", "?db=x", "#x", "/web/login"]
        beyond = [f"https://portal.example.com{rest}" for rest in beyond]
        for url in [*NO_ADDRESSES, *beyond]:
            with self.subTest(url), self.assertRaises(ValidationError) as caught:
                self.env.company.portal_url = url
            self.assertIn(url.strip(), str(caught.exception))
        self.assertFalse(self.env.company.portal_url)

    def test_a_css_url_keeps_its_path(self):
        self.env.company.portal_css_url = " https://CDN.example.com/a/b.css?v=2 "
        self.assertEqual(
            self.env.company.portal_css_url, "https://cdn.example.com/a/b.css?v=2"
        )

    def test_what_is_no_css_url_is_refused(self):
        for url in [*NO_ADDRESSES, "http://example.com/portal.css"]:
            with self.subTest(url), self.assertRaises(ValidationError):
                self.env.company.portal_css_url = url
        self.assertFalse(self.env.company.portal_css_url)

    def test_a_new_company_is_asked_the_same(self):
        with self.assertRaises(ValidationError):
            self.env["res.company"].create(
                {"name": "Bad", "portal_css_url": "javascript:alert(1)"}
            )

    def test_an_empty_portal_url_means_the_address_of_odoo(self):
        company = self.env.company
        self._set_param("web.base.url", "https://odoo.example.com")
        self.assertEqual(company._get_portal_base_url(), "https://odoo.example.com")
        company.portal_url = "https://portal.example.com"
        self.assertEqual(company._get_portal_base_url(), "https://portal.example.com")
