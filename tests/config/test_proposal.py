from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import SQL

from ...models.promise.portal_mixin import ALL_FIELDS
from ..common import CustomerPortalCommon, takes_long

# Models that are odd in ways of their own.
ODD = (
    *("mail.thread", "portal.wizard", "res.country", "report.project.task.user"),
    *("res.users", "ir.attachment", "app.that.is.missing", "no model", "", "res.lang"),
    *("res.partner", "res.company", "res.currency", "uom.uom", "project.project"),
)


@tagged("post_install", "-at_install")
class TestProposal(CustomerPortalCommon):
    """What the form of a module proposes, offers and refuses."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.modules = cls.env["customer.portal.module"].with_user(cls.manager)
        profiles = cls.env["customer.portal.profile"]
        cls.default = profiles._get_default()
        profiles.search([]).manage_scope = False
        cls.leader = profiles.create(
            {
                "name": "Leader",
                "start_from_id": cls.default.id,
                "manage_scope": "organization",
                "given_profile_ids": [Command.set(cls.default.ids)],
            }
        )

    def _pick(self, model_name, **values):
        """Return the form of a new module once its model was picked."""
        form = Form(self.modules)
        form.model_name = model_name
        for name, value in values.items():
            form[name] = value
        return form

    def _names(self, module, use="in_list"):
        return module.field_ids.filtered(use).mapped("name")

    def _web_save(self, modules, **values):
        """Save as the form does."""
        [line] = modules.web_save(values, {"code": {}, "name": {}})
        return self.modules.browse(line["id"])

    # === PROPOSALS === #

    def test_to_pick_the_model_is_all_it_takes(self):
        module = self._pick("res.partner.bank").save()
        self.assertFalse(module.problem)
        self.assertFalse(module._get_missing())
        self.assertEqual(module.name, "Bank Accounts")
        self.assertEqual(module.code, "bank-accounts")
        self.assertEqual(module.partner_field, "partner_id")
        self.assertEqual(module.title_field, "acc_number")
        self.assertEqual(module.profile_ids, self.default | self.leader)
        self.assertEqual(self._names(module)[0], "acc_number")
        self.assertIn("acc_number", self._names(module, "in_create"))
        self.assertNotIn("company_id", module.field_ids.mapped("name"))

    @takes_long
    def test_models_of_other_apps_are_published_the_same_way(self):
        for model_name, partner_field in (
            ("crm.lead", "partner_id"),
            ("sale.order", "partner_id"),
            ("sale.order.line", "order_partner_id"),
            ("stock.picking", "partner_id"),
            ("purchase.order", "partner_id"),
            ("project.milestone", "project_id.partner_id"),
            ("res.partner", "id"),
        ):
            if model_name not in self.env:
                continue
            with self.subTest(model_name):
                form = Form(self.modules.with_user(self.env.ref("base.user_admin")))
                form.model_name = model_name
                module = form.save()
                self.assertEqual(module.partner_field, partner_field)
                self.assertFalse(module.problem)
                self.assertFalse(module._get_missing())
                self.assertTrue(all(module.field_ids.mapped("available")))

    def test_what_a_company_keeps_to_itself_is_not_proposed(self):
        values = {
            "name": "x_margin",
            "model_id": self.env["ir.model"]._get("res.partner.bank").id,
            "ttype": "float",
            "field_description": "Margin",
        }
        self.env["ir.model.fields"].create(values)
        names = ("acc_number", "x_margin", "company_id", "active")
        fields = "".join(f"<field name='{name}'/>" for name in names)
        self.env["ir.ui.view"].create(
            {
                "name": "all",
                "model": "res.partner.bank",
                "priority": 1,
                "arch": f"<list>{fields}</list>",
            }
        )
        form = self._pick("res.partner.bank")
        self.assertIn(["x_margin", "Margin"], form.choices["field"])
        self.assertEqual(self._names(form.save(), "in_detail"), ["acc_number"])

    def test_customers_of_the_proposed_profile_see_their_records_at_once(self):
        customer = self._make_portal_contact(portal_profile_id=self.default.id)
        values = {"partner_id": customer.id, "acc_number": "DE 1"}
        bank = self.env["res.partner.bank"].create(values)
        code = self._pick("res.partner.bank").save().code
        rows = (
            self.env["customer.portal.record"]
            .with_user(self._user_of(customer))
            .find_rows(code)
        )
        self.assertEqual([row["id"] for row in rows], bank.ids)
        self.assertEqual(rows[0]["title"], "DE 1")

    def test_state_priority_and_assignee_are_found_by_their_usual_names(self):
        form = self._pick("project.task")
        self.assertEqual(form.state_field, "state")
        closed = "[('state', 'in', ['1_done', '1_canceled'])]"
        self.assertEqual(form.closed_domain, closed)
        self.assertEqual(form.partner_field, "partner_id")
        self.assertEqual(form.title_field, "name")
        self.assertEqual(form.assignee_field, "user_ids")
        self.assertEqual(form.priority_field, "priority")

    def test_a_contact_behind_another_record_is_found(self):
        field = {
            "name": "x_bank_id",
            "model_id": self.env["ir.model"]._get("res.country.group").id,
            "ttype": "many2one",
            "relation": "res.partner.bank",
        }
        self.env["ir.model.fields"].create({**field, "field_description": "Account"})
        form = self._pick("res.country.group")
        self.assertEqual(form.partner_field, "x_bank_id.partner_id")
        self.assertIn(
            ["x_bank_id.partner_id", "Account > Account Holder"],
            form.choices["partner_field"],
        )

    def test_no_secret_is_ever_proposed_or_offered(self):
        definition = self.env["customer.portal.publishing"]
        for model_name in ("res.partner", "res.partner.bank", "project.task"):
            form = self._pick(model_name)
            offered = {value for value, _label in form.choices["field"]}
            lines = self._propose_lines(form)
            self.assertTrue(lines)
            self.assertLessEqual(lines, offered)
            fields = self.env[model_name]._fields
            for name in offered:
                with self.subTest(model_name, name=name):
                    # Of promises Odoo tells employees, and the gate tells customers.
                    is_promise = name in ALL_FIELDS
                    self.assertTrue(is_promise or not fields[name].groups)
                    self.assertFalse(definition._get_guarded(model_name, name))

    def _propose_lines(self, form):
        module = self.modules.new({"model_name": form.model_name})
        module._onchange_model_name()
        return set(module.field_ids.mapped("name"))

    def test_the_label_gives_a_code_that_is_valid_and_free(self):
        for label, code in (
            ("Site Visits", "site-visits"),
            ("Früh & Spät!", "fruh-spat"),
            ("2nd Opinions", "nd-opinions"),
            ("注文", "module"),
            ("cases", "cases_2"),
            ("x" * 200, "x" * 40),
        ):
            with self.subTest(label):
                module = self.modules.create(
                    {"name": label, "model_name": "res.partner.bank"}
                )
                self.assertEqual(module.code, code)
        module.name = "Another Label"
        self.assertEqual(module.code, "x" * 40)

    def test_what_is_typed_first_is_kept(self):
        form = Form(self.modules)
        form.name = "Our Accounts"
        form.model_name = "res.partner.bank"
        self.assertEqual((form.name, form.code), ("Our Accounts", "our-accounts"))
        form.name = "Accounts"
        self.assertEqual(form.code, "accounts")

    def test_another_model_replaces_what_was_proposed(self):
        form = self._pick("project.task")
        form.model_name = "res.partner.bank"
        module = form.save()
        self.assertEqual(module.name, "Bank Accounts")
        self.assertFalse(module.problem)
        self.assertTrue(all(module.field_ids.mapped("available")))

    # === ODD MODELS === #

    @takes_long
    def test_nothing_that_is_picked_or_typed_breaks_the_form(self):
        for model_name in ODD:
            with self.subTest(model_name), self.cr.savepoint():
                values = {"model_name": model_name, "name": "Odd", "page": "generated"}
                spec = dict.fromkeys(
                    ("problem", "choices", "model_choices", "refused_fields", "code"),
                    {},
                )
                spec["field_ids"] = {"fields": {"name": {}, "problem": {}}}
                answer = self.modules.onchange(values, ["model_name"], spec)
                self.assertIn("value", answer)
                try:
                    self._web_save(self.modules, **values).unlink()
                except ValidationError as refusal:
                    self.assertTrue(str(refusal))

    def test_a_broken_list_costs_its_fields_alone(self):
        view = self.env["ir.ui.view"].create(
            {
                "name": "broken",
                "model": "res.partner.bank",
                "priority": 1,
                "arch": "<list><field name='acc_number'/></list>",
            }
        )
        view.flush_recordset()
        arch = '{"en_US": "<list><field name=\'no_such_field\'/></list>"}'
        self.env.cr.execute(
            SQL("UPDATE ir_ui_view SET arch_db = %s WHERE id = %s", arch, view.id)
        )
        self.env.invalidate_all()
        self.env.registry.clear_cache("templates")
        module = self._pick("res.partner.bank").save()
        self.assertEqual(self._names(module), ["acc_number"])

    def test_the_module_of_a_missing_app_opens_and_is_saved(self):
        module = self.modules.create(
            {"name": "Later", "model_name": "app.that.is.missing"}
        )
        self.assertFalse(module.is_readable)
        self.assertFalse(module.choices)
        self.assertEqual(self._web_save(module, name="Sooner"), module)

    # === WHAT IS OFFERED === #

    def test_only_models_that_the_user_may_publish_are_offered(self):
        offered = dict(self.modules.new({}).model_choices)
        self.assertEqual(offered["project.task"], "Task")
        for name in ("res.users", "mail.thread", "portal.wizard", "fetchmail.server"):
            self.assertNotIn(name, offered)
        self.assertIn(
            "fetchmail.server", dict(self.modules.sudo().new({}).model_choices)
        )

    def test_models_and_fields_of_one_label_are_told_apart(self):
        pairs = self.modules._label_pairs([("a", "Same"), ("b", "Same"), ("c", "One")])
        self.assertEqual(pairs, [["c", "One"], ["a", "Same (a)"], ["b", "Same (b)"]])

    def test_fields_that_cannot_work_are_listed_with_the_reason(self):
        module = self.modules.new({"model_name": "res.partner"})
        offered = dict(module.choices["field"])
        self.assertIn("email", offered)
        for name, label in (("image_1920", "Image"), ("message_ids", "Messages")):
            self.assertNotIn(name, offered)
            self.assertIn(label, module.refused_fields)
        self.assertIn("this kind of field", module.refused_fields)

    def test_states_are_picked_by_their_names(self):
        module = self.modules.new(
            {"model_name": "project.task", "state_field": "state"}
        )
        states = dict(module.choices["state"])
        self.assertEqual(states["1_done"], "Done")
        module.state_field = "stage_id"
        stages = self.env["project.task.type"].with_user(self.manager)
        stage = stages.search([], limit=1)
        self.assertEqual(
            dict(module.choices["state"])[str(stage.id)], stage.display_name
        )

    def test_who_may_not_read_a_model_is_offered_nothing_of_it(self):
        module = self.modules.new({"model_name": "fetchmail.server"})
        self.assertFalse(module.choices)
        self.assertFalse(module.refused_fields)

    # === WHAT IS REFUSED === #

    def _assert_refused(self, words, modules, **values):
        with self.assertRaises(ValidationError) as refusal, self.cr.savepoint():
            self._web_save(modules, **values)
        for word in words:
            self.assertIn(word, str(refusal.exception))

    def test_of_odoos_own_pages_no_names_are_offered_that_may_not_be_read(self):
        """Though what these pages show is looked at with all rights."""
        if "account.move" not in self.env:
            self.skipTest("There are no invoices.")
        self.assertTrue(self.env["account.journal"].search_count([]))
        values = {"code": "bills", "model_name": "account.move", "page": "native"}
        module = self.modules.new({**values, "state_field": "journal_id"})
        self.assertTrue(module.is_readable)
        self.assertEqual(module.choices["state"], [])
        module = self.modules.new({**values, "state_field": "state"})
        self.assertIn(["posted", "Posted"], module.choices["state"])

    def test_a_form_that_would_show_nothing_says_all_that_is_missing(self):
        values = {"name": "Countries", "model_name": "res.country"}
        self._assert_refused(
            ["Countries", "Customer Field", "list", "record"], self.modules, **values
        )
        line = Command.create({"name": "name", "in_list": True})
        module = self._web_save(
            self.modules, **values, allow_everyone=True, field_ids=[line]
        )
        self._assert_refused(["Customer Field"], module, allow_everyone=False)
        self._assert_refused(["list"], module, field_ids=[Command.clear()])
        self._web_save(module, allow_everyone=False, active=False)

    # === PROFILES === #

    def test_a_module_is_shown_in_the_profiles_that_are_chosen(self):
        profile = self.env["customer.portal.profile"].create({"name": "Premium"})
        module = self._pick("res.partner.bank").save()
        module.profile_ids = profile
        rows = module.permission_ids.filtered("visible")
        self.assertEqual(rows.profile_id, profile)
        rows.visible = False
        self.assertFalse(module.profile_ids)

    def test_managers_still_give_the_default_profile_after_a_model_is_published(self):
        self.assertFalse(self.leader.given_problem)
        module = self._pick("res.partner.bank").save()
        self.leader.invalidate_recordset()
        self.assertFalse(self.leader.given_problem)
        module.profile_ids = self.default
        self.leader.invalidate_recordset()
        self.assertIn(self.default.name, self.leader.given_problem)

    def test_code_that_makes_a_module_shows_it_in_no_profile(self):
        values = {"name": "Accounts", "model_name": "res.partner.bank"}
        self.assertFalse(self.modules.create(values).profile_ids)

    def test_nobody_shows_in_a_profile_what_they_may_not_read(self):
        module = self.modules.sudo().create(
            {
                "name": "Servers",
                "model_name": "fetchmail.server",
                "allow_everyone": True,
                "field_ids": [Command.create({"name": "name", "in_list": True})],
            }
        )
        with self.assertRaises(ValidationError):
            module.with_user(self.manager).profile_ids = self.default
