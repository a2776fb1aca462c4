from odoo import api, fields, models
from odoo.tools import html2plaintext

from .customer_portal_gate_cells import NUMBER_TYPES

# How many records are read at once; only their numbers are kept of all.
BATCH = 1000
# What is a number in a spreadsheet, or a day, and not a text.
TYPED = (*NUMBER_TYPES, "date", "datetime")


class CustomerPortalGateExport(models.AbstractModel):
    """Lists as plain values, for files."""

    _name = "customer.portal.gate.export"
    _description = "Customer Portal Gate: Export"

    @api.private
    def export_rows(self, user, module, asked):
        """Yield the records of a list, in its order, with all fields he may read.

        :return: lists of numbers, days and texts
        :rtype: collections.abc.Iterator
        """
        right = self._get_page_right(user, module)
        if not right or "export" not in right.actions:
            return
        model = self._get_model_sudo(user, right)
        ids = model.search(
            self._get_asked_domain(user, right, asked),
            order=self._get_asked_order(right, asked),
        ).ids
        for start in range(0, len(ids), BATCH):
            for record in model.browse(ids[start : start + BATCH]).exists():
                yield [self._get_export_value(record, n) for n in right.names["read"]]
            model.env.invalidate_all(flush=False)

    @api.model
    def _get_export_value(self, record, name):
        """Return a value as a spreadsheet wants it, in the customer's language."""
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
            return html2plaintext(value)
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, "")
        return str(self._render_value(record, name))

    @api.model
    def _get_local_date(self, field, record, value):
        if field.type == "date":
            return value
        local = fields.Datetime.context_timestamp(record, value)
        return local.replace(tzinfo=None, microsecond=0)
