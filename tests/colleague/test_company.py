from lxml import html

from odoo.tests import tagged, warmup
from odoo.tools import SQL

from ...models.colleague.colleague_list import ORDERS
from ..colleague_common import ColleagueHttpCommon
from ..common import PASSWORD, takes_long

URL = "/my/company"
# Queries that a page of My Company may take, however many colleagues there are.
QUERY_BUDGET = 12
MANY = 10_000


class CompanyCommon(ColleagueHttpCommon):
    """The pages of My Company, as a browser without scripts sends and reads them."""

    def setUp(self):
        super().setUp()
        self.authenticate(self.user.login, PASSWORD)

    def _page(self, path=""):
        response = self.url_open(f"{URL}{path}")
        self.assertEqual(response.status_code, 200)
        return html.fromstring(response.text)

    def _post(self, path, token=True, files=None, **values):
        # Without anything to send it would be a GET.
        values["csrf_token"] = self._csrf_token() if token else "guessed"
        return self.url_open(f"{URL}{path}", values, files=files, allow_redirects=False)

    def _follow(self, response):
        """Return what the next page says has been done."""
        self.assertEqual(response.status_code, 303)
        page = html.fromstring(self.url_open(response.headers["Location"]).text)
        return self._text(page.xpath("//*[contains(@class, 'o_cp_hint')]")[0])

    def _refusal(self, response, status=422):
        self.assertEqual(response.status_code, status)
        page = html.fromstring(response.text)
        return " ".join(map(self._text, page.xpath("//*[@role='alert']")))

    def _text(self, node):
        return " ".join(node.text_content().split())

    def _listed(self, query=""):
        cells = self._page(query).xpath("//td[contains(@class, 'o_cp_title')]/a")
        return [self._text(cell) for cell in cells]

    def _statuses(self, paths, method="get"):
        send = (
            self._post
            if method == "post"
            else (lambda path: self.url_open(f"{URL}{path}", allow_redirects=False))
        )
        return {path: send(path).status_code for path in paths}


