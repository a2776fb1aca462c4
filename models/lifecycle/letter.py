import logging

from odoo import api, models

from ..base.clashes import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)

# How many contacts a letter lists; of the others, how many there are.
LISTED = 200
# Context key with what letters list that are made together, by the record of each.
LISTS = "portal_lists"


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
        template = reader_by_record and self._find_template(name)
        if not template:
            return self.env["mail.mail"].sudo()
        try:
            with self.env.cr.savepoint():
                template = template.with_context(**self._get_list(listed))
                return self._queue_followed(kind, template, reader_by_record)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            _logger.exception("The email “%s” can't be made", name)
            return self.env["mail.mail"].sudo()

    @api.model
    def _send_lists(self, kind, name, listed_by_reader):
        """Queue a letter to each of many readers, with a list of their own.

        All at once, as each by itself would ask the database for what it has in common
        with the others. If that fails, they are made one by one.

        :param dict listed_by_reader: contacts that it lists, as plain values
        """
        template = listed_by_reader and self._find_template(name)
        if not template:
            return
        lists = {reader.id: listed for reader, listed in listed_by_reader.items()}
        readers = {reader: reader for reader in listed_by_reader}
        try:
            with self.env.cr.savepoint():
                template = template.with_context(**{LISTS: lists})
                self._queue_followed(kind, template, readers)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            _logger.warning("Emails “%s” follow one by one", name, exc_info=True)
            for reader, listed in listed_by_reader.items():
                self._send_followed(kind, name, {reader: reader}, listed)

    @api.model
    def _find_template(self, name):
        xml_id = f"customer_portal.mail_template_{name}"
        return self.env.ref(xml_id, raise_if_not_found=False)

    @api.model
    def _get_list(self, listed):
        """Return what a template reads of its context, of what a letter lists."""
        return {
            "portal_listed": listed[:LISTED],
            "portal_unlisted": len(listed[LISTED:]),
        }

    @api.model
    def _queue_followed(self, kind, template, reader_by_record):
        rows = self.env["customer.portal.mail"]
        readers = list(reader_by_record.values())
        opted_out = readers[0].union(*readers)._filter_opted_out()
        reason = self.env["res.partner"]._get_opt_out_reason()
        rows._note(kind, "not_sent", dict.fromkeys(opted_out, reason))
        told = {
            record: reader
            for record, reader in reader_by_record.items()
            if reader not in opted_out
        }
        if not told:
            return self.env["mail.mail"].sudo()
        first, *others = told
        mails = self._queue(template.sudo(), first.union(*others).sudo())
        self._replace_base_url_in_mails(mails, list(told.values()))
        rows._follow(kind, mails, list(told.values()))
        rows._trigger_mail_run()
        return mails
