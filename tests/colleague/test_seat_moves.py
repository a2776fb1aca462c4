from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ..colleague_common import ColleagueCommon
from ..common import takes_long


@tagged("post_install", "-at_install")
class TestSeatMoves(ColleagueCommon):
    """Whoever moves with access to another organization needs a seat there."""

    def _refuse(self, partner, **vals):
        with (
            self.assertRaisesRegex(ValidationError, "number of seats") as caught,
            self.env.cr.savepoint(),
        ):
            partner.with_user(self.clerk).write(vals)
        self.env.invalidate_all()
        return str(caught.exception)

    def test_who_moves_to_a_full_organization_is_refused_and_the_agent_reads_why(self):
        self.azure.portal_seats = 2
        text = self._refuse(self.rob, parent_id=self.azure.id)
        self.assertIn("3 people of “Azure”", text)
        self.assertIn("its number of seats is 2", text)
        self.azure.portal_seats = 3
        self.rob.with_user(self.clerk).parent_id = self.azure
        self.assertEqual(self.azure.portal_seats_used, 3)

    def test_the_number_of_settings_holds_for_moves_too(self):
        self._set_param("customer_portal.seats", 2)
        self._refuse(self.rob, parent_id=self.azure.id)

    def test_without_access_nobody_needs_a_seat(self):
        self.azure.portal_seats = 2
        self.rob.portal_user = False
        self.rob.with_user(self.clerk).parent_id = self.azure
        self.assertEqual(self.rob.commercial_partner_id, self.azure)

    def test_those_below_come_along_and_need_seats_too(self):
        self.azure.portal_seats = 2
        self._refuse(self.branch, is_company=False)
        department = self.env["res.partner"].create(
            {"name": "Department", "parent_id": self.deco.id}
        )
        self.rob.parent_id = department
        self._refuse(department, parent_id=self.azure.id)
        link = [Command.link(self.rob.id)]
        self.assertIn("3 people", self._refuse(self.azure, child_ids=link))

    def test_who_stays_keeps_the_seat_where_there_are_too_few(self):
        self.azure.portal_seats = 1
        department = self.env["res.partner"].create(
            {"name": "Department", "parent_id": self.azure.id}
        )
        self.ben.with_user(self.clerk).parent_id = department
        self.ben.with_user(self.clerk).parent_id = self.deco
        self.assertEqual(self.deco.portal_seats_used, 3)

    def test_who_leaves_an_organization_or_founds_one_needs_no_seat_of_it(self):
        self._set_param("customer_portal.seats", 1)
        self.ben.with_user(self.clerk).parent_id = False
        self.assertEqual(self.ben.commercial_partner_id, self.ben)

    # === MERGED === #

    def _merge(self, destination, *sources):
        partners = destination.union(*sources)
        wizard = self.env["base.partner.merge.automatic.wizard"].create(
            {
                "partner_ids": [Command.set(partners.ids)],
                "dst_partner_id": destination.id,
            }
        )
        wizard.with_user(self.env.ref("base.user_admin")).action_merge()
        self.env.invalidate_all()

    def _refuse_merge(self, *partners):
        with (
            self.assertRaisesRegex(ValidationError, "number of seats is 2"),
            self.env.cr.savepoint(),
        ):
            self._merge(*partners)

    @takes_long
    def test_an_access_that_a_merge_brings_needs_a_seat(self):
        self.azure.portal_seats = 2
        self._refuse_merge(self.idle, self.rob)
        self.azure.portal_seats = 3
        self._merge(self.idle, self.rob)
        self.assertTrue(self.idle.portal_user)
        self.assertEqual(self.azure.portal_seats_used, 3)

    def test_the_people_of_an_organization_that_is_merged_need_seats(self):
        self.azure.portal_seats = 2
        self._refuse_merge(self.azure, self.deco)
        self.azure.portal_seats = 4
        self._merge(self.azure, self.deco)
        self.assertEqual(self.azure.portal_seats_used, 4)

    @takes_long
    def test_a_merge_within_an_organization_takes_no_seat(self):
        self.azure.portal_seats = 1
        self._merge(self.idle, self.ben)
        self.assertTrue(self.idle.portal_user)
        self.assertEqual(self.azure.portal_seats_used, 2)

    def test_the_last_manager_who_is_merged_away_is_missed(self):
        self.idle.parent_id = self.deco
        self._merge(self.idle, self.emma)
        self.assertTrue(self.azure.portal_lacks_manager)
        self.assertEqual(self.azure.portal_manager_left, self.today)