@tagged("post_install", "-at_install")
class TestCompany(CompanyCommon):
    """My Company: the list of colleagues, and what is done for one of them."""

    # === WHO SEES IT === #

    def test_only_those_who_manage_colleagues_have_the_page(self):
        pages = ["", "/page/2", f"/{self.ben.id}", f"/{self.ben.id}/end"]
        pages += ["/invite", "/invite/several"]
        posts = [f"/{self.ben.id}/{name}" for name in ("end", "resend", "profile")]
        posts += [f"/{self.idle.id}/restore", "/invite", "/invite/several"]
        posts += ["/invite/several/send", "/requests/1/withdraw"]
        self.assertEqual(set(self._statuses(pages).values()), {200})
        self.assertIn(URL, self.url_open("/my").text)
        self.authenticate(self.ben.email, PASSWORD)
        self.assertEqual(set(self._statuses(pages).values()), {404})
        self.assertEqual(set(self._statuses(posts, "post").values()), {404})
        self.assertNotIn(URL, self.url_open("/my").text)
        self.agent.password = PASSWORD
        self.authenticate("agent", PASSWORD)
        self.assertEqual(set(self._statuses(pages).values()), {404})
        self.authenticate(None, None)
        self.assertEqual(set(self._statuses(pages).values()), {303})
        self.assertTrue(self.ben.portal_user)
        self.assertFalse(self.idle.portal_user)

    @takes_long
    def test_it_is_in_the_menu_where_the_profile_has_one(self):
        profile = self.profiles["leader"]
        menu = profile.widget_ids.filtered(lambda one: one.kind == "menu")
        menu.visible = True
        page = self._page()
        (entry,) = page.xpath(f"//nav[@aria-label='Portal']//a[@href='{URL}']")
        self.assertEqual(entry.get("aria-current"), "page")
        (entry,) = self._page(f"/{self.ben.id}").xpath(
            f"//nav[@aria-label='Portal']//a[@href='{URL}']"
        )
        self.assertEqual(entry.get("aria-current"), "true")
        home = html.fromstring(self.url_open("/my").text)
        self.assertEqual(len(home.xpath(f"//a[@href='{URL}']")), 1, "no card, too")

    # === THE LIST === #

    def test_the_list_shows_colleagues_searched_and_sorted(self):
        self.assertEqual(self._listed(), ["ben", "emma", "Ida Idle"])
        self.assertEqual(self._listed("?sortby=-name"), ["Ida Idle", "emma", "ben"])
        self.assertEqual(self._listed("?search=IDA@"), ["Ida Idle"])
        self.assertEqual(self._listed("?status=none"), ["Ida Idle"])
        for query in ("?sortby=evil", "?page=x", "?search=%00", "/page/99999999"):
            self.assertTrue(self._listed(query) or query == "?search=%00", query)
        text = self._text(self._page().xpath("//main")[0])
        self.assertIn("Azure: 2 people have access", text)
        for words in ("Worker", "Invited", "No access", "ben@example.com", "(you)"):
            self.assertIn(words, text)
        for words in ("rob", "sue", "Deco", "Branch"):
            self.assertNotIn(words, text)

    def test_it_says_how_many_seats_are_used(self):
        self.azure.portal_seats = 7
        text = self._text(self._page())
        self.assertIn("Azure: 2 of 7 seats used", text)
        self.azure.portal_seats = 1
        self.assertIn("Azure: 2 of 1 seat used", self._text(self._page()))

    def test_a_search_without_results_leads_back(self):
        page = self._page("?search=nowhere")
        self.assertIn("No results match your search.", self._text(page))
        self.assertTrue(page.xpath(f"//a[@href='{URL}'][text()='Show all']"))

    def test_those_who_manage_subsidiaries_see_whose_each_person_is(self):
        self.profiles["leader"].manage_scope = "subsidiaries"
        text = self._text(self._page().xpath("//table")[0])
        self.assertIn("Organization", text)
        self.assertIn("sue", text)
        self.assertNotIn("rob", text)

    # === ONE COLLEAGUE === #

    def test_a_colleague_s_page_says_how_they_stand_and_who_did_it(self):
        self.ben.with_user(self.agent).support_end_date = self.tomorrow
        self._post(f"/{self.ben.id}/end")
        self._post(f"/{self.ben.id}/restore", profile_id=self.profiles["worker"].id)
        text = self._text(self._page(f"/{self.ben.id}").xpath("//main")[0])
        self.assertIn("Access Revoked by emma", text)
        self.assertIn("Access Granted by emma", text)
        self.assertIn(f"Access Changed by {self.env.company.name}", text)
        self.assertIn("ben@example.com", text)
        self.assertNotIn(self.agent.name, text)

    def test_the_profile_is_changed(self):
        path, leader = f"/{self.ben.id}/profile", self.profiles["leader"]
        done = self._follow(self._post(path, profile_id=leader.id))
        self.assertIn("ben now has the profile “Leader”", done)
        self.assertEqual(self.ben.portal_profile_id, leader)

    def test_a_profile_that_may_not_be_given_is_refused_with_the_reason(self):
        path, more = f"/{self.ben.id}/profile", self.profiles["more"]
        for profile_id in (more.id, self.profiles["worker"].id + 10**6, "", "x", "1e3"):
            with self.subTest(profile_id):
                refusal = self._refusal(self._post(path, profile_id=profile_id))
                self.assertIn("You can't give this profile", refusal)
        self.assertEqual(self.ben.portal_profile_id, self.profiles["worker"])
        self.assertNotIn("More", self._text(self._page(f"/{self.ben.id}")))

    def test_a_colleague_with_more_rights_can_t_be_changed_and_the_page_says_why(self):
        told = "has more rights than you"
        self.assertNotIn(told, self._text(self._page(f"/{self.ben.id}")))
        self.ben.portal_profile_id = self.profiles["more"]
        page = self._page(f"/{self.ben.id}")
        self.assertIn(told, self._text(page))
        self.assertFalse(page.xpath("//a[contains(@href, '/end')]"))

    @takes_long
    def test_login_details_are_sent_again(self):
        done = self._follow(self._post(f"/{self.ben.id}/resend"))
        self.assertIn("Login details sent to ben", done)
        self.assertIn("colleague_resent", self._kinds(self.ben))

    def test_access_ends_after_a_question_and_comes_back(self):
        question = self._page(f"/{self.ben.id}/end")
        self.assertTrue(self.ben.portal_user)
        (form,) = question.xpath("//form[contains(@action, '/end')]")
        self.assertEqual(form.get("action"), f"{URL}/{self.ben.id}/end")
        self.assertIn(
            "no longer has access", self._follow(self._post(f"/{self.ben.id}/end"))
        )
        self.assertFalse(self.ben.portal_user)
        worker = self.profiles["worker"].id
        back = self._post(f"/{self.ben.id}/restore", profile_id=worker)
        self.assertIn("has access again", self._follow(back))
        self.assertTrue(self.ben.portal_user)

    def test_who_never_had_access_is_not_given_it_again(self):
        wanted = {self.idle: "Give Access", self.ben: "Give Access Again"}
        self.ben.portal_user = False
        for partner, label in wanted.items():
            page = self._page(f"/{partner.id}")
            buttons = map(self._text, page.xpath("//main//button[@type='submit']"))
            self.assertIn(label, list(buttons))

    def test_nobody_ends_their_own_last_management(self):
        self.assertIn("your own access", self._text(self._page(f"/{self.emma.id}/end")))
        refusal = self._refusal(self._post(f"/{self.emma.id}/end"))
        self.assertIn("No one else can manage your colleagues", refusal)
        self.assertTrue(self.emma.portal_user)

    @takes_long
    def test_who_gives_up_managing_is_asked_and_then_led_home(self):
        self.ben.portal_profile_id = self.profiles["leader"]
        worker = self.profiles["worker"].id
        asked = self._post(f"/{self.emma.id}/profile", profile_id=worker)
        self.assertEqual(asked.status_code, 200)
        page = html.fromstring(asked.text)
        self.assertIn("With the profile Worker you can no longer", self._text(page))
        self.assertEqual(self.emma.portal_profile_id, self.profiles["leader"])
        [form] = page.xpath("//form[contains(@action, '/profile')]")
        self.assertEqual(
            {one.name: one.value for one in form.xpath(".//input")}
            | {"csrf_token": None},
            {"csrf_token": None, "profile_id": str(worker), "confirmed": "1"},
        )
        response = self._post(
            f"/{self.emma.id}/profile", profile_id=worker, confirmed="1"
        )
        self.assertEqual(response.status_code, 303)
        self.assertTrue(response.headers["Location"].endswith("/my"))
        self.assertEqual(self.url_open(URL).status_code, 404)

    def test_a_form_that_was_refused_can_be_loaded_again(self):
        for name in ("profile", "resend", "restore"):
            response = self.url_open(
                f"{URL}/{self.ben.id}/{name}", allow_redirects=False
            )
            self.assertEqual(response.status_code, 303)
            self.assertTrue(response.headers["Location"].endswith(f"/{self.ben.id}"))

    # === ATTACKS === #

    @takes_long
    def test_people_of_others_and_unknown_ones_are_alike(self):
        gone = self.env["res.partner"].create({"name": "Gone"})
        unknown = gone.id
        gone.unlink()
        strangers = [self.rob, self.dan, self.sue, self.agent.partner_id, self.deco]
        for partner_id in (*(one.id for one in strangers), unknown, 0, 2**31):
            gets = [f"/{partner_id}", f"/{partner_id}/end"]
            posts = [f"/{partner_id}/{name}" for name in ("resend", "restore", "end")]
            with self.subTest(partner_id):
                self.assertEqual(set(self._statuses(gets).values()), {404})
                self.assertEqual(set(self._statuses(posts, "post").values()), {404})
                worker = self.profiles["worker"].id
                answer = self._post(f"/{partner_id}/profile", profile_id=worker)
                self.assertEqual(answer.status_code, 404)
        for one in (self.rob, self.dan, self.sue):
            self.assertTrue(one.portal_user)

    def test_nothing_is_changed_without_a_token_or_by_get(self):
        posts = [f"/{self.ben.id}/{name}" for name in ("end", "resend", "profile")]
        posts += ["/invite", "/invite/several", "/invite/several/send"]
        posts += ["/requests/1/withdraw"]
        for path in posts:
            with self.subTest(path):
                self.assertEqual(self._post(path, token=False).status_code, 400)
        self._page()
        with self._no_touchpoint(), self._no_mail():
            for path in posts:
                self.url_open(f"{URL}{path}?profile_id={self.profiles['leader'].id}")
        self.assertTrue(self.ben.portal_user)
        self.assertEqual(self.ben.portal_profile_id, self.profiles["worker"])

    def test_names_are_shown_as_text(self):
        self.ben.name = "<script>alert(1)</script>"
        for path in ("", f"/{self.ben.id}", f"/{self.ben.id}/end"):
            text = self.url_open(f"{URL}{path}").text
            self.assertNotIn("<script>alert", text)
            self.assertIn("&lt;script&gt;alert", text)

    # === APPROVAL === #

    def test_a_change_that_needs_approval_waits_and_can_be_withdrawn(self):
        self.azure.portal_approval = True
        self.assertIn("We check your changes", self._text(self._page()))
        done = self._follow(self._post(f"/{self.ben.id}/end"))
        self.assertIn("We will check this", done)
        self.assertTrue(self.ben.portal_user)
        for path in ("", f"/{self.ben.id}"):
            page = self._page(path)
            self.assertIn("End the access of ben", self._text(page))
            self.assertIn("Waiting for Approval", self._text(page))
        (request,) = self.requests.search([("partner_id", "=", self.ben.id)])
        (form,) = page.xpath("//form[contains(@action, 'withdraw')]")
        self.assertEqual(form.get("action"), f"{URL}/requests/{request.id}/withdraw")
        self.authenticate(self.dan.email, PASSWORD)
        other = self._post(f"/requests/{request.id}/withdraw")
        self.assertEqual(other.status_code, 404)
        self.assertEqual(request.state, "open")
        self.authenticate(self.emma.email, PASSWORD)
        self._follow(self._post(f"/requests/{request.id}/withdraw"))
        self.assertEqual(request.state, "void")
        again = self._post(f"/requests/{request.id}/withdraw")
        self.assertEqual(again.status_code, 404)


