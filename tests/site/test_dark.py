import re

from lxml import html

from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ...models.site.res_company_style import DARK, get_contrast, lighten
from ..common import PASSWORD, takes_long
from .test_look import LookCommon


@tagged("post_install", "-at_install")
class TestDark(LookCommon):
    """Pages of the portal's own can be dark, and colors can be read on them."""

    def _is_dark(self, path):
        body = html.fromstring(self._page(path)).xpath("//body")[0]
        return "o_cp_dark" in (body.get("class") or "").split()

    def test_pages_of_the_portal_can_be_dark_and_those_of_odoo_cannot(self):
        self.authenticate("emma@example.com", PASSWORD)
        dark = [
            path for path in ("/my", "/my/profile", "/my/search") if self._is_dark(path)
        ]
        self.assertEqual(dark, ["/my", "/my/profile", "/my/search"])
        self.assertFalse(self._is_dark("/my/security"))
        self.authenticate(None, None)
        self.assertFalse(self._is_dark("/web/login"))

    @takes_long
    def test_each_color_can_be_read_on_dark_pages(self):
        parts = ("00", "33", "77", "99", "cc", "ff")
        for color in (f"#{r}{g}{b}" for r in parts for g in parts for b in parts):
            self.assertGreaterEqual(get_contrast(lighten(color), DARK), 4.5, color)
        self.assertEqual(lighten("#ffe600"), "#ffe600", "It can be read as it is.")

    @takes_long
    def test_the_colors_of_a_company_are_lighter_on_dark_pages(self):
        self.company.portal_link_color = "#202060"
        self.company.portal_primary_color = "#aa2200"
        rules = self.company._get_portal_color_rules()
        dark = rules.partition("prefers-color-scheme: dark")[2]
        for color in re.findall(r"--link-color: (#\w{6})", dark):
            self.assertGreaterEqual(get_contrast(color, DARK), 4.5)
        self.assertIn(f"--link-color: {lighten('#202060')};", dark)
        self.assertIn(f"--btn-color: {lighten('#aa2200')};", dark)

    def test_lines_and_texts_in_a_color_that_cannot_be_read_are_dark_gray(self):
        for color, ink in (("#888888", "#212529"), ("#666666", "#666666")):
            self.company.portal_primary_color = color
            self.assertIn(
                f"--btn-border-color: {ink};", self.company._get_portal_color_rules()
            )

    @takes_long
    def test_settings_warn_of_colors_that_cannot_be_read(self):
        settings = self.env["res.config.settings"].with_user(
            self.env.ref("base.user_admin")
        )
        with mute_logger("odoo.models.unlink"), Form(settings) as form:
            form.portal_link_color = form.portal_primary_color = "#202060"
            self.assertFalse(form.portal_link_color_warning)
            self.assertFalse(form.portal_primary_color_warning)
            form.portal_link_color = form.portal_primary_color = "#ffe600"
            self.assertIn(
                "on white their contrast is 1.2", form.portal_link_color_warning
            )
            self.assertIn("dark gray instead", form.portal_primary_color_warning)
            form.portal_link_color = "#777777"  # 4.48, which rounds up to 4.5
            self.assertIn("contrast is 4.4,", form.portal_link_color_warning)
            form.portal_link_color = "nonsense"
            self.assertFalse(form.portal_link_color_warning)
            form.portal_link_color = form.portal_primary_color = False
            self.assertFalse(form.portal_link_color_warning)
