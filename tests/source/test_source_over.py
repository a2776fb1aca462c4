from odoo import fields
from odoo.tests import tagged

from ..source_common import SourceCommon


@tagged("post_install", "-at_install")
class TestSourceOver(SourceCommon):
    """Whoever gives access hears that what the organization bought is over."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.over = fields.Date.subtract(cls.today, months=2)

    def _buy(self, day):
        """Have the organization buy a year of support that counts from a day."""
        order = self._order()
        self._rows(order).sudo().date = day
        self._commit()

    def _tick(self, partner, **values):
        """Turn on Portal User in the form; return what the form says."""
        filled = partner.new(values, origin=partner)
        filled.portal_user = True
        return filled, filled._onchange_portal_user()

    def _grant(self, partners, method="action_grant_all", user=None):
        wizard = self.env["portal.wizard"].with_user(user or self.agent)
        wizard = wizard.with_context(active_ids=partners.ids).create({})
        if method == "action_grant_all":
            return wizard.action_grant_all()
        return wizard.user_ids.action_grant_access()

    def test_the_form_says_so_as_soon_as_the_box_is_ticked(self):
        self._buy(fields.Date.subtract(self.over, months=12))
        filled, answer = self._tick(self.alone)
        self.assertEqual(filled.portal_state, "expired")
        message = answer["warning"]["message"]
        self.assertIn("can't log in: Not ticked (until ", message)
        self.assertIn("change the Support End Date", message)

    def test_the_form_says_nothing_while_support_goes_on(self):
        self._buy(self.today)
        filled, answer = self._tick(self.alone)
        self.assertEqual(filled.portal_state, "active")
        self.assertFalse(answer)

    def test_nor_of_dates_that_somebody_has_set_by_hand(self):
        self._buy(fields.Date.subtract(self.over, months=12))
        self.paul.write({"support_start_date": False, "support_end_date": self.over})
        self.assertEqual(self.paul.support_source, "manual")
        self.assertFalse(self.paul._filter_source_ended())

    def test_granting_access_says_for_whom_it_is_of_no_use(self):
        self._buy(fields.Date.subtract(self.over, months=12))
        for method in ("action_grant_all", "action_grant_access"):
            with self.subTest(method):
                answer = self._grant(self.alone, method)
                self.assertEqual(self.alone.portal_state, "expired")
                self.assertEqual(answer["tag"], "display_notification")
                self.assertIn("Not ticked (until ", answer["params"]["message"])
                self.assertEqual(answer["params"]["next"]["res_model"], "portal.wizard")
                self.alone.portal_user = False

    def test_granting_access_that_is_of_use_says_nothing(self):
        self._buy(self.today)
        self.assertEqual(self._grant(self.alone)["res_model"], "portal.wizard")
        self.assertEqual(self.alone.portal_state, "active")

    # === WHAT THEY FOLLOWED SAYS NOTHING ANY LONGER === #

    def _cancel_after(self, day):
        """Return two who had access by an order alone, which then was canceled."""
        order = self._order()
        self._rows(order).sudo().date = day
        self._commit()
        people = self.alone | self.alone.copy({"email": "nor@example.com"})
        people.portal_user = True
        self.assertEqual({*people.mapped("support_source")}, {"product"})
        people.portal_user = False
        order._action_cancel()
        self._commit()
        return people

    def test_who_followed_what_was_canceled_gets_what_settings_propose(self):
        alone, other = self._cancel_after(fields.Date.subtract(self.over, months=12))
        self._order(self.deco)
        self.stranger.portal_user = False
        for people in (alone, other | self.stranger):
            with self.subTest(people=people.mapped("email")):
                people.with_user(self.agent).write({"portal_user": True})
                people[0]._follow_support_sources()  # as the daily work does
                self.assertEqual(self._period(people[0]), self.proposed)
                self.assertFalse(people[0].support_source)

    def test_but_no_days_of_what_was_canceled(self):
        alone, _other = self._cancel_after(self._later(-1))
        self.assertEqual(alone.support_end_date, self._later(11))
        alone.with_user(self.agent).write({"portal_user": True})
        self.assertEqual(alone.portal_state, "expired")
        self.assertFalse(alone.support_source)
