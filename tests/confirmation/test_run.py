from datetime import timedelta
from unittest.mock import patch

import psycopg2

from odoo.exceptions import ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..common import takes_long
from ..confirmation_common import ConfirmationCommon

RUN_LOGGER = "odoo.addons.customer_portal.models.confirmation.run"


@tagged("post_install", "-at_install")
class TestConfirmationRun(ConfirmationCommon):
    """Who is reviewed when, and who is asked: once each."""

    # === WHEN === #

    def test_an_organization_is_due_by_the_months_of_its_profile(self):
        review = self._run()
        self.assertEqual(review.state, "open")
        self.assertEqual(review.date, self.today)
        self.assertEqual(review.date_due, self.today + timedelta(days=30))
        self.assertEqual(
            self._decisions(), dict.fromkeys(("emma", "noah", "olga"), False)
        )
        self.assertEqual((review.line_count, review.open_count), (3, 3))

    def test_nobody_is_reviewed_before_the_months_are_over(self):
        for partner in (self.emma, self.noah, self.olga):
            self._leave_early(partner)
        self.assertFalse(self._run())
        self.noah.support_start_date = self.long_ago
        self.assertEqual(
            len(self._run().line_ids), 3, "one is due, all are asked about"
        )

    def test_no_months_mean_never(self):
        profiles = self.basic | self.other_profile | self.managing
        profiles.confirmation_months = 0
        self.assertFalse(self._run())

    def test_without_a_start_date_somebody_is_due_at_once(self):
        for partner in (self.emma, self.noah, self.olga):
            partner.support_start_date = False
        self.assertTrue(self._run())

    def test_the_next_review_starts_months_after_the_last(self):
        first = self._run()
        self._as(self.boss).action_keep_others()
        self.assertEqual(first.state, "done")
        self.assertEqual(self._run(), first)
        self._pass(380)
        self.assertNotEqual(self._run(), first)

    def test_those_without_access_are_not_asked_about(self):
        self._expire(self.noah)
        self.olga.portal_user = False
        self.assertEqual(self._decisions(self._run()), {"emma": False})

    def test_an_organization_without_anybody_has_no_review(self):
        for partner in (self.emma, self.noah, self.olga):
            partner.portal_user = False
        self.assertFalse(self._run())

    def test_colleagues_with_a_profile_that_is_never_reviewed_are_listed_too(self):
        self.other_profile.confirmation_months = 0
        self.noah.portal_profile_id = self.other_profile
        self.assertIn("noah", self._decisions(self._run()))

    @takes_long
    def test_a_contact_of_no_organization_is_one_of_its_own(self):
        lone = self._make_portal_contact(
            "lone@example.com",
            portal_profile_id=self.basic.id,
            support_start_date=self.long_ago,
        )
        self._run()
        self.assertEqual(self._get_review(lone).line_ids.partner_id, lone)

    def test_months_are_a_number_that_means_something(self):
        for months in (-1, 1201):
            with self.assertRaises(ValidationError):
                self.basic.confirmation_months = months

    # === WHO IS ASKED === #

    def test_the_manager_is_asked_once_and_in_their_language(self):
        known = self._letters_to(self.emma)
        review = self._run()
        [mail] = self._letters_to(self.emma) - known
        self.assertIn("/my/company/review", mail.body_html)
        self.assertIn("Azure", mail.body_html)
        self.assertIn("confirm who needs access", mail.subject)
        self.assertEqual(self._asked(review), [(self.emmas, "0")])
        self.assertEqual(review.ask_ids.mail_state, "queued")
        with self._no_mail():
            self._run()
        self.assertEqual(self._asked(), [(self.emmas, "0")])

    def test_without_a_manager_the_representative_is_asked(self):
        self.emma.portal_profile_id = self.basic
        self._run()
        self.assertEqual(self._asked(), [(self.boss, "0")])
        [mail] = self._letters_to(self.boss.partner_id)
        self.assertIn("/odoo/portal-access-reviews", mail.body_html)

    def test_a_representative_who_is_no_agent_is_not_asked(self):
        self.emma.portal_profile_id = self.basic
        self.azure.user_id = self.clerk
        self._run()
        users = {user for user, _number in self._asked()}
        self.assertNotIn(self.clerk, users)
        self.assertIn(self.agent, users)

    @takes_long
    def test_one_email_names_all_organizations_of_a_representative(self):
        self.emma.portal_profile_id = self.basic
        other = self._make_organization("Birch", user_id=self.boss.id)
        self._add("birch", other)
        self._run()
        [mail] = self._letters_to(self.boss.partner_id)
        self.assertIn("Azure", mail.body_html)
        self.assertIn("Birch", mail.body_html)

    def test_a_manager_of_subsidiaries_answers_where_nobody_else_manages(self):
        self.managing.manage_scope = "subsidiaries"
        below = self._make_organization("Below", parent_id=self.azure.id)
        self._add("below", below)
        self._run()
        self.assertEqual(self._asked(self._get_review(below)), [(self.emmas, "0")])
        self.managing.manage_scope = "organization"
        self.reviews.search([("organization_id", "=", below.id)])
        self.assertNotIn(
            below.id, self.reviews.with_user(self.emmas).sudo()._get_reach()
        )

    def test_a_manager_on_the_blacklist_is_not_the_only_one_asked(self):
        self.env["mail.blacklist"].sudo().create({"email": self.emma.email})
        self._run()
        self.assertEqual(self._asked(), [(self.boss, "0")])

    def test_who_follows_a_manager_is_asked_the_next_day(self):
        self._run()
        self.emma.portal_user = False
        self._run()
        self.assertEqual(self._asked(), [(self.emmas, "0"), (self.boss, "0")])
        self.noah.portal_profile_id = self.managing
        self._run()
        self.assertEqual(self._asked()[-1], (self._user_of(self.noah), "0"))

    def test_two_reminders_come_and_not_a_third(self):
        self._run()
        for number in ("1", "2"):
            self._pass(10)
            review = self._run()
            self.assertEqual(self._asked()[-1], (self.emmas, number))
            self.assertEqual(review.state, "open")
        [reminder, *_others] = self._letters_to(self.emma)
        self.assertIn("Reminder", reminder.subject)
        self.assertEqual(review.date_due, self.today + timedelta(days=10))

    @takes_long
    def test_a_server_that_was_off_for_long_still_reminds_twice(self):
        self._run()
        self._pass(200)
        for number in (1, 2):
            review = self._run()
            self.assertEqual((review.state, review.reminders), ("open", number))
            self.assertGreater(review.date_due, self.today)
            self._pass(200)
        self.assertEqual(self._run().state, "missed")

    def test_settings_say_how_many_days(self):
        self._set_param("customer_portal.confirmation_days", "9")
        self.assertEqual(self._run().date_due, self.today + timedelta(days=9))
        self._set_param("customer_portal.confirmation_days", "many")
        self.assertEqual(self.reviews._get_days(), 30)
        settings = self.env["res.config.settings"]
        for days in (0, 2, 366):
            with self.assertRaises(ValidationError):
                settings.create({"portal_confirmation_days": days})

    def test_without_the_template_the_rest_goes_on(self):
        self.env.ref("customer_portal.mail_template_confirmation").unlink()
        self.assertEqual(self._run().state, "open")
        self.assertFalse(self._asked())

    # === WHO COMES AND GOES === #

    def test_a_new_colleague_joins_and_one_who_left_is_done_with(self):
        review = self._run()
        self._pass(1)
        self._add("new", self.azure, support_start_date=self.today)
        self.noah.portal_user = False
        self._run()
        self.assertEqual(
            self._decisions(),
            {"emma": False, "noah": "gone", "olga": False, "new": False},
        )
        late = review.line_ids.filtered("is_late")
        self.assertEqual(late.mapped("partner_name"), ["new"])

    def test_who_gets_access_again_waits_again(self):
        self._run()
        self.noah.portal_user = False
        self._run()
        self.noah.write({"portal_user": True, "support_end_date": False})
        self._run()
        self.assertEqual(self._decisions()["noah"], False)

    def test_who_moves_to_another_organization_is_no_longer_of_this_one(self):
        self._run()
        self.noah.parent_id = self._make_organization("Birch")
        self._run()
        self.assertEqual(self._decisions()["noah"], "gone")

    @takes_long
    def test_a_review_that_everybody_has_left_is_no_longer_needed(self):
        self._run()
        for partner in (self.emma, self.noah, self.olga):
            partner.portal_user = False
        self.assertEqual(self._run().state, "void")

    # === BAD DAYS === #

    def test_what_was_killed_goes_on_and_happens_once(self):
        """The run has no time for more than one batch, again and again."""
        cron = self.registry["ir.cron"]
        with patch.object(cron, "_commit_progress", return_value=0):
            for _attempt in range(4):
                self.reviews._cron_run()
        self.assertEqual(len(self._get_review()), 1)
        self.assertEqual(self._asked(), [(self.emmas, "0")])
        self.assertEqual(len(self._get_review().line_ids), 3)

    def test_starting_twice_makes_one_review(self):
        due = self.reviews._find_due()
        self.reviews._start(due)
        self.reviews._start(due)
        domain = [("organization_id", "=", self.azure.id)]
        self.assertEqual(self.reviews.search_count(domain), 1)
        self.assertEqual(len(self._get_review().line_ids), 3)

    def test_an_email_that_was_noted_is_not_sent_again(self):
        self._run()
        template = self.env.ref("customer_portal.mail_template_confirmation").sudo()
        with self._no_mail():
            self.reviews._send(template, self.emmas.id, {self._get_review().id: "0"})

    def test_one_that_fails_keeps_nobody_else_from_theirs(self):
        other = self._make_organization("Birch")
        self._add("birch", other)
        follow = type(self.reviews)._follow_people

        def fail_for_azure(reviews):
            if self.azure in reviews.organization_id:
                raise ValueError("broken")
            return follow(reviews)

        with (
            patch.object(type(self.reviews), "_follow_people", fail_for_azure),
            mute_logger(RUN_LOGGER),
        ):
            self._run()
        self.assertFalse(self._get_review())
        self.assertTrue(self._get_review(other))
        self.assertTrue(self._run())

    def test_what_another_transaction_was_faster_with_is_left_to_the_next_run(self):
        def meet(_ids):
            raise psycopg2.errors.SerializationFailure

        with patch.object(self.env.cr, "rollback") as rollback:
            self.reviews._attempt([1], meet)
        rollback.assert_called_once_with()

    def test_many_organizations_cost_no_more_queries_than_few(self):
        organizations = self.env["res.partner"].create(
            [{"name": f"O{number}", "is_company": True} for number in range(30)]
        )
        contacts = self.env["res.partner"].create(
            [{"name": "c", "parent_id": one.id} for one in organizations]
        )
        contacts._write_without_sync(
            {"portal_user": True, "portal_profile_id": self.basic.id}
        )
        self.env.flush_all()
        due = self.reviews._find_due()
        self.assertGreaterEqual(len(due), 31)
        with self.assertQueryCount(6):
            self.reviews._start(due)
        reviews = self.reviews.search([("state", "=", "open")])
        with self.assertQueryCount(8):
            self.reviews._follow(reviews.ids)

    @takes_long
    def test_another_company_is_asked_for_its_own(self):
        company = self.env["res.company"].create({"name": "Second"})
        colleague = new_test_user(
            self.env,
            login="second",
            groups="customer_portal.group_customer_portal_user",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        people = self.emma | self.noah | self.olga
        users = people.user_ids
        users.write({"company_ids": [(4, company.id)], "company_id": company.id})
        self.azure.write({"company_id": company.id, "user_id": False})
        people.write({"company_id": company.id})
        self.emma.portal_profile_id = self.basic
        self._run()
        self.assertEqual(self._asked(), [(colleague, "0")])
        self.assertFalse(
            self._as(self.agent).search([("id", "=", self._get_review().id)])
        )
