from datetime import timedelta
from threading import current_thread
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ...models.reporting.refusal import KEPT_PER_HOUR
from ...models.reporting.refusal_alert import MANY
from ..common import takes_long
from ..explain_common import ExplainCommon


class RefusalCommon(ExplainCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.refusals = cls.env["customer.portal.refusal"].sudo()
        cls.touchpoints = cls.env["customer.portal.touchpoint"].sudo()

    def setUp(self):
        super().setUp()
        cron = self.registry["ir.cron"]
        self.enterContext(patch.object(cron, "_commit_progress", return_value=60))
        # As the thread of a scheduled action does, this one knows its database.
        thread, name = current_thread(), self.env.cr.dbname
        self.enterContext(patch.object(thread, "dbname", name, create=True))

    def _get_attempts(self, partner=None):
        self.env.invalidate_all()
        partner = partner or self.emma
        known = [("partner_id", "=", partner.id), ("kind", "=", "denied")]
        return self.touchpoints.search(known, order="id")

    def _get_activities(self):
        kind = self.env.ref("customer_portal.mail_activity_type_refused")
        return self.emma.activity_ids.filtered(lambda a: a.activity_type_id == kind)

    def _attempt(self, *subjects):
        for subject in subjects:
            values = self.touchpoints._get_values("denied", self.user, False)
            self.refusals._add({**values, "subject": subject})

    def _explain(self):
        self.refusals._cron_explain()
        return self._get_attempts().mapped("rule")


@tagged("post_install", "-at_install")
class TestManyAttempts(RefusalCommon):
    ATTEMPTS = 3 * KEPT_PER_HOUR

    def test_many_attempts_keep_as_many_as_the_limit_and_count_the_others(self):
        for _number in range(self.ATTEMPTS):
            self._attempt("/my/p/wishes/1")
        attempts = self._get_attempts()
        self.assertEqual(len(attempts), KEPT_PER_HOUR)
        self.assertEqual(sum(attempts.mapped("attempts")), self.ATTEMPTS)
        attempts.date = fields.Datetime.now() - timedelta(hours=2)
        self._attempt("/my/p/wishes/1")
        self.assertEqual(len(self._get_attempts()), KEPT_PER_HOUR + 1)


@tagged("post_install", "-at_install", "long")
class TestTenThousandAttempts(TestManyAttempts):
    ATTEMPTS = 10_000


@tagged("post_install", "-at_install")
class TestRefusal(RefusalCommon):
    def test_the_rule_is_the_one_that_explain_access_names(self):
        own, others = self.wish, self._make_wish(self.stranger)
        self.row.can_edit = False
        self.profile.blocked_paths = "/my/p/wishes"
        self._attempt(f"/my/p/wishes/{own.id}")
        self.assertEqual(self._explain(), ["page"])
        self.profile.blocked_paths = False
        self._attempt(
            f"/my/p/wishes/{others.id}",
            f"/my/p/wishes/{own.id}/edit",
            f"POST /my/p/wishes/{own.id}/edit",
            f"project.task.read({others.id})",
            f"project.task.write({others.id})",
            f"/web/content/{self._attach(others).id}",
        )
        rules = self._explain()[1:]
        self.assertEqual(rules[:3], ["level", "action", "action"])
        for rule in rules[3:]:
            self.assertNotIn(rule, ("missing", "other", False))

    def test_what_does_not_exist_is_said_to_be_missing(self):
        gone = self._make_wish(self.emma)
        gone.unlink()
        self._attempt(f"/my/p/wishes/{gone.id}", "/my/nothing/here", "/my/p/none/1")
        self.assertEqual(self._explain(), ["missing", "missing", "missing"])

    def test_a_module_that_is_hidden_refuses_what_exists_and_what_does_not(self):
        self.row.visible = False
        self._attempt(f"/my/p/wishes/{self.wish.id}", "/my/p/wishes/99999999")
        self.assertEqual(self._explain(), ["module", "module"])

    @takes_long
    def test_any_text_is_explained(self):
        texts = ("", "x", "POST", "/", "a.b(1)", "res.users.read(9999999999999)")
        self._attempt(*texts, "/my/p/wishes/" + "9" * 40, "POST /my/%00/<b>")
        for rule in self._explain():
            self.assertIn(rule, ("missing", "other", "odoo_rule", "acl"))

    def test_who_begins_with_what_does_not_exist_hides_nothing_by_it(self):
        other = self._make_wish(self.stranger)
        self._attempt(*["/my/p/wishes/99999999"] * KEPT_PER_HOUR)
        self._attempt(*[f"/my/p/wishes/{other.id}"] * 300)
        self.assertIn("level", self._explain())
        self.assertEqual(len(self._get_attempts()), KEPT_PER_HOUR)
        self.assertEqual(len(self._get_activities()), 1)

    @takes_long
    def test_who_goes_on_with_what_does_not_exist_hides_nothing_by_it(self):
        others = self._make_wish(self.stranger), self._make_wish(self.stranger)
        first = [f"/my/p/wishes/{one.id}" for one in others]
        self._attempt(*first, *["/my/p/wishes/99999999"] * 500)
        self.assertEqual(self._get_attempts()[:2].mapped("subject"), first)
        self.assertEqual(sum(self._get_attempts().mapped("attempts")), 502)

    def test_many_attempts_within_an_hour_make_one_activity(self):
        other = self._make_wish(self.stranger)
        self._attempt(*[f"/my/p/wishes/{other.id}"] * (MANY - 1))
        self._explain()
        self.assertFalse(self._get_activities())
        self._attempt(*[f"/my/p/wishes/{other.id}"] * 30)
        self._explain()
        activity = self._get_activities()
        self.assertEqual(len(activity), 1)
        self.assertTrue(activity.user_id.has_group("base.group_user"))
        self.assertNotIn(other.name, f"{activity.summary} {activity.note}")
        activity.action_feedback()
        self._attempt(*[f"/my/p/wishes/{other.id}"] * 30)
        self._explain()
        self.assertFalse(self._get_activities(), "once within the hour")

    @takes_long
    def test_no_second_activity_while_the_first_is_open(self):
        other = self._make_wish(self.stranger)
        for _hour in range(3):
            self._attempt(*[f"/my/p/wishes/{other.id}"] * MANY)
            self._explain()
            self._get_attempts().date = fields.Datetime.now() - timedelta(hours=2)
        self.assertEqual(len(self._get_activities()), 1)
        self._get_activities().action_feedback()
        self._attempt(*[f"/my/p/wishes/{other.id}"] * MANY)
        self._explain()
        self.assertEqual(len(self._get_activities()), 1)

    def test_the_activity_is_for_who_hears_of_the_customer(self):
        self.emma.user_id = self.agent
        self.assertEqual(self.refusals._find_manager(self.emma), self.agent)
        self.emma.user_id = self.manager
        self.assertEqual(self.refusals._find_manager(self.emma), self.manager)

    @takes_long
    def test_old_links_to_nothing_make_no_activity(self):
        self._attempt(*["/my/p/wishes/99999999"] * 50)
        self._explain()
        self.assertFalse(self._get_activities())

    def test_a_failing_explanation_stops_no_other(self):
        self._attempt("/my/p/wishes/1", f"/my/p/wishes/{self.wish.id}")
        explain = self.registry["customer.portal.explain"]
        failing = patch.object(explain, "explain", side_effect=ValueError)
        with failing, self.assertLogs(level="ERROR"):
            self.assertEqual(self._explain(), ["other", "other"])

    def test_agents_of_another_company_and_customers_read_none(self):
        self._attempt("/my/p/wishes/1")
        attempt = self._get_attempts()
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.emma.company_id = self.env.company
        self.agent.write({"company_ids": [elsewhere.id], "company_id": elsewhere.id})
        for user in (self.agent, self.user, self.clerk):
            with self.assertRaises(AccessError):
                attempt.with_user(user).read(["subject"])
            with self.assertRaises(AccessError):
                attempt.with_user(user).action_explain_attempt()

    def test_explain_access_opens_with_the_address(self):
        self._attempt(f"POST /my/p/wishes/{self.wish.id}/edit", "project.task.read(1)")
        action = self._get_attempts()[0].with_user(self.agent).action_explain_attempt()
        self.assertEqual(
            action["context"]["default_address"], f"/my/p/wishes/{self.wish.id}/edit"
        )
        action = self._get_attempts()[1].with_user(self.agent).action_explain_attempt()
        self.assertEqual(action["context"]["default_thing"], "login")

    @takes_long
    def test_refused_attempts_go_with_the_other_touchpoints(self):
        self._set_param("customer_portal.touchpoint_days", "30")
        self._attempt("/my/p/wishes/1")
        self._get_attempts().date = fields.Datetime.now() - timedelta(days=31)
        self.touchpoints._gc_touchpoints()
        self.assertFalse(self._get_attempts())
