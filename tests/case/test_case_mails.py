from datetime import datetime, timedelta

from lxml import html

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..case_common import TaskMailCommon, TicketMailCommon
from ..common import takes_long

# What mail servers send by themselves, as they send it.
MACHINES = {
    "RFC 3834": "Auto-Submitted: auto-replied\n",
    "with a comment": "Auto-Submitted: auto-replied (vacation)\n",
    "Zimbra": "Auto-Submitted: auto-replied (zimbra; vacation)\nPrecedence: bulk\n",
    "Exchange": "X-Auto-Response-Suppress: All\nAuto-Submitted: auto-generated\n",
    "older Exchange": "X-Auto-Response-Suppress: DR, OOF, AutoReply\n",
    "Gmail": "X-Autoreply: yes\nPrecedence: bulk\n",
    "cPanel": "X-Autorespond: Re: It hums\nPrecedence: auto_reply\n",
    "Plesk": "X-Mail-Autoreply: yes\n",
    "list": "Precedence: list\n",
    "junk": "Precedence: junk\n",
    "null sender": "Return-Path: <>\n",
}
# Notes and others send no header at all.
ABSENCES = (
    "AUTO: Emma is out of the office (returning 12/01)",
    "Automatic reply: It hums",
    "Out of Office: It hums",
    "Out of Office AutoReply: It hums",
    "Emma Example is out of the office.",
    "Emma Example is out of the office (returning 2026-12-01)",
    "Emma Example ist außer Haus.",
    "Automatyczna odpowiedź: It hums",
    "Automatische Antwort: It hums",
    "Réponse automatique : It hums",
)


