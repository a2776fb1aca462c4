from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ...models.confirmation.answer import Answer
from ..confirmation_common import ConfirmationCommon

KEEP, END = Answer("keep"), Answer("end")


@tagged("post_install", "-at_install")
class TestConfirmationAnswers(ConfirmationCommon):
    """What managers and agents answer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reviews._start(cls.azure.ids)
        cls.review = cls.reviews.search([("organization_id", "=", cls.azure.id)])

    def _answer(self, user, answers):
        """Answer about contacts; return the refusals by contact."""
        review = self._as(user, self.review)
        given = {partner.id: answer for partner, answer in answers.items()}
        refusals = review._answer(given)
        self.env.invalidate_all()
        return {self.env["res.partner"].browse(i): text for i, text in refusals.items()}

    # === MANAGERS === #

    def test_a_manager_keeps_changes_and_ends(self):
        answers = {
            self.emma: KEEP,
            self.noah: Answer("profile", self.other_profile.id),
            self.olga: END,
        }
        self.assertEqual(self._answer(self.emmas, answers), {})
        self.assertEqual(
            self._decisions(), {"emma": "keep", "noah": "profile", "olga": "end"}
        )
        self.assertEqual(self.noah.portal_profile_id, self.other_profile)
        self.assertFalse(self.olga.portal_user)
        self.assertEqual(self.review.state, "done")
        line = self._line(self.noah)
        self.assertEqual(
            (line.profile_name, line.new_profile_name, line.decided_by_name),
            ("Reviewed", "Reviewed Otherwise", self.emmas.name),
        )
        self.assertTrue(line.decided_on)
        self.assertEqual(self._kinds(self.emma)[-1], "confirmed")

    def test_some_answers_are_kept_until_the_others_come(self):
        self._answer(self.emmas, {self.noah: KEEP})
        self.assertEqual(self.review.state, "open")
        self.assertEqual(self.review.open_count, 2)
        self._answer(self.emmas, {self.emma: KEEP, self.olga: KEEP})
        self.assertEqual(self.review.state, "done")

    def test_the_first_answer_counts_and_the_second_is_shown_it(self):
        second = self._add("maya", self.azure, portal_profile_id=self.managing.id)
        self._answer(self.emmas, {self.noah: KEEP})
        refusals = self._answer(self._user_of(second), {self.noah: END})
        self.assertIn(f"{self.emmas.name} has already answered", refusals[self.noah])
        self.assertTrue(self.noah.portal_user)
        self.assertEqual(self._line(self.noah).decision, "keep")

    def test_nobody_ends_their_own_last_management(self):
        refusals = self._answer(self.emmas, {self.emma: END, self.noah: KEEP})
        self.assertIn(self.emma, refusals)
        self.assertTrue(self.emma.portal_user)
        self.assertFalse(self._line(self.emma).decision)
        self.assertEqual(self._line(self.noah).decision, "keep", "the others are saved")
        refusals = self._answer(
            self.emmas, {self.emma: Answer("profile", self.basic.id)}
        )
        self.assertIn(self.emma, refusals)
        self.assertEqual(self.emma.portal_profile_id, self.managing)

    def test_a_profile_that_may_not_be_given_is_refused(self):
        secret = self.env["customer.portal.profile"].create({"name": "Secret"})
        for profile_id in (secret.id, 0, None, 10**9):
            with self.subTest(profile_id):
                refusals = self._answer(
                    self.emmas, {self.noah: Answer("profile", profile_id)}
                )
                self.assertIn(self.noah, refusals)
                self.assertEqual(self.noah.portal_profile_id, self.basic)

    def test_an_unknown_answer_is_none(self):
        refusals = self._answer(self.emmas, {self.noah: Answer("closed")})
        self.assertIn(self.noah, refusals)
        self.assertFalse(self._line(self.noah).decision)

    def test_strangers_are_refused_as_if_they_did_not_exist(self):
        stranger = self._add("otto", self._make_organization("Birch"))
        refusals = self._answer(self.emmas, {stranger: END})
        review = self._as(self.emmas, self.review)
        unknown = review._answer({10**9: END})
        self.assertEqual([*refusals.values()], [*unknown.values()])
        self.assertTrue(stranger.portal_user)

    def test_only_those_who_manage_the_organization_answer(self):
        stranger = self._add(
            "otto", self._make_organization("Birch"), portal_profile_id=self.managing.id
        )
        for user in (self._user_of(self.noah), self._user_of(stranger), self.clerk):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._answer(user, {self.noah: KEEP})
        self.assertFalse(self._line(self.noah).decision)

    def test_a_new_colleague_is_answered_about_at_once(self):
        new = self._add("new", self.azure, support_start_date=self.today)
        self.assertEqual(self._answer(self.emmas, {new: END}), {})
        self.assertFalse(new.portal_user)
        self.assertEqual(self._line(new).decision, "end")

    def test_who_has_lost_access_meanwhile_has_no_answer(self):
        self.noah.portal_user = False
        refusals = self._answer(self.emmas, {self.noah: KEEP})
        self.assertIn("no longer has access", refusals[self.noah])
        self.assertEqual(self._line(self.noah).decision, "gone")

    def test_after_the_end_nobody_answers(self):
        self._as(self.boss, self.review).action_keep_others()
        with self.assertRaises(UserError):
            self._answer(self.emmas, {self.noah: END})
        self.assertTrue(self.noah.portal_user)

    def test_a_manager_who_was_replaced_answers_no_more(self):
        self.emma.portal_profile_id = self.basic
        with self.assertRaises(AccessError):
            self._answer(self.emmas, {self.noah: END})

    def test_an_answer_can_wait_for_approval(self):
        self.azure.portal_approval = True
        self.assertEqual(
            self._answer(self.emmas, {self.noah: END, self.olga: KEEP}), {}
        )
        self.assertTrue(self.noah.portal_user)
        self.assertEqual(self._line(self.noah).decision, "end")
        self.assertIn("approval", self._line(self.noah).note)
        self.assertFalse(self._line(self.olga).note)

    def test_too_many_answers_at_once_are_refused(self):
        review = self._as(self.emmas, self.review)
        with self.assertRaises(UserError):
            review._answer(dict.fromkeys(range(1, 202), KEEP))

    # === AGENTS === #

    def test_an_agent_answers_in_odoo(self):
        lines = self.review.line_ids.with_user(self.boss).sudo(False)
        by_name = {line.partner_name: line for line in lines}
        by_name["noah"].action_keep()
        by_name["olga"].action_end()
        action = by_name["emma"].action_change_profile()
        wizards = self.env[action["res_model"]].with_user(self.boss)
        wizard = wizards.with_context(**action["context"]).create(
            {"profile_id": self.basic.id}
        )
        wizard.action_change()
        self.env.invalidate_all()
        self.assertEqual(
            self._decisions(), {"emma": "profile", "noah": "keep", "olga": "end"}
        )
        self.assertEqual(self.emma.portal_profile_id, self.basic)
        self.assertFalse(self.olga.portal_user)
        self.assertEqual(self._line(self.noah).decided_by_id, self.boss)
        self.assertEqual(self.review.state, "done")

    def test_an_agent_is_shown_that_somebody_was_faster(self):
        self._answer(self.emmas, {self.noah: KEEP})
        with self.assertRaisesRegex(AccessError, "already answered"):
            self._line(self.noah).with_user(self.boss).sudo(False).action_end()
        self.assertTrue(self.noah.portal_user)

    def test_an_archived_profile_is_given_to_nobody(self):
        self.other_profile.active = False
        refusals = self._answer(
            self.boss, {self.noah: Answer("profile", self.other_profile.id)}
        )
        self.assertIn(self.noah, refusals)

    def test_nobody_but_agents_calls_their_buttons(self):
        auditor = new_test_user(
            self.env,
            login="auditor",
            groups="customer_portal.group_customer_portal_auditor",
        )
        line = self._line(self.noah)
        for user in (auditor, self.clerk, self.emmas):
            own_line = line.with_user(user).sudo(False)
            own_review = self._as(user, self.review)
            for call in (
                own_line.action_keep,
                own_line.action_end,
                own_line.action_change_profile,
                own_review.action_keep_others,
            ):
                with self.subTest(user.login), self.assertRaises(AccessError):
                    call()
        self.assertFalse(line.decision)

    def test_an_agent_opens_the_answers_of_a_review(self):
        action = self._as(self.boss, self.review).action_view_answers()
        self.assertEqual(action["domain"], [("confirmation_id", "=", self.review.id)])
