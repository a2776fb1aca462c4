from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import tagged

from ...models.leak.narrowed import narrow
from ..leak_common import LeakCommon


@tagged("post_install", "-at_install")
class TestLeakRights(LeakCommon):
    """Who may check, and who may know what was found."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls._user_of(cls.emma)
        cls.module.allow_everyone = True
        cls.row.records_visibility = "everyone"

    def test_an_administrator_checks_and_reads_the_result(self):
        action = self.profile.with_user(self.manager).action_check_leaks()
        self.assertEqual(action["res_id"], self.profile.leak_check_id.id)
        check = self.profile.leak_check_id
        check = check.with_user(self.manager)
        self.assertEqual(check.user_id, self.manager)
        self.assertIn("Leaks", check.summary)
        lines = self._lines(check)
        self.assertIn("Wish", " ".join(lines.mapped("record_names")))
        self.assertEqual(lines[0].action_open_records()["res_model"], "project.task")

    def test_while_some_records_are_looked_for_odoo_finds_no_others(self):
        """So the many that are the customer's own hide none that is not."""
        partners = self.env["res.partner"].with_user(self.user)
        own = self.emma + self.azure
        looked_for = {"res.partner": Domain("id", "in", (self.azure + self.deco).ids)}
        self.assertLessEqual(own, partners.search([]))
        with narrow(self.env, looked_for):
            self.assertEqual(partners.search([]), self.azure, "It only ever narrows.")
            self.assertLessEqual(own + self.deco, partners.sudo().search([]))
        self.assertLessEqual(own, partners.search([]))

    def test_nobody_but_administrators_starts_a_check(self):
        for user in (self.agent, self.clerk, self.user):
            with self.subTest(user.login):
                profile = self.profile.with_user(user)
                for method in ("action_check_leaks", "action_view_leaks"):
                    with self.assertRaises(AccessError):
                        getattr(profile, method)()
        self.assertFalse(self.env["customer.portal.leak.check"].search(Domain.TRUE))

    def test_agents_read_how_it_ended_and_nothing_of_what_was_seen(self):
        check = self._check()
        profile = self.profile.with_user(self.agent)
        self.assertEqual(profile.leak_state, "red")
        self.assertTrue(check.with_user(self.agent).summary)
        with self.assertRaises(AccessError):
            check.with_user(self.agent).mapped("line_ids")
        lines = self.env["customer.portal.leak.line"].with_user(self.agent)
        with self.assertRaises(AccessError):
            lines.search(Domain.TRUE)
        with self.assertRaises(AccessError):
            lines.browse(check.line_ids.ids).mapped("record_names")
        with self.assertRaises(AccessError):
            lines.browse(check.line_ids[0].id).action_open_records()

    def test_employees_and_customers_learn_nothing_at_all(self):
        check = self._check()
        for user in (self.clerk, self.user):
            with self.subTest(user.login), self.assertRaises(AccessError):
                check.with_user(user).read(["state"])
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.profile.with_user(user).read(["leak_state"])

    def test_names_are_those_that_the_reader_may_read(self):
        check = self._check()
        self.project.privacy_visibility = "followers"
        lines = self._lines(check.with_user(self.manager))
        wishes = lines.filtered(lambda one: one.module_id == self.module)
        self.assertTrue(wishes)
        self.assertEqual(set(wishes.mapped("record_names")), {""})

    def test_nobody_changes_a_result(self):
        check = self._check()
        for user in (self.manager, self.agent):
            with self.subTest(user.login):
                with self.assertRaises(AccessError):
                    check.with_user(user).state = "green"
                with self.assertRaises(AccessError):
                    check.with_user(user).unlink()
