from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..common import CustomerPortalCommon

AGENT = "customer_portal.group_customer_portal_user"


@tagged("post_install", "-at_install")
class TestCompanies(CustomerPortalCommon):
    """What is about a contact is the business of those who may read the contact."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        elsewhere = cls.env["res.company"].create({"name": "Elsewhere"})
        cls.stranger = new_test_user(
            cls.env,
            "stranger",
            AGENT,
            company_id=elsewhere.id,
            company_ids=[Command.set(elsewhere.ids)],
        )
        cls.emma = cls._make_portal_contact(company_id=cls.env.company.id)

    def _get_models_of_agents(self):
        """Return what the portal keeps about contacts and agents may read."""
        for model in self.env.values():
            is_ours = model._name.startswith("customer.portal.")
            is_kept = not model._abstract and not model._transient
            names = {
                name
                for name, field in model._fields.items()
                if field.comodel_name == "res.partner"
                and field.type == "many2one"
                and field.store
            }
            if (
                is_ours
                and is_kept
                and names
                and model.with_user(self.agent).has_access("read")
            ):
                yield model._name

    def test_all_that_agents_read_about_contacts_knows_companies(self):
        rules = self.env["ir.rule"].sudo().search([("global", "=", True)])
        walls = rules.filtered(lambda rule: "company" in (rule.domain_force or ""))
        names = {*self._get_models_of_agents()}
        self.assertIn("customer.portal.document", names)
        self.assertEqual(names - {*walls.model_id.mapped("model")}, set())

    def test_nobody_elsewhere_learns_who_has_downloaded_what(self):
        file = self.env["ir.attachment"].create({"name": "a.txt", "raw": b"a"})
        downloads = self.env["customer.portal.document.download"]
        downloads.with_user(self._user_of(self.emma)).sudo()._is_first(file, "session")
        for user in (self.stranger, self.agent):
            with self.assertRaises(AccessError):
                downloads.with_user(user).search_read([], ["partner_id"])

    def test_documents_of_a_contact_are_those_of_the_contacts_company(self):
        documents = self.env["customer.portal.document"].with_user(self.agent)
        values = {"name": "Offer", "datas": b"T2ZmZXI="}
        own = documents.create({**values, "partner_id": self.emma.id})
        everyone = documents.create({**values, "audience": "everyone"})
        self.assertFalse(own.company_id)
        found = documents.search([("id", "in", (own + everyone).ids)])
        self.assertEqual(found, own + everyone)
        found = found.with_user(self.stranger).search([("id", "in", found.ids)])
        self.assertEqual(found, everyone.with_user(self.stranger))
        file = own.sudo().attachment_id.with_user(self.stranger)
        self.assertFalse(file.has_access("read"))
