from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged
from odoo.tools import SQL

from ..common import CustomerPortalCommon, takes_long

LEVELS = ("own", "organization", "subsidiaries")


@tagged("post_install", "-at_install")
class TestCaseOrganization(CustomerPortalCommon):
    """Cases stay with the organization that they were made for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profile, cls.right = cls._make_case_profile("Moving", can_create=True)
        cls.azure, cls.deco = cls.env["res.partner"].create(
            [
                {"name": "Azure", "is_company": True},
                {"name": "Deco", "is_company": True},
            ]
        )
        cls.emma = cls._make_contact("emma", cls.azure)
        cls.colleague = cls._make_contact("colleague", cls.azure)
        cls.other = cls._make_contact("other", cls.deco)

    @classmethod
    def _make_contact(cls, name, organization):
        return cls._make_portal_contact(
            f"{name}@moving.example.com",
            parent_id=organization and organization.id,
            portal_profile_id=cls.profile.id,
        )

    def _make_case(self, partner, **values):
        values = {"name": f"Case of {partner.name}", **values}
        res_id = (
            self.env["customer.portal.form"]
            .with_user(self._user_of(partner))
            .create_record("cases", values)
        )
        return self.tasks.browse(res_id)

    def _levels(self, case, partner, is_seen=None):
        """Return the levels at which a contact sees a case, or what is asked of it."""
        found = []
        for level in LEVELS:
            self.right.records_visibility = level
            if (is_seen or self._shows)(case.with_user(self._user_of(partner))):
                found.append(level)
        return tuple(found)

    def _shows(self, case):
        return case.env["customer.portal.record"].get_row("cases", case.id)

    def _attach_file(self, case):
        return self.env["ir.attachment"].create(
            {"name": "plan.pdf", "res_model": case._name, "res_id": case.id}
        )

    def _lists_file(self, case):
        found = case.env["customer.portal.document"]._find_portal_rows()
        return bool(found)

    def test_a_new_case_is_of_the_organization_of_its_contact(self):
        self.assertEqual(self._make_case(self.emma).portal_organization_id, self.azure)
        alone = self._make_contact("alone", None)
        self.assertEqual(self._make_case(alone).portal_organization_id, alone)

    def test_who_sees_a_case_by_level_before_and_after_its_contact_moves(self):
        case = self._make_case(self.emma)
        self.assertEqual(self._levels(case, self.emma), LEVELS)
        self.assertEqual(self._levels(case, self.colleague), LEVELS[1:])
        self.assertEqual(self._levels(case, self.other), ())
        self.emma.parent_id = self.deco
        self.assertEqual(case.portal_organization_id, self.azure)
        self.assertEqual(self._levels(case, self.colleague), LEVELS[1:])
        self.assertEqual(self._levels(case, self.other), ())
        self.assertEqual(self._levels(case, self.emma), ())
        new = self._make_case(self.emma)
        self.assertEqual(self._levels(new, self.emma), LEVELS)
        self.assertEqual(self._levels(new, self.other), LEVELS[1:])
        self.assertEqual(self._levels(new, self.colleague), ())

    def test_files_are_listed_for_whom_the_case_is_shown(self):
        shows_documents = self.profile.permission_ids.filtered(
            lambda row: row.module_id.code == "documents"
        )
        shows_documents.visible = self.right.show_documents = True
        case = self._make_case(self.emma)
        self._attach_file(case)
        for organization in (self.azure, self.deco, self.azure):
            self.emma.parent_id = organization
            for partner in (self.emma, self.colleague, self.other):
                with self.subTest(organization=organization.name, partner=partner.name):
                    self.assertEqual(
                        self._levels(case, partner, self._lists_file),
                        self._levels(case, partner),
                    )

    def test_closed_cases_stay_too(self):
        case = self._make_case(self.emma)
        case.stage_id = self.env.ref("customer_portal.stage_closed")
        self.emma.parent_id = self.deco
        self.assertEqual(self._levels(case, self.colleague), LEVELS[1:])
        self.assertEqual(self._levels(case, self.other), ())

    def test_who_leaves_every_organization_leaves_the_cases(self):
        case = self._make_case(self.emma)
        self.emma.parent_id = False
        self.assertEqual(self._levels(case, self.emma), ())
        self.assertEqual(self._levels(case, self.colleague), LEVELS[1:])

    def test_who_was_nobodys_takes_the_own_cases_along(self):
        alone = self._make_contact("alone", None)
        case = self._make_case(alone)
        alone.parent_id = self.azure
        self.assertEqual(self._levels(case, alone), LEVELS)
        self.assertEqual(self._levels(case, self.colleague), LEVELS[1:])

    def test_a_holding_sees_the_cases_of_its_subsidiaries_alone(self):
        holding = self.env["res.partner"].create(
            {"name": "Holding", "is_company": True}
        )
        boss = self._make_contact("boss", holding)
        case = self._make_case(self.emma)
        self.assertEqual(self._levels(case, boss), ())
        self.azure.parent_id = holding
        self.assertEqual(self._levels(case, boss), ("subsidiaries",))
        self.emma.parent_id = self.deco
        self.assertEqual(self._levels(case, boss), ("subsidiaries",))

    @takes_long
    def test_the_form_asks_whether_the_cases_come_along(self):
        case, closed = self._make_case(self.emma), self._make_case(self.emma)
        closed.stage_id = self.env.ref("customer_portal.stage_closed")
        view = self.env.ref("base.view_partner_form")
        with Form(self.emma.with_user(self.agent), view) as form:
            self.assertEqual(form.portal_left_case_count, 0)
            form.parent_id = self.deco
            self.assertEqual(form.portal_left_case_count, 2)
            form.portal_cases_along = True
        for one in case | closed:
            self.assertEqual(one.portal_organization_id, self.deco)
            self.assertEqual(self._levels(one, self.other), LEVELS[1:])
            self.assertEqual(self._levels(one, self.colleague), ())
        self.assertEqual(self._levels(case, self.emma), LEVELS)

    @takes_long
    def test_the_form_leaves_them_unless_the_agent_says_so(self):
        case = self._make_case(self.emma)
        view = self.env.ref("base.view_partner_form")
        with Form(self.emma.with_user(self.agent), view) as form:
            form.parent_id = self.deco
        self.assertEqual(self.emma.parent_id, self.deco)
        self.assertEqual(case.portal_organization_id, self.azure)
        self.assertEqual(self.emma.portal_left_case_count, 0)

    def test_an_import_leaves_them(self):
        case = self._make_case(self.emma)
        self.env["res.partner"].load(
            [".id", "parent_id/.id"], [[str(self.emma.id), str(self.deco.id)]]
        )
        self.assertEqual(self.emma.parent_id, self.deco)
        self.assertEqual(case.portal_organization_id, self.azure)

    def test_another_contact_of_a_case_brings_their_organization(self):
        case = self._make_case(self.emma)
        case.partner_id = self.other
        self.assertEqual(case.portal_organization_id, self.deco)
        self.assertEqual(self._levels(case, self.colleague), ())
        case.write({"partner_id": self.other.id, "name": "Same"})
        self.other.parent_id = self.azure
        case.write({"partner_id": self.other.id})
        self.assertEqual(case.portal_organization_id, self.deco)

    @takes_long
    def test_a_case_outlives_its_contact(self):
        contact = self.env["res.partner"].create(
            {"name": "Short", "parent_id": self.azure.id}
        )
        case = self.tasks.create(
            {
                "name": "Left behind",
                "project_id": self.project.id,
                "partner_id": contact.id,
            }
        )
        contact.unlink()
        self.env.invalidate_all()
        self.assertFalse(case.partner_id)
        self.assertEqual(self._levels(case, self.colleague), LEVELS[1:])
        self.assertEqual(self._levels(case, self.other), ())

    @takes_long
    def test_cases_of_a_merged_contact_stay_with_their_organization(self):
        case = self._make_case(self.colleague)
        double = self.env["res.partner"].create(
            {"name": "Double", "parent_id": self.deco.id}
        )
        merger = self.env["base.partner.merge.automatic.wizard"].create({})
        self._user_of(self.colleague).unlink()
        merger._merge((self.colleague | double).ids, double, extra_checks=False)
        self.env.invalidate_all()
        self.assertEqual(case.partner_id, double)
        self.assertEqual(case.portal_organization_id, self.azure)
        self.assertEqual(self._levels(case, self.emma), LEVELS[1:])
        self.assertEqual(self._levels(case, self.other), ())

    def test_cases_follow_an_organization_that_is_merged_into_another(self):
        case = self._make_case(self.emma)
        merger = self.env["base.partner.merge.automatic.wizard"].create({})
        merger._merge((self.azure | self.deco).ids, self.deco, extra_checks=False)
        self.env.invalidate_all()
        self.assertEqual(case.portal_organization_id, self.deco)
        self.assertEqual(self._levels(case, self.other), LEVELS[1:])

    def test_the_contacts_of_a_deleted_organization_keep_their_cases(self):
        case = self._make_case(self.emma)
        self.azure.unlink()
        self.env.invalidate_all()
        self.assertEqual(case.portal_organization_id, self.emma)
        self.assertEqual(self._levels(case, self.emma), LEVELS)
        self.assertEqual(self._levels(case, self.colleague), ())

    def test_other_tasks_have_no_organization(self):
        other = self.env["project.project"].create({"name": "Other"})
        task = self.tasks.create(
            {"name": "No case", "project_id": other.id, "partner_id": self.emma.id}
        )
        self.assertFalse(task.portal_organization_id)
        # Sales takes the customer off a task that moves, so say it again.
        task.write({"project_id": self.project.id, "partner_id": self.emma.id})
        self.assertEqual(task.portal_organization_id, self.azure)

    def test_the_organization_counts_the_cases_that_stayed(self):
        self._make_case(self.emma)
        self.emma.parent_id = self.deco
        self.assertEqual(self.azure.with_user(self.agent).portal_case_count, 1)

    def test_a_path_that_leads_to_no_contact_is_refused(self):
        with self.assertRaises(ValidationError):
            self.module.organization_field = "stage_id"

    def test_nobody_writes_the_organization_of_a_case_in_the_portal(self):
        with self.assertRaises(ValidationError):
            self.env["customer.portal.module.field"].create(
                {
                    "module_id": self.module.id,
                    "name": "portal_organization_id",
                    "in_edit": True,
                }
            )

    def test_old_cases_get_the_organization_of_their_contact(self):
        case = self._make_case(self.emma)
        self.env.flush_all()
        self.env.cr.execute("UPDATE project_task SET portal_organization_id = NULL")
        self.module.organization_field = False
        self.tasks._keep_old_organizations()
        self.module._publish_case_organization()
        self.assertEqual(case.portal_organization_id, self.azure)
        self.assertEqual(self.module.organization_field, "portal_organization_id")

    def test_the_lists_of_all_levels_use_an_index(self):
        self.env.flush_all()
        self.env.cr.execute(
            "INSERT INTO project_task (name, project_id, active, state, partner_id,"
            " portal_organization_id) SELECT 'x', %s, TRUE, '01_in_progress', %s, %s"
            " FROM generate_series(1, 30000)",
            [self.project.id, self.other.id, self.deco.id],
        )
        self.env.cr.execute("ANALYZE project_task")
        self._make_case(self.emma)
        self.env.flush_all()
        user = self._user_of(self.emma)
        for level in LEVELS:
            self.right.records_visibility = level
            domain = self.gate.with_user(user).domain("cases")
            sql = self.tasks.sudo()._search(domain, order="id desc", limit=20).select()
            self.env.cr.execute(self.env.cr.mogrify("EXPLAIN " + sql.code, sql.params))
            plan = "\n".join(row[0] for row in self.env.cr.fetchall())
            with self.subTest(level):
                self.assertNotIn("Seq Scan on project_task", plan)

    def test_the_page_of_ones_own_cases_reads_no_others(self):
        """Neither those of others, nor all of one's own to sort them."""
        self.env.flush_all()
        self.env.cr.execute(
            "INSERT INTO project_task (name, project_id, active, state, partner_id,"
            " portal_organization_id) SELECT 'x', %s, TRUE, '01_in_progress',"
            " CASE WHEN n %% 20 = 0 THEN %s ELSE %s END,"
            " CASE WHEN n %% 20 = 0 THEN %s ELSE %s END"
            " FROM generate_series(1, 30000) n",
            [
                *(self.project.id, self.emma.id, self.other.id),
                *(self.emma.commercial_partner_id.id, self.deco.id),
            ],
        )
        self.env.cr.execute("ANALYZE project_task")
        user = self._user_of(self.emma)
        domain = self.gate.with_user(user).domain("cases", "mine")
        sql = self.tasks.sudo()._search(domain, order="id desc", limit=20).select()
        rows = self.env.execute_query(SQL("EXPLAIN %s", sql))
        plan = "\n".join(row[0] for row in rows)
        self.assertNotIn("Sort", plan)
        self.assertIn(f"Index Cond: (partner_id = {self.emma.id})", plan)
