from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...const import PARAM_TOUCHPOINT_DAYS
from ..common import takes_long
from ..lifecycle_common import LifecycleCommon

LETTER_LOGGER = "odoo.addons.customer_portal.models.lifecycle.letter"


class ReceiptCommon(LifecycleCommon):
    """Many organizations, each with somebody who manages it."""

    def _make_organizations(self, number):
        """Return contacts of as many organizations, and who manages each."""
        organizations = self.env["res.partner"].create(
            [{"name": f"O{number}-{i}", "is_company": True} for i in range(number)]
        )
        ending, managers = (
            self.env["res.partner"].union(
                *(
                    self._make_portal_contact(
                        f"{name}{index}@o{number}.example.com",
                        parent_id=organization.id,
                    )
                    for index, organization in enumerate(organizations)
                )
            )
            for name in ("ending", "lead")
        )
        return ending, managers

    def _issue(self, number):
        """Return how many queries the receipts of as many organizations cost."""
        receipts = self.env["customer.portal.receipt"]
        ending, managers = self._make_organizations(number)
        self.env.flush_all()
        with self._managed_by(*managers):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            receipts._issue(ending, "expired", receipts._count(ending))
            self.env.flush_all()
            cost = self.env.cr.sql_log_count - before
        for one, manager in zip(ending, managers, strict=True):
            [mail] = self._followed("receipt", manager)
            self.assertEqual(mail.recipient_ids, manager)
            self.assertIn(one.commercial_partner_id.name, mail.subject)
            self.assertIn(f"{one.name}</strong>", mail.body_html)
            self.assertEqual(mail.body_html.count("Sessions closed"), 1)
        return cost


@tagged("post_install", "-at_install", "long")
class TestManyReceipts(ReceiptCommon):
    @takes_long
    def test_very_many_organizations_cost_as_few_queries_as_few(self):
        self._issue(2)  # with warm caches
        self.assertLessEqual(self._issue(22), self._issue(3) + 20)


