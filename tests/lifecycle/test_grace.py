from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import format_date

from ...models.lifecycle.grace import IDENTITY, ReadingOnly
from ...models.lifecycle.grace_gate import READING
from ..common import CustomerPortalCommon
from ..grace_common import GRACE, GraceBegun, GraceCommon
from ..version_common import VersionCommon

MODES = ("write", "create", "unlink")


@tagged("post_install", "-at_install")
class TestGraceGate(GraceCommon):
    """In grace, the gate and Odoo's rules permit to read, and nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mine = cls.gate.with_user(cls.user)

    def _get_actions(self):
        return {
            (code, action)
            for code, right in self.mine._get_rights().items()
            for action in (*right.actions, "confirm", "")
            if self.mine.may(code, action)
        }

    def test_of_all_actions_those_that_read_are_left(self):
        in_grace = self._get_actions()
        self._end_grace()
        before = self._get_actions()
        self.assertEqual({one for one in before if one[1] in READING}, in_grace)
        self.assertGreater(len({one[1] for one in before - in_grace}), 4)

    def test_an_action_of_another_addon_writes_until_somebody_says_otherwise(self):
        rights = self.gate._get_profile_rights(self.profile.id)
        code, right = next(iter(rights.items()))
        more = {code: right._replace(actions=right.actions | {"confirm"})}
        gates = type(self.gate)
        with patch.object(gates, "_get_profile_rights", return_value=more):
            self.env.registry.clear_cache()
            self.assertFalse(self.mine.may(code, "confirm"))
            self.assertTrue(self.mine.may(code))
        self.env.registry.clear_cache()

    def test_no_field_is_written_and_all_are_read(self):
        for code in self.mine._get_rights():
            for mode in ("write", "create", "edit"):
                self.assertFalse(self.mine.fields(code, mode))
        read = {code: self.mine.fields(code) for code in self.mine._get_rights()}
        self._end_grace()
        self.assertEqual(
            read, {code: self.mine.fields(code) for code in self.mine._get_rights()}
        )

    def test_no_record_of_any_model_is_written_in_a_customers_name(self):
        rules = self.env["ir.rule"].with_user(self.user)
        for name in self.env.registry:
            for mode in MODES if name != IDENTITY else ():
                with self.subTest(name, mode=mode):
                    self.assertTrue(rules._compute_domain(name, mode).is_false())

    def test_what_is_refused_says_what_is_left_to_do(self):
        self._share()
        task = self.records["tasks"]["emma"].with_user(self.user)
        self.assertEqual(task.name, "tasks-of-emma")
        end = format_date(self.env, self.yesterday)
        with self.assertRaises(ReadingOnly) as refused:
            task.check_access("write")
        self.assertIn(f"Your support ended on {end}", str(refused.exception))
        self.assertIn("request an extension", str(refused.exception))

    def test_on_odoos_own_pages_nothing_but_reading_is_left(self):
        for code, records in self.records.items():
            record = records["emma"]
            with self.subTest(code):
                for action in ("edit", "comment", "upload", "confirm"):
                    self.assertFalse(self.mine.may_on(record, action), action)
                    self.assertFalse(self.mine.may_by_link(record, action), action)
                for action in ("comments", "documents"):
                    self.assertTrue(self.mine.may_on(record, action), action)

    def test_services_refuse_in_python_too(self):
        forms = self.env["customer.portal.form"].with_user(self.user)
        case = self.records["tasks"]["emma"]
        with self.assertRaises(AccessError):
            forms.create_record("cases", {"name": "More"})
        with self.assertRaises(AccessError):
            forms.write_record("tasks", case.id, {"name": "More"})

    def test_nobody_else_is_kept_from_anything(self):
        for user in (self.users["stranger"], self.agent, self.clerk):
            gate = self.gate.with_user(user)
            self.assertFalse(gate._is_in_grace())
        self.assertTrue(self.gate.with_user(self.users["stranger"]).may("cases", "see"))
        public = self.env.ref("base.public_user")
        self.assertFalse(self.gate.with_user(public)._is_in_grace())

    def test_who_is_not_in_grace_waits_for_nothing(self):
        user = self.users["stranger"]
        grace = self.env["customer.portal.grace"].with_user(user)
        user._get_portal_refusal()
        user._is_portal()
        with self.assertQueryCount(0):
            self.assertFalse(grace._is_on())

    def test_explain_access_names_grace(self):
        explain = self.env["customer.portal.explain"].with_user(self.agent)
        from ...models.explain.explain import Question

        asked = {"way": "page", "action": "create"}
        question = Question("action", "cases", "project.task", **asked)
        answer = explain.explain(self.emma.with_user(self.agent), question)
        self.assertFalse(answer.allowed)
        self.assertEqual(answer.reason.kind, "grace")
        self.assertIn("Until", answer.reason.text)
        door = explain.explain(self.emma.with_user(self.agent), Question("login"))
        self.assertNotIn(False, [step.passed for step in door.steps])


@tagged("post_install", "-at_install")
class TestGraceProfile(GraceBegun, CustomerPortalCommon):
    """Days of Grace is a field of the profile like any other."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profile = cls.env["customer.portal.profile"].create({"name": "Premium"})

    def test_a_profile_has_none_at_first(self):
        self.assertEqual(self.profile.grace_days, 0)
        ready = self.env["customer.portal.profile"].search([])
        self.assertFalse(any(ready.mapped("grace_days")))

    def test_a_number_that_means_nothing_is_refused(self):
        for days in (-1, 367, 10**9):
            with self.subTest(days), self.assertRaises(ValidationError):
                self.profile.grace_days = days

    def test_it_is_exported_imported_and_compared(self):
        portable = self.env["customer.portal.portable"].with_user(self.manager)
        self.profile.grace_days = 14
        data = portable._export(profiles=self.profile)
        self.assertEqual(data["profiles"]["Premium"]["grace_days"], 14)

    def test_a_copy_and_a_profile_that_starts_from_it_have_as_many(self):
        self.profile.grace_days = 14
        profiles = self.env["customer.portal.profile"]
        started = profiles.create({"name": "New", "start_from_id": self.profile.id})
        self.assertEqual((started.grace_days, self.profile.copy().grace_days), (14, 14))

    def test_contacts_are_found_and_counted_in_grace(self):
        partner = self._make_portal_contact(portal_profile_id=self.profile.id)
        self._begin_grace(partner)
        self.assertEqual(partner.portal_state, "grace")
        adoption = self.env["customer.portal.adoption"].sudo()
        row = adoption.search([("partner_id", "=", partner.id)])
        self.assertEqual(row.state, "grace")
        self.profile.grace_days = 0
        self.env.invalidate_all()
        row = adoption.search([("partner_id", "=", partner.id)])
        self.assertEqual((row.state, partner.portal_state), ("ended", "expired"))

    def test_who_forgot_the_password_gets_a_link_in_grace(self):
        partner = self._make_portal_contact(portal_profile_id=self.profile.id)
        self._begin_grace(partner)
        partner.sudo().signup_prepare("reset")
        token = partner.sudo()._generate_signup_token()
        self.assertEqual(partner._get_partner_from_token(token), partner)
        self.profile.grace_days = 0
        self.assertFalse(partner._get_partner_from_token(token))

    def test_a_request_for_more_is_possible_in_grace(self):
        partner = self._make_portal_contact(portal_profile_id=self.profile.id)
        self._begin_grace(partner)
        self.assertTrue(partner._may_ask_for_extension())
        self.assertEqual(partner.portal_grace_end, self._days_from_now(GRACE - 1))

    def _days_from_now(self, days):
        from datetime import timedelta

        return self.today + timedelta(days=days)


@tagged("post_install", "-at_install")
class TestGraceDraft(VersionCommon):
    def test_days_of_grace_are_drafted_published_and_told(self):
        draft = self._start()
        self._save(self.profile, {"grace_days": 14})
        self.assertEqual(self.profile.grace_days, 0)
        version = draft._publish("They may read on")
        self.assertEqual(self.profile.grace_days, 14)
        self.assertIn("Days of Grace", version.differences)