class MailStories:
    """Who writes by mail takes a case up, and what programs write does not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.portal_assignee_id = cls.boss

    def _make_contact(self, name, **values):
        email = f"{name.lower()}@customer.example.org"
        return self.env["res.partner"].create({"name": name, "email": email, **values})

    def _set(self, case, stage):
        case.stage_id = self.stages[stage]
        self._finish()

    def _assert_moves(self, case, address, moves=True):
        """Have somebody answer a waiting and a closed case."""
        for stage in ("waiting", "closed"):
            self._set(case, stage)
            self._answer(case, address, body=f"Yes, {stage} it is.")
            said = "".join(case.message_ids.mapped("body"))
            self.assertIn(f"Yes, {stage} it is.", said)
            wanted = self.stages["in_progress" if moves else stage]
            self.assertEqual(case.stage_id, wanted, f"{address}: {stage}")

    @takes_long
    def test_whoever_of_the_organization_answers_counts(self):
        case = self._make_case()
        colleague = self._make_contact("Colin", parent_id=self.organization.id)
        unseeing = self._make_portal_contact(
            "una@customer.example.org",
            name="Una",
            parent_id=self.organization.id,
            portal_profile_id=self.profile.id,
        )
        self.right.records_visibility = "own"
        for sender in (self.emma, colleague, unseeing):
            self._assert_moves(case, sender.email)
        self.emma.portal_user = False
        self._assert_moves(case, self.emma.email)

    def test_a_contact_that_never_had_access_counts_for_its_own_case(self):
        contact = self._make_contact("Carl")
        case = self._receive(contact.email)
        self.assertEqual(case.partner_id, contact)
        self._assert_moves(case, contact.email)

    @takes_long
    def test_an_answer_to_a_letter_of_the_company_is_not_sent_to_its_address(self):
        for address in ("office@company.example.com", False):
            self.company.email = address
            with self._new_mails() as first:
                case = self._make_case()
            [letter] = self._told(first, self.emma)
            headers = f"In-Reply-To: {letter.message_id}\n"
            with self._new_mails() as mails:
                self.assertEqual(self._receive(self.emma.email, "Hm", headers), case)
            self.assertEqual(self._told(mails), self.boss.partner_id)
            with self._new_mails() as mails:
                self._receive(self.boss.email_formatted, "Well", headers)
            self.assertEqual(self._told(mails), self.emma)

    def test_others_are_posted_and_flagged_and_move_nothing(self):
        case = self._make_case()
        stranger, unknown = self._make_contact("Stranger").email, "x@example.net"
        for sender in (stranger, unknown):
            self._assert_moves(case, sender, moves=False)
            notes = case.message_ids.filtered(
                lambda m: "is not a contact on this case" in (m.body or "")
            )
            self.assertTrue(notes)
            self.assertIn(sender, "".join(notes.mapped("body")))
            self.assertTrue(all(note.subtype_id.internal for note in notes))
            notes.unlink()
        self.assertFalse(self.env["res.partner"].search([("email", "=", unknown)]))
        self._answer(case, self.emma.email)
        self.assertFalse(
            case.message_ids.filtered(lambda m: "not a contact" in (m.body or ""))
        )

    def _get_support_notes(self, case):
        return case.message_ids.filtered(
            lambda m: "The support of Emma ended on" in (m.body or "")
        )

    @takes_long
    def test_agents_are_told_once_that_who_writes_has_no_support(self):
        """A mail is neither lost nor taken in without a word, in grace and after it."""
        old = self._make_case()
        self._answer(old, self.emma.email)
        self.assertFalse(self._get_support_notes(old))
        old.message_ids.write({"date": datetime.now() - timedelta(days=2)})
        self._expire(self.emma)
        for days, state in ((0, "expired"), (30, "grace")):
            self.profile.grace_days = days
            self.assertEqual(self.emma.portal_state, state)
            new = self._receive(self.emma.email, f"Hello, {state}")
            self.assertEqual(new.partner_id, self.emma)
            for number, case in enumerate((new, old, old)):
                said = f"{state} {number}"
                self._answer(case, self.emma.email, said)
                self.assertIn(said, "".join(case.message_ids.mapped("body")))
                [note] = self._get_support_notes(case)
                self.assertTrue(note.subtype_id.internal)
                self.assertFalse(note.notified_partner_ids)

    def test_of_colleagues_with_support_and_of_who_never_had_any_nothing_is_said(self):
        case = self._make_case()
        self._expire(self.emma)
        colleague = self._make_contact("Colin", parent_id=self.organization.id)
        self._answer(case, colleague.email)
        self.assertNotIn("The support of", "".join(case.message_ids.mapped("body")))

    @takes_long
    def test_what_programs_send_is_kept_and_moves_nothing(self):
        self._set_param("mail.gateway.loop.threshold", 100)
        case = self._make_case()
        mails = [(name, header, "Re: It hums") for name, header in MACHINES.items()]
        mails += [(subject, "", subject) for subject in ABSENCES]
        for number, (name, header, subject) in enumerate(mails):
            for stage in ("waiting", "closed"):
                self._set(case, stage)
                body = f"I am away {'x' * number} {stage}"
                self._answer(case, self.emma.email, body, header, subject=subject)
                self.assertEqual(case.stage_id, self.stages[stage], name)
                self.assertIn(body, "".join(case.message_ids.mapped("body")), name)

    @takes_long
    def test_what_programs_send_is_not_acknowledged(self):
        self._set_param("mail.gateway.loop.threshold", 100)
        mails = [(header, "By mail") for header in MACHINES.values()]
        mails += [("", subject) for subject in ABSENCES]
        for number, (header, subject) in enumerate(mails):
            with self._new_mails() as queued:
                body = f"A robot {'x' * number} speaks"
                case = self._receive(self.emma.email, body, header, subject)
            self.assertTrue(case, header)
            self.assertFalse(self._told(queued, self.emma), header or subject)
            self.assertTrue(self._told(queued, self.boss.partner_id), header)
        with self._new_mails() as queued:
            self._receive(self.emma.email, "I speak", "Auto-Submitted: no\n")
        self.assertTrue(self._told(queued, self.emma))

    def test_a_receipt_is_no_bounce_and_no_comment(self):
        case = self._make_case()
        self._set(case, "closed")
        before = case.message_ids
        self._receive(
            self.emma.email,
            "--x\n\nYour message was displayed.\n--x--\n",
            f"In-Reply-To: {before[:1].message_id}\n",
            subject="Read: It hums",
            content_type=(
                'multipart/report; report-type=disposition-notification; boundary="x"'
            ),
        )
        self.assertEqual(case.message_ids, before)
        self.assertEqual(case.stage_id, self.stages["closed"])
        self.assertFalse(self.emma.message_bounce)

    @takes_long
    def test_a_loop_ends_after_three(self):
        sent = []
        for number in range(6):
            with self._new_mails() as queued:
                body = f"Ticket {number + 1:05} was opened. We will get back to you."
                self._receive(self.emma.email, body)
            sent.append(bool(self._told(queued, self.emma)))
        self.assertEqual(sent, [True, True, True, False, False, False])
        with self._new_mails() as queued:
            self._receive(self.emma.email, "But I am a person.")
        self.assertTrue(self._told(queued, self.emma))

    @takes_long
    def test_a_program_that_answers_moves_a_case_three_times(self):
        case = self._make_case()
        moved = []
        for _number in range(5):
            self._set(case, "waiting")
            self._answer(case, self.emma.email, body="I am not here.")
            moved.append(case.stage_id == self.stages["in_progress"])
        self.assertEqual(moved, [True, True, True, False, False])


@tagged("post_install", "-at_install")
class TestTaskMails(MailStories, TaskMailCommon):
    def _folded(self, body):
        """Return what a customer reads of a mail at once, and in the fold."""
        case = self._make_case()
        self._answer(case, self.emma.email, body=body)
        [comment] = (
            self.env["customer.portal.thread"]
            .with_user(self.user)
            .find_comments("cases", case.id)
        )
        root = html.fromstring(f"<div>{comment['body']}</div>")
        folds = root.xpath("//details")
        hidden = " ".join(fold.text_content() for fold in folds)
        for fold in folds:
            fold.drop_tree()
        return root.text_content(), hidden, case

    @takes_long
    @mute_logger("odoo.tools.mail")
    def test_the_history_of_a_mail_is_folded(self):
        history = {
            "Gmail": '<div>Yes, it is.</div><div class="gmail_quote"><div>On Mon, 3 Nov'
            " 2026, Office wrote:</div><blockquote>Is it on?</blockquote></div>",
            "Apple": '<p>Yes, it is.</p><blockquote type="cite">Is it on?</blockquote>',
            "Outlook": "<div><p>Yes, it is.</p><div><div style='border:none;border-top:"
            "solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in'><p><b>From:</b> Office</p>"
            "</div></div><p>Is it on?</p></div>",
            "text": "<pre>Yes, it is.\n\nOn Mon, Nov 3, 2026 at 10:00 AM Office"
            " &lt;a@example.com&gt; wrote:\n&gt; Is it on?\n</pre>",
            "German": "<pre>Yes, it is.\n\nAm 03.11.26 um 10:00 schrieb Office:\n"
            "&gt; Is it on?\n</pre>",
            "ruled": "<p>Yes, it is.</p><p>-----Original Message-----<br>From: Office"
            "</p><p>Is it on?</p>",
        }
        for name, body in history.items():
            shown, hidden, case = self._folded(body)
            with self.subTest(name):
                self.assertIn("Yes, it is.", shown)
                self.assertNotIn("Is it on?", shown)
                self.assertIn("Earlier messages", hidden)
                self.assertIn("Is it on?", hidden)
                stored = "".join(case.message_ids.mapped("body"))
                self.assertIn("data-o-mail-quote", stored, "Agents' pages fold it.")

    def test_what_is_passed_on_or_answered_in_between_stays(self):
        shown, hidden, _case = self._folded(
            "<p>-----Original Message-----<br>From: Office</p><p>Is it on?</p>"
        )
        self.assertIn("Is it on?", shown)
        self.assertFalse(hidden)
        shown, hidden, _case = self._folded(
            "<p>See below.</p><blockquote>Is it on?</blockquote><p>Yes, it is.</p>"
            "<blockquote>Since when?</blockquote><p>Since Monday.</p>"
        )
        for text in ("See below.", "Yes, it is.", "Since Monday."):
            self.assertIn(text, shown)
        for text in ("Is it on?", "Since when?"):
            self.assertIn(text, hidden)


@tagged("post_install", "-at_install", "long")
class TestTicketMails(MailStories, TicketMailCommon):
    def test_an_answer_to_the_acknowledgement_belongs_to_the_ticket(self):
        with self._new_mails() as queued:
            case = self._receive(self.emma.email)
        [mail] = self._told(queued, self.emma)
        headers = f"In-Reply-To: {mail.message_id}\n"
        self.assertEqual(self._receive(self.emma.email, "More", headers), case)

    def test_a_ticket_of_nobody_known_is_not_flagged(self):
        case = self._receive("x@example.net")
        self.assertFalse(case.partner_id)
        self.assertFalse(
            case.message_ids.filtered(lambda m: "not a contact" in (m.body or ""))
        )
