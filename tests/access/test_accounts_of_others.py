from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..common import CustomerPortalCommon


@tagged("post_install", "-at_install")
class TestAccountsOfOthers(CustomerPortalCommon):
    """No customer gets at another's account, however contacts are published."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gate = cls.env["customer.portal.gate"]
        cls.profile = cls.env["customer.portal.profile"].create({"name": "Wide"})
        cls.emma, cls.other = (
            cls._make_portal_contact(email, portal_profile_id=cls.profile.id)
            for email in ("emma@example.com", "other@example.com")
        )
        cls.user = cls._user_of(cls.emma)
        cls.agent = new_test_user(
            cls.env, login="their_agent", email="agent@example.com"
        )
        cls.nobody = cls.env["res.partner"].create({"name": "No user"})
        cls.module = cls.env["customer.portal.module"].create(
            {
                "code": "people",
                "name": "People",
                "model_name": "res.partner",
                "allow_everyone": True,
                "title_field": "name",
                "field_ids": [
                    Command.create({"name": name, "in_edit": True})
                    for name in ("name", "email")
                ],
            }
        )
        rows = cls.profile.permission_ids
        row = rows.filtered(lambda one: one.module_id == cls.module)
        row.write({"visible": True, "records_visibility": "everyone", "can_edit": True})

    def _write(self, partner, **values):
        self.env["customer.portal.form"].with_user(self.user).write_record(
            "people", partner.id, values
        )

    def test_a_contact_without_a_user_is_changed(self):
        self._write(self.nobody, name="Somebody", email="some@example.com")
        self.assertEqual(self.nobody.email, "some@example.com")
        self.assertTrue(self.nobody.portal_email_unproven)

    def test_the_contact_of_an_employee_is_not_changed(self):
        partner = self.agent.partner_id
        self.agent.active = False
        for active in (False, True):
            self.agent.active = active
            for values in ({"name": "x"}, {"email": "evil@example.com"}):
                with self.assertRaises(AccessError):
                    self._write(partner, **values)
        self.assertEqual(partner.email, "agent@example.com")
        form = (
            self.env["customer.portal.form"]
            .with_user(self.user)
            .form_fields("people", "edit", partner.id)
        )
        self.assertFalse(form)
        self.assertTrue(
            self.env["customer.portal.form"]
            .with_user(self.user)
            .form_fields("people", "edit", self.nobody.id)
        )

    def test_the_address_of_another_customer_is_not_changed(self):
        with self.assertRaisesRegex(AccessError, "Only the user"):
            self._write(self.other, email="evil@example.com")
        self.other.email = "other@example.com"  # Which changes nothing.
        self._write(self.other, name="Other", email="Other@example.com")
        self.assertEqual(self._user_of(self.other).login, "other@example.com")

    def test_nor_through_another_model(self):
        leads = self.env.get("crm.lead")
        users = self._user_of(self.other).with_user(self.user).sudo()
        with self.assertRaisesRegex(AccessError, "Only the user"):
            users.email = "evil@example.com"
        if leads is not None:
            lead = leads.create({"name": "x", "partner_id": self.other.id})
            with self.assertRaisesRegex(AccessError, "Only the user"):
                lead.with_user(self.user).sudo().email_from = "evil@example.com"
                self.env.flush_all()
