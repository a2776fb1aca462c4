from odoo.fields import Command, Domain
from odoo.tests import tagged
from odoo.tools import SQL

from ..common import CustomerPortalCommon, run_migration


@tagged("post_install", "-at_install")
class TestPortalLogins(CustomerPortalCommon):
    """Who has never logged in, from what is kept and what the logs say."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Partner = cls.env["res.partner"]
        cls.logged, cls.never, cls.since = (
            cls._make_portal_contact(f"{name}@example.com")
            for name in ("logged", "never", "since")
        )
        cls.every = cls.logged + cls.never + cls.since
        cls._log_in(cls.logged)
        cls._keep()
        cls._log_in(cls.since)

    @classmethod
    def _log_in(cls, partner):
        user = cls._user_of(partner)
        cls.env["res.users.log"].with_user(user).sudo().create({})
        cls.env.flush_all()
        cls.env.invalidate_all()

    @classmethod
    def _keep(cls):
        return cls.Partner._keep_portal_logins()

    def _assert_never(self, *partners):
        """Compare the search with these, and with what is computed for each."""
        self.env.flush_all()
        self.env.invalidate_all()
        self.every = self.every.exists()
        condition = Domain("portal_last_login", "=", False)
        found = self.Partner.search(condition & Domain("id", "in", self.every.ids))
        self.assertEqual(found, self.Partner.union(*partners).sorted())
        plain = self.every.filtered(lambda one: not one.portal_last_login)
        self.assertEqual(found, plain.sorted())

    def test_who_has_logged_in_since_it_was_kept_is_not_found(self):
        self.assertTrue(self.logged.portal_has_logged_in)
        self.assertFalse(self.since.portal_has_logged_in)
        self._assert_never(self.never)

    def test_each_night_keeps_who_has_logged_in_and_nobody_twice(self):
        done, is_more = self._keep()
        self.assertGreaterEqual(done, 1)
        self.assertFalse(is_more)
        self.assertTrue(self.since.portal_has_logged_in)
        self.assertFalse(self.never.portal_has_logged_in)
        self.assertEqual(self._keep(), (0, False))
        self._assert_never(self.never)

    def test_a_user_who_is_deleted_takes_the_logins_along(self):
        self._user_of(self.logged).unlink()
        self._assert_never(self.logged, self.never)
        self.logged.portal_user = True
        self._assert_never(self.logged, self.never)

    def test_a_user_who_is_archived_leaves_the_logins(self):
        self._user_of(self.logged).active = False
        self._assert_never(self.never)

    def test_a_user_who_gets_another_contact_takes_the_logins_along(self):
        self._user_of(self.never).unlink()
        self._user_of(self.logged).partner_id = self.never
        self._assert_never(self.logged)

    def test_one_of_two_users_takes_only_their_own_logins_along(self):
        second = self._make_second_user(self.logged, "second@example.com")
        self._user_of(self.logged).filtered(lambda user: user != second).unlink()
        self.assertTrue(self.logged.portal_user)
        self._assert_never(self.logged, self.never)

    def test_the_logins_of_who_becomes_an_employee_count_no_longer(self):
        self._keep()
        employees = self.env.ref("base.group_user")
        user = self._user_of(self.logged)
        user.write({"group_ids": [Command.set(employees.ids)]})
        self._assert_never(self.logged, self.never)
        other = self._user_of(self.since)
        other.group_ids = False
        self._assert_never(self.logged, self.never)
        employees.write({"user_ids": [Command.link(other.id)]})
        self._assert_never(*self.every)

    def test_logs_that_are_gone_are_noticed_in_the_night(self):
        user = self._user_of(self.logged)
        self.env["res.users.log"].sudo().search([("create_uid", "=", user.id)]).unlink()
        self._keep()
        self._assert_never(self.logged, self.never)

    def test_logs_that_are_gone_are_noticed_of_who_is_no_portal_user_too(self):
        self._keep()
        self.logged.portal_user = False
        user = self._user_of(self.logged)
        self.env["res.users.log"].sudo().search([("create_uid", "=", user.id)]).unlink()
        self._keep()
        self.logged.portal_user = True
        self._assert_never(self.logged, self.never)

    def test_filters_of_agents_read_those_alone_whom_they_may_find(self):
        """Nobody else is looked up, however many portal users and emails there are."""
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        for condition, index in (
            (("portal_last_login", "=", False), "res_partner_portal_never_idx"),
            (("portal_credentials_state", "=", "failed"), "mail_failed_idx"),
        ):
            domain = Domain("portal_user", "=", True) & Domain(*condition)
            query = self.Partner._search(domain, order=self.Partner._order, limit=80)
            plan = self.env.execute_query(SQL("EXPLAIN %s", query.select()))
            self.assertIn(index, str(plan))

    def test_an_update_keeps_who_has_logged_in(self):
        self.env.cr.execute("UPDATE res_partner SET portal_has_logged_in = NULL")
        run_migration(self.env, "19.0.1.9.0/post-logins.py")
        known = self.every.filtered("portal_has_logged_in")
        self.assertEqual(known, self.logged + self.since)
        self._assert_never(self.never)
