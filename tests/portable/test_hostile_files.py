import json

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from ...models.portable.text import FILE_LIMIT
from ..portable_common import PortableCommon

VISITS = {
    "model_name": "project.task",
    "partner_field": "partner_id",
    "fields": [{"name": "name", "in_list": True}],
}


@tagged("post_install", "-at_install")
class TestHostileFiles(PortableCommon):
    """A file gives nobody what they could not have done by hand."""

    before = None

    def _assert_refused(self, data, words):
        """A sentence says what is wrong, and nothing has changed when all is done."""
        if not self.before:
            self.before = self._get_everything()
            self.addCleanup(self._assert_nothing_changed)
        with self.assertRaisesRegex(UserError, words):
            self.portable._apply(data)

    def _assert_nothing_changed(self):
        self.assertEqual(self._get_everything(), self.before)

    def _assert_module_refused(self, words, **values):
        module = {**VISITS, **values}
        self._assert_refused({"format": 1, "modules": {"visits": module}}, words)

    def _assert_unreadable(self, content, words):
        with self.assertRaisesRegex(ValidationError, words):
            self.portable._read_text(content)

    # === TEXT === #

    def test_a_file_that_is_too_large_is_not_read(self):
        self._assert_unreadable(b" " * (FILE_LIMIT + 1), "too large")

    def test_what_is_no_json_is_refused(self):
        for content in (b"", b"{", b"\xff\xfe", b'{"a": NaN}', b"[-Infinity]"):
            self._assert_unreadable(content, "not valid JSON")
        self._assert_unreadable(b"[" * 200_000, "not valid JSON")
        self._assert_unreadable(b"[" * 200_000, "nested too deeply")
        self._assert_unreadable(bytes(range(256)), "it is not a text file")
        self._assert_unreadable(b"9" * 5000, "not valid JSON")

    def test_what_stands_in_an_object_twice_is_refused(self):
        self._assert_unreadable(b'{"format": 1, "format": 1}', "“format” twice")

    # === SHAPE === #

    def test_another_format_is_refused(self):
        for number in (2, 0, "1", True, None, [1]):
            self._assert_refused({"format": number}, "has format")
        self._assert_refused({}, "“format” is missing")

    def test_what_is_no_object_is_refused(self):
        for data in ([], "text", None, 1, {"format": 1, "modules": []}):
            self._assert_refused(data, "object")
        for part in ("modules", "profiles"):
            self._assert_refused({"format": 1, part: {"x": None}}, "object")

    def test_unknown_names_are_refused(self):
        self._assert_refused({"format": 1, "users": {}}, "“users” is unknown")
        profile = {"format": 1, "profiles": {"X": {"partner_ids": [1]}}}
        self._assert_refused(profile, "profiles > X: “partner_ids” is unknown")
        self._assert_module_refused("“publisher_id” is unknown", publisher_id=1)
        self._assert_module_refused(
            "“id” is unknown", fields=[{"name": "name", "id": 1}]
        )

    def test_values_of_another_type_are_refused(self):
        wrong = {
            "active": ["yes", None, 1],
            "sequence": ["1", 1.5, True, 10**12, None],
            "name": [1, ["x"], {"fr_FR": "x"}, {"en_US": None}, None],
            "model_name": [1, None],
            "page": ["website", 1, [], None],
            "domain": [1, {}, [{"id": 5}], [["id", "in", {"name": 5}]]],
            "state_field": [1, []],
            "waiting_value": [5, [], {"id": 5}],
        }
        for name, values in wrong.items():
            for value in values:
                with self.subTest(name=name, value=value):
                    self._assert_module_refused(f"visits > {name}: ", **{name: value})

    def test_lists_take_only_what_belongs_into_them(self):
        for part, value in (
            ("permissions", ["cases"]),
            ("permissions", [{"module": "cases", "actions": [1]}]),
            ("permissions", [{"module": "cases", "fields": {"name": "all"}}]),
            ("permissions", [{"module": "cases"}, {"module": "cases"}]),
            ("permissions", [{"module": "cases", "records_visibility": "world"}]),
            ("promises", [1]),
            ("promises", [{"answer_hours": "4"}]),
            ("promises", [{"calendar_id": 1}]),
            ("widgets", [1]),
            ("widgets", [{"chart": "x"}]),
            ("widgets", {"chart": "x"}),
        ):
            with self.subTest(part=part, value=value):
                data = {"format": 1, "profiles": {"X": {part: value}}}
                self._assert_refused(data, "profiles > X")

    def test_what_is_too_long_or_too_deep_is_refused(self):
        deep = []
        for _level in range(60):
            deep = [deep]
        self._assert_module_refused("too deeply", domain=deep)
        self._assert_module_refused("too long", name="x" * 20_001)
        lines = [{"name": f"field_{number}"} for number in range(2001)]
        self._assert_module_refused("too many", fields=lines)
        circle = []
        circle.append(circle)
        self._assert_module_refused("too deeply", domain=circle)

    def test_what_no_database_can_store_is_refused(self):
        self._assert_module_refused("invalid characters", name="x\0")
        self._assert_module_refused("invalid characters", name="\ud800")

    # === WHAT MAY BE PUBLISHED === #

    def test_forbidden_models_are_refused(self):
        for name in ("res.users", "ir.attachment", "mail.message", "ir.rule"):
            self._assert_module_refused(
                "customers can never see|isn't allowed to read", model_name=name
            )
        self._assert_module_refused("doesn't store", model_name="portal.mixin")

    def test_secrets_are_refused(self):
        for name in ("access_token", "message_partner_ids.user_ids.password"):
            self._assert_module_refused(
                "customers can never see|certain groups", title_field=name
            )
        self._assert_module_refused(
            "can't be published", fields=[{"name": "access_token"}]
        )
        self._assert_module_refused(
            "customers can never see|certain groups",
            domain=[["user_ids.password", "=", "x"]],
        )
        self._assert_module_refused(
            "customers can never see|certain groups", title_field="user_ids.password"
        )

    def test_code_in_a_filter_is_refused(self):
        for text in (
            "__import__('os').system('id')",
            "[('id', '=', __import__('os'))]",
            "[('id', 'in', [x for x in range(9)])]",
            "user.id",
            "(" * 5000,
        ):
            self._assert_module_refused("is not valid for project.task", domain=text)
        self._assert_module_refused("not valid", domain=[["name", "=~", "x"]])
        self._assert_module_refused("not valid", domain=["&"])

    def test_nonsense_is_refused(self):
        self._assert_module_refused("not a valid icon", icon='fa-x" onload="x')
        self._assert_module_refused("not a valid portal page", paths="https://x/ /web")
        self._assert_module_refused("not a valid sort order", order="id; DROP TABLE x")
        self._assert_module_refused("has no field", title_field="../../etc")
        self._assert_refused(
            {"format": 1, "modules": {"A B": VISITS}}, "not a valid code"
        )
        profile = {"profiles": {"X": {"blocked_paths": "/web"}}}
        self._assert_refused({"format": 1, **profile}, "not a valid portal page")

    def test_markup_in_names_is_text(self):
        name = "<script>alert(1)</script>"
        data = {"format": 1, "modules": {"visits": {**VISITS, "name": name}}}
        wizard = self.env["customer.portal.import"].with_user(self.manager)
        preview = wizard.create({"summary": {"differences": [], "notices": []}})
        differences = [
            {key: one[key] for key in ("path", "group", "change", "text")}
            for one in self.portable._compare(data)
        ]
        preview.summary = {
            **dict.fromkeys(("problem", "is_stale"), ""),
            "notices": [name],
            "differences": differences,
        }
        self.assertNotIn("<script", preview.preview)
        self.assertIn("&lt;script", preview.preview)

    def test_the_means_to_write_whose_a_record_is_are_refused(self):
        lines = [{"name": "partner_id", "in_edit": True}]
        self._assert_module_refused("can't edit this field", fields=lines)

    def test_what_the_model_cannot_be_for_stays_reserved(self):
        module = {"model_name": "project.task", "page": "native"}
        self._assert_refused(
            {"format": 1, "modules": {"faqs": module}}, "is reserved for"
        )

    # === WHO MAY === #

    def test_nobody_publishes_what_they_may_not_read(self):
        data = {"format": 1, "modules": {"mails": {"model_name": "fetchmail.server"}}}
        self._assert_refused(data, "isn't allowed to read")

    def test_nobody_permits_what_they_may_not_do(self):
        keepers = self.env["res.groups"].create({"name": "Keepers"})
        rights = self.env["ir.model.access"]
        model = self.env["ir.model"]._get("fetchmail.server")
        rights.create(
            {
                "name": "keepers",
                "model_id": model.id,
                "group_id": keepers.id,
                "perm_read": True,
            }
        )
        self.modules.create(
            {"code": "mails", "name": "Mails", "model_name": model.model}
        )
        row = {"module": "mails", "actions": ["see"], "fields": {}}
        data = {"format": 1, "profiles": {"X": {"permissions": [row]}}}
        self._assert_refused(data, "isn't allowed to read")

    def test_agents_and_customers_apply_nothing(self):
        data = {"format": 1, "modules": {"visits": VISITS}}
        portal = new_test_user(self.env, "portal_x", "base.group_portal")
        for user in (self.agent, self.clerk, portal):
            before = self._get_everything()
            with self.assertRaises(AccessError):
                self.env["customer.portal.portable"].with_user(user)._apply(data)
            self.assertEqual(self._get_everything(), before)
            for name in ("customer.portal.import", "customer.portal.export"):
                with self.assertRaises(AccessError):
                    self.env[name].with_user(user).create({})

    def test_nobody_opens_the_file_of_somebody_else(self):
        other = new_test_user(
            self.env, "manager_2", "customer_portal.group_customer_portal_manager"
        )
        for name in ("customer.portal.import", "customer.portal.export"):
            own = self.env[name].with_user(self.manager).create({})
            with self.assertRaises(AccessError):
                own.with_user(other).read(["file_name"])

    def test_a_file_takes_no_name_of_an_addon(self):
        profile = {"xml_id": "base.group_system", "name": "Wide"}
        data = {"format": 1, "profiles": {"Wide": profile}}
        applied = self.portable._apply(data)
        self.assertEqual(applied.profiles["Wide"]._name, "customer.portal.profile")
        self.assertFalse(
            applied.profiles["Wide"].get_external_id()[applied.profiles["Wide"].id]
        )
        self.assertEqual(self.env.ref("base.group_system")._name, "res.groups")

    def test_two_names_for_one_profile_are_refused(self):
        default = self.env.ref("customer_portal.customer_portal_profile_default")
        data = {
            "format": 1,
            "profiles": {
                "A": {"xml_id": "customer_portal.customer_portal_profile_default"},
                default.name: {},
            },
        }
        self._assert_refused(data, "is there twice")

    def test_a_name_that_is_taken_is_refused(self):
        self.profiles.create([{"name": "Taken"}, {"name": "Other"}])
        data = {"format": 1, "profiles": {"Other": {"name": "Taken"}}}
        self._assert_refused(data, "already exists")

    def test_ids_of_elsewhere_match_nothing(self):
        project = self.env["project.project"].create({"name": "Here"})
        module = {**VISITS, "domain": [["project_id", "=", project.id]]}
        data = {"format": 1, "modules": {"visits": module}}
        self.assertIn("without a name", self.portable._make_plan(data).notices[0])
        made = self.portable._apply(data).modules["visits"]
        self.assertEqual(made.domain, "[(0, '=', 1)]")

    def test_a_whole_file_is_applied_or_nothing(self):
        data = json.loads(self._get_everything())
        data["modules"]["visits"] = VISITS
        data["profiles"]["New"] = {"blocked_paths": "/web"}
        self._assert_refused(data, "not a valid portal page")
        self.assertIn("not a valid", self.portable._find_refusal(data))
        self.assertFalse(self.modules.search([("code", "=", "visits")]))
