from psycopg2.errors import CheckViolation, SerializationFailure

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...const import PARAM_SEATS
from ..colleague_common import ColleagueCommon
from ..common import takes_long


@tagged("post_install", "-at_install")
class TestSeats(ColleagueCommon):
    """How many people of an organization may have access."""

    def test_the_last_seat_is_taken_the_next_is_refused(self):
        self.azure.portal_seats = 3
        self.assertEqual(self._invite()["status"], "done")
        answer = self._invite("second@example.com")
        self.assertEqual(answer["status"], "refused")
        self.assertIn("All 3 seats", answer["text"])
        found = self.env["res.partner"].search([("email", "=", "second@example.com")])
        self.assertFalse(found)
        self.assertEqual(self.azure.portal_seats_used, 3)
        self.assertEqual(self.emma.portal_seats_used, 3)

    def test_one_seat_is_one_in_words(self):
        self.azure.portal_seats = 1
        self.assertIn("The only seat", self._invite()["text"])
        with self.assertRaisesRegex(ValidationError, "has one seat, and it is taken"):
            self.idle.with_user(self.agent).portal_user = True

    @takes_long
    def test_of_many_as_many_are_invited_as_there_are_seats(self):
        self.azure.portal_seats = 4
        rows = [
            {
                "name": f"N {number}",
                "email": f"n{number}@example.com",
                "profile_id": self.profiles["worker"].id,
            }
            for number in range(4)
        ]
        answers = self._service()._invite(rows)
        self.assertEqual(
            [answer["status"] for answer in answers], ["done"] * 2 + ["refused"] * 2
        )

    def test_agents_are_held_to_the_seats_too_and_learn_what_to_do(self):
        self.azure.portal_seats = 2
        with self.assertRaises(ValidationError) as caught:
            self.idle.with_user(self.agent).portal_user = True
        self.assertIn("“Azure” has 2 seats", str(caught.exception))
        self.azure.portal_seats = 3
        self.idle.with_user(self.agent).portal_user = True

    def test_the_number_of_settings_holds_for_organizations_without_their_own(self):
        self._set_param(PARAM_SEATS, 2)
        with self.assertRaises(ValidationError):
            self.idle.portal_user = True
        self.azure.portal_seats = 3
        self.idle.portal_user = True
        for value in ("0", "", "many"):
            self._set_param(PARAM_SEATS, value)
            self.assertEqual(self.deco._get_portal_seats(), 0)

    def test_whoever_has_access_keeps_it_when_seats_are_taken_away(self):
        self.azure.portal_seats = 1
        self.ben.support_end_date = self.tomorrow
        self.assertEqual(self.ben.portal_state, "active")
        with self.assertRaises(ValidationError):
            self.idle.portal_user = True

    def test_an_access_that_ended_keeps_its_seat_until_it_is_taken_away(self):
        self.azure.portal_seats = 2
        self._expire(self.ben)
        self.assertEqual(self._invite()["status"], "refused")
        self._service()._end_access(self.ben.id)
        self.assertEqual(self._invite()["status"], "done")

    def test_one_organization_takes_no_seat_of_another(self):
        self.azure.portal_seats = 2
        self.branch.portal_seats = 1
        other = {"name": "X", "email": "x@example.com", "parent_id": self.deco.id}
        self.env["res.partner"].create({**other, "portal_user": True})
        self.assertEqual(self.deco.portal_seats_used, 3)

    @takes_long
    def test_a_number_without_sense_is_refused(self):
        for number in (-1, 1_000_001):
            with (
                self.subTest(number),
                mute_logger("odoo.sql_db"),
                self.assertRaises(CheckViolation),
                self.env.cr.savepoint(),
            ):
                self.azure.portal_seats = number
                self.azure.flush_recordset()

    def test_of_two_at_once_one_waits_and_counts_again(self):
        """The one that waited fails, as its view is old; Odoo then repeats it."""
        with self.registry.cursor() as cr:
            partner = self.env(cr=cr)["res.partner"].create({"name": "Seats at once"})
            partner_id = partner.id
        try:
            with self.registry.cursor() as waiting, mute_logger("odoo.sql_db"):
                waiting.execute("SELECT 1 FROM res_partner LIMIT 1")
                with self.registry.cursor() as first:
                    partners = self.env(cr=first)["res.partner"]
                    partners.browse(partner_id)._queue_up_for_portal()
                with self.assertRaises(SerializationFailure):
                    partners = self.env(cr=waiting)["res.partner"]
                    partners.browse(partner_id)._queue_up_for_portal()
                waiting.rollback()
        finally:
            with self.registry.cursor() as cr:
                self.env(cr=cr)["res.partner"].browse(partner_id).unlink()
