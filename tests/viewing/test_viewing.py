from datetime import timedelta

from lxml import html

from odoo import fields
from odoo.tests import tagged

from ...models.viewing.viewing import COOKIE, MINUTES
from ..viewing_common import ViewingCommon


@tagged("post_install", "-at_install")
class TestViewing(ViewingCommon):
    def _read_banner(self, response):
        page = html.fromstring(response.text)
        [banner] = page.xpath("//section[contains(@class, 'o_cp_viewing')]")
        return " ".join(banner.text_content().split())

    def test_an_agent_sees_the_real_page_of_a_customer_and_whose_it_is(self):
        action = self._see_as(self.emma)
        self.assertEqual((action["url"], action["target"]), ("/my", "new"))
        response = self.url_open("/my")
        banner = self._read_banner(response)
        profile = self.emma.portal_profile_id.name
        for text in ("Emma Stone", profile, "Read only", f"{MINUTES} min", "Leave"):
            self.assertIn(text, banner)
        self.assertIn("Emma Stone", response.text)

    def test_the_customer_themselves_see_no_banner(self):
        self.authenticate("emma@example.com", "correct horse battery")
        self.assertNotIn("o_cp_viewing", self.url_open("/my").text)

    def test_the_agents_session_stays_theirs(self):
        sid = self.session.sid
        self._see_as(self.emma)
        self.url_open("/my")
        self.assertEqual(self.opener.cookies["session_id"], sid)
        info = self.make_jsonrpc_request("/web/session/get_session_info", {})
        self.assertEqual(info["uid"], self.agent.id)
        self._call("res.partner", "write", self.emma.ids, vals={"comment": "by agent"})
        self.assertIn("by agent", self.emma.comment)

    def test_nothing_changes_because_of_it(self):
        self._see_as(self.emma)
        login_date = self.user.login_date
        before = self._count_changes()
        for url in ("/my", "/my/home", "/my/profile", "/my/security", "/my/nowhere"):
            self.url_open(url)
        self._open_part(f"/web/image/res.partner/{self.emma.id}/avatar_128")
        self.assertEqual(self._count_changes(), before)
        self.assertEqual(self.user.login_date, login_date)
        self.assertEqual(self._kinds(self.emma), ["granted", "viewed"])

    def test_it_is_a_touchpoint_of_its_own_kind(self):
        self._see_as(self.emma)
        touchpoint = self._get_touchpoint(self.emma)
        self.assertEqual(touchpoint.user_id, self.agent)
        self.assertEqual(touchpoint.detail, f"At most {MINUTES} minutes")
        self._get_viewing().date_start -= timedelta(minutes=4)
        response = self.url_open(
            "/customer_portal/viewing/leave", data={"x": 1}, allow_redirects=False
        )
        self.assertEqual(
            response.headers["Location"], f"/odoo/res.partner/{self.emma.id}"
        )
        self.assertEqual(
            self._get_touchpoint(self.emma).detail, "4 min, ended by: leaving"
        )

    def test_who_leaves_sees_their_own_pages_again(self):
        self._see_as(self.emma)
        self.url_open(
            "/customer_portal/viewing/leave", data={"x": 1}, allow_redirects=False
        )
        self.assertNotIn(COOKIE, self.opener.cookies)
        response = self.url_open("/my")
        self.assertNotIn("Emma Stone", response.text)

    def test_it_ends_by_itself(self):
        self._see_as(self.emma)
        viewing = self._get_viewing()
        self.assertEqual(
            viewing.date_until - viewing.date_start, timedelta(minutes=MINUTES)
        )
        viewing.date_start -= timedelta(minutes=MINUTES)
        viewing.date_until -= timedelta(minutes=MINUTES)
        self.env["customer.portal.viewing"].sudo()._cron_end()
        self.assertEqual(
            self._get_touchpoint(self.emma).detail, f"{MINUTES} min, ended by itself"
        )
        response = self.url_open("/my")
        self.assertEqual(response.status_code, 403)
        self.assertIn("has ended", response.text)
        self.assertNotIn("Emma Stone", response.text)
        self.assertNotIn("Emma Stone", self.url_open("/my").text)

    def test_the_time_counts_also_where_no_job_has_run(self):
        self._see_as(self.emma)
        self._get_viewing().date_until = fields.Datetime.now() - timedelta(seconds=1)
        self.assertNotIn("Emma Stone", self.url_open("/my").text)
        self.assertTrue(self._get_viewing().date_end)

    def test_it_ends_with_the_agents_session(self):
        self._see_as(self.emma)
        self.url_open("/web/session/logout", allow_redirects=False)
        self.assertTrue(self._get_viewing().date_end)
        self.assertIn("logging out", self._get_touchpoint(self.emma).detail)

    def test_it_ends_when_the_agent_loses_the_right(self):
        self._see_as(self.emma)
        self.agent.group_ids -= self.env.ref(
            "customer_portal.group_customer_portal_user"
        )
        self.assertNotIn("Emma Stone", self.url_open("/my").text)
        self.assertTrue(self._get_viewing().date_end)

    def test_an_expired_customer_is_shown_with_the_refusal(self):
        self._expire(self.emma)
        self._see_as(self.emma)
        response = self.url_open("/my")
        self.assertEqual(response.status_code, 200)
        banner = self._read_banner(response)
        self.assertIn(self.user._get_portal_refusal(), banner)
        self.assertEqual(self._kinds(self.emma), ["granted", "viewed"])

    def test_a_scheduled_customer_is_shown_with_the_refusal(self):
        late = self._make_portal_contact(
            "late@example.com", name="Late", support_start_date=self.tomorrow
        )
        self._see_as(late)
        banner = self._read_banner(self.url_open("/my"))
        self.assertIn(self._user_of(late)._get_portal_refusal(), banner)

    def test_another_customer_ends_the_former_one(self):
        self._see_as(self.emma)
        first = self._get_viewing()
        self._see_as(self.other)
        self.assertTrue(first.date_end)
        self.assertIn("Otto Other", self._read_banner(self.url_open("/my")))

    def test_a_case_opens_on_its_own_page(self):
        module = self.env["customer.portal.module"].search([("code", "=", "cases")])
        self.assertEqual(module.model_name, "project.task")
        case = self.env["project.task"].create(
            {
                "name": "It smokes",
                "project_id": self.env.ref("customer_portal.project_cases").id,
                "partner_id": self.emma.id,
            }
        )
        action = self._call("project.task", "action_see_as_customer", case.ids)
        self.assertEqual(action["url"], f"/my/p/cases/{case.id}")
        response = self.url_open(action["url"])
        self.assertIn("It smokes", response.text)
        self._read_banner(response)

    def test_a_profile_asks_for_one_of_its_customers(self):
        profile = self.emma.portal_profile_id
        action = profile.with_user(self.agent).action_see_as_customer()
        self.assertEqual(action["context"]["default_profile_id"], profile.id)
        start = self.env["customer.portal.viewing.start"].with_user(self.agent)
        wizard = start.create({"profile_id": profile.id, "partner_id": self.emma.id})
        self._call(
            "customer.portal.viewing.start", "action_see_as_customer", wizard.ids
        )
        self._read_banner(self.url_open("/my"))

    def test_a_page_is_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.emma.lang = "fr_FR"
        self._see_as(self.emma)
        response = self.url_open("/my")
        self.assertIn('lang="fr-FR"', response.text)
        self.assertNotIn("Set-Cookie", response.headers)
