import re

from markupsafe import Markup

from odoo import api, models
from odoo.tools import email_normalize, formataddr
from odoo.tools.misc import hash_sign, verify_hash_signed

from .ir_qweb import LETTERS, LETTERS_VALUE

SCOPE = "customer_portal-notices"
# Where customers stop notices.
NOTICES_URL = "/my/notices"
# A program has written a mail: no other program shall answer it (RFC 3834, and what
# mail servers of Microsoft ask for).
AUTOMATIC_HEADERS = {
    "Auto-Submitted": "auto-generated",
    "X-Auto-Response-Suppress": "All",
}
# Context key: the mails that are made are such ones.
AUTOMATIC_MAIL = "customer_portal_automatic_mail"
# What customers open by links in mails, beside what these pages show.
PORTAL_PATH = (
    r"(?=/(?:my|rate|mail/(?:view|unfollow)|logo(?:\.png)?"
    r"|web/(?:login|signup|reset_password|image|content))(?![\w-]))"
)


class CustomerPortalLetter(models.AbstractModel):
    """From whom the portal's mails are, where they lead, and what programs are told."""

    _name = "customer.portal.letter"
    _description = "Customer Portal Letter"

    @api.model
    def _get_sender(self, company):
        """Return the name and the address that a company's mails come from.

        Where the company has no address, the one that Odoo itself sends from: but the
        name is the company's, as customers know it alone.

        :rtype: str
        """
        company_sudo = company.sudo()
        addresses = (
            company_sudo.email,
            company_sudo.default_from_email,
            self.env.ref("base.partner_root").sudo().email,
        )
        address = next(filter(None, map(email_normalize, addresses)), "")
        return formataddr((company_sudo.name, address))

    @api.model
    def _queue(self, template_sudo, records_sudo, **email_values):
        """Queue a mail of a template for each record, in the name of its company.

        Whoever sends may belong to another company, such as a scheduled action. To a
        template, ``user`` is the customer: its ``user.company_id`` speaks.

        :param records_sudo: contacts, or users
        :return: the mails, in the order of the records
        :rtype: mail.mail
        """
        mails = {}
        for company, records in records_sudo.grouped(self._get_company).items():
            users = self._get_users(records)
            speakers = users.grouped("company_id").get(company) or self.env.user
            template = template_sudo.with_user(speakers[0]).sudo()
            template = template.with_context(**{LETTERS: LETTERS_VALUE})
            queued = template.with_company(company).send_mail_batch(
                records.ids,
                email_values={
                    "headers": repr(AUTOMATIC_HEADERS),
                    "author_id": self.env.ref("base.partner_root").id,
                    **email_values,
                },
            )
            self._sign(queued, company)
            mails.update(zip(records.ids, queued.ids, strict=True))
        return self.env["mail.mail"].sudo().browse(mails[i] for i in records_sudo.ids)

    @api.model
    def _get_users(self, records_sudo):
        """Return the users of those whom some records are about. To be extended."""
        is_users = records_sudo._name == "res.users"
        return records_sudo if is_users else records_sudo.user_ids

    @api.model
    def _sign(self, mails_sudo, company):
        """Let no mail come from its reader, and answers go where somebody reads."""
        for mail in mails_sudo:
            readers = {*mail.recipient_ids.mapped("email_normalized")}
            readers.add(email_normalize(mail.email_to))
            if email_normalize(mail.email_from) in readers:
                mail.email_from = self._get_sender(company)
            mail.reply_to = mail.email_from

    # === LINKS === #

    @api.model
    def _replace_base_url(self, record, text):
        """Let links to portal pages in a text begin with the Portal URL.

        ``get_base_url`` does not know for whom a link is: the agents' mails about the
        same record lead to the backend, which customers' hosts need not serve. So
        addresses are changed where it is known who gets them, and no others.

        :param record: whose company decides; that of the user for a contact without one
        :param text: an address, or a text with addresses, such as the body of a mail
        :return: the text, of the same type
        """
        portal_url = text and self._get_company(record).sudo().portal_url
        if not portal_url:
            return text
        bases = {record.get_base_url(), self.env.company.get_base_url()}
        anywhere = "|".join(re.escape(base.rstrip("/")) for base in bases)
        led = re.sub(f"(?:{anywhere}){PORTAL_PATH}", portal_url, str(text))
        return Markup(led) if isinstance(text, Markup) else led

    @api.model
    def _replace_base_url_in_mails(self, mails, records):
        """Do it in the bodies of queued mails, one for each record."""
        for mail, record in zip(mails, records, strict=True):
            mail.body_html = self._replace_base_url(record, mail.body_html)

    @api.model
    def _get_company(self, record):
        if record._name == "res.partner":
            return record._get_portal_company()
        return record.sudo()._mail_get_companies(default=self.env.company)[record.id]

    @api.model
    def _has_page(self, record):
        """Say whether customers see a record in the portal, if they see it at all."""
        url = "access_url" in record and record.sudo().access_url
        gate = self.env["customer.portal.gate"]
        return (url or "").startswith("/my/") or bool(
            gate._get_generated_codes(record._name)
        )

    # === NOTICES === #

    @api.model
    def _add_unsubscription(self, mails_sudo, partners):
        """Let notices be stopped by a click of the mail program (RFC 8058)."""
        for mail, partner in zip(mails_sudo, partners, strict=True):
            mail.headers = repr(
                {
                    **AUTOMATIC_HEADERS,
                    "List-Unsubscribe": f"<{self._get_stop_url(partner)}>",
                    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                }
            )

    @api.model
    def _get_stop_url(self, partner):
        """Return the address at which a contact stops its notices."""
        token = hash_sign(self.sudo().env, SCOPE, partner.id)
        company = partner._get_portal_company()
        return f"{company._get_portal_base_url()}{NOTICES_URL}?token={token}"

    @api.model
    def _find_reader_sudo(self, token):
        """Return the contact whose notices a link stops; none for any other text.

        :param str token: of the link, from anywhere
        """
        partners_sudo = self.env["res.partner"].sudo()
        try:
            res_id = verify_hash_signed(self.sudo().env, SCOPE, token or "")
        except ValueError:  # no token of ours at all
            res_id = None
        return partners_sudo.browse(res_id or ()).exists()

    @api.model
    def _stop_notices(self, token):
        """Send a contact no more notices; all other mails go on.

        :return: whether it was a link of ours
        :rtype: bool
        """
        partner_sudo = self._find_reader_sudo(token)
        if partner_sudo and not partner_sudo.portal_notices_stopped:
            partner_sudo.portal_notices_stopped = True
            partner_sudo._message_log(
                body=self.env._("Unsubscribed from support end notices."),
                author_id=partner_sudo.id,
            )
        return bool(partner_sudo)
