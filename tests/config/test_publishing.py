from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from ..common import CustomerPortalCommon, takes_long

# Whatever Odoo calls its accounts, rights, settings and messages.
FORBIDDEN = (
    *("res.users", "res.users.log", "res.users.apikeys", "res.groups", "res.device"),
    *("ir.attachment", "ir.config_parameter", "ir.rule", "ir.model.access", "ir.cron"),
    *("ir.mail_server", "ir.ui.view", "mail.message", "mail.mail", "mail.template"),
    *("mail.tracking.value", "mail.followers", "bus.bus", "discuss.channel"),
    *("customer.portal.profile", "customer.portal.touchpoint", "customer.portal.faq"),
    *("customer.portal.document", "customer.portal.permission", "auth_totp.device"),
    *("base.language.install", "auth.passkey.key", "base_import.mapping"),
    *("iap.account", "payment.token"),
)
# One that internal users may not read, beside administrators.
CLOSED = "fetchmail.server"


@tagged("post_install", "-at_install")
class TestPublishing(CustomerPortalCommon):
    """What may be published, and by whom: nobody grants what they may not do."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.modules = cls.env["customer.portal.module"].with_context(active_test=False)
        cls.gate = cls.env["customer.portal.gate"]
        cls.keepers = cls.env["res.groups"].create({"name": "Keepers"})
        cls.right = cls.env["ir.model.access"].create(
            {
                "name": "keepers",
                "model_id": cls.env["ir.model"]._get(CLOSED).id,
                "group_id": cls.keepers.id,
                "perm_read": True,
            }
        )
        cls.keeper = new_test_user(
            cls.env,
            login="keeper",
            groups="customer_portal.group_customer_portal_manager",
        )
        cls.keeper.group_ids += cls.keepers
        cls.profile = cls.env["customer.portal.profile"].create({"name": "Premium"})
        cls.user = cls._user_of(
            cls._make_portal_contact(portal_profile_id=cls.profile.id)
        )

    def _make(self, user=None, **values):
        values = {
            "code": "things",
            "name": "Things",
            "model_name": CLOSED,
            "allow_everyone": True,
            "field_ids": [Command.create({"name": "name", "in_list": True})],
            **values,
        }
        modules = self.modules.with_user(user) if user else self.modules
        return modules.create(values).with_user(self.env.user).sudo()

    def _show(self, module, user=None):
        """Let the profile show a module, and return its row there."""
        row = module.permission_ids.filtered(lambda r: r.profile_id == self.profile)
        (row.with_user(user) if user else row).visible = True
        return row

    def _sees(self, module):
        self.env.flush_all()
        return self.gate.with_user(self.user).may(module.code)

    def _names(self, module, mode="read"):
        return self.gate.with_user(self.user).fields(module.code, mode)

    def _set_by_sql(self, record, **values):
        """Set what an earlier version, or a database that was mended by hand, holds."""
        self.env.flush_all()
        for name, value in values.items():
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET %s = %s WHERE id = %s",
                    SQL.identifier(record._table),
                    SQL.identifier(name),
                    value,
                    record.id,
                )
            )
        self.env.invalidate_all()
        self.env.registry.clear_cache()

    def _assert_refused(self, words, act):
        with self.assertRaises(ValidationError) as refusal, self.cr.savepoint():
            act()
        for word in words:
            self.assertIn(word, str(refusal.exception))

    # === MODELS === #

    def test_what_odoo_is_run_with_is_never_published(self):
        banks = self._make(model_name="res.partner.bank", field_ids=[])
        for model_name in FORBIDDEN:
            for user in (None, self.manager):
                with self.subTest(model_name, user=user):
                    self._assert_refused(
                        [model_name],
                        lambda m=model_name, u=user: self._make(
                            u, code="more", model_name=m, field_ids=[]
                        ),
                    )
                    changed = banks.with_user(user) if user else banks
                    self._assert_refused(
                        [model_name],
                        lambda m=model_name, c=changed: c.write({"model_name": m}),
                    )

    def test_a_page_of_odoos_own_publishes_no_accounts_either(self):
        for model_name in ("res.users", "mail.message"):
            self._assert_refused(
                [model_name],
                lambda m=model_name: self._make(model_name=m, page="native"),
            )

    def test_the_pages_of_the_portal_itself_keep_their_models(self):
        for code in ("faqs", "documents", "contacts", "organization"):
            module = self.modules.search([("code", "=", code)])
            with self.subTest(code):
                self.assertFalse(module.problem)
                for values in ({"model_name": "res.country"}, {"page": "generated"}):
                    self._assert_refused([code], lambda v=values, m=module: m.write(v))

    def test_what_was_published_before_is_refused_when_it_is_used(self):
        module = self._make(model_name="res.partner.bank", field_ids=[])
        self._show(module)
        self.assertTrue(self._sees(module))
        for model_name in ("res.users", "ir.attachment", "mail.message"):
            with self.subTest(model_name):
                self._set_by_sql(module, model_name=model_name)
                self.assertFalse(self._sees(module))
                self.assertIn(model_name, module.problem)

    def test_a_forbidden_page_of_odoos_own_takes_nothing_from_customers(self):
        module = self._make(model_name="res.bank", page="native", field_ids=[])
        self._set_by_sql(module, model_name="res.users")
        own = self.env["res.users"].with_user(self.user).browse(self.user.id)
        self.assertEqual(own.search([("id", "=", own.id)]), own)

    # === WHO PUBLISHES === #

    def test_nobody_publishes_what_they_may_not_read(self):
        self._assert_refused(
            [self.manager.name, CLOSED, "administrator"],
            lambda: self._make(self.manager),
        )
        module = self._make(self.keeper)
        self.assertEqual(module.publisher_id, self.keeper)
        theirs = module.with_user(self.manager)
        for values in (
            {"domain": "[('state', '=', 'done')]"},
            {"allow_everyone": True},
            {"partner_field": "create_uid.partner_id"},
            {"field_ids": [Command.create({"name": "server_type"})]},
            {"field_ids": [Command.update(module.field_ids.id, {"name": "state"})]},
            {"page": "native"},
            {"active": True},
        ):
            with self.subTest(values):
                self._assert_refused([], lambda v=values: theirs.write(v))
        theirs.name = "A better label"
        theirs.icon = "fa-bolt"
        theirs.active = False
        self.assertEqual(module.publisher_id, self.keeper)

    def test_nobody_shows_values_that_they_may_not_read(self):
        """Of what was published for something else, such as a search alone."""
        use = {"in_list": False, "in_detail": False, "searchable": True}
        lines = [Command.create({"name": "state", **use})]
        module = self._make(self.keeper, field_ids=lines)
        line = module.field_ids.with_user(self.manager)
        for name in ("in_list", "in_detail", "groupable", "in_edit"):
            with self.subTest(name):
                self._assert_refused([CLOSED], lambda n=name: line.write({n: True}))
        line.write({"in_list": False, "searchable": False, "label": "State of it"})
        self.assertEqual(line.publisher_id, self.keeper)

    def test_a_model_is_not_changed_to_one_that_is_closed_later(self):
        module = self._make(self.manager, model_name="res.bank")
        self._assert_refused(
            [CLOSED],
            lambda: module.with_user(self.manager).write({"model_name": CLOSED}),
        )

    def test_a_copy_is_published_by_whoever_makes_it(self):
        module = self._make(self.keeper)
        self._assert_refused([CLOSED], lambda: module.with_user(self.manager).copy())
        trusted = self._make(code="trusted")
        self._assert_refused([CLOSED], lambda: trusted.with_user(self.manager).copy())

    def test_an_import_is_published_by_whoever_makes_it(self):
        result = self.modules.with_user(self.manager).load(
            ["code", "name", "model_name", "publisher_id/.id"],
            [["imported", "Imported", CLOSED, "1"]],
        )
        self.assertFalse(result["ids"])
        self.assertIn(CLOSED, result["messages"][0]["message"])

    def test_nobody_publishes_in_the_name_of_somebody_else(self):
        root = self.env.ref("base.user_root")
        module = self._make(self.manager, model_name="res.bank", publisher_id=root.id)
        self.assertEqual(module.publisher_id, self.manager)
        module.with_user(self.manager).write({"publisher_id": root.id})
        module.field_ids.with_user(self.manager).publisher_id = root
        self.assertEqual(module.publisher_id, self.manager)
        self.assertEqual(module.field_ids.publisher_id, self.manager)

    def test_a_module_hides_once_its_publisher_has_lost_the_right(self):
        module = self._make(self.keeper)
        self._show(module)
        self.assertTrue(self._sees(module))
        for lose, regain in (
            (
                lambda: self.keeper.write(
                    {"group_ids": [Command.unlink(self.keepers.id)]}
                ),
                lambda: self.keeper.write(
                    {"group_ids": [Command.link(self.keepers.id)]}
                ),
            ),
            (
                lambda: self.keepers.write(
                    {"user_ids": [Command.unlink(self.keeper.id)]}
                ),
                lambda: self.keepers.write(
                    {"user_ids": [Command.link(self.keeper.id)]}
                ),
            ),
            (
                lambda: self.right.write({"perm_read": False}),
                lambda: self.right.write({"perm_read": True}),
            ),
        ):
            lose()
            self.assertFalse(self._sees(module))
            self.env.invalidate_all()
            self.assertIn(self.keeper.name, module.problem)
            regain()
            self.assertTrue(self._sees(module))

    def test_a_right_that_a_group_implies_counts_as_long_as_it_does(self):
        helpers = self.env["res.groups"].create({"name": "Helpers"})
        self.keeper.group_ids += helpers
        self.keeper.group_ids -= self.keepers
        helpers.implied_ids = self.keepers
        module = self._make(self.keeper)
        self._show(module)
        self.assertTrue(self._sees(module))
        helpers.implied_ids = False
        self.assertFalse(self._sees(module))

    def test_a_field_hides_once_its_publisher_has_lost_the_right(self):
        module = self._make()
        module.with_user(self.keeper).field_ids = [
            Command.create({"name": "server_type"})
        ]
        self._show(module)
        self.assertEqual(self._names(module), ("name", "server_type"))
        self.keeper.group_ids -= self.keepers
        self.assertEqual(self._names(module), ("name",))

    def test_without_a_publisher_nothing_is_shown(self):
        module = self._make(self.keeper)
        self._show(module)
        self._set_by_sql(module, publisher_id=None)
        self.assertFalse(self._sees(module))
        self.assertTrue(module.problem)

    def test_somebody_with_the_right_publishes_again(self):
        module = self._make(self.keeper)
        self._show(module)
        self.keeper.group_ids -= self.keepers
        self._assert_refused(
            [self.manager.name],
            lambda: module.with_user(self.manager).action_publish(),
        )
        self.manager.group_ids += self.keepers
        module.with_user(self.manager).action_publish()
        self.assertTrue(self._sees(module))
        self.assertEqual(module.field_ids.publisher_id, self.manager)

    def test_what_comes_with_the_addon_is_trusted(self):
        root = self.env.ref("base.user_root")
        shipped = self.modules.search([("code", "in", ("cases", "orders", "faqs"))])
        self.assertEqual(shipped.publisher_id, root)
        self.assertEqual(shipped.field_ids.publisher_id, root)

    def test_a_publisher_who_reads_alone_lets_nobody_write(self):
        line = {"name": "name", "in_edit": True}
        self._assert_refused(
            [CLOSED, "change"],
            lambda: self._make(self.keeper, field_ids=[Command.create(line)]),
        )
        self.right.perm_write = True
        module = self._make(self.keeper, field_ids=[Command.create(line)])
        row = self._show(module)
        row.can_edit = True
        self.assertEqual(self._names(module, "edit"), ("name",))
        self.right.perm_write = False
        self.assertEqual(self._names(module, "edit"), ())

    def test_fields_of_a_trusted_module_follow_its_new_publisher(self):
        """Whoever moves a module to another model answers for all its fields."""
        line = {"name": "name", "in_edit": True}
        module = self._make(model_name="res.bank", field_ids=[Command.create(line)])
        self._assert_refused(
            [CLOSED, "change"],
            lambda: module.with_user(self.keeper).write({"model_name": CLOSED}),
        )

    # === PROFILES === #

    def test_nobody_permits_what_they_may_not_do(self):
        self.right.perm_write = True
        line = {"name": "name", "in_edit": True}
        module = self._make(field_ids=[Command.create(line)])
        row = module.permission_ids.filtered(lambda r: r.profile_id == self.profile)
        theirs = row.with_user(self.manager)
        self._assert_refused([CLOSED], lambda: theirs.write({"visible": True}))
        self._show(module, self.keeper)
        for values in (
            {"can_export": True},
            {"records_visibility": "everyone"},
            {"can_edit": True},
        ):
            row.records_visibility = "own"
            with self.subTest(values):
                self._assert_refused([CLOSED], lambda v=values: theirs.write(v))
        field = theirs.field_ids
        field.access = "hidden"
        self._assert_refused([CLOSED], lambda: field.write({"access": "read"}))
        theirs.write({"visible": False, "records_visibility": "own"})

    def test_a_profile_with_it_is_not_copied_either(self):
        self._show(self._make())
        self._assert_refused(
            [CLOSED], lambda: self.profile.with_user(self.manager).copy()
        )

    def test_managers_permit_what_odoo_itself_shows(self):
        for code in ("tasks", "projects", "faqs", "documents", "cases"):
            module = self.modules.search([("code", "=", code)])
            with self.subTest(code):
                self.assertTrue(self._show(module, self.manager).visible)

    # === FIELDS === #

    def _assert_field_refused(self, module, **line):
        def add():
            module.field_ids = [Command.create(line)]

        self._assert_refused([line["name"]], add)

    def test_secrets_are_never_published(self):
        module = self._make(field_ids=[])
        for name in ("password", "google_gmail_refresh_token"):
            if name in self.env[CLOSED]._fields:
                with self.subTest(name):
                    self._assert_field_refused(module, name=name)
        cases = self.modules.search([("code", "=", "cases")])
        self._assert_field_refused(cases, name="access_token")

    def test_secrets_are_in_no_condition_order_or_role(self):
        module = self._make(field_ids=[])
        for values in (
            {"domain": "[('password', 'like', 'a')]"},
            {"closed_domain": "[('password', '!=', False)]"},
            {"order": "password"},
            {"title_field": "password"},
            {"number_field": "password"},
        ):
            with self.subTest(values):
                self._assert_refused(["password"], lambda v=values: module.write(v))

    def test_no_path_leads_over_accounts_or_messages(self):
        cases = self.modules.search([("code", "=", "cases")])
        for values in (
            {"partner_field": "create_uid.partner_id"},
            {"partner_field": "message_ids.author_id"},
            {"domain": "[('create_uid.login', 'like', 'a')]"},
            {"domain": "[('create_uid', 'any', [('login', 'like', 'a')])]"},
            {"domain": "[('partner_id.user_ids.login', 'like', 'a')]"},
            {"closed_domain": "[('message_ids.body', 'like', 'a')]"},
            {"domain": "[('attachment_ids.index_content', 'like', 'a')]"},
        ):
            with self.subTest(values):
                self._assert_refused(["can never see"], lambda v=values: cases.write(v))

    def test_no_path_leads_over_what_the_publisher_may_not_read(self):
        module = self._make(self.keeper, field_ids=[])
        line = {"name": "fetchmail_server_id"}
        self.assertNotIn(line["name"], self.env["res.partner"]._fields)
        mails = (
            self.env["ir.model.fields"]
            .sudo()
            .create(
                {
                    "name": "x_server_id",
                    "model_id": self.env["ir.model"]._get("res.bank").id,
                    "ttype": "many2one",
                    "relation": CLOSED,
                }
            )
        )
        banks = self._make(
            self.manager, code="banks", model_name="res.bank", field_ids=[]
        )
        theirs = banks.with_user(self.manager)
        self._assert_refused(
            [CLOSED],
            lambda: theirs.write({"field_ids": [Command.create({"name": mails.name})]}),
        )
        domain = "[('x_server_id.name', 'like', 'a')]"
        self._assert_refused([CLOSED], lambda: theirs.write({"domain": domain}))
        banks.with_user(self.keeper).write({"domain": domain})
        self.assertFalse(module.problem)

    def test_fields_that_lead_to_secrets_are_refused(self):
        fields = self.env["ir.model.fields"].sudo()
        for name, path in (
            ("x_login", "create_uid.login"),
            ("x_totp", "create_uid.totp_secret"),
            ("x_token", "country.write_uid.login"),
        ):
            fields.create(
                {
                    "name": name,
                    "model_id": self.env["ir.model"]._get("res.bank").id,
                    "ttype": "char",
                    "related": path,
                    "store": False,
                    "readonly": True,
                }
            )
        banks = self._make(code="banks", model_name="res.bank", field_ids=[])
        for name in ("x_login", "x_totp", "x_token"):
            with self.subTest(name):
                self._assert_field_refused(banks, name=name)
                domain = f"[('{name}', '=', 'a')]"
                self._assert_refused(
                    [name], lambda d=domain: banks.write({"domain": d})
                )

    def test_what_is_computed_from_a_secret_is_one(self):
        definitions = self.env["customer.portal.publishing"]
        model = self.env["res.partner"]
        for name in ("signup_token", "signup_url"):
            if name in model._fields:
                self.assertTrue(definitions._get_guarded(model._name, name))
        self.assertFalse(definitions._get_guarded(model._name, "display_name"))
        self.assertFalse(definitions._get_guarded("project.task", "access_url"))

    def test_records_of_the_system_are_not_shown_behind_a_field(self):
        cases = self.modules.search([("code", "=", "cases")])
        for name in ("message_ids", "attachment_ids", "activity_ids"):
            with self.subTest(name):
                self._assert_field_refused(cases, name=name)

    def test_who_works_on_a_record_is_shown_but_not_offered(self):
        banks = self._make(model_name="res.bank", field_ids=[])
        banks.field_ids = [Command.create({"name": "create_uid"})]
        self.assertTrue(banks.field_ids.available)
        self._assert_refused(
            ["res.users"],
            lambda: banks.field_ids.write({"choice_domain": "[('login', '!=', 'a')]"}),
        )

    def test_companies_are_never_written(self):
        bank = self.env["res.partner.bank"]
        self.assertIn("company_id", bank._fields)
        module = self._make(model_name="res.partner.bank", field_ids=[])
        self._assert_field_refused(module, name="company_id", in_edit=True)
        self._assert_refused(
            ["company_id"],
            lambda: module.write({"state_field": "company_id", "closed_value": "1"}),
        )

    def test_customers_never_write_whose_contact_it_is_nor_its_access(self):
        people = self._make(model_name="res.partner", partner_field="id", field_ids=[])
        for name in ("parent_id", "user_id", "is_company", "portal_user", "active"):
            with self.subTest(name):
                self._assert_field_refused(people, name=name, in_edit=True)

    def test_a_secret_published_before_is_refused_when_it_is_used(self):
        module = self._make()
        self._show(module)
        self.assertEqual(self._names(module), ("name",))
        self._set_by_sql(module.field_ids, name="password")
        self.assertEqual(self._names(module), ())
        self.assertIn("password", module.field_ids.problem)

    @takes_long
    def test_a_chart_of_a_secret_is_not_drawn(self):
        module = self._make(
            field_ids=[Command.create({"name": "server_type", "groupable": True})]
        )
        chart = self.env["customer.portal.chart"].create(
            {
                "name": "Servers",
                "module_id": module.id,
                "group_field_id": module.field_ids.id,
            }
        )
        self._show(module)
        self.profile.widget_ids.filtered(lambda w: w.chart_id == chart).visible = True
        self.assertTrue(
            self.env["customer.portal.chart"]
            .with_user(self.user)
            ._get_portal_chart(chart.id)
        )
        self._set_by_sql(module.field_ids, name="password")
        self.assertFalse(
            self.env["customer.portal.chart"]
            .with_user(self.user)
            ._get_portal_chart(chart.id)
        )

    def test_everything_else_is_published_as_before(self):
        for model_name, path in (
            ("res.partner.bank", "partner_id"),
            ("res.partner", "id"),
            ("project.task", "partner_id"),
        ):
            with self.subTest(model_name):
                module = self._make(
                    self.manager,
                    code=model_name.replace(".", "_"),
                    model_name=model_name,
                    partner_field=path,
                    field_ids=[Command.create({"name": "display_name"})],
                )
                self.assertFalse(module.problem)

    def test_typing_asks_with_the_rights_of_whoever_types(self):
        """An unsaved form must not tell what its author may not read."""
        trusted = self._make()
        spec = {"problem": {}}
        values = {**trusted.read(["model_name", "name", "code", "page"])[0]}
        values.pop("id")
        answer = trusted.with_user(self.manager).onchange(values, ["model_name"], spec)
        self.assertIn(self.manager.name, answer["value"]["problem"])

    def test_deleting_the_publisher_is_possible(self):
        module = self._make(self.keeper)
        self._show(module)
        self.env.flush_all()
        self.keeper.unlink()
        self.env.invalidate_all()
        self.assertFalse(module.publisher_id)
        self.assertFalse(self._sees(module))
