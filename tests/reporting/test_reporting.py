from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time
from lxml import etree
from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...models.reporting import search_count, search_miss
from ..case_common import TaskMailCommon
from ..common import PASSWORD, CustomerPortalHttpCommon, takes_long

END = date(2026, 3, 9)
REPORTS = ("adoption", "case.origin", "faq.answer", "search.miss", "download")


@tagged("post_install", "-at_install")
class TestReporting(TaskMailCommon):
    def _find(self, report, *domain, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        reports = self.env[f"customer.portal.{report}"]
        return reports.with_user(user or self.agent).search(list(domain))

    def test_adoption_says_who_has_access_and_makes_use_of_it(self):
        mine = ("partner_id", "=", self.emma.id)
        found = self._find("adoption", mine)
        self.assertEqual(found.organization_id, self.organization)
        self.assertEqual(found.profile_id, self.profile)
        self.assertEqual(found.state, "invited")
        log = self.env["res.users.log"].with_user(self.user).sudo().create({})
        self.assertEqual(self._find("adoption", mine).state, "active")
        log.flush_recordset()
        self.env.cr.execute(
            "UPDATE res_users_log SET create_date = %s WHERE id = %s",
            (fields.Datetime.now() - timedelta(days=31), log.id),
        )
        self.assertEqual(self._find("adoption", mine).state, "logged_in")
        self._expire(self.emma)
        self.assertEqual(self._find("adoption", mine).state, "ended")
        self.emma.portal_user = False
        self.assertFalse(self._find("adoption", mine))

    def test_whose_period_has_not_begun_has_no_access_yet(self):
        self.emma.write(
            {"support_start_date": self.tomorrow, "support_end_date": False}
        )
        mine = ("partner_id", "=", self.emma.id)
        self.assertEqual(self._find("adoption", mine).state, "scheduled")
        self.emma.support_start_date = self.today
        self.assertEqual(self._find("adoption", mine).state, "invited")

    def test_adoption_counts_the_days_of_the_contacts_company(self):
        """As the door does: where it is tomorrow already, and where not yet."""
        early, late = self.env["res.company"].create(
            [{"name": "Kiritimati"}, {"name": "Pago Pago"}]
        )
        early.partner_id.tz = "Pacific/Kiritimati"
        late.partner_id.tz = "Pacific/Pago_Pago"
        self.agent.company_ids += early + late
        mine = ("partner_id", "=", self.emma.id)
        reports = self.env["customer.portal.adoption"].with_user(self.agent)
        found = {}
        for company in (early, late):
            ids = [Command.set(company.ids)]
            self.user.sudo().write({"company_ids": ids, "company_id": company.id})
            period = {"support_start_date": False, "support_end_date": END}
            self.emma.write({"company_id": company.id, **period})
            with freeze_time("2026-03-09 10:30:00"):
                self.env.flush_all()
                self.env.invalidate_all()
                there = reports.with_context(allowed_company_ids=company.ids)
                found[company] = there.search([mine]).state, self.emma.portal_state
        self.assertEqual(found[early], ("ended", "expired"))
        self.assertEqual(found[late], ("invited", "active"))

    def test_agents_of_a_branch_find_the_contacts_of_the_company_above(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self.emma.company_id = self.company
        self.agent.write(
            {"company_ids": [Command.set(branch.ids)], "company_id": branch.id}
        )
        self.assertTrue(self.emma.with_user(self.agent).has_access("read"))
        self.assertTrue(self._find("adoption", ("partner_id", "=", self.emma.id)))

    def test_agents_find_the_origin_of_no_case_that_they_may_not_read(self):
        case = self._make_case()
        mine = ("id", "=", case.id)
        self.assertEqual(self._find("case.origin", mine).partner_id, self.emma)
        self.project.privacy_visibility = "followers"
        self.project.message_unsubscribe(self.agent.partner_id.ids)
        case.message_unsubscribe(self.agent.partner_id.ids)
        case.user_ids -= self.agent
        self.assertFalse(case.with_user(self.agent).has_access("read"))
        self.assertFalse(self._find("case.origin", mine))
        groups = self.env["customer.portal.case.origin"].with_user(self.agent)
        self.assertFalse(groups._read_group([mine], ["organization_id"], ["__count"]))

    def test_cases_come_from_the_portal_by_email_or_from_agents(self):
        web = self._make_case()
        mail = self._receive("emma@customer.example.org")
        agent = self.env["project.task"].create(
            {"name": "Called", "project_id": self.project.id}
        )
        origins = {one.id: one.origin for one in self._find("case.origin")}
        self.assertEqual(origins[web.id], "web")
        self.assertEqual(origins[mail.id], "mail")
        self.assertEqual(origins[agent.id], "agent")

    def test_cases_are_whose_the_path_of_the_module_says(self):
        case = self._make_case()
        for path, contact in (
            ("partner_id", self.emma),
            ("partner_id.commercial_partner_id", self.organization),
        ):
            self.module.partner_field = path
            with self.subTest(path):
                found = self._find("case.origin", ("id", "=", case.id))
                self.assertEqual(found.partner_id, contact)

    def test_what_faqs_have_answered_is_counted_by_its_date(self):
        faq = self.env["customer.portal.faq"].create({"question": "Why?"})
        readings = self.env["customer.portal.faq.reading"].sudo()
        long_ago = self.today - timedelta(days=20)
        readings._is_first(faq, self.emma, "solved_count", long_ago)
        readings._is_first(faq, self.emma, "view_count", long_ago)
        self.env["customer.portal.faq.vote"].sudo()._vote(faq, self.emma, False)
        readings._gc_readings()
        found = self._find("faq.answer", ("faq_id", "=", faq.id))
        self.assertEqual({*found.mapped("kind")}, {"avoided", "not_helpful"})
        self._set_param("customer_portal.touchpoint_days", "10")
        readings._gc_readings()
        found = self._find("faq.answer", ("faq_id", "=", faq.id))
        self.assertEqual(found.mapped("kind"), ["not_helpful"])

    def test_downloads_are_counted_by_document_and_organization(self):
        document = self.env["customer.portal.document"].create(
            {"name": "Guide", "datas": b"R3VpZGU=", "audience": "everyone"}
        )
        downloads = self.env["customer.portal.document.download"].with_user(self.user)
        for _click in range(2):
            downloads.sudo()._is_first(document.attachment_id, "a session")
        found = self._find("download", ("document_id", "=", document.id))
        self.assertEqual(len(found), 1)
        self.assertEqual(found.organization_id, self.organization)

    def test_only_agents_of_the_company_read_reports(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.emma.company_id = self.company
        mine = ("organization_id", "=", self.organization.id)
        self.assertTrue(self._find("adoption", mine))
        self.agent.write(
            {
                "company_ids": [Command.set(elsewhere.ids)],
                "company_id": elsewhere.id,
            }
        )
        self.assertFalse(self._find("adoption", mine))
        for report in REPORTS:
            for user in (self.user, self.clerk):
                with self.assertRaises(AccessError):
                    self._find(report, user=user)

    def test_a_term_is_counted_in_lower_case_and_without_people_and_numbers(self):
        misses = self.env["customer.portal.search.miss"]
        for text, term in (
            ("  Red   Ink\n", "red ink"),
            ("x" * 300, "x" * 100),
            ("ab", ""),
            ("emma@example.com", ""),
            ("CS-2026-00094", ""),
            ("case 1234", ""),
            ("case 94", ""),
            ("+1 555 0100", ""),
            ("Error 404", "error 404"),
            ("Windows 11", "windows 11"),
            ("cafe\u0301", "caf\xe9"),
            ("<b>bold</b>", "<b>bold</b>"),
            (None, ""),
        ):
            self.assertEqual(misses._clean(text), term)

    @takes_long
    def test_the_calendar_of_periods_names_the_organization_as_all_else_does(self):
        view = self.env.ref("customer_portal.res_partner_view_calendar_periods")
        arch = self.env["res.partner"].get_view(view.id, "calendar")["arch"]
        [field] = etree.fromstring(arch).xpath("//field[@name='commercial_partner_id']")
        self.assertEqual(field.get("string"), "Organization")

    def test_terms_have_a_limit_and_those_that_are_kept_go_on_counting(self):
        self.patch(search_miss, "MOST_TERMS", 3)
        misses, month = self.env["customer.portal.search.miss"].sudo(), self.today
        for number in range(10):
            misses._count(f"term {number}", "faqs", month, self.company.id)
            misses._count("term 1", "faqs", month, self.company.id)
        found = self._find("search.miss", ("month", "=", month))
        self.assertEqual(len(found), 3)
        self.assertEqual(found.filtered(lambda m: m.term == "term 1").searches, 11)

    def _is_kept(self, partner_id):
        counts = self.env["customer.portal.search.count"]
        return bool(self.env.execute_query(counts._get_counting(partner_id)))

    def test_no_customer_uses_up_what_is_kept_for_all(self):
        self.patch(search_count, "MOST_PER_HOUR", 3)
        counts = self.env["customer.portal.search.count"].sudo()
        kept = [self._is_kept(self.emma.id) for _search in range(5)]
        self.assertEqual(kept, [True, True, True, False, False])
        self.assertTrue(self._is_kept(self.organization.id))
        counts.invalidate_model()
        mine = counts.search([("contact", "=", self.emma.id)])
        mine.date = fields.Datetime.now() - timedelta(minutes=61)
        self.env.flush_all()
        self.assertTrue(self._is_kept(self.emma.id))
        counts.invalidate_model()
        self.assertEqual(mine.searches, 1)

    def test_who_searched_an_hour_ago_is_forgotten(self):
        counts = self.env["customer.portal.search.count"].sudo()
        self._is_kept(self.emma.id)
        self._is_kept(self.organization.id)
        counts.invalidate_model()
        mine = counts.search([("contact", "=", self.emma.id)])
        mine.date = fields.Datetime.now() - timedelta(minutes=61)
        counts._gc_counts()
        self.assertFalse(mine.exists())
        self.assertTrue(counts.search([("contact", "=", self.organization.id)]))

    def test_a_faq_is_written_from_a_term(self):
        misses = self.env["customer.portal.search.miss"].sudo()
        misses._count("red ink", "faqs", self.today, self.company.id)
        action = self._find("search.miss", ("term", "=", "red ink")).action_write_faq()
        faqs = self.env["customer.portal.faq"].with_context(**action["context"])
        self.assertEqual(faqs.default_get(["question"])["question"], "red ink")

    @takes_long
    def test_a_term_says_its_month_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        misses = self.env["customer.portal.search.miss"].sudo()
        misses._count("red ink", "faqs", date(2026, 11, 1), self.company.id)
        found = self._find("search.miss", ("term", "=", "red ink"))
        self.assertEqual(found.month_name, "November 2026")
        self.assertEqual(found.with_context(lang="fr_FR").month_name, "novembre 2026")

    def test_old_terms_are_forgotten(self):
        misses = self.env["customer.portal.search.miss"].sudo()
        self._set_param("customer_portal.touchpoint_days", "30")
        old = self.today - timedelta(days=90)
        misses._count("red ink", "faqs", old, self.company.id)
        misses._gc_misses()
        self.assertFalse(self._find("search.miss", ("term", "=", "red ink")))


@tagged("post_install", "-at_install")
class TestSearchMiss(CustomerPortalHttpCommon):
    def test_searches_of_customers_that_find_nothing_are_counted(self):
        profile = self._make_stock_profile()
        codes = ("faqs", "documents")
        profile.permission_ids.filtered(
            lambda row: row.module_id.code in codes
        ).visible = True
        self._make_portal_contact(portal_profile_id=profile.id)
        self.authenticate("emma@example.com", PASSWORD)
        for url in ("/my/faq", "/my/search", "/my/search", "/my/documents"):
            answer = self.url_open(f"{url}?search=Purple%20Ink&scope=all")
            self.assertEqual(answer.status_code, 200)
        self.env.invalidate_all()
        found = self.env["customer.portal.search.miss"].search(
            [("term", "=", "purple ink")]
        )
        counts = {one.place: one.searches for one in found}
        self.assertEqual(counts, {"faqs": 1, "all": 2, "documents": 1})
        self.authenticate("agent", "agent")
        self.url_open("/my/search?search=Purple%20Ink")
        self.env.invalidate_all()
        self.assertEqual(sum(found.mapped("searches")), 4)

    @takes_long
    def test_a_search_among_ones_own_documents_counts_if_all_have_no_result(self):
        profile = self._make_stock_profile()
        rows = profile.permission_ids
        rows.filtered(lambda row: row.module_id.code == "documents").write(
            {"visible": True, "records_visibility": "organization"}
        )
        organization = self.env["res.partner"].create(
            {"name": "Baker", "is_company": True}
        )
        own = {"portal_profile_id": profile.id, "parent_id": organization.id}
        self._make_portal_contact(**own)
        colleague = self._make_portal_contact("col@example.com", **own)
        self.env["customer.portal.document"].create(
            {
                "name": "Blue Ink",
                "datas": b"SW5r",
                "audience": "contact",
                "partner_id": colleague.id,
                "is_published": True,
            }
        )
        self.authenticate("emma@example.com", PASSWORD)
        for text, is_found in (("Blue", True), ("Purple", False)):
            page = self.url_open(f"/my/documents?search={text}%20Ink&scope=all")
            self.assertEqual("Blue Ink" in page.text, is_found)
            self.url_open(f"/my/documents?search={text}%20Ink&scope=mine")
        self.env.invalidate_all()
        misses = self.env["customer.portal.search.miss"].search([])
        counts = {one.term: one.searches for one in misses}
        self.assertEqual(counts.get("purple ink"), 2)
        self.assertNotIn("blue ink", counts)

    @takes_long
    def test_a_flood_of_searches_is_answered_and_not_kept(self):
        self.patch(search_count, "MOST_PER_HOUR", 3)
        self._make_portal_contact(portal_profile_id=self._make_stock_profile().id)
        self.authenticate("emma@example.com", PASSWORD)
        for number in range(6):
            page = self.url_open(f"/my/search?search=Purple%20Ink%20{number}")
            self.assertEqual(page.status_code, 200)
        misses = self.env["customer.portal.search.miss"]
        self.env.invalidate_all()
        self.assertEqual(misses.search_count([("term", "like", "purple ink")]), 3)

    def test_a_search_whose_count_fails_is_answered(self):
        self._make_portal_contact(portal_profile_id=self._make_stock_profile().id)
        self.authenticate("emma@example.com", PASSWORD)
        misses = self.registry["customer.portal.search.miss"]
        with (
            patch.object(misses, "_count", side_effect=ZeroDivisionError),
            mute_logger("odoo.addons.customer_portal.models.reporting.search_miss"),
        ):
            page = self.url_open("/my/search?search=Purple%20Ink")
        self.assertEqual(page.status_code, 200)

    def test_what_is_lost_where_two_meet_fails_no_page(self):
        self._make_portal_contact(portal_profile_id=self._make_stock_profile().id)
        self.authenticate("emma@example.com", PASSWORD)
        model = self.registry["customer.portal.search.miss"]
        with patch.object(model, "_count", side_effect=SerializationFailure):
            page = self.url_open("/my/search?search=Purple%20Ink")
        self.assertEqual(page.status_code, 200)
        page = self.url_open("/my/search?search=Purple%20Ink")
        self.assertEqual(page.status_code, 200)
        misses = self.env["customer.portal.search.miss"]
        self.env.invalidate_all()
        found = misses.search([("term", "=", "purple ink")])
        self.assertEqual(found.searches, 1)
