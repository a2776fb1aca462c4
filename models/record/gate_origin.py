import hashlib
from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import SQL

from .portal_mixin import FIELDS, MAKING


class CustomerPortalGate(models.AbstractModel):
    """Marks on what customers make and change, for employees and for the page.

    The mark of a new record keeps the token of its form, so that a form that is sent
    twice makes one record.
    """

    _inherit = "customer.portal.gate"

    @api.private
    def origin(self, user, module, res_id):
        """Return who made and changed a record in the portal, and when.

        :return: texts ``created_by``, ``created_on``, ``updated_by``, ``updated_on``;
            None without a mark, and for records that the user does not see
        :rtype: dict | None
        """
        right = self._get_rights(user).get(module)
        record = right and self._get_visible_records(user, right, [res_id])
        origin = record and self.env["customer.portal.origin"]._find(record)
        if not origin:
            return None
        return {
            "created_by": origin.partner_name,
            "created_on": self._format_time(user, origin.date),
            "updated_by": origin.updated_partner_name,
            "updated_on": self._format_time(user, origin.updated_date),
        }

    @api.private
    def find_created(self, user, module, token):
        """Return the id of the record that a form has made already, or None."""
        if not token:
            return None
        origin = self.env["customer.portal.origin"].sudo()
        key = self._get_token_key(user, module, token)
        return origin.search([("token", "=", key)]).res_id or None

    # === INTERNALS === #

    @api.model
    @contextmanager
    def _making(self, user, right):
        """Let records that are made within count as made in the portal at once.

        The mark needs the record first, and automation rules ask before it is there.
        """
        self.env.cr.cache[MAKING] = right.model_name, user.sudo().partner_id.name
        try:
            yield
        finally:
            self.env.cr.cache.pop(MAKING, None)

    @api.model
    def _get_token_key(self, user, module, token):
        """Keep the tokens of users apart, and whatever stands in them out."""
        text = f"{user.id}:{module}:{token}"
        return hashlib.sha256(text.encode(errors="replace")).hexdigest()

    @api.model
    def _mark_created(self, user, right, record, token=None):
        partner = user.sudo().partner_id
        self._create_origin(
            record,
            partner_id=partner.id,
            partner_name=partner.name,
            date=fields.Datetime.now(),
            token=token and self._get_token_key(user, right.code, token),
        )
        note = self._with_company_lang().env._("Created through the Customer Portal")
        self._log_mark(partner, record, note)

    @api.model
    def _mark_updated(self, user, right, record, names=()):
        """Mark a record as changed by a customer.

        :param names: fields whose labels a note tells; none for what leaves its own
            trace, such as a comment
        """
        partner = user.sudo().partner_id
        values = {
            "updated_partner_id": partner.id,
            "updated_partner_name": partner.name,
            "updated_date": fields.Datetime.now(),
        }
        if origin := self.env["customer.portal.origin"]._find(record):
            origin.write(values)
        else:
            self._create_origin(record, **values)
        if names:
            self._log_mark(partner, record, self._get_changed_note(right, names))

    @api.model
    def _create_origin(self, record, **values):
        """Add the mark, of which there is one a record and one a token.

        Not by the ORM: a form that is sent twice at once is no error to log. PostgreSQL
        lets the second one wait for the first, and Odoo tries it again, which then
        sees what the first has done.

        :raise ConcurrencyError: if there is a mark already
        """
        values = {**values, "model_name": record._name, "res_id": record.id}
        query = SQL(
            "INSERT INTO %s (%s) VALUES (%s) ON CONFLICT DO NOTHING RETURNING id",
            SQL.identifier(self.env["customer.portal.origin"]._table),
            SQL(", ").join(map(SQL.identifier, values)),
            SQL(", ").join(SQL("%s", value or None) for value in values.values()),
        )
        self.env.cr.execute(query, log_exceptions=False)
        if not self.env.cr.rowcount:
            raise ConcurrencyError(f"{record} has a mark already")
        if FIELDS[0] in record._fields:
            record.invalidate_recordset(FIELDS, flush=False)

    @api.model
    def _with_company_lang(self):
        """Return the gate in the language of the employees who read its notes."""
        lang = self.env.company.sudo().partner_id.lang
        return self.with_context(lang=lang or self.env.lang)

    @api.model
    def _get_changed_note(self, right, names):
        gate = self._with_company_lang()
        labels = gate._get_words(right.code, gate.env.lang)[1]
        return gate.env._(
            "Changed through the Customer Portal: %(labels)s",
            labels=", ".join(labels[name] for name in names),
        )

    @api.model
    def _log_mark(self, partner, record, text):
        """Leave an internal note, of which nobody is told."""
        if hasattr(record, "_message_log"):
            record._message_log(body=text, author_id=partner.id)
