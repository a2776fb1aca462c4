from odoo.tests import tagged

from ..source_common import SourceCommon


@tagged("post_install", "-at_install")
class TestPassedOn(SourceCommon):
    """What customers give to colleagues follows what they follow themselves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        profiles = cls.env["customer.portal.profile"]
        cls.worker = profiles.create({"name": "Worker"})
        cls.leader = profiles.create({"name": "Leader", "manage_scope": "organization"})
        cls.leader.given_profile_ids = cls.worker
        cls.emma.portal_profile_id = cls.leader
        cls.paul.portal_profile_id = cls.worker

    def _service(self):
        user = self._user_of(self.emma)
        return self.env["customer.portal.colleague"].with_user(user)

    def _invite(self):
        row = {
            "name": "Nina",
            "email": "nina@example.com",
            "profile_id": self.worker.id,
            "organization_id": None,
        }
        [answer] = self._service()._invite([row])
        return self.env["res.partner"].browse(answer["partner_id"])

    def test_who_is_invited_follows_what_is_bought_later(self):
        nina = self._invite()
        self.assertTrue(nina.portal_user)
        self.assertFalse(nina.support_source)
        self._order(quantity=2)
        self.assertEqual(nina.support_source, "product")
        self.assertEqual(self._period(nina), self._period(self.emma))

    def test_who_is_invited_follows_what_was_bought(self):
        self._order(quantity=2)
        nina = self._invite()
        self.assertEqual(nina.support_source, "product")
        self.assertEqual(self._period(nina), self._period(self.emma))

    def test_who_is_brought_back_follows_what_was_bought_meanwhile(self):
        self._order()
        self._service()._end_access(self.paul.id)
        self._order(quantity=2)
        self.assertEqual(self.paul.support_end_date, self._later(12))
        self._service()._restore_access(self.paul.id, self.worker.id)
        self.assertEqual(self.paul.support_source, "product")
        self.assertEqual(self.paul.support_end_date, self._later(36))

    def test_what_an_agent_has_set_for_the_manager_is_set_for_the_colleague(self):
        self.emma.with_user(self.agent).support_end_date = self.tomorrow
        self._order()
        nina = self._invite()
        self.assertEqual(nina.support_source, "manual")
        self.assertEqual(nina.support_end_date, self.tomorrow)

    def test_a_date_that_an_agent_has_set_for_the_colleague_stays_so(self):
        self.paul.with_user(self.agent).support_end_date = self.tomorrow
        self._service()._end_access(self.paul.id)
        self._service()._restore_access(self.paul.id, self.worker.id)
        self._order()
        self.assertEqual(self.paul.support_source, "manual")
        self.assertEqual(self.paul.support_end_date, self.tomorrow)

    def test_nothing_goes_beyond_the_managers_own_period(self):
        self._order()
        self._write_sourced_end(self.emma, self.tomorrow)
        nina = self._invite()
        self.assertEqual(nina.support_source, "manual")
        self.assertEqual(nina.support_end_date, self.tomorrow)

    def _write_sourced_end(self, partner, end):
        """Let the source say less of the manager than of the organization."""
        values = {
            "support_start_date": self.today,
            "support_end_date": end,
            "support_source": "contract",
            "support_before": False,
        }
        partner._write_sourced(values)
