import base64
import io
import re
from html import unescape
from unittest.mock import patch

from PIL import Image
from werkzeug.exceptions import BadRequest, Forbidden, NotFound

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...const import GROUP_MANAGER
from ...models.site.res_company_branding import BRANDING_CSS_MAX, BRANDING_FIELDS
from ...models.site.res_company_style import get_contrast, get_text_color
from ..common import PASSWORD, CustomerPortalHttpCommon, takes_long

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
LINK = re.compile(r'<link rel="stylesheet"[^>]*href="([^"]+)"')
TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)


def make_picture(kind="PNG", size=(8, 8), color="#1f6f8b", mode="RGB"):
    """Return the base64 of a picture."""
    output = io.BytesIO()
    Image.new(mode, size, color).save(output, kind)
    return base64.b64encode(output.getvalue()).decode()


class LookCommon(CustomerPortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.emma = cls._make_portal_contact()

    def _page(self, path="/my"):
        response = self.url_open(path)
        self.assertEqual(response.status_code, 200)
        return response.text

    def _title_of(self, page):
        return unescape(TITLE.search(page)[1].strip())

    def _style_of(self, page):
        """Return the response of the portal's own style sheet, None if it has none."""
        urls = [url for url in LINK.findall(page) if "/customer_portal/look/" in url]
        return self.url_open(urls[0]) if urls else None


@tagged("post_install", "-at_install")
class TestLookValues(LookCommon):
    """What is taken as a look, and from whom."""

    def _color_rules(self, primary, link=False):
        self.company.portal_primary_color = primary
        self.company.portal_link_color = link
        return self.company._get_portal_color_rules()

    def test_colors_are_six_digits(self):
        for name in ("portal_primary_color", "portal_link_color"):
            for color in (
                *("red", "#fff", "#12345g", "#1234567", "123456", "#123456\n"),
                *("#fff;}body{display:none", "url(javascript:alert(1))", "#12３456"),
            ):
                with self.subTest(color), self.assertRaises(ValidationError) as caught:
                    self.company[name] = color
                self.assertIn(color.strip(), str(caught.exception))
            for color in ("#1f6f8b", "#FFFFFF", False):
                self.company[name] = color
                self.assertEqual(self.company[name], color)

    def test_pictures_are_pictures(self):
        html = b"<html><script>alert(1)</script></html>"
        for name in ("portal_logo", "portal_favicon"):
            for content in (SVG, html, b"\x89PNG\r\n\x1a\n", b"GIF89a<script>"):
                with self.subTest(content), self.assertRaises(ValidationError):
                    self.company[name] = base64.b64encode(content)
            self.company[name] = make_picture()
        self.company.portal_favicon = make_picture("ICO", (32, 32))
        with self.assertRaises(ValidationError):
            self.company.portal_logo = make_picture("BMP")

    @takes_long
    def test_small_files_with_millions_of_pixels_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "too many pixels"):
            self.company.portal_logo = make_picture(
                size=(20000, 20000), color=0, mode="1"
            )

    def test_pictures_are_not_larger_than_they_may_be(self):
        noise = Image.effect_noise((800, 800), 90)
        output = io.BytesIO()
        noise.save(output, "PNG")
        with self.assertRaises(ValidationError) as caught:
            self.company.portal_favicon = base64.b64encode(output.getvalue())
        self.assertIn("100 kB", str(caught.exception))
        self.company.portal_logo = base64.b64encode(output.getvalue())

    def test_a_title_is_one_short_line(self):
        for title in ("One\nTwo", "\x1b[0m", "x" * 81):
            with self.subTest(title), self.assertRaises(ValidationError):
                self.company.portal_title = title

    def test_custom_css_is_not_endless(self):
        with self.assertRaises(ValidationError):
            self.company.portal_css = "x" * (BRANDING_CSS_MAX + 1)

    def test_only_who_configures_the_portal_sets_its_look(self):
        """Even who may write companies: at the login page, passwords are typed."""
        officer = self.clerk
        officer.group_ids += self.env.ref("base.group_erp_manager")
        for name in BRANDING_FIELDS:
            with self.subTest(name), self.assertRaises(AccessError):
                self.company.with_user(officer).write({name: False})
            with self.subTest(name), self.assertRaises(AccessError):
                self.company.with_user(self._user_of(self.emma)).read([name])
        officer.group_ids += self.env.ref(GROUP_MANAGER)
        self.company.with_user(officer).portal_title = "Ours"
        self.assertEqual(self.company.portal_title, "Ours")

    def test_text_is_readable_on_each_color(self):
        """WCAG asks for 4.5; black or white always reach it."""
        parts = ("00", "33", "77", "99", "cc", "ff")
        for color in (f"#{r}{g}{b}" for r in parts for g in parts for b in parts):
            self.assertGreaterEqual(get_contrast(color, get_text_color(color)), 4.5)
        self.assertIn("--btn-color: #000000", self._color_rules("#ffe600"))
        self.assertIn("--btn-color: #ffffff", self._color_rules("#202060"))
        self.assertAlmostEqual(get_contrast("#000000", "#ffffff"), 21)

    @takes_long
    def test_beside_a_color_of_buttons_secondary_ones_are_grey(self):
        """Odoo's peach stays where buttons have Odoo's color."""
        self.assertNotIn("btn-secondary", self._color_rules(False, "#aa2200"))
        rules = self._color_rules("#1f6f8b")
        rule = re.search(r"#wrapwrap \.btn-secondary \{(.+?)\}", rules, re.DOTALL)[1]
        values = dict(re.findall(r"--btn-([\w-]+): (#\w{6});", rule))
        for state in ("", "hover-", "active-", "disabled-"):
            text, color = values[f"{state}color"], values[f"{state}bg"]
            self.assertGreaterEqual(get_contrast(text, color), 4.5)
            self.assertLess(get_contrast(color, "#ffffff"), 2, "It is light.")
        self.assertGreaterEqual(get_contrast(values["bg"], values["hover-bg"]), 1.2)


