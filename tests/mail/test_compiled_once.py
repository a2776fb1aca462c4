from unittest.mock import patch

from lxml import etree

from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestCompiledOnce(TransactionCase):
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
        sources = [etree.tostring(one) for one in compiled if etree.iselement(one)]
        self.assertTrue(sources)
        self.assertEqual(len(sources), len(set(sources)))
