import logging
import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize, format_date, html2plaintext
from odoo.tools.sql import escape_psql

from ...utils_quotes import tag_history
from .mail_thread_agents import WRITTEN

_logger = logging.getLogger(__name__)

# Key of the context: a program posts, in the name of a customer.
AUTOMATIC = "customer_portal_automatic"
# Headers that programs alone send, whatever they say.
MACHINE_HEADERS = (
    "X-Autoreply",
    "X-Autorespond",
    "X-Autoresponder",
    "X-Mail-Autoreply",
    "X-Auto-Response-Suppress",
    "X-FC-MachineGenerated",
)
MACHINE_PRECEDENCES = ("bulk", "junk", "list", "auto_reply")
# Subjects of absence notes of servers that send no header, such as Notes.
ABSENCE = re.compile(
    r"^(?:auto|auto(?:matic)?[ -]?(?:reply|response)|out of (?:the )?office"
    r"(?: auto-?reply)?|automatische antwort|abwesend|abwesenheitsnotiz|fuori sede"
    r"|réponse automatique|absent du bureau|risposta automatica|respuesta automática"
    r"|resposta automática|automatisch antwoord|afwezig|autoodpowiedź"
    r"|automatyczna odpowiedź)\s?[:(]"
    r"|^(?!re:|aw:).{1,80} (?:is out of the office|ist außer haus)\.?\s*(?:\(.*)?$",
    re.IGNORECASE,
)
# From so many mails on that read the same, within this time, two programs talk.
LOOP_MAILS = 3
LOOP_TIME = timedelta(hours=24)
# What is compared of them, in characters.
LOOP_LENGTH = 100


