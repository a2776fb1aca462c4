from odoo.exceptions import ValidationError
from odoo.tests import Form, new_test_user, tagged

from ...const import PARAM_ADOPTED_PROFILE
from ..common import (
    PASSWORD,
    CustomerPortalCommon,
    CustomerPortalHttpCommon,
    takes_long,
)

ACTIONS = (
    *("can_create", "can_edit", "can_close", "show_comments", "can_comment"),
    *("show_documents", "can_upload", "show_updates", "can_export"),
)
NATIVE = {
    *("quotes", "orders", "invoices", "purchases", "projects", "tasks", "tickets"),
    *("contacts", "organization"),
}


class ReadyMadeCommon(CustomerPortalCommon):
    """The profiles that come with the addon, as they are when they are new.

    Whatever has become of those of the database.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profiles = cls.env["customer.portal.profile"]

    def _make(self, preset):
        return self.profiles.create({"name": f"New {preset}", "preset": preset})

    def _rights(self, profile):
        """Return what a profile permits, by the code of each visible module."""
        return {
            row.module_id.code: {name for name in ACTIONS if row[name]}
            for row in profile.permission_ids.filtered("visible")
        }

    def _row(self, profile, code):
        return profile.permission_ids.filtered(lambda row: row.module_id.code == code)


@tagged("post_install", "-at_install")
class TestReadyMade(ReadyMadeCommon):
    """What profiles permit that nobody has changed yet."""

    def test_four_profiles_come_with_the_addon(self):
        for name in ("default", "read_only", "organization", "odoo"):
            with self.subTest(name):
                profile = self.env.ref(
                    f"customer_portal.customer_portal_profile_{name}"
                )
                self.assertEqual(profile.preset, name)

    def test_the_default_profile_lets_customers_file_cases_and_read_answers(self):
        profile = self._make("default")
        rights = self._rights(profile)
        self.assertEqual(rights.keys(), NATIVE | {"cases", "faqs", "documents"})
        self.assertEqual(rights["cases"], {*ACTIONS})
        self.assertEqual(rights["faqs"], {"show_comments", "can_comment"})
        self.assertEqual(rights["documents"], {"can_upload"})
        for code in ("cases", "documents"):
            row = self._row(profile, code)
            self.assertEqual(row.records_visibility, "organization")
        self.assertIn("write", self._row(profile, "cases").field_ids.mapped("access"))

    def test_the_portal_of_odoo_shows_what_odoo_shows(self):
        profile = self._make("odoo")
        rights = self._rights(profile)
        self.assertEqual(rights.keys(), NATIVE)
        levels = profile.permission_ids.filtered("visible").mapped("records_visibility")
        self.assertEqual(set(levels), {"subsidiaries"})
        for code, permitted in rights.items():
            with self.subTest(code):
                self.assertLessEqual({"can_edit", "can_comment"}, permitted)

    def test_read_only_lets_nobody_change_anything(self):
        profile = self._make("read_only")
        rights = self._rights(profile)
        self.assertLessEqual({"cases", "faqs", "documents", "contacts"}, rights.keys())
        permitted = set().union(*rights.values())
        changes = {"can_create", "can_edit", "can_close", "can_comment", "can_upload"}
        self.assertFalse(permitted & changes)
        self.assertIn("show_comments", rights["cases"])

    def test_an_organization_manager_sees_subsidiaries(self):
        profile = self._make("organization")
        row = self._row(profile, "cases")
        self.assertEqual(row.records_visibility, "subsidiaries")
        self.assertEqual(self._rights(profile)["cases"], {*ACTIONS})

    @takes_long
    def test_profiles_begin_with_a_home_page(self):
        everything = {"for_you", "menu", "greeting", "shortcuts", "modules"} | {
            f"recent_{name}" for name in ("cases", "faqs", "documents")
        }
        always = {"announcement", "support_end"}
        for preset, expected in (
            ("default", everything),
            ("read_only", everything),
            ("organization", everything | {"representatives"}),
            ("odoo", set()),
        ):
            with self.subTest(preset):
                widgets = self._make(preset).widget_ids.filtered("visible")
                self.assertEqual(set(widgets.mapped("kind")), expected | always)

    def test_a_preset_that_nobody_knows_permits_nothing(self):
        self.assertFalse(self._rights(self._make("unknown")))

    # === THE PORTAL OF ODOO === #

    def _adopt(self):
        """Return a portal user that was made in Settings > Users."""
        return new_test_user(
            self.env, login="made@example.com", groups="base.group_portal"
        )

    def test_whom_odoo_makes_a_portal_user_sees_what_odoo_shows(self):
        stock = self._make("odoo")
        self._set_param(PARAM_ADOPTED_PROFILE, str(stock.id))
        self.assertEqual(self._adopt().partner_id.portal_profile_id, stock)

    def test_an_older_database_gives_them_the_default_profile(self):
        self._set_param(PARAM_ADOPTED_PROFILE, False)
        profile = self._adopt().partner_id.portal_profile_id
        self.assertEqual(profile, self.profiles._get_default())

    def test_a_profile_that_was_chosen_before_stays(self):
        chosen = self._make("read_only")
        partner = self.env["res.partner"].create(
            {
                "name": "Emma",
                "email": "emma@example.com",
                "portal_profile_id": chosen.id,
            }
        )
        self.env["res.users"].create(
            {
                "login": "emma@example.com",
                "partner_id": partner.id,
                "group_ids": self.env.ref("base.group_portal").ids,
            }
        )
        self.assertTrue(partner.portal_user)
        self.assertEqual(partner.portal_profile_id, chosen)

    def test_lists_begin_as_the_profile_says(self):
        profile = self._make("default")
        user = self._user_of(self._make_portal_contact(portal_profile_id=profile.id))
        self._set_param("customer_portal.default_scope", "mine")
        self.assertEqual(
            self.env["customer.portal.record"].with_user(user).default_scope("cases"),
            "mine",
        )
        profile.default_scope = "all"
        self.assertEqual(
            self.env["customer.portal.record"].with_user(user).default_scope("cases"),
            "all",
        )
        profile.default_scope = False
        self._set_param("customer_portal.default_scope", "all")
        self.assertEqual(
            self.env["customer.portal.record"].with_user(user).default_scope("cases"),
            "all",
        )
        profile.default_scope = "mine"
        self.assertEqual(
            self.env["customer.portal.record"].with_user(user).default_scope("cases"),
            "mine",
        )


@tagged("post_install", "-at_install")
class TestStartFrom(ReadyMadeCommon):
    """A new profile starts from another one, and a module with what people expect."""

    def test_a_new_profile_starts_from_the_one_that_is_chosen(self):
        source = self._make("default")
        source.write({"greeting": "time", "blocked_paths": "/my/knowledge"})
        self._row(source, "faqs").visible = False
        with Form(self.profiles.with_user(self.manager)) as form:
            form.name = "Premium"
            form.start_from_id = source
        profile = form.record
        self.assertEqual(self._rights(profile), self._rights(source))
        self.assertEqual(len(profile.permission_ids), len(source.permission_ids))
        self.assertEqual(profile.greeting, "time")
        self.assertEqual(profile.blocked_paths, "/my/knowledge")
        shown = profile.widget_ids.filtered("visible").mapped("kind")
        self.assertEqual(shown, source.widget_ids.filtered("visible").mapped("kind"))
        self._row(source, "cases").can_create = False
        self.assertTrue(self._row(profile, "cases").can_create)

    def test_the_form_proposes_the_default_profile(self):
        with Form(self.profiles.with_user(self.manager)) as form:
            form.name = "Premium"
            self.assertEqual(form.start_from_id, self.profiles._get_default())

    def test_a_profile_that_is_made_in_passing_starts_from_the_default_one(self):
        default = self.profiles._get_default()
        res_id, name = self.profiles.with_user(self.manager).name_create("Passing")
        self.assertEqual(name, "Passing")
        self.assertEqual(
            self._rights(self.profiles.browse(res_id)), self._rights(default)
        )

    def test_values_win_over_the_profile_to_start_from(self):
        source = self._make("default")
        profile = self.profiles.create(
            {"name": "Own", "start_from_id": source.id, "default_scope": "all"}
        )
        self.assertEqual(profile.default_scope, "all")
        self.assertNotEqual(profile.sequence, source.sequence - 1)
        self.assertFalse(profile.preset)

    def test_what_waits_for_its_app_is_not_taken_along(self):
        waiting = self.env["customer.portal.module"].create(
            {"code": "later", "name": "Later", "model_name": "app.that.comes.later"}
        )
        source = self._make("default")
        self._row(source, "later").visible = True
        profile = self.profiles.with_user(self.manager).create(
            {"name": "Premium", "start_from_id": source.id}
        )
        row = profile.permission_ids.filtered(lambda one: one.module_id == waiting)
        self.assertFalse(row.visible)
        self.assertTrue(self._row(profile, "cases").visible)

    def test_what_waits_for_its_app_says_so_in_words(self):
        module = self.env["customer.portal.module"].create(
            {"code": "later", "name": "Later", "model_name": "app.that.comes.later"}
        )
        self.assertIn("these records (app.that.comes.later)", module.problem)
        presets = self.env["customer.portal.preset"]
        presets.create(
            {
                "code": "later",
                "name": "Things",
                "page": "generated",
                "model_name": "app.that.comes.later",
            }
        )
        module.invalidate_recordset(["problem"])
        self.assertEqual(
            module.problem, "The app that provides “Later” is not installed."
        )

    def test_nobody_starts_from_what_they_may_not_permit(self):
        self.env["customer.portal.module"].create(
            {"code": "keys", "name": "Keys", "model_name": "fetchmail.server"}
        )
        source = self._make("default")
        self._row(source, "keys").visible = True
        with self.assertRaises(ValidationError):
            self.profiles.with_user(self.manager).create(
                {"name": "Premium", "start_from_id": source.id}
            )

    # === SWITCHING A MODULE ON === #

    def _open(self, profile, code):
        """Return the form of a profile, and the place of a module's row."""
        form = Form(profile.with_user(self.manager))
        rows = profile.available_permission_ids.ids
        return form, rows.index(self._row(profile, code).id)

    def test_a_module_is_switched_on_with_what_people_expect(self):
        profile = self.profiles.create({"name": "Premium"})
        form, place = self._open(profile, "cases")
        with form.available_permission_ids.edit(place) as row:
            row.visible = True
        form.save()
        self.assertEqual(
            self._rights(profile)["cases"],
            {
                *("can_create", "show_comments", "can_comment"),
                *("show_documents", "can_upload"),
            },
        )
        self.assertIn("write", self._row(profile, "cases").field_ids.mapped("access"))

    @takes_long
    def test_a_module_begins_with_no_more_than_it_offers(self):
        profile = self.profiles.create({"name": "Premium"})
        expected = {
            "faqs": {"show_comments", "can_comment"},
            "documents": {"can_upload"},
            "contacts": {"can_edit"},
        }
        for code, rights in expected.items():
            form, place = self._open(profile, code)
            with form.available_permission_ids.edit(place) as row:
                row.visible = True
            form.save()
            with self.subTest(code):
                self.assertEqual(self._rights(profile)[code], rights)

    def test_one_right_that_is_switched_on_switches_nothing_off(self):
        profile = self.profiles.create({"name": "Premium"})
        self._row(profile, "cases").write({"visible": True, "can_create": True})
        form, place = self._open(profile, "cases")
        with form.available_permission_ids.edit(place) as row:
            row.show_comments = True
        form.save()
        self.assertEqual(
            self._rights(profile)["cases"], {"can_create", "show_comments"}
        )

    @takes_long
    def test_what_was_permitted_before_is_permitted_again(self):
        profile = self.profiles.create({"name": "Premium"})
        self._row(profile, "cases").show_updates = True
        form, place = self._open(profile, "cases")
        with form.available_permission_ids.edit(place) as row:
            row.visible = True
        form.save()
        self.assertEqual(self._rights(profile)["cases"], {"show_updates"})


@tagged("post_install", "-at_install")
class TestFirstLogin(ReadyMadeCommon, CustomerPortalHttpCommon):
    """Nothing is configured, and a contact is ticked."""

    def test_a_customer_files_a_case_with_nothing_configured(self):
        emma = self._make_portal_contact(
            portal_profile_id=self._make("default").id, name="Emma Brown"
        )
        self.authenticate("emma@example.com", PASSWORD)
        home = self.url_open("/my")
        self.assertEqual(home.status_code, 200)
        for url in ("/my/p/cases", "/my/faq", "/my/documents", "/my/p/cases/new"):
            with self.subTest(url):
                self.assertIn(f'href="{url}', home.text)
                self.assertEqual(self.url_open(url).status_code, 200)
        self.assertIn("Welcome to Portal", home.text)
        response = self.url_open(
            "/my/p/cases/new",
            {"name": "It is broken", "csrf_token": self._csrf_token()},
        )
        self.assertEqual(response.status_code, 200)
        case = self.env["project.task"].search([("name", "=", "It is broken")])
        self.assertEqual(case.partner_id, emma)
        self.assertTrue(case.is_portal_case)
