from odoo import api, fields, models
from odoo.fields import Domain

from .gone import remove_gone


class CustomerPortalBeside(models.AbstractModel):
    """What is kept beside a record of any model, in a table of its own.

    So models of other addons, which may be installed or not, get no column. No field
    can refer to such a record: its model and its id are kept.
    """

    _name = "customer.portal.beside"
    _description = "Kept Beside a Record"

    model_name = fields.Char("Model", required=True)
    res_id = fields.Integer("Record ID", required=True, aggregator=None)

    @api.model
    def _find(self, records, fnames=()):
        """Return what is kept beside records of one model, with all rights.

        :param fnames: fields to fetch with it
        """
        return self.sudo().search_fetch(
            Domain("model_name", "=", records._name)
            & Domain("res_id", "in", records.ids),
            fnames,
        )

    def _get_readable_names(self, make):
        """Name the records that the user may read, and no others.

        :param make: what makes a name of a record
        :return: names by model and id
        :rtype: dict[tuple[str, int], str]
        """
        names = {}
        for model_name, rows in self.grouped("model_name").items():
            if model_name not in self.env:
                continue
            records = self.env[model_name].browse(rows.mapped("res_id")).exists()
            for record in records._filtered_access("read"):
                names[model_name, record.id] = make(record)
        return names

    def action_open_record(self):
        """Open the record itself, with the rights of the user."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": self.model_name,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    @api.autovacuum
    def _gc_gone(self):
        """Remove what is kept beside records that are gone."""
        if self._abstract:
            return None
        return remove_gone(self)
