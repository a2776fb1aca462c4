from odoo.fields import Command
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
    def test_without_a_company_the_contact_says_whose_it_is(self):
        case = self._make_at()
        self._put_into(case, self.env["res.company"])
        self.assertTrue(self._sees(self.foreigner, case))
        self.emma.company_id = self.company
        self.env.flush_all()
        self.assertFalse(self._sees(self.foreigner, case))
        self.assertTrue(self._sees(self.boss, case))


@tagged("post_install", "-at_install")
class TestTicketPromiseCompany(CompanyStories, TicketPromiseCommon):
    pass