@tagged("post_install", "-at_install", "long")
class TestCompanyQueries(CompanyCommon):
    """What the list asks of the database, once Odoo's caches are warm."""

    NUMBER, PATHS = 200, ("", "/page/2", "?search=c99", "?sortby=-status")

    def _multiply(self, partner, number):
        """Make copies of a contact, whatever columns the installed apps have added."""
        self.env.flush_all()
        columns = [
            SQL.identifier(name)
            for name, field in partner._fields.items()
            if field.store and field.column_type and name not in ("id", "email")
        ]
        self.env.cr.execute(
            SQL(
                "INSERT INTO res_partner (email, %(columns)s)"
                " SELECT 'c' || n || '@example.com', %(columns)s"
                " FROM res_partner, generate_series(1, %(number)s) AS n"
                " WHERE id = %(id)s",
                columns=SQL(", ").join(columns),
                number=number,
                id=partner.id,
            )
        )
        self.env.cr.execute("ANALYZE res_partner")

    @warmup
    def test_many_colleagues_take_no_more_queries(self):
        self._multiply(self.ben, self.NUMBER)
        for path in self.PATHS:
            with self.subTest(path):
                cost = self._count_queries(f"{URL}{path}")
                self.assertLessEqual(cost, QUERY_BUDGET)


@tagged("post_install", "-at_install", "long")
class TestTenThousandColleagues(TestCompanyQueries):
    """Of ten thousand, by each order, status and search."""

    SORTS = [f"?sortby={sign}{name}" for name in ORDERS for sign in ("", "-")]
    STATUSES = [f"?status={name}" for name in ("invited", "lapsed", "none")]
    SEARCHES = ("?search=c999", "?search=c999&sortby=status&status=invited")
    NUMBER = MANY
    PATHS = ("", "/page/100", *SEARCHES, *SORTS, *STATUSES)