@tagged("post_install", "-at_install")
class TestLook(LookCommon):
    """How pages of the portal look, and that no others do."""

    def test_without_a_look_there_is_the_companys_name(self):
        self._log_in("emma@example.com")
        page = self._page()
        self.assertEqual(self._title_of(page), f"Home | {self.company.name}")
        self.assertIsNone(self._style_of(page))
        self.assertIn(f"/logo.png?company={self.company.id}", page)

    def test_pages_and_the_login_have_the_look(self):
        self.company.write(
            {
                "portal_title": 'Tom & "Co" <script>alert(1)</script>',
                "portal_primary_color": "#1f6f8b",
                "portal_link_color": "#aa2200",
                "portal_logo": make_picture(),
                "portal_css": "body { --mine: 1 }",
                "portal_css_url": "https://www.example.com/portal.css?a=1&b=2",
            }
        )
        self.authenticate(None, None)
        pages = [self._page("/web/login"), self._page("/web/reset_password")]
        self._log_in("emma@example.com")
        pages += [self._page("/my"), self._page("/my/profile")]
        for page in pages:
            self.assertIn('Tom & "Co" <script>', self._title_of(page))
            self.assertNotIn("<script>alert", page)
            urls = [unescape(url) for url in LINK.findall(page)]
            self.assertIn("https://www.example.com/portal.css?a=1&b=2", urls)
            style = self._style_of(page).text
            self.assertIn("--primary: #1f6f8b", style)
            self.assertIn("--link-color: #aa2200", style)
            self.assertIn("body { --mine: 1 }", style)
            logo = re.search(r'src="(/customer_portal/look/\w+/logo)"', page)[1]
            self.assertEqual(self.url_open(logo).headers["Content-Type"], "image/png")
        self.assertTrue(self._title_of(pages[-1]).startswith("My Profile | Tom"))

    def test_the_backend_has_none_of_it(self):
        self.company.write(
            {
                "portal_title": "Mine",
                "portal_css": "x",
                "portal_primary_color": "#000000",
            }
        )
        self.authenticate(self.manager.login, self.manager.login)
        page = self._page("/odoo")
        self.assertNotIn("/customer_portal/look/", page)
        self.assertNotIn("Mine", self._title_of(page))

    def test_css_cannot_leave_its_file(self):
        evil = "</style><script>alert(1)</script>\r\n\r\n<!--"
        self.company.portal_css = evil
        page = self._page("/web/login")
        self.assertNotIn("alert(1)", page)
        response = self._style_of(page)
        self.assertIn(evil.strip(), response.text)
        headers = response.headers
        self.assertEqual(headers["Content-Type"], "text/css; charset=utf-8")
        self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
        self.assertIn("default-src 'none'", headers["Content-Security-Policy"])

    def test_a_style_is_kept_until_it_changes(self):
        self.company.portal_css = "a { color: red }"
        first = self._style_of(self._page("/web/login"))
        self.assertIn("immutable", first.headers["Cache-Control"])
        self.company.portal_css = "a { color: blue }"
        second = self._style_of(self._page("/web/login"))
        self.assertNotEqual(first.url, second.url)
        old = self.url_open(first.url)
        self.assertIn("blue", old.text)
        self.assertEqual(old.headers["Cache-Control"], "no-store")

    def test_what_is_no_part_of_a_look_is_not_found(self):
        for path in ("x/style", "x/logo", "x/favicon", "x/name", "logo/css", "x/"):
            with self.subTest(path):
                response = self.url_open(f"/customer_portal/look/{path}")
                self.assertEqual(response.status_code, 404)

    @takes_long
    def test_the_favicon_is_the_logo_unless_there_is_one(self):
        icon = re.compile(r'<link[^>]*rel="shortcut icon"[^>]*href="([^"]+)"')
        self.company.portal_logo = make_picture("JPEG", (200, 50))
        url = icon.search(self._page("/web/login"))[1]
        picture = Image.open(io.BytesIO(self.url_open(url).content))
        self.assertEqual((picture.format, picture.size), ("PNG", (64, 64)))
        self.company.portal_favicon = make_picture("ICO", (32, 32))
        url = icon.search(self._page("/web/login"))[1]
        self.assertEqual(self.url_open(url).headers["Content-Type"], "image/x-icon")

    @takes_long
    def test_each_company_has_a_look(self):
        other = self.env["res.company"].create({"name": "Other"})
        other.portal_css = ".other {}"
        self.company.portal_css = ".mine {}"
        noah = self._make_portal_contact("noah@example.com", company_id=other.id)
        user = self._user_of(noah)
        user.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        self._log_in("noah@example.com")
        page = self._page()
        self.assertEqual(self._title_of(page), "Home | Other")
        self.assertEqual(self._style_of(page).text, ".other {}")


