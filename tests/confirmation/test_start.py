from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..confirmation_common import ConfirmationCommon


@tagged("post_install", "-at_install")
class TestStart(ConfirmationCommon):
    """Agents start an access review before its day has come."""

    def _start(self, organizations=None, user=None):
        asked = (organizations or self.azure).with_user(user or self.boss)
        return asked.action_start_portal_review()

    def test_an_agent_asks_now_who_still_needs_access(self):
        (self.emma | self.noah | self.olga).support_start_date = self.today
        action = self._start()
        review = self._get_review()
        self.assertEqual(action["res_id"], review.id)
        people = self.emma | self.noah | self.olga
        self.assertEqual(review.line_ids.partner_id, people)
        self.assertEqual(self.azure.with_user(self.boss).portal_review_id, review)
        self._run()
        self.assertEqual(review.ask_ids.user_id, self.emmas)

    def test_one_that_waits_for_answers_goes_on(self):
        self._start()
        review = self._get_review()
        self.assertEqual(self._start()["res_id"], review.id)
        shown = self.azure.with_user(self.boss).action_view_portal_review()
        self.assertEqual(shown["res_id"], review.id)
        self.assertEqual(self._get_review(), review)

    def test_contacts_stand_for_their_organization_and_several_are_listed(self):
        deco = self._make_organization("Deco", user_id=self.boss.id)
        self._add("dan", deco)
        action = self._start(self.noah | deco)
        ids = set((self.azure | deco).ids)
        self.assertEqual(set(action["domain"][0][2]), ids)
        for organization in self.azure | deco:
            self.assertEqual(self._get_review(organization).state, "open")

    def test_where_nobody_has_access_nothing_starts(self):
        empty = self._make_organization("Empty", user_id=self.boss.id)
        with self.assertRaises(UserError):
            self._start(empty)
        self.assertFalse(self._get_review(empty))

    def test_agents_alone_start_one(self):
        for user in (self.clerk, self.emmas):
            with self.assertRaises(AccessError):
                self._start(user=user)
        with self.assertRaises(AccessError):
            self.azure.with_user(self.emmas).action_view_portal_review()
        self.assertFalse(self._get_review())
