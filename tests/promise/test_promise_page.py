import re

from odoo.tests import HttpCase, tagged

from ..common import PASSWORD
from ..promise_common import TaskPromiseCommon, at


@tagged("post_install", "-at_install")
class TestPromisePage(TaskPromiseCommon):
    """Customers are told when they can expect what was promised."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.promise.is_shown = True
        cls.emma.tz = "UTC"

    def _told(self, case, moment, user=None):
        self.env.invalidate_all()
        pages = self.env["customer.portal.record"].with_user(user or self.user)
        with self._at(moment):
            return [one["text"] for one in pages.get_promises("cases", case.id)]

    def test_a_customer_reads_when_they_get_an_answer_and_a_solution(self):
        case = self._make_at()
        answer, solution = self._told(case, at(2, 12))
        self.assertRegex(answer, r"^We answer by Monday 3:00\sPM\.$")
        self.assertRegex(solution, r"^We solve this by Wednesday 11:00\sAM\.$")

    def test_a_time_that_is_far_away_has_its_date(self):
        self.promise.solution_hours = 80
        _answer, solution = self._told(self._make_at(), at(2, 12))
        self.assertIn("03/16/2026", solution)

    def test_each_customer_reads_their_own_time(self):
        case = self._make_at()
        self.emma.tz = "Asia/Tokyo"
        answer, _solution = self._told(case, at(2, 12))
        self.assertRegex(answer, r"Tuesday 12:00\sAM")

    def test_a_customer_reads_what_became_of_it(self):
        case = self._make_at()
        self.assertIn("was due on", self._told(case, at(2, 16))[0])
        self._answer_at(case, at(2, 16))
        self.assertIn("first answered on", self._told(case, at(2, 17))[0])
        self._move(case, "waiting", at(2, 16))
        self.assertIn("once you have replied", self._told(case, at(2, 17))[1])
        self._move(case, "closed", at(2, 16))
        self.assertIn("solved this on", self._told(case, at(2, 17))[1])

    def test_a_closed_case_promises_no_answer(self):
        case = self._make_at()
        self._move(case, "closed", at(2, 12))
        [text] = self._told(case, at(2, 13))
        self.assertIn("solved", text)

    def test_nothing_is_said_of_a_time_that_never_comes(self):
        case = self._make_at()
        self.calendar.attendance_ids.unlink()
        self.env["customer.portal.deadline"]._find(case)._replan()
        self.assertEqual(self._told(case, at(2, 12)), [])

    def test_nobody_is_told_unless_it_is_switched_on_and_they_see_the_case(self):
        case = self._make_at()
        stranger = self._user_of(
            self._make_portal_contact(
                "otto@customer.example.org", portal_profile_id=self.profile.id
            )
        )
        self.assertFalse(self._told(case, at(2, 12), stranger))
        self.promise.is_shown = False
        self.assertFalse(self._told(case, at(2, 12)))

    def test_the_confirmation_says_when_the_answer_comes(self):
        case = self._make_at()
        pages = self.env["customer.portal.record"].with_user(self.user)
        with self._at(at(2, 12)):
            text = pages._get_expected_answer(case.sudo())
        self.assertRegex(text, r"^We answer by Monday")
        self._answer_at(case, at(2, 13))
        self.assertIsNone(pages._get_expected_answer(case.sudo()))

    def test_a_page_asks_for_nothing_while_nothing_is_promised(self):
        self.promise.unlink()
        case = self._make_at()
        pages = self.env["customer.portal.record"].with_user(self.user)
        pages._find_told(case)
        with self.assertQueryCount(0):
            self.assertFalse(pages._find_told(case))


@tagged("post_install", "-at_install")
class TestPromiseRoute(TaskPromiseCommon, HttpCase):
    def test_the_page_of_a_case_shows_what_was_promised(self):
        self.promise.is_shown = True
        case = self._make_case()
        self.user.password = PASSWORD
        self.authenticate(self.user.login, PASSWORD)
        page = self.url_open(f"/my/p/cases/{case.id}").text
        self.assertTrue(re.search(r"o_cp_promises.*We answer by", page, re.DOTALL))
