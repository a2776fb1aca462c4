from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common import takes_long
from ..effect_common import VIEWERS, EffectCommon


@tagged("post_install", "-at_install")
class TestEffectUndone(EffectCommon):
    """Finding out what a change does leaves nothing of it, and is not for everybody."""

    def setUp(self):
        super().setUp()
        self.effect = self.effect.with_user(self.manager)
        for task, name in zip(self.tasks, (*VIEWERS, *VIEWERS), strict=True):
            task.partner_id = self.partners[name]
        self.env.flush_all()

    def _answers(self):
        return {
            name: (
                self.gate.with_user(user)._get_rights(),
                self.gate.with_user(user).domain("tried"),
                self.gate.with_user(user).hidden_partner_fields(),
            )
            for name, user in self.users.items()
        }

    def _change(self):
        """Change what is cached, emailed, logged and told to browsers."""
        self.row.write({"records_visibility": "everyone", "can_export": True})
        self._set_param("customer_portal.default_scope", "all")
        self._make_portal_contact("tried@effect.example.com")
        self.agent.partner_id._bus_send("tried", {})
        self.module.name = "Changed"
        # What is read meanwhile is kept by Odoo, and must not stay.
        self._answers()

    @takes_long
    def test_all_answers_are_as_before(self):
        before, labels = self._answers(), self.gate._get_labels("tried", "en_US")
        effect = self.effect._try(self._change)
        self.assertTrue(effect.modules)
        self.assertEqual(self._answers(), before)
        self.assertEqual(self.gate._get_labels("tried", "en_US"), labels)
        scope = self.env["ir.config_parameter"]._get_portal_text(
            "customer_portal.default_scope"
        )
        self.assertNotEqual(scope, "all")
        self.assertEqual(self.row.records_visibility, "own")
        self.assertFalse(self.row.can_export)

    def test_no_email_and_no_touchpoint_is_left(self):
        with self._no_mail(), self._no_touchpoint():
            self.effect._try(self._change)
        domain = [("email", "=", "tried@effect.example.com")]
        self.assertFalse(self.env["res.partner"].search(domain))

    def test_nothing_waits_for_the_end_of_the_transaction(self):
        cr, registry = self.env.cr, self.env.registry
        cr.flush()
        told = set(registry.cache_invalidated)
        channels = dict(cr.postcommit.data)
        self.effect._try(self._change)
        self.assertFalse(len(cr.precommit))
        self.assertEqual(cr.postcommit.data, channels)
        self.assertEqual(set(registry.cache_invalidated), told)

    def test_what_odoo_keeps_of_a_change_is_forgotten_and_nobody_is_told(self):
        """In this process alone it was seen, so here alone it has to be forgotten."""
        params, registry = self.env["ir.config_parameter"], self.env.registry
        key = "customer_portal.default_scope"
        self._set_param(key, "mine")
        self.env.cr.flush()
        registry.cache_invalidated.clear()  # as a commit does once it has told of them
        during = []

        def change():
            self._set_param(key, "all")
            during.append(params._get_portal_text(key))  # which Odoo keeps
            during.append(set(registry.cache_invalidated))

        self.effect._try(change)
        self.assertEqual(during[0], "all")
        self.assertTrue(during[1], "Else nothing had to be forgotten.")
        self.assertEqual(params._get_portal_text(key), "mine")
        self.assertFalse(registry.cache_invalidated)

    @takes_long
    def test_what_was_to_be_told_before_is_told_all_the_same(self):
        registry = self.env.registry
        self.env.cr.flush()
        registry.cache_invalidated.clear()
        registry.clear_cache("templates")
        self.effect._try(self._change)
        self.assertEqual(registry.cache_invalidated, {"templates"})

    @takes_long
    def test_what_was_waiting_before_still_waits(self):
        done = []
        self.env.cr.postcommit.add(lambda: done.append(1))
        self.effect._try(self._change)
        functions = list(self.env.cr.postcommit._funcs)
        for function in functions:
            function()
        self.assertEqual(done, [1])

    @takes_long
    def test_a_change_that_fails_is_undone_and_its_reason_said(self):
        before = self._answers()

        def fail():
            self._change()
            raise ValueError("No.")

        with self.assertRaisesRegex(ValueError, "No."):
            self.effect._try(fail)
        self.assertEqual(self._answers(), before)

    @takes_long
    def test_cases_are_not_written_while_a_change_is_tried(self):
        """Once it is made, they wait as the module says then."""
        cases = self.env["customer.portal.module"]._get_cases()
        tasks = self.registry["project.task"]
        path = "_get_portal_resting_domain"
        with patch.object(
            tasks, path, autospec=True, side_effect=getattr(tasks, path)
        ) as asked:
            self.effect._try(lambda: cases.write({"waiting_value": False}))
            self.assertFalse(asked.called)
            cases.write({"waiting_value": False})
            self.assertTrue(asked.called)

    def test_no_table_is_left(self):
        self.effect._try(self._change)
        self.env.cr.execute(
            "SELECT count(*) FROM pg_class WHERE relname LIKE 'customer_portal_effect%'"
        )
        self.assertEqual(self.env.cr.fetchone(), (0,))

    def test_only_administrators_of_the_portal_may_ask(self):
        done = []
        for user in (self.agent, self.clerk, self.users["ben"]):
            effect = self.env(user=user)["customer.portal.effect"]
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    effect._try(lambda: done.append(1))
                with self.assertRaises(AccessError):
                    effect._compare({}, {})
                with self.assertRaises(AccessError):
                    effect._open_review(lambda: done.append(1), "Title")
        self.assertFalse(done, "Nothing was even tried.")
