from odoo.exceptions import MissingError, UserError
from odoo.tests import tagged

from ..colleague_common import ColleagueCommon

EMAIL = "nina@azure.example.com"


@tagged("post_install", "-at_install")
class TestJoinColleague(ColleagueCommon):
    """A manager decides who of those who have registered belongs to them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.join, cls.request = cls._let_wait(cls.azure, EMAIL)

    def _contact(self):
        return self.env["res.partner"].search([("email_normalized", "=", EMAIL)])

    def test_a_manager_lets_in_no_longer_than_they_have_access(self):
        answer = self._service()._decide_join(self.request.id, True)
        self.assertEqual(answer["status"], "done")
        contact = self._contact()
        self.assertRecordValues(
            contact,
            [
                {
                    "portal_user": True,
                    "parent_id": self.azure.id,
                    "portal_profile_id": self.profiles["worker"].id,
                    "support_end_date": self.emma.support_end_date,
                    "portal_email_unproven": False,
                }
            ],
        )
        self.assertEqual((self.request.state, self.join.state), ("approved", "done"))
        self.assertEqual(self.request.decided_by_id, self.user)
        self.assertIn("registered", self._kinds(contact))

    def test_a_manager_refuses(self):
        self._service()._decide_join(self.request.id, False)
        self.assertEqual((self.request.state, self.join.state), ("refused", "refused"))
        self.assertFalse(self._contact())

    def test_it_is_decided_once(self):
        self._service()._decide_join(self.request.id, False)
        with self.assertRaises(MissingError):
            self._service()._decide_join(self.request.id, True)
        self.assertFalse(self._contact())

    def test_what_is_out_of_reach_is_unknown(self):
        for name in ("dan", "ben"):
            with self.assertRaises(MissingError):
                self._service(name)._decide_join(self.request.id, True)
        for forged in (0, -1, None, "1", 10**12, [self.request.id], True):
            with self.assertRaises(MissingError):
                self._service()._decide_join(forged, True)
        self.assertFalse(self._contact())

    def test_no_other_request_is_decided_so(self):
        other = self.requests.sudo().create(
            {"kind": "end", "organization_id": self.azure.id, "name": "Ben"}
        )
        with self.assertRaises(MissingError):
            self._service()._decide_join(other.id, True)

    def test_a_profile_that_they_may_not_give_is_left_to_agents(self):
        self.request.sudo().profile_id = self.profiles["more"]
        with self.assertRaises(UserError):
            self._service()._decide_join(self.request.id, True)
        self.assertFalse(self._contact())

    def test_who_has_registered_stands_first_with_what_can_be_done(self):
        self.azure.portal_approval = True
        self._service()._end_access(self.ben.id)
        first, second = self._service()._get_list()["requests"]
        self.assertEqual((first["kind"], second["kind"]), ("join", "end"))
        self.assertEqual(
            (first["name"], first["email"], first["profile"], first["organization"]),
            ("Nina New", EMAIL, "Worker", "Azure"),
        )
        self.assertFalse(first["can_approve"], "agents approve")
        self.azure.portal_approval = False
        (one,) = self._service()._get_joins_to_approve()
        self.assertEqual(one["id"], self.request.id)
        self.assertTrue(self._service()._get_join(self.request.id)["can_approve"])
        self.request.sudo().profile_id = self.profiles["more"]
        self.assertEqual(self._service()._get_joins_to_approve(), [])
        for name in ("dan", "ben"):
            self.assertEqual(self._service(name)._get_joins_to_approve(), [])
            with self.assertRaises(MissingError):
                self._service(name)._get_join(self.request.id)

    def test_where_changes_need_approval_agents_decide(self):
        self.azure.portal_approval = True
        with self.assertRaises(UserError):
            self._service()._decide_join(self.request.id, True)
        self.assertFalse(self._contact())

    def test_without_a_seat_nobody_is_let_in(self):
        self.azure.portal_seats = 1
        with self.assertRaises(UserError):
            self._service()._decide_join(self.request.id, True)
        self.assertEqual(self.request.state, "open")