@tagged("post_install", "-at_install")
class TestLookErrors(LookCommon):
    """What customers see instead of a page."""

    def setUp(self):
        super().setUp()
        self.company.write({"portal_title": "Ours", "portal_css": "a {}"})
        self.authenticate("emma@example.com", PASSWORD)

    def _fail(self, error):
        widgets = type(self.env["customer.portal.widget"])
        with patch.object(widgets, "_get_slow_widgets", side_effect=error):
            return self.url_open("/my/home/widgets")

    @mute_logger("odoo.http")
    def test_what_is_not_found_or_permitted_is_told_in_the_look(self):
        for response, status, title in (
            (self.url_open("/my/nothing"), 404, "Page Not Found"),
            (self._fail(NotFound()), 404, "Page Not Found"),
            (self._fail(Forbidden("Secret")), 403, "No Access"),
            (self._fail(AccessError("Secret")), 403, "No Access"),
            (self._fail(BadRequest("<b>Bad</b>")), 400, "Something went wrong"),
        ):
            with self.subTest(status):
                page = response.text
                self.assertEqual(response.status_code, status)
                self.assertEqual(self._title_of(page), f"{title} | Ours")
                self.assertEqual(self._style_of(page).text, "a {}")
                self.assertRegex(page, r'<a class="btn btn-primary" href="/my">')
                for word in ("/contactus", "/http_routing/404.svg", "Secret", "<b>Bad"):
                    self.assertNotIn(word, page)

    @takes_long
    def test_others_see_odoos_page(self):
        for user in (None, self.agent.login):
            self.authenticate(user, user)
            response = self.url_open("/my/nothing")
            self.assertEqual(response.status_code, 404)
            self.assertNotIn("o_cp_error", response.text)
            self.assertIsNone(self._style_of(response.text))

    @takes_long
    def test_odoos_page_is_shown_when_that_of_the_portal_fails(self):
        views, look = self.env["ir.ui.view"], self.env["customer.portal.look"]
        page = views._get_template_view("customer_portal.error_page")
        page.inherit_children_ids.active = False
        page.arch = '<t t-name="error"><t t-out="1 / 0" /></t>'
        for failing in (
            type(look)._get,
            lambda look: look.env.cr.execute("no SQL"),
            lambda look: 1 / 0,
        ):
            with (
                patch.object(type(look), "_get", failing),
                mute_logger("odoo.sql_db"),
                self.assertLogs(
                    "odoo.addons.customer_portal.models.record.ir_http", "ERROR"
                ),
            ):
                response = self.url_open("/my/nothing")
            self.assertEqual(response.status_code, 404)
            self.assertNotIn("o_cp_error", response.text)


