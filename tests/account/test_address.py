from odoo.fields import Command
from odoo.tests import Form, tagged

from ..common import CustomerPortalCommon


@tagged("post_install", "-at_install")
class TestAddress(CustomerPortalCommon):
    """The mailing and the other address of a contact."""

    def _other_addresses(self, partner):
        return partner.child_ids.filtered(lambda child: child.type == "other")

    def test_the_other_address_is_made_when_first_filled(self):
        self.contact.write({"other_street": "2 Side Street", "other_city": "Rome"})
        child = self.contact.other_address_id
        self.assertEqual(child, self._other_addresses(self.contact))
        self.assertRecordValues(
            child,
            [{"type": "other", "street": "2 Side Street", "city": "Rome"}],
        )

    def test_the_mailing_address_stays_as_it_is(self):
        self.contact.other_street = "2 Side Street"
        self.assertFalse(self.contact.street)
        self.contact.street = "1 Main Street"
        self.assertEqual(self.contact.other_street, "2 Side Street")

    def test_it_is_never_duplicated(self):
        self.contact.other_street = "2 Side Street"
        child = self.contact.other_address_id
        self.contact.write({"other_street": "3 Side Street", "other_po_box": "77"})
        self.contact.write({"other_street": False, "other_po_box": False})
        self.contact.other_zip = "00100"
        self.assertEqual(self._other_addresses(self.contact), child)
        self.assertEqual(child.zip, "00100")

    def test_nothing_is_made_of_nothing(self):
        with Form(self.contact) as form:
            form.phone = "+1 555 0100"
        self.contact.write({"other_street": False, "other_city": ""})
        self.assertFalse(self.contact.child_ids)

    def test_the_child_edited_elsewhere_is_shown(self):
        self.contact.other_street = "2 Side Street"
        child = self.contact.other_address_id
        child.street = "9 New Street"
        self.assertEqual(self.contact.other_street, "9 New Street")
        child.active = False
        self.assertFalse(self.contact.other_street)
        self.contact.other_street = "10 Newer Street"
        self.assertNotEqual(self.contact.other_address_id, child)

    def test_one_made_elsewhere_is_used(self):
        self.contact.child_ids = [
            Command.create({"type": "other", "street": "2 Side Street"}),
            Command.create({"type": "other", "street": "A second one"}),
        ]
        self.assertEqual(self.contact.other_street, "2 Side Street")
        self.contact.other_city = "Rome"
        self.assertEqual(self.contact.other_address_id.city, "Rome")
        self.assertEqual(len(self.contact.child_ids), 2)

    def test_persons_and_companies_have_it_from_the_start(self):
        for is_company in (True, False):
            with (
                self.subTest(is_company=is_company),
                Form(self.env["res.partner"].with_user(self.agent)) as form,
            ):
                form.company_type = "company" if is_company else "person"
                form.name = "New"
                form.other_street = "2 Side Street"
                partner = form.save()
                self.assertEqual(partner.other_address_id.street, "2 Side Street")

    def test_the_callers_defaults_are_not_for_the_address(self):
        partner = self.contact.with_context(
            default_portal_user=True,
            default_is_company=True,
            default_email="a@example.com",
        )
        partner.other_street = "2 Side Street"
        self.assertRecordValues(
            self.contact.other_address_id,
            [{"portal_user": False, "is_company": False, "email": False}],
        )

    def test_the_country_follows_the_state(self):
        state = self.env.ref("base.state_us_5")
        self.contact.country_id = self.env.ref("base.it")
        self.contact.other_state_id = state
        self.assertEqual(self.contact.other_address_id.country_id, state.country_id)

    def test_many_contacts_are_imported_with_it(self):
        partners = self.env["res.partner"].with_user(self.agent)
        result = partners.with_context(import_file=True).load(
            ["name", "po_box", "other_street", "other_po_box"],
            [["A", "1", "2 Side Street", "2"], ["B", "", "", ""]],
        )
        self.assertFalse(result["messages"])
        first, second = partners.browse(result["ids"])
        self.assertRecordValues(
            first.other_address_id, [{"street": "2 Side Street", "po_box": "2"}]
        )
        self.assertEqual((first.street, first.po_box), (False, "1"))
        self.assertFalse(second.child_ids)

    def test_the_po_box_goes_to_the_contacts_of_a_company(self):
        company = self.env["res.partner"].create(
            {
                "name": "Company",
                "is_company": True,
                "street": "1 Main Street",
                "child_ids": [Command.create({"name": "Person"})],
            }
        )
        company.po_box = "77"
        self.assertEqual(company.child_ids.po_box, "77")

    def test_the_po_box_is_printed(self):
        self.contact.write(
            {"street": "1 Main Street", "po_box": "77", "city": "Rome", "zip": "00100"}
        )
        self.assertIn("1 Main Street\nPO Box 77\n", self.contact.contact_address)
        self.contact.street2 = "Floor 3"
        self.assertIn("Floor 3, PO Box 77\n", self.contact.contact_address)
        self.contact.po_box = False
        self.assertNotIn("PO Box", self.contact.contact_address)

    def test_a_change_of_the_po_box_alone_changes_the_address(self):
        self.contact.street = "1 Main Street"
        self.assertNotIn("77", self.contact.contact_address)
        self.contact.po_box = "77"
        self.assertIn("77", self.contact.contact_address)

    def test_locate_map_shows_the_mailing_address(self):
        self.contact.write(
            {"street": "1 Main & Side", "city": "Rome", "po_box": "77", "zip": "00100"}
        )
        action = self.contact.action_locate_map()
        self.assertEqual(action["type"], "ir.actions.act_url")
        self.assertEqual(action["target"], "new")
        query = action["url"].split("query=")[1]
        self.assertEqual(query, "1+Main+%26+Side%2C+00100%2C+Rome")

    def test_a_copy_does_not_share_the_address(self):
        self.contact.other_street = "2 Side Street"
        copy = self.contact.copy()
        self.assertFalse(copy.other_address_id)
