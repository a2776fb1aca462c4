from datetime import timedelta

from lxml import html

from odoo.tests import tagged

from ...models.invitation.mail import WAITING
from ..colleague.test_company import URL, CompanyCommon
from ..common import PASSWORD, takes_long
from ..grace_common import GraceBegun

EMAIL = "nina@azure.example.com"


class JoinApprovalCommon(CompanyCommon):
    """Somebody who has registered waits for a manager."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.join, cls.request = cls._let_wait(cls.azure, EMAIL)
        cls.path = f"/requests/{cls.request.id}"

    def _contact(self):
        return self.env["res.partner"].search([("email_normalized", "=", EMAIL)])

    def _decide(self, name, path=None):
        response = self._post(f"{path or self.path}/{name}")
        self.env.invalidate_all()
        return response

    def _forms(self, page):
        return page.xpath(f"//form[starts-with(@action, '{URL}/requests')]/@action")


@tagged("post_install", "-at_install")
class TestJoinApproval(JoinApprovalCommon):
    """Managers approve and refuse on My Company who has registered."""

    def test_the_page_says_who_has_registered_with_which_address(self):
        page = self._page()
        (section,) = page.xpath("//*[@aria-labelledby='o_cp_company_joins_title']")
        for words in ("Registrations to Approve", "Nina New", EMAIL, "Worker"):
            self.assertIn(words, self._text(section))
        self.assertEqual(self._forms(page), [f"{URL}{self.path}/approve"])
        self.assertTrue(section.xpath(f".//a[@href='{URL}{self.path}/refuse']"))
        self.assertNotIn("Waiting for Approval", self._text(page))

    def test_approved_they_are_a_colleague_with_access(self):
        activity = self.request.activity_id
        self.assertTrue(activity.active)
        done = self._follow(self._decide("approve"))
        self.assertFalse(activity.exists().filtered("active"), "nothing is left to do")
        self.assertIn("Nina New now has access.", done)
        contact = self._contact()
        self.assertTrue(contact.portal_user)
        self.assertEqual(self.request.decided_by_id, self.user)
        self.assertIn("Nina New", self._listed())
        self.assertNotIn("Registrations to Approve", self._text(self._page()))

    def test_who_is_refused_is_asked_about_first(self):
        question = self._page(f"{self.path}/refuse")
        self.assertIn("Refuse the registration of Nina New?", self._text(question))
        self.assertEqual(self._forms(question), [f"{URL}{self.path}/refuse"])
        self.assertEqual(self.request.state, "open", "a look changes nothing")
        done = self._follow(self._decide("refuse"))
        self.assertIn("Nina New was refused.", done)
        self.assertEqual(self.request.state, "refused")
        self.assertFalse(self._contact())

    def test_what_cannot_be_done_is_said_above_the_list(self):
        self.azure.portal_seats = 2
        response = self._decide("approve")
        self.assertIn("All 2 seats of your organization", self._refusal(response))
        self.assertIn("Registrations to Approve", response.text)
        self.assertEqual(self.request.state, "open")
        self.assertFalse(self._contact())
        again = self.url_open(f"{URL}{self.path}/approve", allow_redirects=False)
        self.assertEqual(again.status_code, 303, "loaded again, it leads back")

    def test_where_agents_approve_the_page_says_so(self):
        self.azure.portal_approval = True
        page = self._page()
        self.assertEqual(self._forms(page), [])
        self.assertIn("We check this ourselves", self._text(page))
        response = self._decide("approve")
        self.assertIn("We check this ourselves", self._refusal(response))
        self.assertEqual(self.request.state, "open")

    def test_who_comes_late_reads_that_it_is_decided(self):
        self.request.with_user(self.agent).action_refuse()
        self.authenticate(self.user.login, PASSWORD)
        for send in (
            lambda: self._decide("approve"),
            lambda: self._decide("refuse"),
            lambda: self.url_open(f"{URL}{self.path}/refuse", allow_redirects=False),
        ):
            self.assertIn("already been decided", self._follow(send()))
        self.assertFalse(self._contact())

    def test_registrations_of_others_and_unknown_ones_are_alike(self):
        other = self._let_wait(self.deco, "x@deco.example.com")[1]
        self.azure.portal_approval = True
        self._post(f"/{self.ben.id}/end")
        change = self.requests.search([("partner_id", "=", self.ben.id)])
        for request_id in (other.id, change.id, self.request.id + 10**6):
            for name in ("approve", "refuse"):
                with self.subTest(request_id=request_id, name=name):
                    path = f"/requests/{request_id}"
                    done = self._follow(self._decide(name, path))
                    self.assertIn("already been decided", done)
        for request_id in (0, 2**31, 10**12):
            answer = self._decide("approve", f"/requests/{request_id}")
            self.assertEqual(answer.status_code, 404, "no record has such an id")
        self.assertEqual({*(other | change).mapped("state")}, {"open"})

    def test_nothing_is_decided_without_a_token_by_get_or_by_others(self):
        for name in ("approve", "refuse"):
            answer = self._post(f"{self.path}/{name}", token=False)
            self.assertEqual(answer.status_code, 400)
            self.url_open(f"{URL}{self.path}/{name}")
        for login in ("ben@example.com", None):
            self.authenticate(login, login and PASSWORD)
            for name in ("approve", "refuse"):
                status = self._decide(name).status_code
                self.assertEqual(status, 404 if login else 303)
        page = self.url_open(f"{URL}/requests", allow_redirects=False)
        self.assertEqual(page.status_code, 303)
        self.authenticate("dan@example.com", PASSWORD)
        self.assertNotIn(EMAIL, self._text(self._page("/requests")))
        self.assertEqual(self.request.state, "open")

    @takes_long
    def test_many_who_wait_have_a_page_of_their_own(self):
        for number in range(60):
            self._let_wait(self.azure, f"n{number}@azure.example.com", f"N{number}")
        page = self._page()
        self.assertEqual(len(self._forms(page)), 10)
        (link,) = page.xpath(f"//a[@href='{URL}/requests']")
        self.assertIn("Show all that is waiting (61)", self._text(link))
        self.assertEqual(len(self._forms(self._page("/requests"))), 50)
        last = self._page("/requests/page/2")
        self.assertEqual(len(self._forms(last)), 11)
        self.assertIn(EMAIL, self._text(last))
        far = self._page("/requests/page/99999999")
        self.assertEqual(len(self._forms(far)), 11)

    def test_what_they_typed_is_shown_as_text(self):
        self.request.sudo().name = "<script>alert(1)</script>"
        for path in ("", "/requests", f"{self.path}/refuse"):
            text = self.url_open(f"{URL}{path}").text
            self.assertNotIn("<script>alert", text)
            self.assertIn("&lt;script&gt;alert", text)

    # === HOW MANAGERS LEARN OF IT === #

    def _letters(self, *partners):
        rows = self.env["customer.portal.mail"].search([("kind", "=", WAITING)])
        return [row for row in rows if row.partner_id in partners]

    @takes_long
    def test_managers_get_one_email_a_day_for_all_who_wait(self):
        (letter,) = self._letters(self.emma)
        (mail,) = self._mails_to(self.emma).filtered(
            lambda one: "is waiting for you" in one.subject
        )
        self.assertIn("/my/company", mail.body_html)
        for typed in ("Nina", EMAIL):
            self.assertNotIn(typed, mail.body_html, "no words of strangers")
        self._let_wait(self.azure, "two@azure.example.com")
        self.assertEqual(len(self._letters(self.emma)), 1)
        letter.date -= timedelta(days=2)
        self._let_wait(self.azure, "three@azure.example.com")
        self.assertEqual(len(self._letters(self.emma)), 2)
        self.assertFalse(self._letters(self.ben, self.dan, self.sue))

    def test_where_agents_approve_managers_are_spared(self):
        self.deco.portal_approval = True
        self._let_wait(self.deco, "x@deco.example.com")
        self.assertFalse(self._letters(self.dan))
        self.deco.portal_approval = False
        self._let_wait(self.deco, "y@deco.example.com")
        self.assertEqual(len(self._letters(self.dan)), 1)

    def _show_for_you(self, shown):
        widgets = (self.profiles["leader"] | self.profiles["worker"]).widget_ids
        widgets.filtered(lambda one: one.kind == "for_you").visible = shown

    @takes_long
    def test_for_you_leads_to_it(self):
        self._show_for_you(True)
        home = html.fromstring(self.url_open("/my").text)
        (item,) = home.xpath("//*[contains(@class, 'o_cp_waiting ')]")
        self.assertIn("Registration: Nina New", self._text(item))
        self.assertEqual(item.xpath(".//a/@href"), [URL])
        self.assertFalse(home.xpath("//*[@data-placeholder_count='portal_join_count']"))

    @takes_long
    def test_a_home_page_without_for_you_counts_who_waits(self):
        self._show_for_you(False)
        home = html.fromstring(self.url_open("/my").text)
        counted = home.xpath("//*[@data-placeholder_count='portal_join_count']")
        self.assertEqual(len(counted), 1)
        counters = ["portal_join_count", "portal_review_count"]
        values = self.make_jsonrpc_request("/my/counters", {"counters": counters})
        self.assertEqual(values, {"portal_join_count": 1, "portal_review_count": 0})
        self.authenticate("dan@example.com", PASSWORD)
        values = self.make_jsonrpc_request("/my/counters", {"counters": counters})
        self.assertEqual(values, {"portal_join_count": 0, "portal_review_count": 0})
        self.authenticate("ben@example.com", PASSWORD)
        self.assertNotIn("portal_join_count", self.url_open("/my").text)


@tagged("post_install", "-at_install")
class TestJoinApprovalInGrace(GraceBegun, JoinApprovalCommon):
    """Who may only read decides nothing."""

    @takes_long
    def test_in_grace_nothing_is_offered_or_done(self):
        self._begin_grace(self.emma)
        page = self._page()
        self.assertIn("Nina New", self._text(page))
        self.assertEqual(self._forms(page), [])
        self._decide("approve")
        self._decide("refuse")
        self.assertEqual(self.request.state, "open")
