import ast
import re

from odoo import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import email_normalize, html2plaintext

from ...models.mail.letter import NOTICES_URL
from ..case_common import TaskMailCommon, TicketMailCommon
from ..common import takes_long

OFFICE = "office@company.example.com"


class LetterStories:
    """Each mail of the product: from whom it is, and what it says to programs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.portal_assignee_id = cls.boss

    def _letters(self):
        """Return what makes each mail to customers, and what is special about it."""
        change = self.env["customer.portal.email.change"].with_user(self.user)
        case = self._make_case()
        template = self.env.ref("customer_portal.mail_template_support_end")
        periods = self.env["customer.portal.period"]
        self.assertTrue(template)
        self.emma.support_end_date = self.tomorrow
        return {
            "received": (self._make_case, {"reply_to": self.REPLY_TO}),
            "closed": (
                lambda: case.write({"stage_id": self.stages["closed"].id}),
                {"reply_to": self.REPLY_TO},
            ),
            "login details": (self.emma.action_send_portal_credentials, {}),
            "reset": (self._forget_password, {}),
            "notice": (lambda: periods._announce_ends(self.emma), {"is_news": True}),
            "email change": (
                lambda: change._ask(self.user, "new@customer.example.org"),
                {"to": "new@customer.example.org"},
            ),
        }

    def _forget_password(self):
        """Ask for a new one, as anybody can: nobody is logged in."""
        public = self.env.ref("base.public_user")
        self.env["res.users"].with_user(public).sudo().reset_password(self.user.login)
        self._answer_resets()

    def _headers(self, mail):
        [email] = mail._prepare_outgoing_list()
        return email["headers"]

    def test_each_mail_is_the_companys_and_a_programs(self):
        for name, (send, special) in self._letters().items():
            with self.subTest(name):
                with self._new_mails() as mails:
                    send()
                to = special.get("to", self.emma.email)
                mails = [
                    mail
                    for mail in mails
                    if to in (mail.email_to, *mail.recipient_ids.mapped("email"))
                ]
                self.assertEqual(len(mails), 1)
                self._check(mails[0], special)

    def _check(self, mail, special):
        self.assertEqual(email_normalize(mail.email_from), OFFICE)
        reply_to = special.get("reply_to", OFFICE)
        self.assertEqual(email_normalize(mail.reply_to), reply_to)
        self.assertNotEqual(mail.author_id, self.emma)
        headers = self._headers(mail)
        self.assertEqual(headers["Auto-Submitted"], "auto-generated")
        self.assertEqual(headers["X-Auto-Response-Suppress"], "All")
        is_news = special.get("is_news", False)
        self.assertEqual("List-Unsubscribe" in headers, is_news)
        self.assertEqual("List-Unsubscribe-Post" in headers, is_news)
        self.assertRegex(mail.message_id, r"^<[^<>\s]+@[^<>\s]+>$")
        self.assertTrue(mail.subject.isprintable())
        self.assertFalse("{{" in mail.subject or "object." in mail.body_html)
        for link in re.findall(r'href="(?!mailto:)([^"]+)"', mail.body_html):
            self.assertRegex(link, r"^https?://")

    def test_the_company_is_the_author_of_what_a_case_says(self):
        case = self._make_case()
        messages = case.message_ids.filtered(lambda m: "received" in (m.body or ""))
        for message in messages:
            self.assertEqual(message.author_id, self.company.partner_id)

    def test_mails_to_agents_are_a_programs_too(self):
        with self._new_mails() as mails:
            case = self._make_case()
            self.env["customer.portal.form"].with_user(self.user).close_record(
                "cases", case.id
            )
        told = self._told(mails, self.boss.partner_id)
        closed = [mail for mail in told if "closed" in mail.body_html]
        self.assertEqual(self._headers(closed[0])["Auto-Submitted"], "auto-generated")

    def test_comments_of_people_are_no_programs(self):
        case = self._make_case()
        with self._new_mails() as mails:
            case.with_user(self.boss).message_post(
                body="Is it on?",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        [mail] = self._told(mails, self.emma)
        self.assertNotIn("Auto-Submitted", self._headers(mail))
        self.assertEqual(email_normalize(mail.reply_to), self.REPLY_TO)

    def test_mails_name_the_case_and_its_number(self):
        with self._new_mails() as mails:
            case = self._make_case()
            comment = {"message_type": "comment", "subtype_xmlid": "mail.mt_comment"}
            case.with_user(self.manager).message_post(body="Is it on?", **comment)
            self._answer(case, self.emma.email)
        number = f"#{case[self.module.number_field]}"
        asked = [mail for mail in mails if "Is it on?" in mail.body_html]
        self.assertEqual({mail.subject for mail in asked}, {f"[{number}] It hums"})
        [assigned] = [mail for mail in mails if "assigned to" in mail.subject]
        self.assertEqual(
            assigned.subject, f"You have been assigned to {self.WORD.lower()} {number}"
        )
        self.assertIn(f"{number}: It hums", assigned.body_html)
        for mail in mails:
            words = re.sub(r"https?://\S+", "", html2plaintext(mail.body_html))
            self.assertNotRegex(words, r"(?i)\btask\b|Helpdesk Ticket", mail.subject)
        [received] = [mail for mail in mails if "received" in mail.body_html]
        words = " ".join(html2plaintext(received.body_html).split())
        self.assertIn(f"received your {self.WORD.lower()} ", words)
        self.assertIn(f"View the {self.WORD.lower()}", words)
        buttons = " ".join(mail.body_html for mail in mails)
        self.assertIn(f"View {self.WORD}", buttons)

    @takes_long
    def test_the_subject_of_a_mail_leads_back_to_its_case(self):
        case = self._make_case()
        with self._new_mails() as mails:
            case.stage_id = self.stages["closed"]
        [mail] = self._told(mails, self.emma)
        number = case[self.module.number_field]
        self.assertEqual(mail.subject, f"[#{number}] It hums")
        subject = f"Re: {mail.subject}"
        self._answer(case, self.emma.email, "Still.", subject=subject)
        self.assertIn("Still.", "".join(case.message_ids.mapped("body")))
        asked = (
            self.env["customer.portal.record"]
            .with_user(self.user)
            .parse_list_query("cases", search=subject, scope="all")
        )
        rows = (
            self.env["customer.portal.record"]
            .with_user(self.user)
            .find_rows("cases", asked)
        )
        self.assertEqual([row["id"] for row in rows], case.ids)

    def test_answers_are_invited_only_where_mails_come_in(self):
        with self._new_mails() as mails:
            self._make_case()
        [mail] = self._told(mails, self.emma)
        self.assertIn("reply to this email", mail.body_html)
        self._stop_mails()
        with self._new_mails() as mails:
            case = self._make_case()
        [mail] = self._told(mails, self.emma)
        self.assertNotIn("reply to this email", mail.body_html)
        self.assertIn(f"/my/p/cases/{case.id}", mail.body_html)
        self.assertEqual(email_normalize(mail.reply_to), OFFICE)

    def _stop_mails(self):
        self.env["mail.alias"].search([]).alias_domain_id = False
        self.env["res.company"].search([]).alias_domain_id = False
        self.env.invalidate_all()

    @takes_long
    def test_a_company_without_an_address_is_never_the_customer(self):
        self.company.email = False
        with self._new_mails() as mails:
            self._make_case()
            self.emma.action_send_portal_credentials()
        mails = self._told(mails, self.emma)
        self.assertEqual(len(mails), 2)
        for mail in mails:
            address = email_normalize(mail.email_from)
            self.assertTrue(address)
            self.assertNotEqual(address, email_normalize(self.emma.email))


@tagged("post_install", "-at_install")
class TestTaskLetters(LetterStories, TaskMailCommon):
    WORD = "Case"

    def test_the_portal_users_company_speaks(self):
        other = self.env["res.company"].create(
            {"name": "Company B", "email": "b@company.example.com"}
        )
        self.user.sudo().write(
            {"company_id": other.id, "company_ids": [Command.set(other.ids)]}
        )
        self.assertFalse(self.emma.company_id)
        self.emma.support_end_date = self.tomorrow
        periods = self.env["customer.portal.period"]
        for send in (
            self.emma.action_send_portal_credentials,
            self._forget_password,
            lambda: periods._announce_ends(self.emma),
        ):
            with self._new_mails() as mails:
                send()
            [mail] = self._told(mails, self.emma)
            self.assertEqual(email_normalize(mail.email_from), other.email)
            self.assertIn("Company B", mail.body_html)
            self.assertNotIn(self.company.name, mail.body_html + mail.subject)

    def test_each_of_a_batch_gets_the_mail_of_its_company(self):
        other = self.env["res.company"].create({"name": "Company B"})
        partners = self.emma
        for number in range(3):
            partners |= self._make_portal_contact(f"c{number}@customer.example.org")
        users = self._user_of(partners[1] | partners[3])
        users.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        with self._new_mails() as mails:
            partners.action_send_portal_credentials()
        for partner in partners:
            [mail] = self._told(mails, partner)
            name = other.name if partner.user_ids in users else self.company.name
            self.assertIn(name, mail.body_html)
            self.assertEqual(self._partner_from_mail(mail), partner)

    def test_the_test_mail_is_a_programs_and_asks_for_answers_at_the_company(self):
        mail = self.company._make_portal_test_mail(self.env.user)
        self.assertEqual(email_normalize(mail.reply_to), OFFICE)
        headers = ast.literal_eval(mail.headers)
        self.assertEqual(headers["Auto-Submitted"], "auto-generated")

    def test_who_unsubscribed_gets_no_notice_and_all_other_mails(self):
        self.emma.write(
            {"portal_notices_stopped": True, "support_end_date": self.tomorrow}
        )
        with self._new_mails() as mails:
            self.env["customer.portal.period"]._announce_ends(self.emma)
        self.assertFalse(mails)
        with self._new_mails() as mails:
            self._make_case()
            self.emma.action_send_portal_credentials()
        self.assertEqual(len(self._told(mails, self.emma)), 2)


@tagged("post_install", "-at_install", "long")
class TestTicketLetters(LetterStories, TicketMailCommon):
    WORD = "Ticket"

    def test_a_case_by_mail_is_acknowledged_by_the_company(self):
        with self._new_mails() as mails:
            case = self._receive(self.emma.email)
        [mail] = self._told(mails, self.emma)
        self._check(mail, {"reply_to": self.ADDRESS})
        self.assertTrue(mail.subject.startswith(f"[#{case.number}]"))


@tagged("post_install", "-at_install")
class TestNotices(TaskMailCommon, HttpCase):
    """Notices are stopped by POST."""

    def _link(self):
        letter = self.env["customer.portal.letter"]
        return NOTICES_URL + letter._get_stop_url(self.emma).partition(NOTICES_URL)[2]

    def test_opening_the_link_stops_nothing(self):
        page = self.url_open(self._link())
        self.assertEqual(page.status_code, 200)
        self.assertIn("Unsubscribe", page.text)
        self.assertFalse(self.emma.portal_notices_stopped)

    @takes_long
    def test_one_click_of_a_mail_program_stops_them(self):
        data = {"List-Unsubscribe": "One-Click"}
        for _time in range(2):
            self.assertEqual(self.url_open(self._link(), data).status_code, 200)
        self.assertTrue(self.emma.portal_notices_stopped)
        notes = self.emma.message_ids.filtered(
            lambda one: "Unsubscribed from support end notices" in (one.body or "")
        )
        self.assertEqual(len(notes), 1)

    @takes_long
    def test_no_other_text_stops_anything(self):
        for token in ("", "x", self._link().partition("=")[2][:-2] + "xx"):
            url = f"{NOTICES_URL}?token={token}"
            self.assertEqual(self.url_open(url, {"a": "b"}).status_code, 404)
            self.assertEqual(self.url_open(url).status_code, 404)
        self.assertFalse(self.emma.portal_notices_stopped)
