from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import format_date, mute_logger

from ..lifecycle_common import LifecycleCommon

LETTER_LOGGER = "odoo.addons.customer_portal.models.lifecycle.letter"


@tagged("post_install", "-at_install")
class TestNoticeOverviews(LifecycleCommon):
    """Managers and representatives get one letter a run, with whose support ends."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.noah = cls._make_portal_contact(
            "noah@example.com", parent_id=cls.organization.id
        )
        cls.end = cls.today + timedelta(days=7)

    def setUp(self):
        super().setUp()
        self._move_end(self.emma + self.noah, self.end)

    def _to_lead(self):
        return self._followed("ends_overview", self.lead)

    def _to_boss(self):
        return self._followed("ends_overview", self.boss.partner_id)

    def test_the_manager_gets_one_letter_with_all_colleagues(self):
        with self._managed_by(self.lead):
            for _run in range(2):
                self._announce()
        mail = self._to_lead()
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.recipient_ids, self.lead)
        for text in ("emma", "noah", "Oakline", format_date(self.env, self.end)):
            self.assertIn(text, mail.body_html)
        self.assertIn("List-Unsubscribe", mail.headers)
        self.assertEqual(mail.state, "outgoing")

    def test_the_representative_gets_one_letter_that_leads_to_the_contacts(self):
        with self._managed_by():
            for _run in range(2):
                self._announce()
        mail = self._to_boss()
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.recipient_ids, self.boss.partner_id)
        for contact in self.emma + self.noah:
            self.assertIn(f"/odoo/portal-users/{contact.id}", mail.body_html)
        self.assertFalse(self._to_lead())

    def test_a_representative_has_the_contacts_of_all_their_organizations(self):
        other = self.env["res.partner"].create(
            {"name": "Elmbank", "is_company": True, "user_id": self.boss.id}
        )
        mia = self._make_portal_contact("mia@example.com", parent_id=other.id)
        self._move_end(mia, self.tomorrow)
        with self._managed_by(self.lead):
            self._announce()
        self.assertEqual(len(self._to_boss()), 1)
        self.assertIn("Elmbank", self._to_boss().body_html)
        self.assertNotIn("mia", self._to_lead().body_html)
        body = self._to_boss().body_html
        self.assertLess(body.index("mia"), body.index("emma"), "the nearest end first")

    def test_of_many_organizations_each_is_read_by_itself(self):
        other = self.env["res.partner"].create({"name": "Elmbank", "is_company": True})
        mia = self._make_portal_contact("mia@example.com", parent_id=other.id)
        self._move_end(mia, self.tomorrow)
        period = self.env.registry["customer.portal.period"]
        seen = []

        def send(_self, _flag, _send, _reader, notices):
            seen.append((notices.ids, list(notices._prefetch_ids)))
            notices.write({_flag: True})

        with patch.object(period, "_send_overview", send):
            self._announce()
        self.assertGreater(len(seen), 2)
        self.assertEqual([read for read, _kept in seen], [kept for _read, kept in seen])

    def test_each_run_lists_those_that_are_new_alone(self):
        self._move_end(self.noah, self.today + timedelta(days=60))
        with self._managed_by(self.lead):
            self._announce()
            self._move_end(self.noah, self.tomorrow)
            self._announce()
        first, second = self._to_lead()
        self.assertNotIn("noah", first.body_html)
        self.assertNotIn("emma", second.body_html)

    def test_nobody_gets_an_overview_of_their_own_end_alone(self):
        self._move_end(self.emma + self.noah, False)
        self._move_end(self.lead, self.end)
        with self._managed_by(self.lead):
            self._announce()
        self.assertFalse(self._to_lead())
        self.assertEqual(len(self._followed("notice", self.lead)), 1)
        self.assertEqual(len(self._to_boss()), 1)

    def test_who_has_unsubscribed_or_opted_out_gets_none(self):
        self.lead.portal_notices_stopped = True
        self.env["mail.blacklist"]._add(self.boss.email)
        with self._managed_by(self.lead):
            self._announce()
            self.lead.portal_notices_stopped = False
            self._announce()
        self.assertFalse(self._to_lead())
        rows = self.boss.partner_id.portal_mail_ids
        self.assertEqual(rows.mapped("state"), ["not_sent"])

    def test_colleagues_who_have_unsubscribed_are_listed(self):
        self.emma.portal_notices_stopped = True
        with self._managed_by(self.lead):
            self._announce()
        self.assertIn("emma", self._to_lead().body_html)

    def test_an_end_that_was_moved_meanwhile_is_not_listed(self):
        with patch.object(
            self.registry["customer.portal.period"],
            "_send_overviews",
            lambda self: None,
        ):
            self._announce()
        self._move_end(self.noah, self.today + timedelta(days=90))
        with self._managed_by(self.lead):
            self._announce()
        self.assertIn("emma", self._to_lead().body_html)
        self.assertNotIn("noah", self._to_lead().body_html)

    def test_what_a_run_that_was_stopped_left_over_is_sent_by_the_next_one(self):
        other = self.env["res.partner"].create({"name": "Elmbank", "is_company": True})
        chief = self._make_portal_contact("chief@example.com", parent_id=other.id)
        mia = self._make_portal_contact("mia@example.com", parent_id=other.id)
        self._move_end(chief, False)
        self._move_end(mia, self.end)
        period = self.registry["customer.portal.period"]
        send, sent = period._send_overview, []

        def send_one(self, *args):
            if sent:
                raise KeyboardInterrupt
            sent.append(args)
            return send(self, *args)

        rows = self.env["customer.portal.period"]
        with self._managed_by(self.lead, chief):
            with patch.object(period, "_send_overviews", lambda self: None):
                self._announce()
            cron = self.registry["ir.cron"]
            with (
                patch.object(cron, "_commit_progress", return_value=60),
                patch.object(period, "_send_overview", send_one),
                self.assertRaises(KeyboardInterrupt),
            ):
                rows._send_overviews()
            self._announce()
        for manager in self.lead + chief:
            self.assertEqual(len(self._followed("ends_overview", manager)), 1)
        self.assertEqual(len(self._to_boss()), 1)

    def test_a_template_that_fails_stops_no_notice_and_is_reported(self):
        template = self.env.ref("customer_portal.mail_template_ends_manager")
        template.subject = f"{{{{ 1 / (object.id - {self.lead.id}) }}}}"
        with (
            self._managed_by(self.lead),
            mute_logger("odoo.addons.mail"),
            self.assertLogs(LETTER_LOGGER, "ERROR"),
        ):
            self._announce()
        self.assertEqual(len(self._followed("notice", self.emma)), 1)
        self.assertEqual(len(self._to_boss()), 1)

    def test_while_the_mail_server_is_down_it_waits(self):
        with self._managed_by(self.lead):
            self._announce()
        mail = self._to_lead()
        with self._mail_server(connect=ConnectionRefusedError("closed")):
            mail.send()
        row = self.lead.portal_mail_ids.filtered(lambda r: r.kind == "ends_overview")
        self.assertEqual(row.state, "retry")
        with self._mail_server():
            mail.send()
        self.assertEqual(row.state, "sent")

    def test_a_long_list_is_cut_and_says_so(self):
        listed = [
            {"id": 1, "name": f"N{i}", "organization": "O", "end": self.end}
            for i in range(203)
        ]
        letter = self.env["customer.portal.letter"]
        mail = letter._send_followed(
            "ends_overview", "ends_manager", {self.lead: self.lead}, listed
        )
        self.assertIn("N199<", mail.body_html)
        self.assertNotIn("N200<", mail.body_html)
        self.assertIn("And 3 more", mail.body_html)

    def test_the_templates_can_be_saved_by_who_sees_no_contact_in_them(self):
        for name in ("ends_manager", "ends_representative", "receipt"):
            template = self.env.ref(f"customer_portal.mail_template_{name}")
            template.body_html = template.body_html + "<p>Regards</p>"
            record = self.lead if template.model == "res.partner" else self.boss
            body = template._render_field("body_html", record.ids)[record.id]
            self.assertIn("Regards", body)
