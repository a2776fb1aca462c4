from datetime import timedelta
from unittest.mock import patch

from lxml import html

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ...models.viewing.viewing import COOKIE, MINUTES
from ..common import takes_long
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

    @takes_long
    def test_getting_started_counts_it_as_a_look_at_the_portal(self):
        onboarding = self.env["customer.portal.onboarding"]
        self.env["res.users.log"].search([]).unlink()
        self.assertFalse(onboarding._is_visit_done(self.env.company))
        self._see_as(self.emma)
        self.assertTrue(onboarding._is_visit_done(self.env.company))

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

    def test_no_page_opens_a_second_connection_that_could_write(self):
        self._see_as(self.emma)
        self.url_open("/my")
        cursor, modes = self.registry.cursor, []

        def open_cursor(readonly=False):
            modes.append(readonly)
            return cursor(readonly=readonly)

        with patch.object(self.registry, "cursor", open_cursor):
            self._open_part(f"/web/image/res.partner/{self.emma.id}/avatar_128")
            self.url_open("/my/documents")
        self.assertTrue(modes)
        self.assertTrue(all(modes), "one may be written with")

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

    @takes_long
    def test_who_is_expired_is_told_that_support_ended_not_that_it_ends(self):
        profile = self.emma.portal_profile_id
        for kind, shown in (("for_you", True), ("for_you", False)):
            widgets = profile.widget_ids.filtered(lambda one, k=kind: one.kind == k)
            widgets.visible = shown
            for day, said, other in (
                (fields.Date.subtract(self.today, days=10), "ended on", "ends on"),
                (fields.Date.add(self.today, days=1), "ends on", "ended on"),
            ):
                with self.subTest(kind=kind, shown=shown, day=day):
                    self.emma.write(
                        {"support_start_date": False, "support_end_date": day}
                    )
                    self._see_as(self.emma)
                    alert = self._read_support_end()
                    self.assertIn(f"Your support {said}", alert)
                    self.assertNotIn(other, alert)

    def _read_support_end(self):
        page = html.fromstring(self.url_open("/my").text)
        place = "//*[contains(@class, 'o_customer_portal_support_end')]"
        [alert] = page.xpath(place)
        return " ".join(alert.text_content().split())

    @takes_long
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

    @takes_long
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

    def _give_profile(self):
        """Return a profile of both customers, of whom the other was changed last."""
        profile = self.env["customer.portal.profile"].create({"name": "Gold"})
        (self.emma | self.other).portal_profile_id = profile
        self._change_last(self.other)
        return profile

    def _get_past(self):
        return {"support_start_date": "2020-01-01", "support_end_date": self.yesterday}

    def _change_last(self, contact):
        self.env.flush_all()
        query = "UPDATE res_partner SET write_date = '2100-01-01' WHERE id = %s"
        self.env.cr.execute(query, [contact.id])

    @takes_long
    def test_a_profile_proposes_a_customer_who_can_log_in(self):
        profile = self._give_profile()
        self.assertEqual(self._get_proposed(profile), self.other)
        self.other.write(self._get_past())
        self._change_last(self.other)
        self.assertEqual(self._get_proposed(profile), self.emma)

    @takes_long
    def test_a_profile_proposes_someone_who_can_not_if_there_is_nobody_else(self):
        profile = self._give_profile()
        (self.emma | self.other).write(self._get_past())
        self.assertIn(self._get_proposed(profile), self.emma | self.other)

    @takes_long
    def test_a_profile_proposes_nobody_of_another_company_before_ones_own(self):
        profile = self._give_profile()
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self._user_of(self.other).company_ids += elsewhere
        self.assertEqual(self._get_proposed(profile), self.emma)

    def _get_proposed(self, profile):
        action = profile.with_user(self.agent).action_see_as_customer()
        return self.env["res.partner"].browse(action["context"]["default_partner_id"])

    @takes_long
    def test_a_page_is_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.emma.lang = "fr_FR"
        self._see_as(self.emma)
        response = self.url_open("/my")
        self.assertIn('lang="fr-FR"', response.text)
        self.assertNotIn("Set-Cookie", response.headers)

    @takes_long
    def test_the_home_page_gets_its_counters_without_a_post(self):
        self._see_as(self.emma)
        self.assertIn('"customer_portal_viewing": true', self.url_open("/my").text)
        response = self.url_open("/my/viewing/counters?names=project_count,x")
        self.assertEqual(response.json(), {"project_count": 0})

    def test_who_has_not_read_is_not_said_to_have(self):
        case = self.env["project.task"].create(
            {
                "name": "It smokes",
                "project_id": self.env.ref("customer_portal.project_cases").id,
                "partner_id": self.emma.id,
            }
        )
        case.with_user(self.agent).message_post(
            body="Try again", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self._see_as(self.emma)
        before = self._count_changes()
        self.assertIn("Try again", self.url_open(f"/my/p/cases/{case.id}").text)
        self.assertEqual(self._count_changes(), before)
        threads = self.env["customer.portal.thread"].with_user(self.user)
        self.assertEqual(threads._get_unread_ids(case), set(case.ids))

    @takes_long
    def test_a_download_is_not_counted(self):
        document = self.env["customer.portal.document"].create(
            {
                "name": "manual.txt",
                "attachment_id": self.env["ir.attachment"]
                .create({"name": "manual.txt", "raw": b"read me"})
                .id,
                "audience": "contact",
                "partner_id": self.emma.id,
            }
        )
        rows = self.emma.portal_profile_id.permission_ids
        rows.filtered(lambda row: row.module_id.code == "documents").visible = True
        self._see_as(self.emma)
        before = self._count_changes()
        url = f"/my/documents/{document.attachment_id.id}/download"
        self.assertEqual(self.url_open(url).content, b"read me")
        self.assertEqual(self.url_open(url, data={"x": 1}).status_code, 403)
        self.assertEqual(self._count_changes(), before)
        self.assertFalse(document.download_count)

    @takes_long
    def test_a_case_without_a_contact_says_so(self):
        case = self.env["project.task"].create({"name": "Nobody's"})
        with self.assertRaises(UserError):
            case.with_user(self.manager).action_see_as_customer()

    @takes_long
    def test_tickets_of_a_helpdesk_get_the_button_too(self):
        """Projects stand for them, as no helpdesk is installed."""
        self.patch(
            self.registry["customer.portal.gate"],
            "_get_generated_codes",
            lambda _gate, name: ("cases",) if name == "project.project" else (),
        )
        form = self.env["project.project"].get_view(view_type="form")["arch"]
        self.assertIn("action_see_as_customer", form)
