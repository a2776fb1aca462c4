from threading import current_thread
from unittest.mock import patch

from odoo.tests import tagged

from ..explain_common import ExplainCommon


@tagged("post_install", "-at_install")
class TestExplainOwnPages(ExplainCommon):
    """Why a customer sees a chart's list or a field of My Profile; what tokens do."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.explain = cls.env["customer.portal.explain"]
        rows = cls.profile.permission_ids
        cls.contacts_row = rows.filtered(lambda row: row.module_id.code == "contacts")
        cls.contacts_row.write({"visible": True, "can_edit": True})

    def setUp(self):
        super().setUp()
        thread, name = current_thread(), self.env.cr.dbname
        self.enterContext(patch.object(thread, "dbname", name, create=True))

    def _explain(self, address):
        """Return the answer to an address, as an administrator gets it."""
        question = self.explain.read_address(address)
        explain = self.explain.with_user(self.manager)
        return explain.explain(self.emma.with_user(self.manager), question)

    # === CHARTS === #

    def _make_chart(self, module):
        line = module.field_ids.filtered(lambda one: one.name == "stage_id")
        line.groupable = True
        chart = self.env["customer.portal.chart"].create(
            {"name": "By something", "module_id": module.id, "group_field_id": line.id}
        )
        return chart, chart.widget_ids.filtered(
            lambda widget: widget.profile_id == self.profile
        )

    def test_the_list_behind_a_chart_asks_for_the_chart_and_its_module(self):
        self.tasks_row.visible = True
        self.tasks_row.field_ids.access = "read"
        chart, widget = self._make_chart(self.tasks_row.module_id)
        url = f"https://portal.example.com/my/chart/{chart.id}?slice=1"
        widget.visible = True
        self.assertIs(self._explain(url).allowed, True)
        widget.visible = False
        answer = self._explain(url)
        self._assert_reason(answer, "chart", "doesn't show the chart")
        self.assertEqual(answer.reason.link[:2], (self.profile._name, self.profile.id))
        widget.visible = True
        self.tasks_row.visible = False
        self._assert_reason(self._explain(url), "module", "doesn't show")

    def test_a_chart_of_a_page_that_the_portal_makes_has_no_page(self):
        line = self.module.field_ids.create(
            {"module_id": self.module.id, "name": "stage_id"}
        )
        self.row.field_ids.filtered(lambda one: one.field_id == line).access = "read"
        chart, widget = self._make_chart(self.module)
        widget.visible = True
        answer = self._explain(f"/my/chart/{chart.id}")
        self._assert_reason(answer, "chart", "has no page of its own")

    def test_an_unknown_chart_is_no_page(self):
        self._assert_reason(self._explain("/my/chart/999999"), "address", "No page")

    # === TOKENS === #

    def test_a_token_shows_customers_no_more_than_their_profile(self):
        self.tasks_row.visible = False
        url = f"/my/tasks/{self.wish.id}"
        token = self.wish._portal_ensure_token()
        answer = self._explain(f"{url}?access_token={token}")
        self._assert_reason(answer, "module", "doesn't show")
        [step] = [step for step in answer.steps if step.kind == "token"]
        self.assertIs(step.passed, False)
        self.assertIn("no more than their profile", step.text)
        [step] = [
            step
            for step in self._explain(f"{url}?access_token=wrong").steps
            if step.kind == "token"
        ]
        self.assertIn("isn't that of this record", step.text)

    def test_a_token_of_a_record_that_is_shown_changes_nothing(self):
        url = f"/my/p/wishes/{self.wish.id}"
        self.assertIs(self._explain(url).allowed, True)
        answer = self._explain(f"{url}?access_token=x")
        self.assertIs(answer.allowed, True)
        self.assertIn("takes no token", answer.steps[-1].text)

    def test_an_address_of_nonsense_has_no_token(self):
        for query in ("a&" * 90, "access_token=a&access_token=b", "access_token="):
            asked = self.explain.read_address(f"/my/p/wishes/{self.wish.id}?{query}")
            self.assertEqual(asked.token, "", query)

    # === MY PROFILE === #

    def _ask_field(self, name, action="see", record=None):
        values = {"code": "contacts", "field": name, "action": action}
        return self._ask("field", record=record or self.emma, **values)

    def test_a_field_of_my_profile_is_what_its_card_shows_and_takes(self):
        line = self.contacts_row.field_ids.filtered(
            lambda one: one.field_id.name == "phone"
        )
        for access, sees, edits in (
            ("write", True, True),
            ("read", True, False),
            ("hidden", False, False),
        ):
            line.access = access
            answers = [self._ask_field("phone", one) for one in ("see", "edit")]
            self.assertEqual([one.allowed for one in answers], [sees, edits], access)
        self._assert_reason(self._ask_field("phone"), "field", "The profile hides")
        self.assertEqual(self._ask_field("phone").reason.link[1], line.id)

    def test_my_profile_shows_nobody_else(self):
        answer = self._ask_field("phone", record=self.colleague)
        self._assert_reason(answer, "own_card", "neither")
