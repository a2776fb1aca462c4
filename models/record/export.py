import re
from time import monotonic
from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, html2plaintext

from .rendering import NUMBER_TYPES

# How many records are read at once, and are in memory.
BATCH = 1000
# How long an export may read, in seconds: less than proxies and workers wait.
EXPORT_SECONDS = 50
# What is a number in a spreadsheet, or a day, and not a text.
TYPED = (*NUMBER_TYPES, "date", "datetime")
# One paragraph of words with a blank between them, and nothing that stands for another
# character or that a parser would drop. Linear in time.
WORD = r"[^<>&\s\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+"
PARAGRAPH = re.compile(rf"<p>({WORD}(?: {WORD})*)(?:</p>)?")


class CustomerPortalRecord(models.AbstractModel):
    """Lists as plain values, for files."""

    _inherit = "customer.portal.record"

    @api.private
    def export_rows(self, module, asked):
        """Yield the records of a list, in its order, with all fields the user may read.

        :return: lists of numbers, days and texts
        :rtype: collections.abc.Iterator
        :raise UserError: after ``EXPORT_SECONDS``: nobody holds a cursor for longer
        """
        gate = self.env["customer.portal.gate"]
        right = gate._get_page_right(module)
        if not right or "export" not in right.actions:
            return
        model = gate._get_model_sudo(right)
        domain = self._get_list_domain(right, asked)
        order = self._get_list_order(right, asked)
        end = monotonic() + EXPORT_SECONDS
        for ids in self._read_ids(model, domain, order):
            if monotonic() > end:
                raise UserError(
                    self.env._(
                        "This list is too long to export all at once. Filter it and "
                        "export it in parts."
                    )
                )
            yield from self._make_export_rows(right, model.browse(ids))
            model.env.invalidate_all(flush=False)

    @api.model
    def _make_export_rows(self, right, records):
        """Yield the rows of a batch. Only what they show is read of it."""
        names = right.names["read"]
        records.fetch(names)
        known = {}
        fields_alike = [self._is_alike(records._fields[name]) for name in names]
        columns = [*zip(names, fields_alike, strict=True)]
        for record in records:
            yield [
                self._find_export_cell(right, record, name, known)
                if is_alike
                else self._get_export_cell(right, record, name)
                for name, is_alike in columns
            ]

    @api.model
    def _find_export_cell(self, right, record, name, known):
        """Return a value that was made for another record of the batch, if it was."""
        key = name, record[name]
        if key not in known:
            known[key] = self._get_export_cell(right, record, name)
        return known[key]

    @api.model
    def _read_ids(self, model, domain, order):
        """Yield the ids of records in batches, from a cursor of the server.

        It ends with the transaction. All rows are wanted, so PostgreSQL shall not look
        for a way to the first few.
        """
        name = SQL.identifier(f"customer_portal_export_{uuid4().hex}")
        query = model._search(domain, order=order).select()
        self.env.flush_query(query)
        self.env.cr.execute("SET LOCAL cursor_tuple_fraction = 1")
        self.env.cr.execute(SQL("DECLARE %s NO SCROLL CURSOR FOR %s", name, query))
        fetch = SQL("FETCH %s FROM %s", BATCH, name)
        while rows := self.env.execute_query(fetch):
            yield [row[0] for row in rows]

    @api.model
    def _get_export_cell(self, right, record, name):
        """Return a value; a state in the words that pages have for it, too."""
        if name == right.roles["state"]:
            return self._get_state_label(right, record[name])
        return self._get_export_value(record, name)

    @api.model
    def _get_export_value(self, record, name):
        """Return a value as a spreadsheet wants it, in the customer's language.

        Who extends it by other values of the record extends ``_is_alike`` as well.
        """
        field, value = record._fields[name], record[name]
        if field.type in NUMBER_TYPES:
            return value or 0
        if not value and field.type != "boolean":
            return ""
        if field.type in TYPED:
            return self._get_local_date(field, record, value)
        if field.relational:
            return ", ".join(value.mapped("display_name"))
        if field.type == "html":
            return self._get_plain_text(value)
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, "")
        return str(self._render_value(record, name))

    @api.model
    def _get_plain_text(self, value):
        """Return what rich text says.

        Most of it is one paragraph without a mark, which needs no parser.
        """
        plain = PARAGRAPH.fullmatch(value)
        return plain[1] if plain else html2plaintext(value)

    @api.model
    def _get_local_date(self, field, record, value):
        if field.type == "date":
            return value
        local = fields.Datetime.context_timestamp(record, value)
        return local.replace(tzinfo=None, microsecond=0)
