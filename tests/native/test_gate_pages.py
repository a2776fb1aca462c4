from odoo.tests import tagged

from ..common import CustomerPortalCommon

BAD_IDS = ("x", "-1", "0", "", None, False, "9" * 30, "1.5", "²", [], 2**70)


@tagged("post_install", "-at_install")
class TestGatePages(CustomerPortalCommon):
    """What the gate says of ids and tokens that stand in addresses."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gate = cls.env["customer.portal.gate"]
        cls.azure = cls.env["res.partner"].create({"name": "Azure", "is_company": True})
        cls.emma = cls._make_portal_contact(parent_id=cls.azure.id)
        cls.user = cls._user_of(cls.emma)
        cls.billing, cls.colleague = cls.env["res.partner"].create(
            [
                {"name": "Billing", "type": "invoice", "parent_id": cls.azure.id},
                {"name": "Colleague", "parent_id": cls.azure.id},
            ]
        )
        cls.project, cls.other = cls.env["project.project"].create(
            [{"name": name, "privacy_visibility": "portal"} for name in ("A", "B")]
        )
        cls.token = cls.project._portal_ensure_token()

    def _form_id(self, partner_id, user=None):
        return self.gate.with_user(user or self.user).form_partner_id(partner_id)

    def test_customers_open_the_forms_that_odoo_gives_them(self):
        for partner in (self.emma, self.billing):
            self.assertEqual(self._form_id(partner.id), partner.id)
            self.assertEqual(self._form_id(str(partner.id)), partner.id)
        for partner in (self.azure, self.colleague, self.contact):
            self.assertIsNone(self._form_id(partner.id))

    def test_the_user_who_asks_counts_and_not_who_calls(self):
        asked_as_agent = self.gate.with_user(self.agent)
        self.assertIsNone(
            asked_as_agent.with_user(self.user).form_partner_id(self.contact.id)
        )
        self.assertIsNone(self._form_id(self.emma.id, self.env.ref("base.public_user")))

    def test_bad_ids_have_no_form(self):
        deleted = self.env["res.partner"].create({"name": "Gone"})
        deleted.unlink()
        for bad in (*BAD_IDS, deleted.id):
            with self.subTest(bad):
                self.assertIsNone(self._form_id(bad))

    def test_a_token_is_that_of_one_record(self):
        def has(record, token):
            return self.gate.has_token(record._name, record.id, token)

        self.assertTrue(has(self.project, self.token))
        self.assertFalse(has(self.other, self.token))
        for bad in ("", None, False, "wrong", "é", self.token[:-1], f"{self.token}é"):
            with self.subTest(bad):
                self.assertFalse(has(self.project, bad))
                self.assertFalse(has(self.other, bad))
        self.assertFalse(self.gate.has_token("project.project", 2**31 - 1, self.token))
