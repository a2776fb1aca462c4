from odoo.tests import tagged

from ...const import PARAM_SHARE_BY_LINK
from ..common import PASSWORD, takes_long
from .test_case_switch import TASKS, TICKETS, CaseSwitchCommon


@tagged("post_install", "-at_install")
class TestTicketPages(CaseSwitchCommon):
    """The pages of the helpdesk itself, beside and below cases."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.done = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")

    def setUp(self):
        super().setUp()
        self.mine, self.foreign = self._ticket(self.emma), self._ticket(self.stranger)
        self.authenticate(self.user.login, PASSWORD)

    def _show_tickets(self):
        values = {"show_comments": True, "show_documents": True, "can_upload": True}
        self.native.write({"visible": True, "records_visibility": "own", **values})

    def _get(self, url):
        return self.url_open(url, allow_redirects=False)

    def _send(self, url, **data):
        files = data.pop("files", None)
        data["csrf_token"] = self._csrf_token()
        return self.url_open(url, data, files=files, allow_redirects=False)

    def _close(self, ticket, method="POST"):
        ids = {"ticket_id": ticket.id, "stage_id": self.done.id}
        if method == "POST":
            return self._send("/ticket/close", **ids).status_code
        query = "&".join(f"{name}={res_id}" for name, res_id in ids.items())
        return self._get(f"/ticket/close?{query}").status_code

    def _tickets(self):
        model = self.env[TICKETS].with_user(self.user)
        return model.search([("id", "in", (self.mine + self.foreign).ids)])

    # === CASES ARE TICKETS === #

    def test_the_list_of_tickets_leads_to_cases(self):
        self._show_tickets()
        self.module._change_case_model(TICKETS)
        for url, page in (
            ("/my/tickets", "/my/p/cases"),
            ("/my/tickets/page/2", "/my/p/cases"),
            ("/new/ticket", "/my/p/cases/new"),
        ):
            with self.subTest(url):
                self.assertTrue(self._get(url).headers["Location"].endswith(page))

    def test_a_ticket_leads_to_its_case(self):
        self.module._change_case_model(TICKETS)
        for url in (f"/my/ticket/{self.mine.id}", f"/my/ticket/{self.mine.id}/token"):
            target = self._get(url).headers["Location"]
            self.assertTrue(target.endswith(f"/my/p/cases/{self.mine.id}"))
        page = self.url_open(f"/my/ticket/{self.mine.id}")
        self.assertIn(f"Ticket of {self.emma.name}", page.text)

    def test_a_foreign_ticket_leads_to_nothing(self):
        self.module._change_case_model(TICKETS)
        url = f"/my/ticket/{self.foreign.id}"
        foreign, unknown = self._get(url), self._get("/my/ticket/999999999")
        self.assertEqual(foreign.status_code, unknown.status_code)
        self.assertEqual(foreign.headers["Location"], unknown.headers["Location"])
        self.assertNotIn("/p/cases", foreign.headers["Location"])
        self.assertNotIn(self.foreign.name, self.url_open(url).text)

    def test_a_link_with_a_token_shows_visitors_what_the_settings_say(self):
        self.module._change_case_model(TICKETS)
        token = self.foreign._portal_ensure_token()
        link = f"/my/ticket/{self.foreign.id}/{token}"
        self.assertNotIn(self.foreign.name, self._get(link).text)
        self.authenticate(None, None)
        self.assertNotIn(self.foreign.name, self._get(link).text)
        self._set_param(PARAM_SHARE_BY_LINK, "read")
        self.assertIn(self.foreign.name, self._get(link).text)

    @takes_long
    def test_a_profile_without_cases_leads_nowhere(self):
        self.right.visible = False
        self.module._change_case_model(TICKETS)
        self.assertEqual(self._get("/my/tickets").status_code, 404)

    @takes_long
    def test_home_has_one_card(self):
        self._show_tickets()
        self.assertIn('href="/my/tickets', self.url_open("/my").text)
        self.module._change_case_model(TICKETS)
        page = self.url_open("/my").text
        self.assertNotIn('href="/my/tickets', page)
        self.assertNotIn("/new/ticket", page)
        self.assertIn('href="/my/p/cases"', page)

    def test_calls_show_no_ticket_that_is_a_case(self):
        self._show_tickets()
        self.assertEqual(self._tickets(), self.mine)
        self.module._change_case_model(TICKETS)
        self.assertFalse(self._tickets())
        self.module._change_case_model(TASKS)
        self.assertEqual(self._tickets(), self.mine)

    def test_no_form_of_the_helpdesk_changes_a_case(self):
        self._show_tickets()
        self.module._change_case_model(TICKETS)
        for ticket in (self.mine, self.foreign):
            for method in ("GET", "POST"):
                with self.subTest(method, ticket=ticket.name):
                    self.assertEqual(self._close(ticket, method), 404)
                    self.assertFalse(ticket.closed)
        count = self.env[TICKETS].search_count([])
        response = self._send("/submitted/ticket", subject="x", description="y")
        self.assertEqual(response.status_code, 404)
        self.assertEqual(self.env[TICKETS].search_count([]), count)

    @takes_long
    def test_the_row_of_tickets_waits_while_they_are_cases(self):
        self._show_tickets()
        self.module._change_case_model(TICKETS)
        self.assertFalse(self.native.module_id.available)
        self.assertIn("Cases are tickets", self.native.module_id.problem)
        self.module._change_case_model(TASKS)
        self.assertTrue(self.native.module_id.available)
        self.assertEqual(self._get("/my/tickets").status_code, 200)

    # === TICKETS BESIDE CASES === #

    def test_hidden_tickets_have_no_pages(self):
        self.native.visible = False
        for url in ("/my/tickets", "/new/ticket"):
            with self.subTest(url):
                self.assertEqual(self._get(url).status_code, 404)
        self.assertNotIn(
            self.mine.name, self.url_open(f"/my/ticket/{self.mine.id}").text
        )
        self.assertNotIn('href="/my/tickets', self.url_open("/my").text)
        count = self.env[TICKETS].search_count([])
        response = self._send("/submitted/ticket", subject="x", description="y")
        self.assertEqual(response.status_code, 404)
        self.assertEqual(self._close(self.mine), 404)
        self.assertFalse(self.mine.closed)
        self.assertEqual(self.env[TICKETS].search_count([]), count)

    def test_customers_close_their_own_tickets_only(self):
        self._show_tickets()
        self.assertEqual(self._close(self.mine, "GET"), 404)
        self.assertFalse(self.mine.closed)
        for method in ("GET", "POST"):
            self.assertEqual(self._close(self.foreign, method), 404)
            self.assertFalse(self.foreign.closed)
        self.assertIn(self._close(self.mine), (302, 303))
        self.assertTrue(self.mine.closed)

    def test_the_button_of_the_page_closes_by_post(self):
        """Asked of the template: QWeb leaves the side of the page empty.

        It takes the ``id`` of its ``t-call`` for new syntax, so that nobody sees it.
        """
        name = "helpdesk_mgmt.portal_helpdesk_ticket_page"
        [tree, *_more] = self.env["ir.qweb"]._get_template(name)
        [form] = tree.iterfind(".//form[@t-attf-action='/ticket/close']")
        self.assertEqual(form.get("method"), "POST")
        self.assertEqual(len(form.findall("input[@name='csrf_token']")), 1)

    def test_nonsense_closes_nothing_and_breaks_nothing(self):
        self._show_tickets()
        for values in (
            {},
            {"ticket_id": "x", "stage_id": "y"},
            {"ticket_id": self.mine.id},
            {"ticket_id": self.mine.id, "stage_id": 2**31},
            {"ticket_id": self.mine.id, "stage_id": "²"},
            {"ticket_id": -1, "stage_id": self.done.id},
        ):
            with self.subTest(values):
                response = self._send("/ticket/close", **values)
                self.assertEqual(response.status_code, 404)
        self.assertFalse(self.mine.closed)

    def test_a_customer_makes_a_ticket_by_post_only(self):
        self._show_tickets()
        domain = [("partner_id", "=", self.emma.id), ("name", "=", "New one")]
        self._get("/submitted/ticket?subject=New one&description=y")
        self.assertFalse(self.env[TICKETS].search(domain))
        self._send("/submitted/ticket", subject="New one", description="y")
        self.assertTrue(self.env[TICKETS].search(domain))

    @takes_long
    def test_a_new_ticket_names_only_what_is_offered(self):
        self._show_tickets()
        categories = self.env["helpdesk.ticket.category"]
        company = self.env["res.company"].create({"name": "Second"})
        hidden = categories.create({"name": "Inside", "show_in_portal": False})
        other = categories.create({"name": "There", "company_id": company.id})
        secret = self.env["helpdesk.ticket.team"].create(
            {"name": "Night shift", "show_in_portal": False}
        )
        shown = categories.create({"name": "Outside"})
        count = self.env[TICKETS].search_count([])
        for values in (
            {"category": hidden.id},
            {"category": other.id},
            {"category": 2**31 - 1},
            {"category": "x"},
            {"team": secret.id},
            {"team": "x"},
        ):
            with self.subTest(values):
                response = self._send(
                    "/submitted/ticket", subject="x", description="y", **values
                )
                self.assertEqual(response.status_code, 404)
        self.assertEqual(self.env[TICKETS].search_count([]), count)
        self._send("/submitted/ticket", subject="x", description="y", category=shown.id)
        self.assertEqual(self.env[TICKETS].search_count([]), count + 1)

    def test_a_file_comes_with_a_ticket_where_files_may_be_uploaded(self):
        self._show_tickets()
        data = {"subject": "With file", "description": "y", "attachment": "x"}
        self.native.can_upload = False
        files = {"attachment": ("a.txt", b"hello", "text/plain")}
        response = self._send("/submitted/ticket", files=files, **data)
        self.assertEqual(response.status_code, 404)
        self.native.can_upload = True
        self._send("/submitted/ticket", files=files, **data)
        ticket = self.env[TICKETS].search([("name", "=", "With file")])
        self.assertEqual(len(ticket), 1)

    @takes_long
    def test_agents_and_employees_are_not_concerned(self):
        self._show_tickets()
        self.module._change_case_model(TICKETS)
        self.agent.password = PASSWORD
        self.authenticate(self.agent.login, PASSWORD)
        self.assertEqual(self._get("/my/tickets").status_code, 200)
