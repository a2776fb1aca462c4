from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .gone import remove_gone

# Where it stands up to which message nothing counts as unread: those there were before.
PARAM_START = "customer_portal.reading_start"


class CustomerPortalReading(models.Model):
    """Up to which message a user has read the conversation of a record.

    One row a user and record. By the message, not by the time: what comes while a page
    is being read is unread still.
    """

    _name = "customer.portal.reading"
    _description = "Portal Reading"
    _order = "id DESC"
    _rec_name = "user_id"

    user_id = fields.Many2one("res.users", required=True, ondelete="cascade")
    model_name = fields.Char("Model", required=True)
    res_id = fields.Integer("Record ID", required=True)
    message_id = fields.Integer("Last Message ID", required=True)

    _record_uniq = models.Constraint(
        "UNIQUE (user_id, model_name, res_id)",
        "Each user has one reading per record.",
    )

    def init(self):
        """Keep what was written before anybody's reading was known from being unread.

        Else hundreds of old records would be marked after an update.
        """
        params = self.env["ir.config_parameter"]
        if not params._get_portal_text(PARAM_START):
            query = SQL("SELECT COALESCE(MAX(id), 0) FROM mail_message")
            [[latest]] = self.env.execute_query(query)
            params._set_portal_text(PARAM_START, str(latest))

    @api.model
    def _get_last_ids(self, records):
        """Return the last messages that the user has read, by id of their record.

        :rtype: dict[int, int]
        """
        domain = (
            Domain("user_id", "=", self.env.uid)
            & Domain("model_name", "=", records._name)
            & Domain("res_id", "in", records.ids)
        )
        query = self.sudo()._search(domain)
        return dict(self.env.execute_query(query.select("res_id", "message_id")))

    @api.model
    def _get_start(self):
        """Return the message up to which nothing counts as unread."""
        return self.env["ir.config_parameter"]._get_portal_number(PARAM_START)

    @api.model
    def _keep(self, record, message_id):
        """Keep that the user has read a record up to a message; never less than before.

        In one step, so that of two pages at once both count.
        """
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO customer_portal_reading AS reading
                    (user_id, model_name, res_id, message_id)
                VALUES (%(user)s, %(model)s, %(record)s, %(message)s)
                ON CONFLICT (user_id, model_name, res_id) DO UPDATE
                    SET message_id = EXCLUDED.message_id
                  WHERE reading.message_id < EXCLUDED.message_id
                """,
                user=self.env.uid,
                model=record._name,
                record=record.id,
                message=message_id,
            )
        )
        self.invalidate_model()

    @api.autovacuum
    def _gc_readings(self):
        """Remove the readings of records that are gone."""
        return remove_gone(self)


class CustomerPortalThread(models.AbstractModel):
    """What of conversations is new to a customer, and who wrote last."""

    _inherit = "customer.portal.thread"

    @api.model
    def _get_unread_ids(self, records):
        """Return which records have a message of others that a user has not read.

        Their own answer, also by email, shows that they have read what came before it.

        :param records: of one model, which the user sees
        :rtype: set[int]
        """
        records = self._filter_conversations(records)
        own_id = self.env.user.sudo().partner_id.id
        latest = {True: {}, False: {}}  # by whether it is their own
        for res_id, author, message_id in self._read_newest(records):
            ids = latest[author.id == own_id]
            ids[res_id] = max(message_id, ids.get(res_id, 0))
        readings = self.env["customer.portal.reading"]
        start, own = readings._get_start(), latest[True]
        asked = {
            res_id: message_id
            for res_id, message_id in latest[False].items()
            if message_id > max(start, own.get(res_id, 0))
        }
        read = readings._get_last_ids(records.browse(asked)) if asked else {}
        return {res_id for res_id, last in asked.items() if last > read.get(res_id, 0)}

    @api.model
    def _get_last_messages(self, records):
        """Return of each record the last message that a user sees there.

        :param records: of one model, which the user sees
        :return: dicts with ``date``, ``author`` (a name) and ``own``, by id; none for
            records without a message
        :rtype: dict[int, dict]
        """
        records = self._filter_conversations(records)
        latest = {}
        for res_id, _author, message_id in self._read_latest(records):
            latest[res_id] = max(message_id, latest.get(res_id, 0))
        messages = records.env["mail.message"].sudo().browse(latest.values())
        messages.fetch(["author_id", "email_from", "date"])
        self.env["customer.portal.record"]._fetch_authors(messages.author_id)
        return {
            res_id: self._make_last_message(messages.browse(message_id))
            for res_id, message_id in latest.items()
        }

    @api.model
    def _mark_read(self, record, message_id=None):
        """Keep that a user has read a record.

        :param record: that the user sees
        :param int message_id: the last message of the page they read; None: all
        """
        record = self._filter_conversations(record)
        if not record or not self._is_own_visit():
            return
        last = max((row[-1] for row in self._read_latest(record)), default=0)
        if last:
            seen = last if message_id is None else min(message_id, last)
            self.env["customer.portal.reading"]._keep(record, seen)

    # === INTERNALS === #

    @api.model
    def _is_own_visit(self):
        """Say whether it is the customer themselves who reads.

        To be extended for others who see what a customer sees.
        """
        return self.env.user._is_portal()

    @api.model
    def _filter_conversations(self, records):
        """Return those of some records whose comments a user sees, with all rights."""
        gate = self.env["customer.portal.gate"]
        rights, records_sudo = gate._get_rights(), records.sudo()
        codes = gate._get_generated_codes(records._name)
        if not isinstance(records, self.env.registry["mail.thread"]):
            return records_sudo.browse()
        seeing = [rights[code] for code in codes if code in rights]
        shown = [right for right in seeing if "comments" in right.actions]
        if shown and len(codes) == 1:
            return records_sudo
        if len(shown) == len(seeing):
            found = [records_sudo.filtered_domain(right.domain) for right in shown]
        else:  # What is seen may be seen by a module without comments alone.
            found = [gate._get_visible_records(right, records._ids) for right in shown]
        return records_sudo.browse().union(*found)

    @api.model
    def _read_newest(self, records):
        """Return at least the last of what ``_read_latest`` does. To be extended."""
        return self._read_latest(records)

    @api.model
    def _read_latest(self, records):
        """Return the last visible message of each author, in one query.

        :return: tuples of the id of a record, the author, and the id of the message
        :rtype: list
        """
        if not records:
            return []
        return (
            records.env["mail.message"]
            .sudo()
            ._read_group(
                self._get_comment_domain(records),
                ["res_id", "author_id"],
                ["id:max"],
                order="res_id",
            )
        )

    @api.model
    def _make_last_message(self, message):
        author = self.env["customer.portal.record"]._make_author(
            message.author_id, message.email_from
        )
        return {
            "date": message.date,
            "author": author["name"],
            "own": author["is_mine"],
        }