@tagged("post_install", "-at_install")
class TestReceipts(ReceiptCommon):
    """When an access ends, what was cut off is written down and told the manager."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls._user_of(cls.emma)

    def _receipts(self, partner=None):
        receipts = self.env["customer.portal.receipt"].with_user(self.agent)
        return receipts.search([("partner_id", "=", (partner or self.emma).id)])

    def _to_lead(self):
        return self._followed("receipt", self.lead)

    def _add_session(self, name, user=None, days=0, **values):
        """Let a browser be logged in, which was last seen some days ago."""
        seen = fields.Datetime.now() - timedelta(days=days)
        return self.env["res.device.log"].create(
            {
                "session_identifier": name,
                "user_id": (user or self.user).id,
                "platform": "linux",
                "browser": "firefox",
                "last_activity": seen,
                "first_activity": seen,
                **values,
            }
        )

    def _equip(self):
        """Give Emma two sessions, an API key, a link and a waiting email."""
        for name in ("a", "a", "b"):
            self._add_session(name)
        self._add_session("old", days=90)
        self._add_session("gone", revoked=True)
        self._add_session("other", self._user_of(self.lead))
        self._make_api_key(self.user)
        self.emma._send_portal_credentials_again()

    def _check(self, reason, user=None):
        self.assertRecordValues(
            self._receipts(),
            [
                {
                    "reason": reason,
                    "user_id": user and user.id,
                    "sessions": 2,
                    "api_keys": 1,
                    "links": 1,
                    "mails": 1,
                }
            ],
        )
        queued = self.emma.portal_mail_ids.filtered(lambda row: row.kind == "login")
        self.assertFalse(queued.filtered(lambda row: row.state == "queued"))

    def test_the_daily_job_writes_down_what_it_has_cut_off(self):
        self._equip()
        self._move_end(self.emma, self.yesterday)
        for _run in range(2):
            self._end()
        self._check("expired")
        self.assertEqual(self._receipts().end_date, self.yesterday)

    def test_so_does_who_turns_portal_user_off(self):
        self._equip()
        self.emma.with_user(self.agent).portal_user = False
        self._check("revoked", self.agent)

    def test_so_does_who_archives_the_contact(self):
        self._equip()
        self.user.active = True
        self.emma.with_user(self.agent).action_archive()
        self._check("archived", self.agent)

    def test_so_does_a_colleague_who_ends_it(self):
        self._equip()
        lead = self._user_of(self.lead)
        self.emma.with_user(lead).sudo().write({"portal_user": False})
        self._check("colleague", lead)

    def test_a_context_from_outside_changes_no_reason(self):
        emma = self.emma.with_user(self.agent)
        emma.with_context(customer_portal_archiving=True).portal_user = False
        self.assertEqual(self._receipts().reason, "revoked")

    def test_an_access_that_has_ended_is_not_ended_again(self):
        self._move_end(self.emma, self.yesterday)
        with self._managed_by(self.lead):
            self._end()
            self.emma.with_user(self.agent).portal_user = False
        self.assertEqual(self._receipts().mapped("reason"), ["expired"])
        self.assertEqual(len(self._to_lead()), 1)

    def test_what_was_cut_off_once_is_not_counted_again(self):
        self._equip()
        emma = self.emma.with_user(self.agent)
        emma.portal_user = False
        emma.portal_user = True
        emma.portal_user = False
        self.assertEqual(self._receipts().mapped("sessions"), [0, 2])

    def test_the_manager_of_the_organization_is_told_and_nobody_else(self):
        self._equip()
        other = self.env["res.partner"].create({"name": "Elmbank", "is_company": True})
        chief = self._make_portal_contact("chief@example.com", parent_id=other.id)
        mails = self.env["mail.mail"].sudo().search([])
        with self._managed_by(self.lead, chief):
            self.emma.with_user(self.agent).portal_user = False
        [mail] = self._to_lead()
        self.assertEqual(self.env["mail.mail"].sudo().search([]) - mails, mail)
        self.assertEqual(mail.recipient_ids, self.lead)
        for text in ("emma", "Oakline", "Sessions closed"):
            self.assertIn(text, mail.body_html)
        self.assertNotIn("agent", mail.body_html, "who of us did it stays with us")

    def test_a_colleague_who_ended_it_is_named(self):
        with self._managed_by(self.lead):
            lead = self._user_of(self.lead)
            self.emma.with_user(lead).sudo().write({"portal_user": False})
        self.assertIn("ended by lead", " ".join(self._to_lead().body_html.split()))

    @takes_long
    def test_managers_get_one_email_for_all_whose_support_ends(self):
        noah = self._make_portal_contact(
            "noah@example.com", parent_id=self.organization.id
        )
        self._move_end(self.emma + noah, self.yesterday)
        with self._managed_by(self.lead):
            self._end()
        [mail] = self._to_lead()
        self.assertIn("noah", mail.body_html)
        self.assertIn("the support period has ended", mail.body_html)

    def test_who_has_just_lost_access_is_told_nothing(self):
        with self._managed_by(self.lead):
            self.lead.with_user(self.agent).portal_user = False
        self.assertFalse(self._to_lead())
        self.assertTrue(self._receipts(self.lead))

    def test_a_template_that_fails_keeps_no_access_open(self):
        template = self.env.ref("customer_portal.mail_template_receipt")
        template.subject = f"{{{{ 1 / (object.id - {self.lead.id}) }}}}"
        with (
            self._managed_by(self.lead),
            mute_logger("odoo.addons.mail"),
            self.assertLogs(LETTER_LOGGER, "ERROR"),
        ):
            self.emma.with_user(self.agent).portal_user = False
        self.assertFalse(self.user.active)
        self.assertTrue(self._receipts())

    def test_a_mail_that_is_leaving_is_let_go(self):
        self._equip()
        row = self.emma.portal_mail_ids.filtered(lambda one: one.kind == "login")
        row.sudo().state = "leaving"
        self._move_end(self.emma, self.yesterday)
        self._end()
        self.assertTrue(row.exists())
        self.assertEqual(self._receipts().mails, 0)

    @takes_long
    def test_many_cost_as_few_queries_as_few(self):
        receipts, costs = self.env["customer.portal.receipt"], []
        for number in (2, 22):
            partners = self.env["res.partner"].browse()
            for index in range(number):
                partners += self._make_portal_contact(f"p{number}-{index}@example.com")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            receipts._issue(partners, "expired", receipts._count(partners))
            self.env.flush_all()
            costs.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*costs)

    @takes_long
    def test_many_organizations_cost_as_few_queries_as_few(self):
        self._issue(2)  # with warm caches
        self.assertLessEqual(self._issue(7), self._issue(3) + 4)

    @takes_long
    def test_if_one_of_many_emails_fails_the_others_follow(self):
        ending, managers = self._make_organizations(3)
        receipts = self.env["customer.portal.receipt"]
        template = self.env.ref("customer_portal.mail_template_receipt")
        template.subject = f"{{{{ 1 / (object.id - {managers[1].id}) }}}}"
        with (
            self._managed_by(*managers),
            mute_logger("odoo.addons.mail"),
            self.assertLogs(LETTER_LOGGER, "WARNING"),
        ):
            receipts._issue(ending, "expired", receipts._count(ending))
        told = [bool(self._followed("receipt", manager)) for manager in managers]
        self.assertEqual(told, [True, False, True])

    def test_agents_read_receipts_and_nobody_changes_one(self):
        self.emma.with_user(self.agent).portal_user = False
        receipt = self._receipts()
        self.assertIn(receipt, self.emma.with_user(self.agent).portal_receipt_ids)
        for user in (self.agent, self.manager, self.clerk, self._user_of(self.lead)):
            with self.subTest(user.login), self.assertRaises(AccessError):
                receipt.with_user(user).write({"sessions": 0})
        for user in (self.clerk, self._user_of(self.lead)):
            with self.subTest(user.login), self.assertRaises(AccessError):
                receipt.with_user(user).read(["sessions"])

    def test_receipts_are_kept_as_long_as_touchpoints(self):
        self._set_param(PARAM_TOUCHPOINT_DAYS, "10")
        self.emma.portal_user = False
        self.env["customer.portal.receipt"]._gc_receipts()
        self.assertTrue(self._receipts())
        self._receipts().sudo().date -= timedelta(days=11)
        self.env["customer.portal.receipt"]._gc_receipts()
        self.assertFalse(self._receipts())

    @takes_long
    def test_passkeys_are_kept_and_counted(self):
        keys = self.env["auth.passkey.key"].with_user(self.user).sudo()
        key = keys.create(
            {"name": "Phone", "credential_identifier": "x", "public_key": "y"}
        )
        self.emma.with_user(self.agent).portal_user = False
        self.assertEqual(self._receipts().passkeys, 1)
        self.assertTrue(key.exists())
