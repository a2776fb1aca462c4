from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import file_open, mute_logger

from ..common import PASSWORD, CustomerPortalHttpCommon


@tagged("post_install", "-at_install")
class TestCaseNumber(CustomerPortalHttpCommon):
    """Cases have numbers of their own, and customers find them by these."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profile, cls.right = cls._make_case_profile(
            "Numbers", can_create=True, can_export=True
        )
        cls.emma = cls._make_portal_contact(portal_profile_id=cls.profile.id)
        cls.user = cls._user_of(cls.emma)
        cls.sequence = cls.env.company.portal_case_sequence_id
        cls.year = str(fields.Date.today().year)

    def _make_cases(self, *titles, **values):
        return self.tasks.create(
            [
                {
                    "name": title,
                    "project_id": self.project.id,
                    "partner_id": self.emma.id,
                    **values,
                }
                for title in titles
            ]
        )

    def _found(self, text):
        """Return the ids of cases that the portal's list finds."""
        asked = (
            self.env["customer.portal.record"]
            .with_user(self.user)
            .parse_list_query("cases", search=text, scope="all")
        )
        return [
            row["id"]
            for row in self.env["customer.portal.record"]
            .with_user(self.user)
            .find_rows("cases", asked)
        ]

    def test_a_text_that_no_number_has_is_not_looked_for_in_each(self):
        """Elsewhere it is found, and a part of a number is, whoever has that."""
        self._make_cases("Lid")
        [case] = self._make_cases("Printer", portal_number="ODD-EVEN1")
        pages = self.env["customer.portal.record"].with_user(self.user)
        right = self.gate.with_user(self.user)._get_page_right("cases")
        self.env.flush_all()
        for text, is_in_number in {
            "printer": False,
            "d-even": True,
            "od": True,
        }.items():
            with self.subTest(text):
                query = self.tasks.sudo()._search(
                    pages._get_search_domain(right, text, "")
                )
                is_asked = "portal_number" in query.select().code
                self.assertEqual(is_asked, is_in_number)
                self.assertEqual(self._found(text), case.ids)
        case.partner_id = self._make_portal_contact("other@example.com")
        self.env.flush_all()
        self.assertEqual(self._found("d-even"), [])

    # === WHO GETS ONE === #

    def test_a_case_gets_the_next_number_of_its_company(self):
        self.sequence.number_next = 4094
        first, second = self._make_cases("One", "Two")
        self.assertEqual(first.portal_number, f"CS-{self.year}-04094")
        self.assertEqual(second.portal_number, f"CS-{self.year}-04095")
        self.assertEqual(first._get_portal_number(), f"#{first.portal_number}")

    def test_a_case_of_the_portal_gets_one(self):
        values = {"name": "It smells"}
        res_id = (
            self.env["customer.portal.form"]
            .with_user(self.user)
            .create_record("cases", values)
        )
        number = self.tasks.browse(res_id).portal_number
        self.assertRegex(number, r"CS-\d{4}-\d{5}")
        self.assertEqual(
            self.env["customer.portal.record"]
            .with_user(self.user)
            .get_row("cases", res_id)["number"],
            number,
        )

    def test_customers_who_cannot_read_the_number_search_tasks_as_in_odoo(self):
        self._make_cases("Printer")
        self.tasks.with_user(self.user).name_search("printer")
        agent = self.env.ref("base.user_admin")
        number = self.tasks.search([("name", "=", "Printer")], limit=1).portal_number
        self.assertTrue(self.tasks.with_user(agent).name_search(number))

    def test_other_tasks_get_none(self):
        project = self.env["project.project"].create({"name": "Other"})
        [task] = self._make_cases("No case", project_id=project.id)
        self.assertFalse(task.portal_number)
        self.assertEqual(task._get_portal_number(), f"#{task.id}")

    def test_a_copy_gets_another_number(self):
        [case] = self._make_cases("One")
        copy = case.copy()
        self.assertTrue(copy.portal_number)
        self.assertNotEqual(copy.portal_number, case.portal_number)

    def test_a_task_that_becomes_a_case_gets_a_number_and_keeps_it(self):
        project = self.env["project.project"].create({"name": "Other"})
        [task] = self._make_cases("Moves", project_id=project.id)
        task.project_id = self.project
        number = task.portal_number
        self.assertTrue(number)
        task.project_id = project
        task.project_id = self.project
        self.assertEqual(task.portal_number, number)

    def test_a_number_that_was_imported_is_kept(self):
        [case] = self._make_cases("From Vtiger", portal_number="TT41")
        self.assertEqual(case.portal_number, "TT41")
        self.assertEqual(case.portal_number_company_id, self.env.company)

    def test_each_company_counts_for_itself(self):
        other = self.env["res.company"].create({"name": "Other Company"})
        self.sequence.number_next = 7000
        ours, theirs = (
            self._make_cases("Ours")[0],
            self._make_cases("Theirs", company_id=other.id, partner_id=False),
        )
        self.assertEqual(ours.portal_number, f"CS-{self.year}-07000")
        self.assertEqual(theirs.portal_number, f"CS-{self.year}-00001")

    @mute_logger("odoo.sql_db")
    def test_no_two_cases_of_a_company_share_a_number(self):
        one, two = self._make_cases("One", "Two")
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            two.portal_number = one.portal_number
            two.flush_recordset()

    def test_a_sequence_that_was_set_back_skips_what_is_taken(self):
        cases = self._make_cases("One", "Two", "Three")
        self.sequence.number_next = int(cases[0].portal_number[-5:])
        [fourth] = self._make_cases("Four")
        self.assertNotIn(fourth.portal_number, cases.mapped("portal_number"))

    def test_a_sequence_that_was_deleted_goes_on_where_it_was(self):
        [case] = self._make_cases("One")
        self.sequence.unlink()
        [following] = self._make_cases("Two")
        last = int(case.portal_number[-5:])
        self.assertEqual(following.portal_number, f"CS-{self.year}-{last + 1:05}")

    def test_numbers_cost_other_tasks_no_query(self):
        project = self.env["project.project"].create({"name": "Other"})
        tasks = self.tasks.with_context(tracking_disable=True)
        values = {"name": "No case", "project_id": project.id}
        tasks.create(values).flush_recordset()
        give = type(self.tasks)._give_portal_numbers

        def give_free_of_charge(tasks):
            with self.assertQueryCount(0):
                give(tasks)

        with patch.object(
            type(self.tasks), "_give_portal_numbers", give_free_of_charge
        ):
            tasks.create(values)

    # === THE FORMAT === #

    def test_settings_say_how_numbers_look(self):
        settings = self.env["res.config.settings"].create({})
        self.assertEqual(settings.portal_case_prefix, "CS-%(year)s-")
        settings.write({"portal_case_prefix": "HELP/", "portal_case_padding": 7})
        settings.execute()
        self.sequence.number_next = 5555
        self.assertEqual(self._make_cases("One").portal_number, "HELP/0005555")

    def test_a_format_by_which_nobody_finds_a_case_is_refused(self):
        for values in (
            {"prefix": "CS-%(yaer)s-"},
            {"prefix": "CS-%"},
            {"prefix": "CS-%(year)s"},
            {"suffix": "/26"},
            {"padding": 99},
            {"padding": -1},
        ):
            with self.subTest(values), self.assertRaises(ValidationError):
                self.sequence.write(values)
        other = self.env["ir.sequence"].create(
            {"name": "x", "prefix": "2", "padding": 99}
        )
        self.assertTrue(other)

    # === WHO FINDS IT === #

    def test_the_list_finds_a_case_by_its_number_however_it_is_typed(self):
        self.sequence.number_next = 90094
        case, *_others = self._make_cases("One", *(f"Other {n}" for n in "abcdef"))
        year = self.year
        for text in (
            "#90094",
            "90094",
            "case 90094",
            "Case #90094",
            f"CS-{year}-90094",
            f"cs-{year}-90094",
            "cs 90094",
            "CS90094",
            f"{year}-90094",
            "no. 90094",
            f"Re: [#CS-{year}-90094] One",
            f"[#CS-{year}-90094]",
            f"Re: [CS-{year}-90094] One",
            "Re: [#90094] One",
            "[90094]",
            "0090094",
        ):
            with self.subTest(text):
                self.assertEqual(self._found(text), case.ids)
        for text in ("9009", "0094", "printer 90094", f"XX-{year}-90094", "9" * 400):
            with self.subTest(text):
                self.assertFalse(self._found(text))

    def test_a_short_number_finds_that_case_alone(self):
        self.sequence.number_next = 1
        self.env.cr.execute("UPDATE project_task SET portal_number = NULL")
        cases = self._make_cases(*("x" * 110))
        for text in ("94", "#94", "case 94"):
            self.assertEqual(self._found(text), cases[93].ids)
        self.assertEqual(self._found("9"), cases[8].ids)

    def test_nobody_finds_the_case_of_another_customer_by_its_number(self):
        other = self._make_portal_contact("liam@example.com")
        [case] = self._make_cases("Secret", partner_id=other.id)
        self.assertFalse(self._found(case.portal_number))
        self.assertFalse(
            self.env["customer.portal.record"]
            .with_user(self.user)
            .search_everything(case.portal_number)
        )
        self.assertFalse(
            self.env["customer.portal.record"]
            .with_user(self.user)
            .propose_answers("cases", case.portal_number)
        )

    def test_the_search_over_everything_finds_it(self):
        self.sequence.number_next = 94
        self.env.cr.execute("UPDATE project_task SET portal_number = NULL")
        [case] = self._make_cases("One")
        for text in ("94", "#94", "case 94", case.portal_number):
            with self.subTest(text):
                [found] = (
                    self.env["customer.portal.record"]
                    .with_user(self.user)
                    .search_everything(text)
                )
                [row] = found["rows"]
                self.assertEqual(row["url"], f"/my/p/cases/{case.id}")
        self.assertFalse(
            self.env["customer.portal.record"]
            .with_user(self.user)
            .search_everything("On")
        )
        self.right.field_ids.filtered(
            lambda row: row.field_id.name == "portal_number"
        ).access = "hidden"
        self.assertFalse(
            self.env["customer.portal.record"]
            .with_user(self.user)
            .search_everything("#94")
        )

    def test_who_types_a_number_for_a_title_is_led_to_the_case(self):
        [case] = self._make_cases("One")
        number = case.portal_number
        for text in (number, f"case {int(number[-5:])}", f"#{int(number[-5:])}"):
            answers = (
                self.env["customer.portal.record"]
                .with_user(self.user)
                .propose_answers("cases", text)
            )
            self.assertEqual(
                answers[:1],
                [{"title": f"{number} One", "url": f"/my/p/cases/{case.id}"}],
            )

    def test_agents_find_it_by_its_number(self):
        self.sequence.number_next = 90094
        [case, other] = self._make_cases("One", "Other")
        tasks = self.tasks.with_user(self.agent)
        for text in ("#90094", "90094", "case 90094", "cs 90094", case.portal_number):
            with self.subTest(text):
                found = [res_id for res_id, _name in tasks.name_search(text)]
                self.assertEqual(found, case.ids)
        view = self.env.ref("customer_portal.project_task_view_search_cases")
        self.assertIn("[('display_name', 'ilike', self)]", view.arch)
        self.assertIn(other.id, dict(tasks.name_search("Other")))

    def test_a_search_by_number_uses_an_index(self):
        self.env.cr.execute(
            "INSERT INTO project_task (name, project_id, active, state, portal_number)"
            " SELECT 'x', %s, TRUE, '01_in_progress',"
            " 'CS-2019-' || LPAD(n::text, 5, '0')"
            " FROM generate_series(1, 20000) AS n",
            [self.project.id],
        )
        self.env.cr.execute("ANALYZE project_task")
        # The table is small enough to be read whole.
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        for text in ("#94", "CS-2019-00094"):
            domain = self.env["customer.portal.number"]._get_domain(
                "portal_number", text
            )
            self.assertEqual(self.tasks.search_count(domain), 1)
            query = self.tasks.sudo()._search(domain, order="id")
            code = self.env.cr.mogrify(*self._query(query)).decode()
            self.env.cr.execute(f"EXPLAIN {code}")
            plan = "\n".join(row[0] for row in self.env.cr.fetchall())
            self.assertNotIn("Seq Scan on project_task", plan)

    def _query(self, query):
        sql = query.select()
        return sql.code, sql.params

    # === WHERE IT IS SHOWN === #

    def test_list_record_and_export_have_the_number(self):
        [case] = self._make_cases("One")
        self.authenticate(self.user.login, PASSWORD)
        self.assertIn(case.portal_number, self.url_open("/my/p/cases").text)
        self.assertIn(case.portal_number, self.url_open(f"/my/p/cases/{case.id}").text)
        export = self.url_open("/my/p/cases/export?format=csv").text
        self.assertIn(case.portal_number, export)

    # === CASES THAT WERE THERE BEFORE === #

    def _migrate(self):
        with file_open(
            "customer_portal/migrations/19.0.1.1.0/post-case-number.py"
        ) as script:
            names = {}
            exec(script.read(), names)
        names["migrate"](self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()

    def test_old_cases_keep_the_number_that_customers_know(self):
        old, new = self._make_cases("Old", "New")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE project_task SET portal_number = NULL, create_date = '2024-05-06'"
            " WHERE id = %s",
            [old.id],
        )
        number = new.portal_number
        self._migrate()
        self.assertEqual(old.portal_number, f"CS-2024-{old.id:05}")
        self.assertEqual(new.portal_number, number)
        [following] = self._make_cases("Following")
        self.assertGreater(int(following.portal_number.rpartition("-")[2]), old.id)

    def test_an_update_shows_the_number_where_the_id_was(self):
        lines = self.module.field_ids
        lines.filtered(lambda line: line.name == "portal_number").unlink()
        self.module.number_field = "id"
        self._migrate()
        self.assertEqual(self.module.number_field, "portal_number")
        self.assertIn(
            "portal_number", self.gate.with_user(self.user).fields("cases", "list")
        )
        self.assertIn(
            "portal_number", self.gate.with_user(self.user).fields("cases", "search")
        )

    def test_an_update_keeps_what_an_administrator_chose(self):
        self.module.number_field = "name"
        self._migrate()
        self.assertEqual(self.module.number_field, "name")

    def test_numbers_wait_while_cases_are_tickets(self):
        self.module.number_field = "id"
        self.module._change_case_model("helpdesk.ticket")
        self._migrate()
        self.module._change_case_model("project.task")
        self.assertEqual(self.module.number_field, "portal_number")
