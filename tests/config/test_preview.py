from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import CustomerPortalCommon


@tagged("post_install", "-at_install")
class TestPreview(CustomerPortalCommon):
    """An administrator looks at a module through the eyes of a customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profile = cls.env["customer.portal.profile"].create({"name": "Premium"})
        cls.customer = cls._make_portal_contact(portal_profile_id=cls.profile.id)
        other = cls.env["res.partner"].create({"name": "Somebody Else"})
        banks = cls.env["res.partner.bank"]
        cls.bank, cls.second, cls.foreign = (
            banks.create({"acc_number": number, "partner_id": partner.id})
            for number, partner in (
                ("DE 1 <b>", cls.customer),
                ("DE 2", cls.customer),
                ("DE 3", other),
            )
        )
        cls.module = cls.env["customer.portal.module"].create(
            {
                "name": "Accounts",
                "model_name": "res.partner.bank",
                "partner_field": "partner_id",
                "title_field": "acc_number",
                "profile_ids": [Command.set(cls.profile.ids)],
                "field_ids": [
                    Command.create({"name": "acc_number", "in_list": True}),
                    Command.create({"name": "acc_type", "in_list": True}),
                ],
            }
        )

    def _look(self, user=None, partner=None, **values):
        previews = self.env["customer.portal.module.preview"]
        return previews.with_user(user or self.manager).new(
            {
                "module_id": self.module.id,
                "partner_id": (partner or self.customer).id,
                **values,
            }
        )

    def test_list_and_record_are_what_the_customer_sees(self):
        preview = self._look(record=str(self.second.id))
        self.assertFalse(preview.notice)
        self.assertIn("DE 1 &lt;b&gt;", preview.list_html)
        self.assertIn("DE 2", preview.list_html)
        self.assertNotIn("DE 3", preview.list_html)
        self.assertIn("DE 2", preview.record_html)
        self.assertNotIn("DE 1", preview.record_html)

    def test_the_profile_decides_which_fields_are_seen(self):
        label = self.module.field_ids[1].display_name
        self.assertIn(label, self._look().list_html)
        row = self.module.permission_ids.filtered("visible")
        row.field_ids.filtered(
            lambda line: line.field_id.name == "acc_type"
        ).access = "hidden"
        self.assertNotIn(label, self._look().list_html)

    def test_a_record_that_the_customer_does_not_see_is_never_shown(self):
        for record in (str(self.foreign.id), "-1", "9" * 40, "x", False):
            with self.subTest(record):
                preview = self._look(record=record)
                self.assertNotIn("DE 3", preview.record_html)
                self.assertIn("DE ", preview.record_html)

    def test_what_whoever_looks_may_not_read_is_not_shown_either(self):
        self.env["ir.rule"].create(
            {
                "name": "not the first",
                "model_id": self.env["ir.model"]._get("res.partner.bank").id,
                "domain_force": f"[('id', '!=', {self.bank.id})]",
            }
        )
        preview = self._look()
        self.assertNotIn("DE 1", preview.list_html)
        self.assertIn("DE 2", preview.list_html)

    def test_without_access_to_the_model_nothing_is_seen(self):
        rights = self.env["ir.model.access"].search(
            [("model_id.model", "=", "res.partner.bank")]
        )
        rights.perm_read = False
        preview = self._look()
        self.assertIn(self.manager.name, preview.notice)
        self.assertFalse(preview.list_html)
        self.assertFalse(preview.record_html)

    def test_a_notice_says_why_nothing_is_seen(self):
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        self.assertIn("no portal access", self._look(partner=stranger).notice)
        self.assertIn("Choose", self._look(partner_id=False).notice)
        self.module.profile_ids = False
        self.assertIn("Accounts", self._look().notice)

    def test_agents_and_customers_do_not_look(self):
        for user in (self.agent, self._user_of(self.customer)):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.env["customer.portal.module.preview"].with_user(user).create(
                    {"module_id": self.module.id, "partner_id": self.customer.id}
                )
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._look(user).onchange({}, [], {"list_html": {}})

    def test_to_look_changes_nothing(self):
        self.env.flush_all()
        with self.cr.savepoint():
            self.cr.execute("SET TRANSACTION READ ONLY")
            preview = self._look()
            self.assertTrue(preview.list_html)
            self.assertTrue(preview.record_html)
            self.env.flush_all()

    def test_the_button_proposes_a_customer_who_sees_the_module(self):
        action = self.module.with_user(self.manager).action_preview()
        self.assertEqual(action["context"]["default_partner_id"], self.customer.id)
        self.assertEqual(action["context"]["default_module_id"], self.module.id)
