from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..common import CustomerPortalCommon


@tagged("post_install", "-at_install")
class TestModule(CustomerPortalCommon):
    """What can be published: what fits a model, and what becomes of what does not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.modules = cls.env["customer.portal.module"].with_context(active_test=False)
        cls.banks = cls.modules.create(
            {"code": "banks", "name": "Banks", "model_name": "res.partner.bank"}
        )

        cls.presets = cls.env["customer.portal.preset"].search([])

    def _preset(self, code):
        return self.modules.search([("code", "=", code)])

    def _assert_refused(self, words, **values):
        """Assert that values are refused with a message that has all the words."""
        with self.assertRaises(ValidationError) as refusal:
            self.banks.write(values)
        for word in ("Banks", *words):
            self.assertIn(word, str(refusal.exception))

    # === PRESETS === #

    def test_every_preset_is_there(self):
        codes = set(self.presets.mapped("code"))
        self.assertGreater(len(codes), 15)
        self.assertLessEqual(codes, set(self.modules.search([]).mapped("code")))

    def test_pages_of_the_portal_itself_are_not_called_odoos(self):
        modules = self.env["customer.portal.module"].search([])
        texts = {module.code: module.page_text for module in modules}
        for code in ("contacts", "organization", "faqs", "documents", "cases"):
            self.assertEqual(texts[code], "Portal page", code)
        self.assertEqual(texts["orders"], "Standard Odoo page")

    def test_every_preset_of_an_installed_app_fits_it(self):
        first = self.env["customer.portal.preset"].union(
            *(same[0] for same in self.presets.grouped("code").values())
        )
        installed = first.filtered(lambda preset: preset.model_name in self.env)
        self.assertIn("cases", installed.mapped("code"))
        for preset in installed:
            with self.subTest(preset.code):
                values = self.modules._prepare_preset(preset)
                code = f"{preset.code}_again"
                module = self.modules.create({**values, "code": code})
                self.assertFalse(module.problem)
                self.assertTrue(all(module.field_ids.mapped("available")))
                self.assertTrue(module.field_ids.filtered("in_list"))

    def test_fields_are_found_by_the_label_that_is_shown(self):
        fields = self.env["customer.portal.module.field"]
        line = fields.search([("name", "=", "create_date")], limit=1)
        line.label = "Opened Long Ago"
        domain = [("module_id", "=", line.module_id.id)]
        for text in ("long AGO", "create_da"):
            found = [one for one, _label in fields.name_search(text, domain)]
            self.assertIn(line.id, found)
        self.assertFalse(fields.name_search("no such label", domain))

    def test_a_preset_whose_app_is_missing_waits_and_never_fails(self):
        missing = self.presets.filtered(lambda one: one.model_name not in self.env)
        for code in set(missing.mapped("code")) - {"cases"}:
            with self.subTest(code):
                module = self._preset(code)
                self.assertFalse(module.available)
                self.assertIn(module.model_name, module.problem)
                self.assertTrue(module.field_ids.mapped("display_name"))
                module.name = "Renamed"
                self.assertFalse(
                    self.modules.search(
                        [("id", "in", module.ids), ("available", "=", True)]
                    )
                )

    def test_a_module_whose_app_comes_later_is_available_then(self):
        module = self.modules.create(
            {
                "code": "later",
                "name": "Later",
                "model_name": "app.that.comes.later",
                "partner_field": "partner_id",
                "domain": "[('nothing', '=', 1)]",
                "order": "whatever",
                "field_ids": [
                    Command.create({"name": "acc_number", "groupable": True})
                ],
            }
        )
        self.assertFalse(module.available)
        module.write({"domain": "[]", "order": False})
        # As if the app had been installed: nothing is written to the module.
        self._rename_model(module, "res.partner.bank")
        self.assertTrue(module.available)
        self.assertTrue(module.field_ids.available)

    def test_a_module_that_does_not_fit_an_app_that_comes_says_so(self):
        module = self.modules.create(
            {
                "code": "later",
                "name": "Later",
                "model_name": "app.that.comes.later",
                "domain": "[('nothing', '=', 1)]",
                "field_ids": [Command.create({"name": "nothing"})],
            }
        )
        self._rename_model(module, "res.partner.bank")
        self.assertFalse(module.available)
        self.assertIn("nothing", module.problem)
        self.assertFalse(module.field_ids.available)

    def _rename_model(self, module, model_name):
        module.flush_recordset()
        self.env.cr.execute(
            "UPDATE customer_portal_module SET model_name = %s WHERE id = %s",
            (model_name, module.id),
        )
        self.env.invalidate_all()

    def test_an_update_adds_nothing_twice_and_changes_nothing(self):
        orders = self._preset("orders")
        orders.write({"name": "My Orders", "domain": "[('state', '=', 'sent')]"})
        orders.field_ids[0].unlink()
        rows = orders.permission_ids.filtered("visible")
        rows.visible = False
        before = self.modules.search([]).read()
        self.modules._load_presets()
        self.env.invalidate_all()
        self.assertEqual(self.modules.search([]).read(), before)
        self.assertFalse(any(rows.mapped("visible")))

    def test_an_archived_preset_stays_archived(self):
        orders = self._preset("orders")
        orders.active = False
        self.modules._load_presets()
        self.assertFalse(orders.active)
        self.assertEqual(len(self._preset("orders")), 1)

    def test_a_preset_is_not_deleted(self):
        with self.assertRaises(UserError):
            self._preset("orders").unlink()

    # === WHAT DOES NOT FIT === #

    def test_hostile_domains_are_refused(self):
        for domain in (
            "[('id', '=', __import__('os').getpid())]",
            "[('create_uid.password', 'like', 'a')]",
            "[('create_uid.totp_secret', '!=', False)]",
            "[('create_uid', 'any', [('totp_secret', '!=', False)])]",
            "[('nothing', '=', 1)]",
            "[('acc_number.nothing', '=', 1)]",
            "[('acc_number', '=', ",
            "[('acc_number', 'drop table', 1)]",
            "[('id', '=', 'one')]",
            "(" * 300 + ")" * 300,
            "{}",
            "True",
            "uid",
        ):
            with self.subTest(domain), mute_logger("odoo.domains"):
                self._assert_refused([], domain=domain)
                self._assert_refused([], closed_domain=domain)

    def test_a_refusal_names_what_is_wrong(self):
        self._assert_refused(
            ["[('nothing', '=', 1)]", "res.partner.bank", "no field “nothing”"],
            domain="[('nothing', '=', 1)]",
        )

    def test_a_path_leads_to_contacts_over_stored_fields(self):
        for path in (
            "nothing",
            "acc_number",
            "acc_number.partner_id",
            "bank_id",
            "company_id",
            "partner_id.id",
            "partner_id.name",
            "partner_id.nothing",
            "partner_id.commercial_partner_id.contact_address",
            "partner_id.self",
            "id",
            ".",
            "partner_id.",
            "partner_id; DROP TABLE res_partner",
        ):
            with self.subTest(path):
                self._assert_refused([], partner_field=path)
        for path in ("partner_id", "partner_id.parent_id", "company_id.partner_id"):
            with self.subTest(path):
                self.banks.partner_field = path

    def test_an_order_is_made_of_stored_fields(self):
        for order in (
            "nothing",
            "id; DROP TABLE res_partner",
            "id desc nulls last, (SELECT 1)",
            "acc_number sideways",
            "id,",
            "allow_out_payment.id",
            "display_name",
        ):
            with self.subTest(order):
                self._assert_refused([], order=order)
        self.banks.order = "acc_number DESC, id"

    def test_roles_are_fields_of_the_model(self):
        for fname in ("title_field", "number_field", "state_field"):
            with self.subTest(fname):
                self._assert_refused(["nothing"], **{fname: "nothing"})

    def test_codes_icons_and_addresses_have_their_form(self):
        for values in (
            {"code": "a b"},
            {"code": "../web"},
            {"code": "Ä"},
        ):
            with self.subTest(values), self.assertRaises(ValidationError):
                self.banks.write(values)
        self._assert_refused(["bolt"], icon='fa-bolt" onload="x')
        self._assert_refused(["/web"], paths="/web")

    def test_a_code_that_is_taken_is_refused_as_such(self):
        """Not as a filter that the database refuses."""
        with (
            self.assertRaises(IntegrityError) as refusal,
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self.banks.code = "cases"
        text = self.banks._sql_error_to_message(refusal.exception)
        self.assertIn("A module with this code already exists.", text)

    def test_models_without_records_are_refused(self):
        for model_name in ("customer.portal.gate", "portal.wizard"):
            with self.subTest(model_name):
                self._assert_refused([model_name], model_name=model_name)

    def test_fields_that_odoo_keeps_for_groups_are_not_published(self):
        people = self.modules.create(
            {"code": "people", "name": "People", "model_name": "res.partner"}
        )
        with self.assertRaises(ValidationError):
            people.field_ids = [Command.create({"name": "signup_type"})]

    def test_fields_fit_what_they_are_published_for(self):
        cases = self._preset("cases")
        cases.field_ids.unlink()
        for line in (
            {"name": "nothing"},
            {"name": "partner_id", "in_create": True},
            {"name": "user_ids", "in_edit": True},
            {"name": "write_date", "in_edit": True},
            {"name": "company_id", "in_edit": True},
            {"name": "child_ids", "in_edit": True},
            {"name": "access_url", "searchable": True},
            {"name": "access_url", "groupable": True},
        ):
            with self.subTest(line), self.assertRaises(ValidationError) as refusal:
                cases.field_ids = [Command.create(line)]
            self.assertIn(line["name"], str(refusal.exception))

    def test_a_field_is_named_as_in_odoo_unless_it_has_a_label(self):
        self.banks.field_ids = [Command.create({"name": "acc_number"})]
        line = self.banks.field_ids
        self.assertEqual(line.display_name, "Account Number")
        line.label = "IBAN"
        self.assertEqual(line.display_name, "IBAN")

    # === RIGHTS === #

    def test_agents_read_and_only_managers_change(self):
        module = self.banks.with_user(self.agent)
        self.assertEqual(module.name, "Banks")
        self.assertTrue(module.available)
        with self.assertRaises(AccessError):
            module.name = "Mine"
        with self.assertRaises(AccessError):
            module.unlink()
        with self.assertRaises(AccessError):
            self.modules.with_user(self.agent).create(
                {"code": "mine", "name": "Mine", "model_name": "res.partner"}
            )
        with self.assertRaises(AccessError):
            self.banks.with_user(self.clerk).read(["name"])
        self.banks.with_user(self.manager).name = "Accounts"

    def test_nobody_publishes_what_they_may_not_read(self):
        values = {"code": "keys", "name": "Keys", "model_name": "fetchmail.server"}
        with self.assertRaises(ValidationError):
            self.modules.with_user(self.manager).create(values)
        keys = self.modules.create(values).with_user(self.manager)
        with self.assertRaises(ValidationError):
            keys.field_ids = [Command.create({"name": "server_type"})]
        keys.name = "Mail servers"

    # === VIEWS === #

    def test_a_manager_makes_a_module_in_the_form(self):
        with Form(self.modules.with_user(self.manager)) as form:
            form.name = "Contacts"
            form.code = "people"
            form.model_name = "res.partner"
            form.partner_field = "id"
            with form.field_ids.new() as line:
                line.name = "website"
                line.in_list = True
        module = form.record
        self.assertTrue(module.available)
        self.assertEqual((module.name, module.code), ("Contacts", "people"))
        self.assertIn("website", module.field_ids.filtered("in_list").mapped("name"))
        self.assertEqual(len(module.permission_ids), len(self._profiles()))

    def _profiles(self):
        return (
            self.env["customer.portal.profile"]
            .with_context(active_test=False)
            .search([])
        )

    def test_a_copy_has_a_code_and_rows_of_its_own(self):
        cases = self._preset("cases")
        copies = cases.copy() + cases.copy()
        self.assertEqual(copies.mapped("code"), ["cases_2", "cases_3"])
        self.assertEqual(
            copies[0].field_ids.mapped("name"), cases.field_ids.mapped("name")
        )
        self.assertFalse(any(copies.permission_ids.mapped("visible")))