@tagged("post_install", "-at_install")
class TestLookPreview(LookCommon):
    """The look before it is saved."""

    def _preview(self, page="home", user=None, **values):
        user = user or self.manager
        self.authenticate(user.login, PASSWORD if user.share else user.login)
        return self.url_open(
            f"/my/look/{page}",
            {
                "csrf_token": self._csrf_token(),
                "company_id": self.company.id,
                **values,
            },
        )

    @takes_long
    def test_each_page_is_shown_and_nothing_saved(self):
        self.company.portal_css = "saved {}"
        values = {
            "portal_title": "Draft",
            "portal_primary_color": "#123456",
            "portal_css": "draft {}",
            "portal_logo": make_picture(),
            "portal_css_url": "https://www.example.com/draft.css",
        }
        for page, word in (
            ("home", "o_cp_home"),
            ("list", "o_cp_table"),
            ("login", "oe_login_form"),
        ):
            with self.subTest(page):
                response = self._preview(page, **values)
                self.assertEqual(response.status_code, 200)
                self.assertIn(word, response.text)
                self.assertTrue(self._title_of(response.text).endswith("Draft"))
                self.assertIn("https://www.example.com/draft.css", response.text)
                styles = "".join(
                    base64.b64decode(code).decode()
                    for code in re.findall(
                        r"data:text/css;base64,([\w+/=]+)", response.text
                    )
                )
                self.assertIn("--primary: #123456", styles)
                self.assertIn("draft {}", styles)
                self.assertNotIn("saved {}", styles)
                self.assertIn("data:image/png;base64,", response.text)
        self.company.invalidate_recordset()
        self.assertEqual(self.company.portal_css, "saved {}")
        self.assertFalse(self.company.portal_title)

    @takes_long
    def test_the_home_is_a_customers_in_the_language_of_who_sets_the_look(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        views = self.env["ir.ui.view"].with_context(lang="fr_FR")
        sample = views._get_template_view("customer_portal.look_home")
        sample.update_field_translations(
            "arch_db", {"fr_FR": {"Good morning Emma": "Bonjour Emma"}}
        )
        self.manager.lang = "fr_FR"
        page = self._preview().text
        self.assertIn("Bonjour Emma", page)
        self.assertIn('lang="fr-FR"', page)
        for part in ("o_cp_menu", "o_cp_announcement", "btn-primary", "card-body"):
            self.assertIn(part, page)

    @takes_long
    def test_what_is_wrong_is_told_as_on_saving(self):
        svg = base64.b64encode(SVG).decode()
        for values in (
            {"portal_primary_color": "#fff;}body{"},
            {"portal_css_url": "javascript:alert(1)"},
            {"portal_css_url": "http://www.example.com/a.css"},
            {"portal_logo": svg},
            {"portal_logo": "eA=="},
            {"portal_title": "x" * 100},
        ):
            with self.subTest(values):
                response = self._preview(**values)
                self.assertEqual(response.status_code, 422)
                self.assertTrue(response.json()["error"])

    @takes_long
    def test_a_picture_that_is_not_sent_is_the_saved_one(self):
        self.company.portal_logo = make_picture()
        self.assertIn("data:image/png", self._preview("login").text)
        self.assertNotIn("data:image/png", self._preview("login", portal_logo="").text)

    @mute_logger("odoo.http")
    def test_nobody_else_gets_a_preview(self):
        for user in (self.agent, self._user_of(self.emma)):
            with self.subTest(user.login):
                self.assertEqual(self._preview(user=user).status_code, 404)
        other = self.env["res.company"].create({"name": "Other"})
        for company in (other.id, "", "x", "0", 10**12):
            with self.subTest(company):
                response = self._preview(company_id=company)
                self.assertEqual(response.status_code, 404)
        response = self.url_open("/my/look/home", allow_redirects=False)
        self.assertEqual(response.status_code, 303)
