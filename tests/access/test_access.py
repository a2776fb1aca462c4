from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import JsonRpcException, RecordCapturer, new_test_user, tagged
from odoo.tools import mute_logger

from ...models.access.res_partner_sync import ACCESS_FIELDS, RESULT_FIELDS, SETTLED
from ...models.access.res_users import SILENT
from ..common import CustomerPortalCommon, CustomerPortalHttpCommon, takes_long


@tagged("post_install", "-at_install")
class TestInternalAccess(CustomerPortalCommon):
    """Employees read the access; agents decide it; nobody writes the results."""

    def _access_values(self):
        profile = self.env["customer.portal.profile"].search([], limit=1)
        return {
            "portal_user": True,
            "support_start_date": self.today,
            "support_end_date": self.today,
            "portal_profile_id": profile.id,
        }

    def test_a_clerk_reads_but_does_not_write(self):
        contact = self.contact.with_user(self.clerk)
        for fname, value in self._access_values().items():
            with self.subTest(fname), mute_logger("odoo.addons.base.models.ir_model"):
                self.assertIsNotNone(contact[fname])
                with self.assertRaises(AccessError):
                    contact.write({fname: value})
        self.assertEqual(contact.portal_state, "none")

    def test_a_clerk_sees_the_fields_as_readonly(self):
        descriptions = self.contact.with_user(self.clerk).fields_get(
            [*ACCESS_FIELDS], ["readonly"]
        )
        self.assertEqual(set(descriptions), ACCESS_FIELDS)
        self.assertTrue(all(field["readonly"] for field in descriptions.values()))

    def test_a_clerk_does_not_create_portal_users(self):
        partners = self.env["res.partner"].with_user(self.clerk)
        values = {"name": "New", "email": "new@example.com"}
        for fname, value in self._access_values().items():
            with self.subTest(fname), self.assertRaises(AccessError):
                partners.create({**values, fname: value})
        with self.assertRaises(AccessError):
            partners.with_context(default_portal_user=True).create(values)

    def test_a_clerk_does_not_import_portal_users(self):
        result = (
            self.env["res.partner"]
            .with_user(self.clerk)
            .load(
                ["name", "email", "portal_user"], [["New", "new@example.com", "True"]]
            )
        )
        self.assertFalse(result["ids"])

    def test_a_default_of_ones_own_gives_no_access(self):
        defaults = self.env["ir.default"].with_user(self.clerk)
        defaults.set("res.partner", "portal_user", True, user_id=True)
        with self.assertRaises(AccessError):
            self.env["res.partner"].with_user(self.clerk).create(
                {"name": "New", "email": "new@example.com"}
            )

    def test_a_clerk_saves_everything_else(self):
        partner = self._make_portal_contact()
        partner.with_user(self.clerk).write({"phone": "+1 555 0100", "city": "Rome"})
        self.assertEqual(partner.city, "Rome")

    def test_a_clerk_does_not_send_credentials(self):
        partner = self._make_portal_contact()
        with self.assertRaises(AccessError), self._no_mail():
            partner.with_user(self.clerk).action_send_portal_credentials()

    def test_an_administrator_of_users_does_not_write_it_on_the_user(self):
        partner = self._make_portal_contact()
        officer = new_test_user(
            self.env, "officer", groups="base.group_user,base.group_erp_manager"
        )
        with self.assertRaises(AccessError):
            self._user_of(partner).with_user(officer).support_end_date = self.today

    def test_nobody_writes_the_results(self):
        partner = self._make_portal_contact()
        admin = self.env.ref("base.user_admin")
        for fname in RESULT_FIELDS:
            with self.subTest(fname), self.assertRaises(AccessError):
                partner.with_user(admin).write({fname: False})
            with self.subTest(fname), self.assertRaises(AccessError):
                self.env["res.partner"].with_user(admin).create(
                    {"name": "New", fname: False}
                )

    def test_employees_without_any_right_see_the_form_readonly(self):
        employee = new_test_user(self.env, "employee", groups="base.group_user")
        partner = self._make_portal_contact()
        [values] = partner.with_user(employee).read(
            ["portal_state", "support_end_date", "portal_credentials_state"]
        )
        self.assertEqual(values["portal_state"], "active")
        with self.assertRaises(AccessError):
            partner.with_user(employee).support_end_date = self.today
        for fname in ("portal_touchpoint_ids", "portal_touchpoint_count"):
            with self.subTest(fname), self.assertRaises(AccessError):
                partner.with_user(employee).read([fname])


