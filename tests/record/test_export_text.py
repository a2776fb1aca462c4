from odoo.tests import TransactionCase, tagged
from odoo.tools import html2plaintext


@tagged("post_install", "-at_install")
class TestPlainText(TransactionCase):
    """An export says what Odoo makes of a rich text."""

    def test_a_plain_paragraph_reads_as_odoo_reads_it(self):
        pages = self.env["customer.portal.record"]
        texts = ("a b.", "ä  b", "a &amp; b", " a", "a<br>b", "a\nb", "", "a\x0bb")
        for text in texts:
            for html in (
                f"<p>{text}</p>",
                f"<p>{text}",
                text,
                f"<p>{text}</p><p>c</p>",
            ):
                expected = html2plaintext(html)
                self.assertEqual(pages._get_plain_text(html), expected, html)
