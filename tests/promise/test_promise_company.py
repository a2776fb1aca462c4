from odoo.fields import Command, Domain
from odoo.tests import new_test_user, tagged

from ..case_common import AGENT
from ..promise_common import TaskPromiseCommon, TicketPromiseCommon


class CompanyStories:
    """Who works for one company reads nothing of the promises of another one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Other"})
        cls.foreigner = new_test_user(
            cls.env,
            "foreigner",
            AGENT,
            company_id=cls.other.id,
            company_ids=[Command.set(cls.other.ids)],
        )

    def _put_into(self, case, company):
        """Let a case, whose contact is of all companies, be of one company."""
        self.assertFalse(case.partner_id.company_id)
        case.sudo().company_id = company
        self.env.flush_all()
        self.env.invalidate_all()

    def _sees(self, user, case):
        """Say whether somebody reads the promises for a case: in lists and as such."""
        deadlines = self.env["customer.portal.deadline"]
        own = deadlines._find(case)
        mine = deadlines.with_user(user).search([("res_id", "in", case.ids)])
        readable = own.with_user(user).sudo(False)._filtered_access("read")
        self.assertEqual(mine, readable)
        self.assertIn(mine, (own, deadlines))
        return bool(mine)

    def test_a_promise_is_seen_in_the_company_of_its_case(self):
        case = self._make_at()
        for company, seen in (
            (self.company, (True, False)),
            (self.other, (False, True)),
        ):
            with self.subTest(company.name):
                self._put_into(case, company)
                found = tuple(self._sees(u, case) for u in (self.boss, self.foreigner))
                self.assertEqual(found, seen)


@tagged("post_install", "-at_install")
class TestTaskPromiseCompany(CompanyStories, TaskPromiseCommon):
    def test_a_promise_for_a_task_that_they_may_not_read_is_not_seen(self):
        case = self._make_at()
        self.assertTrue(self._sees(self.boss, case))
        case.project_id.privacy_visibility = "followers"
        case.message_unsubscribe(self.boss.partner_id.ids)
        case.project_id.message_unsubscribe(self.boss.partner_id.ids)
        case.user_ids = False
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(self._sees(self.boss, case))

    def test_a_promise_for_an_archived_task_is_seen(self):
        case = self._make_at()
        case.active = False
        self.env.flush_all()
        deadlines = self.env["customer.portal.deadline"].with_user(self.boss)
        own, mine = Domain("res_id", "in", case.ids), Domain("is_readable", "=", True)
        self.assertTrue(self._sees(self.boss, case))
        self.assertTrue(deadlines.search(own & mine))
        self.assertFalse(deadlines.search(own & ~mine))

    def test_without_a_company_the_contact_says_whose_it_is(self):
        case = self._make_at()
        self._put_into(case, self.env["res.company"])
        self.assertTrue(self._sees(self.foreigner, case))
        self.emma.company_id = self.company
        self.env.flush_all()
        self.assertFalse(self._sees(self.foreigner, case))
        self.assertTrue(self._sees(self.boss, case))


@tagged("post_install", "-at_install", "long")
class TestTicketPromiseCompany(CompanyStories, TicketPromiseCommon):
    pass
