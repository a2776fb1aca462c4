from odoo import models


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _prepare_outgoing_list(self, *args, **kwargs):
        """Tell no customer the address of another organization."""
        outgoing = super()._prepare_outgoing_list(*args, **kwargs)
        return self.env["customer.portal.mail.addresses"]._narrow(self, outgoing)

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        """Ask before ``super()``, which deletes the mails that were sent."""
        failure = failure_type and (failure_reason or self._get_failure(failure_type))
        self.env["customer.portal.credentials"]._note_mails(self.ids, failure)
        return super()._postprocess_sent_message(
            success_pids,
            success_emails,
            failure_reason=failure_reason,
            failure_type=failure_type,
        )

    def _get_failure(self, failure_type):
        labels = dict(self._fields["failure_type"]._description_selection(self.env))
        return labels.get(failure_type, failure_type)