class MailThread(models.AbstractModel):
    """What comes in by mail: people take up cases, programs move nothing."""

    _inherit = "mail.thread"

    # === PROGRAMS === #

    @api.model
    def message_route(self, message, message_dict, *args, **kwargs):
        """Drop receipts that a mail was read: core took them for bounces."""
        if self._is_read_receipt(message):
            _logger.info("Ignored a read receipt: %s", message_dict["message_id"])
            return []
        return super().message_route(message, message_dict, *args, **kwargs)

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        """Know automatic replies: an absent customer has not answered anything."""
        is_machine = self._is_automatic_mail(message)
        is_machine = is_machine or self._is_mail_loop(message_dict)
        known = self.with_context(**{AUTOMATIC: is_machine})
        return super(MailThread, known)._message_route_process(
            message, message_dict, routes
        )

    @api.model
    def _is_read_receipt(self, message):
        """Say whether a mail only tells that another one was shown (RFC 8098)."""
        kind = message.get_param("report-type") or ""
        return str(kind).lower() == "disposition-notification"

    @api.model
    def _is_automatic_mail(self, message):
        """Say whether a program has sent a mail (RFC 3834, and what was before it).

        :param email.message.EmailMessage message: that has come in
        """

        def get(name):
            return str(message.get(name) or "").strip().lower()

        return bool(
            get("Auto-Submitted").partition(";")[0].strip() not in ("", "no")
            or get("Precedence") in MACHINE_PRECEDENCES
            or any(get(name) for name in MACHINE_HEADERS)
            or get("Return-Path").replace(" ", "") == "<>"
            or ABSENCE.match(str(message.get("Subject") or "").strip())
            or message.get_content_type() == "multipart/report"
        )

    @api.model
    def _is_mail_loop(self, message_dict):
        """Say whether somebody sends the same again and again, as programs do."""
        address = email_normalize(message_dict.get("email_from"))
        if not address:
            return False
        author_id = message_dict.get("author_id")
        domain = Domain("email_from", "=ilike", f"%{escape_psql(address)}%")
        if author_id:
            domain |= Domain("author_id", "=", author_id)
        domain &= Domain("message_type", "=", "email")
        domain &= Domain("create_date", ">=", fields.Datetime.now() - LOOP_TIME)
        messages = self.env["mail.message"].sudo().search(domain, limit=50)
        said = self._get_loop_text(message_dict.get("body"))
        texts = [self._get_loop_text(body) for body in messages.mapped("body")]
        return texts.count(said) >= LOOP_MAILS

    @api.model
    def _get_loop_text(self, body):
        """Return the beginning of a mail, without what a program counts up in it."""
        words = html2plaintext(body or "").split()
        return re.sub(r"\d+", "0", " ".join(words))[:LOOP_LENGTH]

    def _message_track_post_template(self, changes):
        """Acknowledge nothing that a program has sent."""
        if self.env.context.get(AUTOMATIC):
            return True
        return super()._message_track_post_template(changes)

    # === PEOPLE === #

    @api.model
    def _message_parse_extract_payload_postprocess(self, message, payload_dict):
        """Mark the history below an answer, for all who read it."""
        payload = super()._message_parse_extract_payload_postprocess(
            message, payload_dict
        )
        return {**payload, "body": tag_history(payload["body"])}

    def _message_post_after_hook(self, message, msg_values):
        """Take up records that waited for their customer as soon as they answer.

        What is written in the portal and what is answered by email meet here.
        """
        result = super()._message_post_after_hook(message, msg_values)
        is_machine = self.env.context.get(AUTOMATIC)
        if self._is_from_customer(message) and not is_machine:
            author = message.author_id.sudo()
            if author and self._is_answered_by(author, message):
                self._leave_waiting()
                self._reopen_answered(author)
            elif message.message_type == "email":
                self._flag_stranger(author, message)
        if message.message_type in WRITTEN and not is_machine:
            self._note_ended_support(message.author_id.sudo(), message)
        return result

    def _is_answered_by(self, author, message):
        """Say whether a message is from the people whom a record is about.

        That is its contact and everybody of its organization, with access or without;
        and on the page whoever may comment there.
        """
        customer = self.env["customer.portal.agents"]._get_customer(self)
        if customer:
            family = customer.commercial_partner_id
            is_page = message.message_type == "comment" and author.portal_user
            return author.commercial_partner_id == family or is_page
        return bool(author.portal_user)

    def _flag_stranger(self, author, message):
        """Warn agents of a mail from nobody whom a record is about."""
        customer = self.env["customer.portal.agents"]._get_customer(self)
        if not customer or author in self.sudo().message_partner_ids:
            return
        self._message_log(
            body=self.env._(
                "%(address)s is not a contact on this case. Check the sender before "
                "you reply.",
                address=author.email_formatted or message.email_from,
            )
        )

    def _note_ended_support(self, author, message):
        """Tell agents that who writes has no support any longer, once for each end.

        In the portal they write nothing. An email, or the link of one, cannot be asked
        first and must not get lost, so whoever reads it decides.
        """
        has_ended = author.portal_user and author.portal_state in ("grace", "expired")
        if not has_ended or not self._has_portal_agents():
            return
        said = (
            Domain("model", "=", self._name)
            & Domain("res_id", "=", self.id)
            & Domain("author_id", "=", author.id)
            & Domain("message_type", "in", WRITTEN)
            & Domain("date", ">=", author.support_end_date + timedelta(days=1))
            & Domain("id", "<", message.id)
        )
        if not self.env["mail.message"].sudo().search_count(said, limit=1):
            self._message_log(
                body=self.env._(
                    "The support of %(name)s ended on %(date)s.",
                    name=author.name or author.email,
                    date=format_date(self.env, author.support_end_date),
                )
            )

    def _leave_waiting(self):
        modules = self.env["customer.portal.module"]
        for domain, name, waiting, answered in modules._get_waiting(self._name):
            records = self.sudo().filtered_domain(domain & Domain(name, "=", waiting))
            records.write({name: answered})

    def _reopen_answered(self, partner):
        """Take up a closed record that its customer answers, by mail above all.

        The page takes no comment until the customer reopens the record. An email cannot
        be asked to do so, and must not get lost on a record that nobody looks at. If
        their profile does not let them reopen it, or their period is over, it stays
        closed and agents get the answer. Customers who do not see it in the portal have
        emails alone.
        """
        gate = self.env["customer.portal.gate"]
        is_active = partner.portal_state == "active"
        if len(self) != 1 or (partner.portal_user and not is_active):
            return
        user = partner.user_ids.filtered(lambda user: user._is_portal())[:1]
        if is_active and gate.with_user(user).get_page_url(self._name, self.id):
            self.env["customer.portal.form"].with_user(user).reopen_answered(self)
        else:
            self._reopen_by_mail()

    def _reopen_by_mail(self):
        page = self.env["customer.portal.gate"]._get_page(self)
        record = self.sudo()
        if page and page.open_value and record.filtered_domain(page.closed):
            record[page.state_field] = page.open_value
