import csv
import io

from lxml import html

from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from ..common import PASSWORD, CustomerPortalHttpCommon, takes_long
from ..confirmation_common import ConfirmationCommon

URL = "/my/company/review"


@tagged("post_install", "-at_install")
class TestReviewPages(ConfirmationCommon, CustomerPortalHttpCommon):
    """The page on which a manager answers, and who else finds nothing there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.birch = cls._make_organization("Birch")
        cls.otto = cls._add("otto", cls.birch, portal_profile_id=cls.managing.id)
        cls.reviews._start((cls.azure | cls.birch).ids)
        cls.review = cls.reviews.search([("organization_id", "=", cls.azure.id)])
        cls.url = f"{URL}/{cls.review.id}"

    def _log_in_as(self, partner):
        self.authenticate(partner.email, PASSWORD)

    def _post(self, url=None, **values):
        token = self._csrf_token()
        response = self.url_open(url or self.url, {"csrf_token": token, **values})
        self.env.invalidate_all()
        return response

    def _read(self, url=None):
        page = html.fromstring(self.url_open(url or self.url).text)
        return " ".join(page.xpath("//*[@id='wrap']")[0].text_content().split())

    def test_a_manager_finds_the_review_and_answers(self):
        self._log_in_as(self.emma)
        text = self._read(URL)
        for words in ("Access Review: Azure", "emma (you)", "noah@example.com", "olga"):
            self.assertIn(words, text)
        self.assertNotIn("otto", text)
        response = self._post(**{f"answer_{self.noah.id}": "end"})
        self.assertIn("Answers saved: 1.", response.text)
        self.assertIn("Answers So Far", response.text)
        self.assertFalse(self.noah.portal_user)
        self.assertEqual(
            self._decisions(self.review), {"emma": False, "noah": "end", "olga": False}
        )
        response = self._post(
            **{
                f"answer_{self.olga.id}": "profile",
                f"profile_{self.olga.id}": str(self.other_profile.id),
                f"answer_{self.emma.id}": "keep",
            }
        )
        self.assertEqual(self.review.state, "done")
        self.assertEqual(self.olga.portal_profile_id, self.other_profile)
        self.assertIn("has ended", self._read())

    def test_my_company_leads_to_the_review_and_back(self):
        self._log_in_as(self.emma)
        page = html.fromstring(self.url_open("/my/company").text)
        (alert,) = page.xpath("//*[contains(@class, 'o_cp_company_review')]")
        self.assertIn("Access review: Azure", alert.text_content())
        self.assertEqual(alert.xpath(".//a/@href"), [self.url])
        for url in (URL, self.url):
            crumbs = html.fromstring(self.url_open(url).text).xpath("//ol")[0]
            self.assertTrue(crumbs.xpath(".//a[@href='/my/company']"))
            self.assertIn("Access Review", crumbs.text_content())
        self.review.state = "missed"
        self.env.flush_all()
        self.assertNotIn("o_cp_company_review", self.url_open("/my/company").text)

    @takes_long
    def test_a_home_page_without_for_you_counts_reviews(self):
        self._log_in_as(self.emma)
        widgets = self.managing.widget_ids
        mark = "//*[@data-placeholder_count='portal_review_count']"
        for shown in (True, False):
            widgets.filtered(lambda one: one.kind == "for_you").visible = shown
            page = html.fromstring(self.url_open("/my").text)
            self.assertEqual(len(page.xpath(mark)), 0 if shown else 1)
        counters = ["portal_review_count"]
        values = self.make_jsonrpc_request("/my/counters", {"counters": counters})
        self.assertEqual(values, {"portal_review_count": 1})

    @takes_long
    def test_one_button_keeps_all_others_on_the_page(self):
        self._log_in_as(self.emma)
        token = self._csrf_token()
        self.url_open(
            self.url,
            [
                ("csrf_token", token),
                ("others", "keep"),
                (f"answer_{self.noah.id}", "end"),
                *(("shown", str(one.id)) for one in self.emma | self.noah | self.olga),
            ],
        )
        self.env.invalidate_all()
        self.assertEqual(
            self._decisions(self.review),
            {"emma": "keep", "noah": "end", "olga": "keep"},
        )

    def test_another_profile_that_is_chosen_is_an_answer(self):
        self._log_in_as(self.emma)
        chosen = {
            f"profile_{self.noah.id}": str(self.other_profile.id),
            f"profile_{self.olga.id}": "",
        }
        self.assertIn("Answers saved: 1.", self._post(**chosen).text)
        self.assertEqual(self.noah.portal_profile_id, self.other_profile)
        self.assertFalse(self._line(self.olga, self.review).decision)
        chosen = {
            f"profile_{self.olga.id}": str(self.other_profile.id),
            f"answer_{self.olga.id}": "keep",
        }
        self._post(**chosen)
        self.assertEqual(self._line(self.olga, self.review).decision, "keep")
        self.assertEqual(self.olga.portal_profile_id, self.basic)

    def test_what_is_refused_is_said_beside_the_person(self):
        self._log_in_as(self.emma)
        response = self._post(
            **{f"answer_{self.emma.id}": "end", f"answer_{self.noah.id}": "keep"}
        )
        self.assertIn("Some answers could not be saved", response.text)
        page = html.fromstring(response.text)
        [refused] = page.xpath(
            "//fieldset[.//*[@aria-describedby] or @aria-describedby]"
        )
        self.assertIn("emma", refused.text_content())
        self.assertIn("No one else can manage", refused.text_content())
        self.assertEqual(self._line(self.noah, self.review).decision, "keep")

    @takes_long
    def test_the_page_knows_who_has_got_access_today(self):
        self._add("new", self.azure, support_start_date=self.today)
        self._log_in_as(self.emma)
        self.assertIn("new@example.com", self._read())
        self.assertFalse(
            self.review.line_ids.filtered(lambda line: line.partner_name == "new"),
            "looking changes nothing",
        )

    def test_looking_changes_nothing(self):
        self._log_in_as(self.emma)
        query = (
            f"?answer_{self.noah.id}=end&others=keep&csrf_token={self._csrf_token()}"
        )
        for url in (self.url, URL, f"{URL}/export"):
            self.assertEqual(self.url_open(url + query).status_code, 200)
        self.env.invalidate_all()
        self.assertTrue(self.noah.portal_user)
        self.assertEqual({*self._decisions(self.review).values()}, {False})

    def test_without_the_token_of_the_form_nothing_is_saved(self):
        self._log_in_as(self.emma)
        with mute_logger("odoo.http"):
            response = self.url_open(
                self.url, {"csrf_token": "no", f"answer_{self.noah.id}": "end"}
            )
        self.assertEqual(response.status_code, 400)
        self.env.invalidate_all()
        self.assertTrue(self.noah.portal_user)

    def test_those_who_manage_nobody_find_nothing(self):
        self._log_in_as(self.noah)
        for url in (URL, self.url, f"{URL}/export", f"{URL}/{10**9}"):
            self.assertEqual(self.url_open(url).status_code, 404)
        self.assertEqual(
            self._post(**{f"answer_{self.olga.id}": "end"}).status_code, 404
        )
        self.assertTrue(self.olga.portal_user)
        self.authenticate("agent", "agent")
        self.assertEqual(self.url_open(URL).status_code, 404)

    def test_another_organization_looks_as_if_it_did_not_exist(self):
        self._log_in_as(self.otto)
        other, unknown = self._read(), self._read(f"{URL}/{10**9}")
        self.assertEqual(other, unknown)
        self.assertNotIn("noah", other)
        self._post(**{f"answer_{self.noah.id}": "end"})
        own = self.reviews.search([("organization_id", "=", self.birch.id)])
        self._post(f"{URL}/{own.id}", **{f"answer_{self.noah.id}": "end"})
        self.assertTrue(self.noah.portal_user)
        self.assertFalse(self._line(self.noah, self.review).decision)
        rows = self.url_open(f"{URL}/export").text
        self.assertNotIn("noah", rows)

    def test_forged_ids_and_answers_change_nothing(self):
        self._log_in_as(self.emma)
        secret = self.env["customer.portal.profile"].create({"name": "Secret"})
        for values in (
            {f"answer_{self.otto.id}": "end"},
            {f"answer_{self.noah.id}": "closed"},
            {f"answer_{self.noah.id}": "profile", f"profile_{self.noah.id}": secret.id},
            {f"answer_{self.noah.id}": "profile", f"profile_{self.noah.id}": "x" * 99},
            {"answer_": "end", "answer_-1": "end", "answer_x": "end"},
            {f"answer_{10**30}": "end"},
            {f"answer_{self.env.ref('base.partner_admin').id}": "end"},
        ):
            with self.subTest(values):
                self.assertEqual(self._post(**values).status_code, 200)
        self.assertTrue(all((self.otto | self.noah).mapped("portal_user")))
        self.assertEqual(self.noah.portal_profile_id, self.basic)
        self.assertEqual({*self._decisions(self.review).values()}, {False})

    def test_by_rpc_customers_reach_nothing(self):
        self._log_in_as(self.emma)
        line = self._line(self.noah, self.review)
        calls = (
            ("customer.portal.confirmation", "read", [self.review.ids]),
            ("customer.portal.confirmation", "action_keep_others", [self.review.ids]),
            ("customer.portal.confirmation", "_answer", [self.review.ids, {}]),
            ("customer.portal.confirmation", "_cron_run", [[]]),
            ("customer.portal.confirmation.line", "action_end", [line.ids]),
            ("customer.portal.confirmation.line", "write", [line.ids, {"note": "x"}]),
            ("customer.portal.confirmation.line", "search_read", [[]]),
            ("customer.portal.calendar", "search_read", [[]]),
            ("customer.portal.confirmation.profile", "create", [{"line_id": line.id}]),
        )
        for model, method, args in calls:
            params = {"model": model, "method": method, "args": args, "kwargs": {}}
            with (
                self.subTest(method=method),
                mute_logger("odoo.http"),
                self.assertRaises(JsonRpcException),
            ):
                self.make_jsonrpc_request("/web/dataset/call_kw", params)
        self.assertFalse(line.decision)

    def test_the_file_has_what_was_answered_and_no_formulas(self):
        self.noah.name = "=HYPERLINK(1)"
        self._log_in_as(self.emma)
        self._post(**{f"answer_{self.olga.id}": "end"})
        response = self.url_open(f"{URL}/export")
        self.assertIn("text/csv", response.headers["Content-Type"])
        rows = [*csv.reader(io.StringIO(response.content.decode("utf-8-sig")))]
        self.assertEqual(rows[0][:3], ["Organization", "Review Started On", "Name"])
        [olga] = [row for row in rows if row[2] == "olga"]
        self.assertEqual(olga[5], "End Access")
        self.assertEqual(olga[7], self.emmas.name)
        self.assertFalse([cell for row in rows for cell in row if cell[:1] == "="])

    def test_the_home_page_says_that_a_review_waits(self):
        for partner, waits in ((self.emma, True), (self.noah, False)):
            user = self._user_of(partner)
            items = self.env(user=user)["customer.portal.waiting"]._get_items()
            found = [item for item in items if item.url == self.url]
            self.assertEqual(bool(found), waits)

    def test_several_organizations_are_a_list(self):
        self.managing.manage_scope = "subsidiaries"
        self.birch.parent_id = self.azure
        self.otto.portal_profile_id = self.basic
        self._log_in_as(self.emma)
        text = self._read(URL)
        self.assertIn("Azure", text)
        self.assertIn("Birch", text)


@tagged("post_install", "-at_install")
class TestReviewQueries(ConfirmationCommon, CustomerPortalHttpCommon):
    """What the page of a large review asks of the database, once caches are warm."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        people = cls.env["res.partner"].create(
            [
                {
                    "name": f"Person {number:03}",
                    "email": f"p{number}@example.com",
                    "parent_id": cls.azure.id,
                }
                for number in range(120)
            ]
        )
        people._write_without_sync(
            {"portal_user": True, "portal_profile_id": cls.basic.id}
        )
        cls.reviews._start(cls.azure.ids)
        cls.review = cls.reviews.search([("organization_id", "=", cls.azure.id)])

    @takes_long
    def test_a_page_shows_fifty_of_many_in_few_queries(self):
        url = f"{URL}/{self.review.id}"
        self.authenticate(self.emma.email, PASSWORD)
        page = html.fromstring(self.url_open(f"{url}?page=3").text)
        self.assertEqual(len(page.xpath("//fieldset")), 23)
        self.assertIn("Page 3 of 3", self.url_open(f"{url}?page=99").text)
        self.assertLessEqual(self._count_queries(url), 16)
