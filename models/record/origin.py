import hashlib
from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import SQL

from .portal_mixin import FIELDS, MAKING

# What the page of a record tells.
TEXT_FIELDS = ("partner_name", "date", "updated_partner_name", "updated_date")


class CustomerPortalOrigin(models.Model):
    """Which records customers made or changed in the portal, and who they were.

    The names are kept as texts too: they outlive the contacts. Only the forms write.
    The mark of a new record keeps the token of its form, so that a form that is sent
    twice makes one record.
    """

    _name = "customer.portal.origin"
    _inherit = ["customer.portal.beside"]
    _description = "Portal Activity"
    _order = "id DESC"
    _rec_name = "record_name"

    record_name = fields.Char("Record", compute="_compute_record_name")
    kind = fields.Char(compute="_compute_kind")
    partner_id = fields.Many2one(
        "res.partner", "Creator", index="btree_not_null", ondelete="set null"
    )
    partner_name = fields.Char("Creator Name")
    date = fields.Datetime("Created in the Portal", index="btree_not_null")
    updated_partner_id = fields.Many2one(
        "res.partner", "Updater", index="btree_not_null", ondelete="set null"
    )
    updated_partner_name = fields.Char("Updater Name")
    updated_date = fields.Datetime("Updated in the Portal", index="btree_not_null")
    token = fields.Char(
        help="Identifies the form that created the record, so that sending it twice "
        "creates only one record."
    )

    _token_uniq = models.Constraint(
        "UNIQUE (token)", "This form has already been sent."
    )
    _record_uniq = models.Constraint(
        "UNIQUE (model_name, res_id)", "The record already has an origin."
    )

    # === COMPUTE METHODS === #

    @api.depends("model_name", "res_id")
    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_record_name(self):
        names = self._get_readable_names(lambda record: record.display_name)
        for origin in self:
            origin.record_name = names.get((origin.model_name, origin.res_id))

    @api.depends("model_name")
    @api.depends_context("lang")
    def _compute_kind(self):
        for origin in self:
            known = origin.model_name in self.env
            kind = self.env["ir.model"]._get(origin.model_name) if known else False
            origin.kind = kind and kind.sudo().name or origin.model_name

    # === BUSINESS METHODS === #

    @api.private
    def get_texts(self, module, res_id):
        """Return who made and changed a record in the portal, and when.

        :return: texts ``created_by``, ``created_on``, ``updated_by``, ``updated_on``;
            None without a mark, and for records that the user does not see
        :rtype: dict | None
        """
        gate = self.env["customer.portal.gate"]
        pages = self.env["customer.portal.record"]
        right = gate._get_rights().get(module)
        record = right and gate._get_visible_records(right, [res_id])
        origin = record and self._find(record, TEXT_FIELDS)
        if not origin:
            return None
        return {
            "created_by": origin.partner_name,
            "created_on": pages._format_time(origin.date),
            "updated_by": origin.updated_partner_name,
            "updated_on": pages._format_time(origin.updated_date),
        }

    @api.private
    def find_created(self, module, token):
        """Return the id of the record that a form has made already, or None."""
        if not token:
            return None
        key = self._get_token_key(module, token)
        return self.sudo().search([("token", "=", key)]).res_id or None

    # === MARKS === #

    @api.model
    @contextmanager
    def _making(self, right):
        """Let records that are made within count as made in the portal at once.

        The mark needs the record first, and automation rules ask before it is there.
        """
        self.env.cr.cache[MAKING] = (
            right.model_name,
            self.env.user.sudo().partner_id.name,
        )
        try:
            yield
        finally:
            self.env.cr.cache.pop(MAKING, None)

    @api.model
    def _get_token_key(self, module, token):
        """Keep the tokens of users apart, and whatever stands in them out."""
        text = f"{self.env.user.id}:{module}:{token}"
        return hashlib.sha256(text.encode(errors="replace")).hexdigest()

    @api.model
    def _mark_created(self, right, record, token=None):
        partner = self.env.user.sudo().partner_id
        self._create_mark(
            record,
            partner_id=partner.id,
            partner_name=partner.name,
            date=fields.Datetime.now(),
            token=token and self._get_token_key(right.code, token),
        )
        note = self._with_company_lang().env._("Created through the Customer Portal")
        self._log_mark(partner, record, note)

    @api.model
    def _mark_updated(self, right, record, names=()):
        """Mark a record as changed by a customer.

        :param names: fields whose labels a note tells; none for what leaves its own
            trace, such as a comment
        """
        partner = self.env.user.sudo().partner_id
        values = {
            "updated_partner_id": partner.id,
            "updated_partner_name": partner.name,
            "updated_date": fields.Datetime.now(),
        }
        if origin := self._find(record):
            origin.write(values)
        else:
            self._create_mark(record, **values)
        if names:
            self._log_mark(partner, record, self._get_changed_note(right, names))

    @api.model
    def _create_mark(self, record, **values):
        """Add the mark, of which there is one a record and one a token.

        Not by the ORM: a form that is sent twice at once is no error to log. PostgreSQL
        lets the second one wait for the first, and Odoo tries it again, which then
        sees what the first has done.

        :raise ConcurrencyError: if there is a mark already
        """
        values = {**values, "model_name": record._name, "res_id": record.id}
        query = SQL(
            "INSERT INTO %s (%s) VALUES (%s) ON CONFLICT DO NOTHING RETURNING id",
            SQL.identifier(self._table),
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
        """Return the model in the language of the employees who read its notes."""
        lang = self.env.company.sudo().partner_id.lang
        return self.with_context(lang=lang or self.env.lang)

    @api.model
    def _get_changed_note(self, right, names):
        env = self._with_company_lang().env
        labels = (
            self.env["customer.portal.gate"]._get_labels(right.code, env.lang).fields
        )
        return env._(
            "Changed through the Customer Portal: %(labels)s",
            labels=", ".join(labels[name] for name in names),
        )

    @api.model
    def _log_mark(self, partner, record, text):
        """Leave an internal note, of which nobody is told."""
        if hasattr(record, "_message_log"):
            record._message_log(body=text, author_id=partner.id)
