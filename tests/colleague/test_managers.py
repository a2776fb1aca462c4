from odoo.tests import tagged

from ...const import PARAM_NOTICE_DAYS
from ..colleague_common import ColleagueCommon


@tagged("post_install", "-at_install")
class TestManagers(ColleagueCommon):
    """Who manages colleagues is notified of their access, and nobody else."""

    def _read(self, kind, partner):
        rows = self.env["customer.portal.mail"].sudo()
        rows = rows.search([("kind", "=", kind), ("partner_id", "=", partner.id)])
        return self.env["mail.mail"].sudo().browse(rows.mapped("mail_id"))

    def _announce(self):
        self._set_param(PARAM_NOTICE_DAYS, "7")
        with self.enter_registry_test_mode():
            self.env.ref(
                "customer_portal.ir_cron_announce_ends"
            ).method_direct_trigger()
        self.env.invalidate_all()

    def test_managers_are_those_whose_profile_says_so_and_who_can_log_in(self):
        organizations = self.azure | self.deco | self.branch
        found = organizations._get_portal_managers()
        self.assertEqual(found[self.azure], self.emma)
        self.assertEqual(found[self.deco], self.dan)
        self.assertFalse(found[self.branch])
        self._expire(self.dan)
        self.assertFalse(organizations._get_portal_managers()[self.deco])

    def test_ends_of_colleagues_are_listed_for_their_own_manager(self):
        (self.ben | self.rob)._write_without_sync({"support_end_date": self.tomorrow})
        self._announce()
        self.assertIn("ben", self._read("ends_overview", self.emma).body_html)
        self.assertNotIn("rob", self._read("ends_overview", self.emma).body_html)
        self.assertIn("rob", self._read("ends_overview", self.dan).body_html)

    def test_the_receipt_of_an_access_that_a_manager_ends_says_who_did(self):
        service = self.env["customer.portal.colleague"].with_user(self.user)
        service._end_access(self.ben.id)
        receipt = self.env["customer.portal.receipt"].search(
            [("partner_id", "=", self.ben.id)]
        )
        self.assertRecordValues(
            receipt, [{"reason": "colleague", "user_id": self.user.id}]
        )
        body = self._read("receipt", self.emma).body_html
        self.assertIn("ended by emma", " ".join(body.split()))
        for partner in self.dan + self.ben + self.rob + self.sue:
            self.assertFalse(self._read("receipt", partner))
