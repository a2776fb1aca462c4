from datetime import date, datetime

from odoo.fields import Domain
from odoo.tests import freeze_time, tagged

from ..common import CustomerPortalCommon, takes_long


@tagged("post_install", "-at_install")
class TestPortalState(CustomerPortalCommon):
    """Which state is it, for whom, on which day?"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Partner = cls.env["res.partner"]
        values = {
            "none": {},
            "open ended": {"portal_user": True},
            "begins today": {"portal_user": True, "support_start_date": cls.today},
            "ends today": {"portal_user": True, "support_end_date": cls.today},
            "begins tomorrow": {
                "portal_user": True,
                "support_start_date": cls.tomorrow,
            },
            "ended": {"portal_user": True, "support_end_date": cls.yesterday},
            "dates only": {"support_end_date": cls.yesterday},
        }
        empty = {"support_start_date": False, "support_end_date": False}
        cls.partners = cls.Partner.create(
            [
                {"name": name, "email": f"s{n}@example.com", **empty, **vals}
                for n, (name, vals) in enumerate(values.items())
            ]
        )
        cls.names_by_state = {
            "none": {"none", "dates only"},
            "active": {"open ended", "begins today", "ends today"},
            "scheduled": {"begins tomorrow"},
            "expired": {"ended"},
        }

    def _search(self, *condition):
        domain = Domain(*condition) & Domain("id", "in", self.partners.ids)
        return set(self.Partner.search(domain).mapped("name"))

    def test_both_days_count_as_inside_and_an_empty_one_is_no_limit(self):
        for state, names in self.names_by_state.items():
            with self.subTest(state):
                found = self.partners.filtered(lambda p, s=state: p.portal_state == s)
                self.assertEqual(set(found.mapped("name")), names)

    def test_every_operator_finds_what_the_field_says(self):
        everybody = set(self.partners.mapped("name"))
        for state, names in self.names_by_state.items():
            with self.subTest(state):
                self.assertEqual(self._search("portal_state", "=", state), names)
                self.assertEqual(
                    self._search("portal_state", "!=", state), everybody - names
                )
        inside = self.names_by_state["active"] | self.names_by_state["expired"]
        self.assertEqual(
            self._search("portal_state", "in", ["active", "expired"]), inside
        )
        self.assertEqual(
            self._search("portal_state", "not in", ["active", "expired"]),
            everybody - inside,
        )

    def test_states_that_do_not_exist_find_nobody(self):
        for value in ("nonsense", False):
            with self.subTest(value):
                self.assertFalse(self._search("portal_state", "=", value))
        self.assertFalse(self._search("portal_state", "in", []))

    def test_the_day_changes_at_midnight_of_the_company(self):
        self.env.company.partner_id.tz = "Europe/Rome"
        partner = self._make_portal_contact(support_start_date=False)
        partner.support_end_date = date(2030, 6, 15)
        for moment, state in (
            (datetime(2030, 6, 15, 21, 59, 59), "active"),
            (datetime(2030, 6, 15, 22, 0, 0), "expired"),
        ):
            with self.subTest(state), freeze_time(moment):
                self.env.invalidate_all()
                self.assertEqual(partner.portal_state, state)
                self.assertIn(
                    partner, self.Partner.search([("portal_state", "=", state)])
                )

    @takes_long
    def test_the_day_is_that_of_the_contacts_company(self):
        self.env.company.partner_id.tz = "America/Los_Angeles"
        far = self.env["res.company"].create({"name": "Far East"})
        far.partner_id.tz = "Asia/Tokyo"
        with freeze_time(datetime(2030, 6, 15, 20, 0)):  # 13:00 there, 05:00 on 16 June
            day = {"support_start_date": False, "support_end_date": date(2030, 6, 15)}
            near_partner = self._make_portal_contact("near@example.com", **day)
            far_partner = self._make_portal_contact(
                "far@example.com", company_id=far.id, **day
            )
            both = near_partner + far_partner
            self.assertEqual(both.mapped("portal_state"), ["active", "expired"])
            for partner, state in zip(both, ("active", "expired"), strict=True):
                found = self.Partner.search([("portal_state", "=", state)])
                self.assertEqual(found & both, partner)
                others = self.Partner.search([("portal_state", "!=", state)])
                self.assertEqual(others & both, both - partner)

    @takes_long
    def test_a_company_without_time_zone_has_the_main_companys_day(self):
        self.env.ref("base.main_company").partner_id.tz = "Asia/Tokyo"
        company = self.env["res.company"].create({"name": "No Zone"})
        company.partner_id.tz = False
        with freeze_time(datetime(2030, 6, 15, 20, 0)):
            self.assertEqual(company._get_portal_today(), date(2030, 6, 16))

    def test_the_day_does_not_depend_on_who_looks(self):
        self.env.company.partner_id.tz = "UTC"
        partner = self._make_portal_contact(support_start_date=False)
        partner.support_end_date = date(2030, 6, 15)
        self.agent.tz = "Asia/Tokyo"
        with freeze_time(datetime(2030, 6, 15, 20, 0)):
            self.env.invalidate_all()
            seen = partner.with_user(self.agent).with_context(tz="Asia/Tokyo")
            self.assertEqual(seen.portal_state, "active")

    def test_the_last_login_is_the_newest_and_never_is_searchable(self):
        partner = self._make_portal_contact()
        never = self._make_portal_contact("never@example.com")
        both = partner + never
        logs = self.env["res.users.log"].with_user(self._user_of(partner)).sudo()
        logs.create({})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertTrue(partner.portal_last_login)
        self.assertFalse(never.portal_last_login)

        def search(*condition):
            return self.Partner.search([condition, ("id", "in", both.ids)])

        self.assertEqual(search("portal_last_login", "=", False), never)
        self.assertEqual(search("portal_last_login", "!=", False), partner)
        self.assertEqual(search("portal_last_login", ">", "2020-01-01"), partner)
        self.assertFalse(search("portal_last_login", "<", "2020-01-01"))

    @takes_long
    def test_logins_of_a_user_who_is_archived_count_where_they_are_shown(self):
        partner = self._make_portal_contact()
        user = self._user_of(partner)
        self.env["res.users.log"].with_user(user).sudo().create({})
        user.active = False
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertTrue(partner.portal_last_login)
        never = [("portal_last_login", "=", False), ("id", "=", partner.id)]
        self.assertFalse(self.Partner.search(never))

    def test_the_logins_of_employees_are_not_shown(self):
        self.env["res.users.log"].with_user(self.clerk).sudo().create({})
        employee = self.clerk.partner_id
        self.assertFalse(employee.portal_last_login)
        found = self.Partner.search([("portal_last_login", "!=", False)])
        self.assertNotIn(employee, found)
