from odoo import models
from odoo.tools import email_normalize

from ..mail.letter import AUTOMATIC_HEADERS, AUTOMATIC_MAIL


class MailThread(models.AbstractModel):
    """The mails that the states of cases send are the company's, not the customer's."""

    _inherit = "mail.thread"

    def message_post_with_source(self, source_ref, **kwargs):
        thread, kwargs = self._prepare_portal_letter(kwargs)
        return super(MailThread, thread).message_post_with_source(source_ref, **kwargs)

    def message_mail_with_source(self, source_ref, **kwargs):
        """Post what a state of tickets sends, as that of tasks.

        Of a mass mail no message is left that an answer could refer to: it would become
        another case, or bounce.
        """
        thread, kwargs = self._prepare_portal_letter(kwargs)
        if thread is self:
            return super().message_mail_with_source(source_ref, **kwargs)
        return thread.message_post_with_source(source_ref, **kwargs).sudo().mail_ids

    def _prepare_portal_letter(self, kwargs):
        """Say who speaks in a mail that a state sends: else whoever changed it.

        :return: the thread, and the arguments
        :rtype: tuple
        """
        is_letter = kwargs.get("message_type") == "auto_comment" and len(self) == 1
        if not is_letter or not self.env["customer.portal.gate"]._get_page(self):
            return self, kwargs
        company = self._get_portal_company()
        values = {
            "author_id": company.sudo().partner_id.id,
            "email_from": self._get_portal_sender(),
        }
        thread = self.with_context(**{AUTOMATIC_MAIL: True})
        return thread, {**values, **kwargs}

    def _get_portal_company(self):
        """Return the company that speaks to the customer of a record.

        :rtype: res.company
        """
        customer = self.env["customer.portal.agents"]._get_customer(self)
        company = customer._get_portal_company() if customer else self.env.company
        return self.sudo()._mail_get_companies(default=company)[self.id]

    def _get_portal_sender(self):
        """Return what a mail about a record comes from: the company, else the alias.

        :rtype: str
        """
        company = self._get_portal_company().sudo()
        sender = self.env["customer.portal.letter"]._get_sender(company)
        if email_normalize(company.email):
            return sender
        author_id = company.partner_id.id
        return self._notify_get_reply_to(default=sender, author_id=author_id)[self.id]

    def _takes_portal_mail(self):
        """Say whether answers by mail come in, so that mails may invite them."""
        return bool(self._notify_get_reply_to(default=False)[self.id])

    def _notify_by_email_get_headers(self, headers=None):
        headers = super()._notify_by_email_get_headers(headers=headers)
        if self.env.context.get(AUTOMATIC_MAIL):
            headers.update(AUTOMATIC_HEADERS)
        return headers
