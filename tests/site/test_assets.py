from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestAssets(TransactionCase):
    def test_styles_of_the_portal_compile(self):
        """Odoo serves a page without any style where one file is wrong."""
        bundle = self.env["ir.qweb"]._get_asset_bundle("web.assets_frontend")
        css = bundle.preprocess_css()
        self.assertFalse(bundle.css_errors)
        self.assertIn(".o_cp_table", css)
        self.assertIn(".o_cp_upload", css)
