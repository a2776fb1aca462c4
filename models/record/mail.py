from datetime import timedelta
from itertools import accumulate

from odoo import api, fields, models
from odoo.fields import Domain

from ..mail.mail import RETRY_MINUTES

# How long after its making a mail is tried again, each time.
RETRY_AFTER = [timedelta(minutes=minutes) for minutes in accumulate(RETRY_MINUTES)]
# How many mails are queued again at once.
RETRY_BATCH = 500
# Failures that are the same tomorrow: no or a wrong address, a refused sender.
LASTING = (
    *("mail_email_invalid", "mail_email_missing", "mail_from_invalid"),
    *("mail_from_missing", "mail_spam", "mail_bl", "mail_optout", "mail_dup"),
)
# A mail server's final no, as Python writes its answer (RFC 5321, 4.2.1).
REFUSED = "(5__, "


class CustomerPortalMail(models.Model):
    """Mails about cases and other records of the portal are tried again, too.

    Odoo sends them, and leaves those that fail where nobody looks: that a case was
    received or closed, a comment, what agents are told.
    """

    _inherit = "customer.portal.mail"

    @api.model
    def _cron_reconcile(self):
        result = super()._cron_reconcile()
        self._retry_record_mails()
        return result

    @api.model
    def _retry_record_mails(self):
        """Queue mails again that failed, after the same whiles as the portal's own."""
        mails_sudo = self.env["mail.mail"].sudo()
        failed = mails_sudo.search(
            self._get_retry_domain(), limit=RETRY_BATCH, order="write_date, id"
        )
        due = self._filter_of_pages(failed.filtered(self._is_retry_due))
        if due:
            due.mark_outgoing()
            self._trigger_mail_run()

    @api.model
    def _filter_of_pages(self, mails_sudo):
        """Filter mails about records that have a page of the portal."""
        gate, kept = self.env["customer.portal.gate"], mails_sudo.browse()
        for model_name, mails in mails_sudo.grouped("model").items():
            domain = Domain.OR(page.domain for page in gate._get_pages(model_name))
            records = (
                self.env[model_name].sudo().browse(mails.mapped("res_id")).exists()
            )
            ids = set(records.filtered_domain(domain).ids)
            kept += mails.filtered(lambda mail, ids=ids: mail.res_id in ids)
        return kept

    @api.model
    def _get_retry_domain(self):
        gate = self.env["customer.portal.gate"]
        followed = self.sudo()._search([("mail_id", "!=", False)])
        return (
            Domain("state", "=", "exception")
            & Domain("create_date", ">", fields.Datetime.now() - 2 * RETRY_AFTER[-1])
            & Domain("model", "in", list(gate._get_all_generated_codes()))
            & Domain("failure_type", "not in", LASTING)
            & Domain("failure_reason", "not like", REFUSED)
            & Domain("id", "not in", followed.subselect("mail_id"))
        )

    @api.model
    def _is_retry_due(self, mail_sudo):
        """Say whether a mail is to be tried again now.

        Odoo counts no attempts. The next one is due when one of the whiles has passed
        since the mail was made, and it was last tried before that.
        """
        now, made = fields.Datetime.now(), mail_sudo.create_date
        passed = [made + after for after in RETRY_AFTER if made + after <= now]
        return bool(passed) and mail_sudo.write_date < passed[-1]
