from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..colleague_common import ColleagueCommon


@tagged("post_install", "-at_install")
class TestColleagueStatus(ColleagueCommon):
    """Managers see in My Company whose invitation was of no use."""

    def _status(self):
        rows = self._service()._get_list()["rows"]
        return {row["name"]: row["status_label"] for row in rows}

    def _log_in(self, partner):
        user = self._user_of(partner)
        user.with_user(user)._update_last_login()
        self.env.flush_all()
        self.env.invalidate_all()

    def test_an_invitation_that_was_not_used_in_time_says_so(self):
        self.assertEqual(self._status()["ben"], "Invited")
        self.ben.portal_invitation_ids.valid_until = fields.Datetime.now() - timedelta(
            hours=1
        )
        self.assertEqual(self._status()["ben"], "Invitation expired")
        self.assertEqual(self._names(status="lapsed"), ["ben"])
        self.assertNotIn("ben", self._names(status="invited"))
        self.assertIn("emma", self._names(status="invited"))
        self._service()._resend(self.ben.id)
        self.assertEqual(self._status()["ben"], "Invited")
        self.assertEqual(self._names(status="lapsed"), [])

    def test_an_invitation_that_came_back_says_so(self):
        self.ben.portal_invitation_ids._become("bounced")
        self.assertEqual(self._status()["ben"], "Invitation not delivered")
        self.assertEqual(self._names(status="bounced"), ["ben"])
        one = self._service()._get_one(self.ben.id)
        self.assertIn("resend", one["actions"])

    def test_who_has_come_in_otherwise_is_active(self):
        self.ben.portal_invitation_ids._become("bounced")
        self._log_in(self.ben)
        self.assertEqual(self._status()["ben"], "Active")
        self.assertEqual(self._names(status="bounced"), [])
        self.assertEqual(self._names(status="active"), ["ben"])

    def test_each_status_of_the_list_finds_those_who_have_it_and_nobody_else(self):
        self.ben.portal_invitation_ids._become("bounced")
        self._log_in(self.emma)
        listed = self._service()._get_list()
        for status in listed["statuses"]:
            wanted = [row["name"] for row in listed["rows"] if row["status"] == status]
            self.assertEqual(self._names(status=status), wanted, status)
