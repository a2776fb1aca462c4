from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.mail.tools.discuss import Store

from .test_extension_requests import ExtensionCommon


@tagged("post_install", "-at_install")
class TestExtensionActivities(ExtensionCommon):
    """Requests for more support are decided at the activity that asks."""

    def setUp(self):
        super().setUp()
        self.request = self._ask()
        self.activity = self._activities().with_user(self.boss)

    def _get_label(self, user):
        store = Store().add(self.activity.with_user(user).sudo())
        (told,) = store.get_result()["mail.activity"]
        return told["portal_extend_label"]

    def test_the_activity_says_to_agents_alone_what_its_button_grants(self):
        self.assertEqual(self._get_label(self.boss), "Extend by 12 Months")
        self.assertFalse(self._get_label(self.clerk))

    def test_once_it_is_decided_nothing_is_offered(self):
        self.request.sudo().state = "void"
        self.assertFalse(self._get_label(self.boss))
        for name in ("extend_portal_support", "choose_portal_extension"):
            with self.assertRaises(UserError):
                getattr(self.activity, f"action_{name}")()

    def test_of_other_activities_no_request_is_looked_for(self):
        todo = self.emma.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.boss.id
        ).with_user(self.boss)
        requests = self.env.registry["customer.portal.extension"]
        with patch.object(requests, "search") as search:
            self.assertFalse(todo.portal_extend_label)
        search.assert_not_called()

    def test_from_the_activity_support_is_extended(self):
        before = self.emma.support_end_date
        action = self.activity.action_extend_portal_support()
        self.assertEqual(action["tag"], "soft_reload")
        self.assertEqual(self.emma.support_end_date.year, before.year + 1)
        self.assertEqual(self.request.state, "granted")
        self.assertFalse(self._activities())
        self.assertEqual(len(self._answers()), 1)

    def test_a_date_or_a_refusal_is_asked_for_from_the_activity(self):
        for name, decision in (
            ("choose_portal_extension", "granted"),
            ("refuse_portal_extension", "refused"),
        ):
            action = getattr(self.activity, f"action_{name}")()
            self.assertEqual(action["res_model"], "customer.portal.extension.answer")
            context = action["context"]
            self.assertEqual(context["default_decision"], decision)
            self.assertEqual(context["default_extension_ids"], self.request.ids)

    def test_nobody_but_an_agent_decides_by_an_activity(self):
        for user in (self.clerk, self.user):
            for name in (
                *("extend_portal_support", "choose_portal_extension"),
                "refuse_portal_extension",
            ):
                with self.assertRaises(AccessError):
                    getattr(self.activity.with_user(user), f"action_{name}")()
        self.assertEqual(self.request.state, "open")
