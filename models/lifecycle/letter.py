import logging

from odoo import api, models

from ..base.clashes import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)

# How many contacts a letter lists; of the others, how many there are.
LISTED = 200


class CustomerPortalLetter(models.AbstractModel):
    """Letters that follow from something else, which they must never stop."""

    _inherit = "customer.portal.letter"

    @api.model
    def _get_users(self, records_sudo):
        """Return the users of the contact that a record is about."""
        if records_sudo._name in ("res.users", "res.partner"):
            return super()._get_users(records_sudo)
        return records_sudo.partner_id.user_ids

    @api.model
    def _send_followed(self, kind, name, reader_by_record, listed=()):
        """Queue a letter about each record, and follow it.

        One that cannot be made, such as with a template that somebody has broken, is
        reported: what it tells has happened all the same. Who has opted out gets none.

        :param str kind: of ``customer.portal.mail``
        :param str name: of the template, the end of its XML id
        :param dict reader_by_record: who reads it, by the record of the template
        :param listed: contacts that it lists, as plain values
        :return: the mails
        :rtype: mail.mail
        """
        template = reader_by_record and self.env.ref(
            f"customer_portal.mail_template_{name}", raise_if_not_found=False
        )
        if not template:
            return self.env["mail.mail"].sudo()
        try:
            with self.env.cr.savepoint():
                return self._queue_followed(kind, template, reader_by_record, listed)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            _logger.exception("The email “%s” can't be made", name)
            return self.env["mail.mail"].sudo()

    @api.model
    def _queue_followed(self, kind, template, reader_by_record, listed):
        rows = self.env["customer.portal.mail"]
        opt_out = self.env["customer.portal.opt.out"]
        readers = list(reader_by_record.values())
        opted_out = opt_out._filter(readers[0].union(*readers))
        rows._note(kind, "not_sent", dict.fromkeys(opted_out, opt_out._get_reason()))
        told = {
            record: reader
            for record, reader in reader_by_record.items()
            if reader not in opted_out
        }
        if not told:
            return self.env["mail.mail"].sudo()
        context = {
            "portal_listed": listed[:LISTED],
            "portal_unlisted": len(listed[LISTED:]),
        }
        first, *others = told
        mails = self._queue(
            template.sudo().with_context(**context), first.union(*others).sudo()
        )
        link = self.env["customer.portal.link"]
        link._replace_base_url_in_mails(mails, list(told.values()))
        rows._follow(kind, mails, list(told.values()))
        rows._trigger_mail_run()
        return mails
