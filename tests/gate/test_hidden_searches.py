from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...const import PROFILE_CODES
from ..common import takes_long
from ..native_common import NativeCommon

SECRETS = {"email": "secret@azure.example", "phone": "+32 2 999 99 99"}


@tagged("post_install", "-at_install")
class TestHiddenSearches(NativeCommon):
    """What a profile hides of contacts is not guessed by what else is found by it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        native = cls.env["customer.portal.module"].search([("page", "=", "native")])
        cls._permit_as_stock(cls.profile, native)
        cls.permissions.write({"visible": True, "records_visibility": "subsidiaries"})
        cls.user, cls.azure = cls.users["emma"], cls.partners["azure"]
        cls.azure.write(SECRETS)
        cls.order = cls.records["orders"]["azure"]
        cls.invoice = cls.records["invoices"]["azure"]

    def _set(self, access):
        rows = self.profile.permission_ids
        for row in rows.filtered(lambda row: row.module_id.code in PROFILE_CODES):
            row.field_ids.access = access

    def _as_emma(self, model):
        return self.env[model].with_user(self.user)

    # === CONDITIONS === #

    # A phone is found by its last digits alone.
    GUESSES = (
        ("res.partner", "phone_mobile_search", "ilike", "9999"),
        ("res.partner", "child_ids.phone_mobile_search", "ilike", "9999"),
        ("res.partner", "parent_id.phone_mobile_search", "ilike", "9999"),
        ("res.partner", "phone_sanitized_blacklisted", "=", True),
        ("res.partner", "is_blacklisted", "=", True),
        ("res.users", "phone_mobile_search", "ilike", "9999"),
        ("res.users", "partner_id.parent_id.phone_mobile_search", "ilike", "9999"),
        ("account.move", "commercial_partner_id.phone", "ilike", "9999"),
        ("account.move", "commercial_partner_id.phone_mobile_search", "ilike", "9999"),
        ("account.move", "partner_id.phone_mobile_search", "ilike", "9999"),
        ("account.move", "line_ids.partner_id.phone", "ilike", "9999"),
        ("account.move.line", "move_id.partner_id.phone", "ilike", "9999"),
        ("account.move.line", "commercial_partner_country", "!=", False),
        ("sale.order", "partner_id.phone_mobile_search", "ilike", "9999"),
        ("sale.order", "partner_invoice_id.email_normalized", "ilike", "secret"),
        ("sale.order", "order_line.order_partner_id.email", "ilike", "secret"),
        ("sale.order.line", "order_id.partner_id.phone", "ilike", "9999"),
        ("project.task", "partner_phone", "ilike", "9999"),
        ("project.task", "partner_id.phone_mobile_search", "ilike", "9999"),
        ("mail.message", "author_id.email", "ilike", "secret"),
    )

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_no_condition_finds_by_what_is_hidden(self):
        self._set("hidden")
        for model, path, operator, value in self.GUESSES:
            way, _dot, last = path.rpartition(".")
            condition = (path, operator, value)
            asked = {
                "as it is": [condition],
                "negated": ["!", condition],
                "among others": ["|", ("id", "=", 0), condition],
                "with id": [("id", "any", [condition])],
            }
            if way:
                inside = (last, operator, value)
                asked["behind a field"] = [(way, "any", [inside])]
                asked["not behind a field"] = [(way, "not any", [inside])]
            for name, domain in asked.items():
                with self.subTest(model, path=path, asked=name):
                    with self.assertRaises(AccessError):
                        self._as_emma(model).search(domain)
                    with self.assertRaises(AccessError):
                        self._as_emma(model).search_count(domain)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_no_way_to_search_takes_such_a_condition(self):
        self._set("hidden")
        secret = [("commercial_partner_id.phone", "ilike", "9999")]
        moves = self._as_emma("account.move")
        names = self._as_emma("res.partner")
        ways = {
            "search_read": lambda: moves.search_read(secret, ["name"]),
            "web_search_read": lambda: moves.web_search_read(secret, {"name": {}}),
            "name_search": lambda: moves.name_search("", secret),
            "formatted_read_group": lambda: moves.formatted_read_group(secret, []),
            "formatted_read_grouping_sets": lambda: moves.formatted_read_grouping_sets(
                secret, [["state"]]
            ),
            "web_read_group": lambda: moves.web_read_group(secret, ["state"]),
            "read_progress_bar": lambda: moves.read_progress_bar(
                secret, "state", {"field": "state", "colors": {"posted": "success"}}
            ),
            "search_panel_select_range": lambda: moves.search_panel_select_range(
                "state", enable_counters=True, search_domain=secret
            ),
            "search_panel_select_multi_range": lambda: (
                moves.search_panel_select_multi_range(
                    "partner_id",
                    enable_counters=True,
                    comodel_domain=[("phone_mobile_search", "ilike", "9999")],
                )
            ),
            "name_search of contacts": lambda: names.name_search(
                "", [("phone_mobile_search", "ilike", "9999")]
            ),
        }
        for name, way in ways.items():
            with self.subTest(name), self.assertRaises(AccessError):
                way()

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_nothing_is_sorted_grouped_or_summed_by_what_is_hidden(self):
        self._set("hidden")
        for model, path in (
            ("res.partner", "phone"),
            ("res.partner", "phone_sanitized"),
            ("res.users", "phone"),
            ("res.users", "login"),
            ("account.move", "commercial_partner_id.phone"),
            ("account.move.line", "commercial_partner_country"),
            ("project.task", "partner_phone"),
        ):
            ways = self._get_ways_to_sum(self._as_emma(model), path)
            for name, way in ways.items():
                with (
                    self.subTest(model, path=path, way=name),
                    self.assertRaises(AccessError),
                ):
                    way()

    def _get_ways_to_sum(self, records, path):
        """Return calls that sort, group or sum by a field, or a path to one."""
        ways = {
            "group": lambda: records.formatted_read_group([], [path]),
            "sets": lambda: records.formatted_read_grouping_sets([], [[path]]),
        }
        if "." in path:
            return ways
        having = [(f"{path}:count_distinct", ">", 0)]
        return ways | {
            "order": lambda: records.search([], order=path),
            "aggregate": lambda: records.formatted_read_group(
                [], [], [f"{path}:array_agg"]
            ),
            "having": lambda: records.formatted_read_group([], ["id"], having=having),
        }

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_no_name_is_found_by_what_is_hidden(self):
        self._set("hidden")
        secret = "secret@azure"
        self.assertFalse(self._as_emma("res.partner").name_search(secret))
        for model, path in (
            ("account.move", "commercial_partner_id"),
            ("sale.order", "partner_id"),
            ("res.users", "partner_id.parent_id"),
        ):
            found = self._as_emma(model).search([(path, "ilike", secret)])
            with self.subTest(model):
                self.assertFalse(found)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_no_colleague_is_told_a_login_that_is_a_hidden_email(self):
        self.partners["colleague"].write(
            {
                "email": "colleague@matrix.example",
                "portal_profile_id": self.profile.id,
                "portal_user": True,
            }
        )
        colleague = self._user_of(self.partners["colleague"])
        users = self._as_emma("res.users")
        self.assertIn(colleague, users.search([]))
        self.assertTrue(users.browse(colleague.id).read(["login"]))
        self._set("hidden")
        self.assertIn(colleague, users.search([]))
        self.assertTrue(users.browse(self.user.id).read(["login"]))
        with self.assertRaises(AccessError):
            users.browse(colleague.id).read(["login"])
        self.assertFalse(users.name_search("colleague@"))
        self.assertFalse(users.name_search("colleague@matrix.example"))
        self.assertFalse(users.search([("login", "=like", "colleague@%")]))
        self.assertTrue(users.name_search("Partner colleague"))

    # === WHAT STAYS === #

    def test_all_is_found_by_what_is_not_hidden(self):
        self._set("read")
        for model, path, operator, value in self.GUESSES:
            if not model.startswith("project"):  # Core refuses these by itself.
                with self.subTest(model, path=path):
                    self._as_emma(model).search([(path, operator, value)])
        self.assertIn(
            self.azure,
            self._as_emma("res.partner").search(
                [("phone_mobile_search", "ilike", "9999")]
            ),
        )

    def test_records_are_found_by_the_rest_where_fields_are_hidden(self):
        self._set("hidden")
        for model, domain in (
            ("res.partner", [("name", "ilike", "azure")]),
            ("res.partner", [("message_is_follower", "=", False)]),
            ("res.partner", [("child_ids.name", "ilike", "emma")]),
            ("sale.order", [("partner_id", "=", self.azure.id)]),
            ("sale.order", [("partner_id.name", "ilike", "azure")]),
            ("sale.order", Domain("order_line", "any", [("name", "!=", "x")])),
            ("account.move", [("commercial_partner_id", "=", self.azure.id)]),
            ("account.move", [("commercial_partner_id.name", "ilike", "azure")]),
        ):
            with self.subTest(model, domain=domain):
                self._as_emma(model).search(domain)
        self.assertIn(
            self.invoice,
            self._as_emma("account.move").search(
                [("commercial_partner_id.name", "ilike", "azure")]
            ),
        )

    def test_what_others_search_is_not_asked_about(self):
        self._set("hidden")
        self.agent.partner_id.portal_profile_id = self.profile
        found = self.env["res.partner"].with_user(self.agent)
        self.assertIn(
            self.azure, found.search([("phone_mobile_search", "ilike", "9999")])
        )
        moves = self.env["account.move"].with_user(self.user).sudo()
        self.assertTrue(moves.search([("commercial_partner_id.phone", "like", "999")]))

    @takes_long
    def test_a_search_costs_no_query_more(self):
        orders = self._as_emma("sale.order")
        counts = []
        for access in ("read", "hidden"):
            self._set(access)
            domain = [("partner_id.name", "ilike", "azure")]
            orders.search(domain)
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            orders.search(domain)
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
