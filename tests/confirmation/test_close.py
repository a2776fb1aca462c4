from odoo.tests import tagged

from ..common import takes_long
from ..confirmation_common import ConfirmationCommon

ENDS = "customer_portal.confirmation_ends_access"


@tagged("post_install", "-at_install")
class TestConfirmationClose(ConfirmationCommon):
    """What follows where nobody answers in time."""

    def test_at_first_it_is_only_reported(self):
        review = self._run_late()
        self.assertEqual(review.state, "missed")
        self.assertEqual({*self._decisions().values()}, {"missed"})
        self.assertTrue(all((self.emma | self.noah).mapped("portal_user")))
        self.assertEqual(self._asked()[-1], (self.boss, "3"))
        [mail] = self._letters_to(self.boss.partner_id)
        self.assertIn("Azure", mail.body_html)
        with self._no_mail():
            self._run()

    def test_access_that_nobody_confirmed_ends_if_settings_say_so(self):
        self._set_param(ENDS, "True")
        self._run()
        self._deliver()
        answers = self.env["customer.portal.confirmation.line"]
        line = answers.with_user(self.boss).browse(self._line(self.olga).id)
        line.action_keep()
        review = self._run_late()
        self.assertEqual(review.state, "missed")
        self.assertEqual(
            self._decisions(), {"emma": "missed", "noah": "closed", "olga": "keep"}
        )
        self.assertFalse(self.noah.portal_user)
        self.assertTrue(self.olga.portal_user)
        self.assertEqual(self._kinds(self.noah)[-1], "revoked")
        self.assertIn("no one confirmed it", self.noah.message_ids[0].body)

    def test_the_last_managers_keep_access_to_put_it_right(self):
        self._set_param(ENDS, "True")
        self._run()
        self._deliver()
        self._run_late()
        self.assertTrue(self.emma.portal_user)
        self.assertFalse(self.noah.portal_user)

    @takes_long
    def test_a_manager_whom_nobody_confirmed_goes_where_another_one_stays(self):
        self._set_param(ENDS, "True")
        self.noah.portal_profile_id = self.managing
        self._run()
        self._deliver()
        line = self._line(self.noah).with_user(self.boss).sudo(False)
        line.action_keep()
        self._run_late()
        self.assertFalse(self.emma.portal_user)
        self.assertTrue(self.noah.portal_user)

    @takes_long
    def test_a_confirmed_manager_whose_support_has_ended_does_not_count(self):
        self._set_param(ENDS, "True")
        self.noah.portal_profile_id = self.managing
        self._run()
        self._deliver()
        self._line(self.noah).with_user(self.boss).sudo(False).action_keep()
        self._expire(self.noah)
        self._run_late()
        self.assertTrue(self.emma.portal_user)
        self.assertFalse(self.olga.portal_user)

    def test_nothing_ends_about_which_no_email_has_left(self):
        self._set_param(ENDS, "True")
        review = self._run_late()
        self.assertEqual(review.state, "missed")
        self.assertEqual({*self._decisions().values()}, {"missed"})
        self.assertTrue(self.noah.portal_user)

    @takes_long
    def test_who_came_in_the_middle_is_only_reported(self):
        self._set_param(ENDS, "True")
        self._run()
        self._deliver()
        self._pass(1)
        new = self._add("new", self.azure, support_start_date=self.today)
        self._run_late()
        self.assertTrue(new.portal_user)
        self.assertEqual(self._decisions()["new"], "missed")

    @takes_long
    def test_a_profile_that_is_never_reviewed_ends_nothing(self):
        self._set_param(ENDS, "True")
        self.other_profile.confirmation_months = 0
        self.noah.portal_profile_id = self.other_profile
        self._run()
        self._deliver()
        self._run_late()
        self.assertTrue(self.noah.portal_user)
        self.assertFalse(self.olga.portal_user)

    @takes_long
    def test_who_lost_access_in_the_middle_is_not_reported(self):
        self._run()
        self.noah.portal_user = False
        self._run_late()
        self.assertEqual(self._decisions()["noah"], "gone")

    @takes_long
    def test_closing_twice_ends_access_once(self):
        self._set_param(ENDS, "True")
        self._run()
        self._deliver()
        review = self._run_late()
        kinds = self._kinds(self.noah)
        self.reviews._close(review.ids)
        self.assertEqual(self._kinds(self.noah), kinds)

    def test_a_review_answered_in_time_ends_nothing(self):
        self._set_param(ENDS, "True")
        self._run()
        self._deliver()
        self._as(self.boss).action_keep_others()
        self.assertEqual(self._run_late().state, "done")
        self.assertTrue(self.noah.portal_user)
        self.assertNotIn((self.boss, "3"), self._asked())