@tagged("post_install", "-at_install")
class TestRpcAccess(CustomerPortalHttpCommon):
    """The same by real requests, with whatever context a caller sends."""

    caller = None

    def _come_in(self, user):
        """Log in who calls, unless they have called before."""
        if user == self.caller:
            return
        if user.share:
            self._log_in(user.login)
        else:
            self.authenticate(user.login, user.login)
        self.caller = user

    def _call(self, user, method, partner, *args, context=None):
        self._come_in(user)
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/res.partner/{method}",
            {
                "model": "res.partner",
                "method": method,
                "args": [partner.ids, *args],
                "kwargs": {"context": context or {}},
            },
        )

    @takes_long
    def test_customers_read_none_of_it_about_themselves_or_a_colleague(self):
        company = self.env["res.partner"].create({"name": "Co", "is_company": True})
        partner = self._make_portal_contact(parent_id=company.id)
        colleague = self._make_portal_contact("b@example.com", parent_id=company.id)
        user = self._user_of(partner)
        fnames = [
            *ACCESS_FIELDS,
            *RESULT_FIELDS,
            "portal_state",
            "portal_last_login",
            "portal_touchpoint_ids",
            "portal_touchpoint_count",
        ]
        for contact in (partner, colleague):
            names = self._call(user, "read", contact, ["name"])
            self.assertEqual(names[0]["id"], contact.id, "the test can fail")
            for fname in fnames:
                for method, args in (
                    ("read", [[fname]]),
                    ("web_read", [{fname: {}}]),
                    ("export_data", [[fname]]),
                ):
                    with (
                        self.subTest(fname=fname, method=method),
                        mute_logger("odoo.http"),
                        self.assertRaises(JsonRpcException),
                    ):
                        self._call(user, method, contact, *args)

    @takes_long
    def test_nobody_searches_by_a_field_that_they_may_not_read(self):
        user = self._user_of(self._make_portal_contact())
        for who in (user, self.clerk):
            partners = self.env["res.partner"].with_user(who)
            names = [
                name
                for name, field in partners._fields.items()
                if field._module == "customer_portal"
                and name.startswith(("portal_", "support_"))
                and name != "support_months"  # of products
                and field._description_searchable
                and not partners._has_field_access(field, "read")
            ]
            self.assertGreater(len(names), 3)
            for name in names:
                with self.subTest(name, who=who.login), self.assertRaises(AccessError):
                    partners.search_count([(name, "!=", False)])

    def test_a_clerk_changes_nothing_that_agents_decide_of_an_organization(self):
        azure = self.env["res.partner"].create({"name": "Azure", "is_company": True})
        values = {
            "portal_seats": 9,
            "portal_approval": True,
            "portal_manager_left": self.today,
        }
        fields = azure.with_user(self.clerk).fields_get([*values], ["readonly"])
        for name, value in values.items():
            self.assertTrue(fields[name]["readonly"])
            with self.subTest(name), self.assertRaises(AccessError):
                azure.with_user(self.clerk).write({name: value})
        azure.with_user(self.agent).write({"portal_seats": 9, "portal_approval": True})

    def test_a_customer_does_not_search_by_it(self):
        user = self._user_of(self._make_portal_contact())
        self._log_in(user.login)
        for fname, value in (
            ("portal_user", True),
            ("portal_state", "active"),
            ("portal_last_login", False),
        ):
            for method, kwargs in (
                ("search", {"domain": [[fname, "=", value]]}),
                (
                    "search",
                    {"domain": [["commercial_partner_id." + fname, "=", value]]},
                ),
                ("search", {"domain": [], "order": fname}),
                (
                    "formatted_read_group",
                    {"domain": [], "groupby": [fname], "aggregates": ["__count"]},
                ),
            ):
                with (
                    self.subTest(fname=fname, kwargs=kwargs),
                    mute_logger("odoo.http"),
                    self.assertRaises(JsonRpcException),
                ):
                    self.make_jsonrpc_request(
                        f"/web/dataset/call_kw/res.partner/{method}",
                        {
                            "model": "res.partner",
                            "method": method,
                            "args": [],
                            "kwargs": kwargs,
                        },
                    )

    def test_forged_context_keys_do_nothing(self):
        partner = self._make_portal_contact()
        forged = {SETTLED: True, SILENT: True, "customer_portal_settled": {}}
        attempts = [
            (self.clerk, {"support_end_date": False}),
            (self.agent, {"portal_credentials_state": "sent"}),
            (self._user_of(partner), {"support_end_date": False}),
        ]
        for user, values in attempts:
            with (
                self.subTest(user=user.login),
                mute_logger("odoo.http"),
                self.assertRaises(JsonRpcException),
            ):
                self._call(user, "write", partner, values, context=forged)
        self._call(self.agent, "write", partner, {"portal_user": False}, context=forged)
        self.assertFalse(self._user_of(partner).active, "what follows is not skipped")

    def test_a_customer_calls_no_action(self):
        partner = self._make_portal_contact()
        user = self._user_of(partner)
        for method in ("action_send_portal_credentials", "action_archive", "unlink"):
            with (
                self.subTest(method),
                mute_logger("odoo.http"),
                self.assertRaises(JsonRpcException),
            ):
                self._call(user, method, partner)
        self.assertTrue(user.active)

    def test_an_end_before_the_start_is_refused_in_words(self):
        partner = self._make_portal_contact()
        with (
            mute_logger("odoo.http", "odoo.sql_db"),
            self.assertRaisesRegex(JsonRpcException, "ValidationError"),
        ):
            self._call(
                self.agent, "write", partner, {"support_end_date": str(self.yesterday)}
            )

    def test_nobody_below_the_administrator_finds_the_link(self):
        with RecordCapturer(self.env["mail.message"].sudo()) as messages:
            self._call(self.agent, "write", self.contact, {"portal_user": True})
        link = self._link_in(self._mails_to(self.contact))
        self.assertTrue(link)
        token = link.split("token=")[1][:20]
        for user in (self.agent, self.manager, self.clerk):
            env = self.env(user=user)
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                env["mail.mail"].search([])
            messages_of_user = env["mail.message"].search(
                [("id", "in", messages.records.ids)]
            )
            for message in messages_of_user:
                self.assertNotIn(token, str(message.read()))
            self.assertFalse(
                env["mail.message"].search([("body", "ilike", token)]),
            )
            chatter = self.contact.with_user(user).message_ids
            self.assertNotIn(token, str(chatter.mapped("body")))

    def test_whoever_was_promoted_in_the_groups_form_is_left_alone(self):
        partner = self._make_portal_contact()
        user = self._user_of(partner)
        user.write({"group_ids": [Command.set(self.env.ref("base.group_user").ids)]})
        partner.portal_user = False
        self.assertTrue(user.active)
