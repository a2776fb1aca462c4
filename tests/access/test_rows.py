from unittest.mock import patch

from odoo.tests import TransactionCase, tagged
from odoo.tools import html2plaintext


@tagged("post_install", "-at_install")
class TestRows(TransactionCase):
    """Rows of a log are written at once, and nobody can tell."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        names = ("Emma", "Sam")
        cls.people = cls.env["res.partner"].create([{"name": name} for name in names])
        cls.touchpoints = cls.env["customer.portal.touchpoint"]

    def _log(self):
        self.touchpoints._log("expired", dict.fromkeys(self.people, "Over"))

    def test_they_hold_what_odoo_would_have_written(self):
        by_odoo = self.touchpoints.create(
            {"kind": "expired", "partner_id": self.people[0].id, "detail": "Over"}
        )
        self._log()
        rows = self.people.portal_touchpoint_ids - by_odoo
        self.assertEqual(set(rows.partner_id), set(self.people))
        for name in (
            "kind",
            "detail",
            "attempts",
            "alerted",
            "create_uid",
            "write_date",
        ):
            self.assertEqual({row[name] for row in rows}, {by_odoo[name]}, name)

    def test_a_list_that_was_read_before_has_them(self):
        self.assertFalse(self.people.portal_touchpoint_ids)
        self._log()
        self.assertEqual(len(self.people.portal_touchpoint_ids), 2)

    def test_whoever_extends_create_hears_of_each(self):
        heard, model = [], type(self.touchpoints)
        create = model.create

        def listen(touchpoints, vals_list):
            heard.extend(vals_list)
            return create(touchpoints, vals_list)

        with patch.object(model, "create", listen):
            self._log()
        self.assertEqual(len(heard), 2)


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


@tagged("post_install", "-at_install")
class TestLetters(TransactionCase):
    """Letters of one template are compiled once."""

    def test_a_template_is_compiled_once_for_many(self):
        names = [f"letter{number}@example.com" for number in range(5)]
        people = self.env["res.partner"].create(
            [{"name": name, "email": name} for name in names]
        )
        compiled = []
        qweb = type(self.env["ir.qweb"])
        generate = qweb._generate_code

        def count(model, template):
            compiled.append(template)
            return generate(model, template)

        with patch.object(qweb, "_generate_code", count):
            people.portal_user = True
        self.env.flush_all()
        bodies = [
            mail.body_html
            for mail in self.env["mail.mail"].search(
                [("recipient_ids", "in", people.ids)]
            )
        ]
        self.assertEqual(len(set(bodies)), 5)
        sources = [one for one in compiled if not isinstance(one, (int, str))]
        self.assertLess(len(sources), len(people))
