from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

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
    is_readable = fields.Boolean(
        compute="_compute_is_readable",
        search="_search_is_readable",
        help="Whether you may read the record itself.",
    )

    @api.depends("model_name", "res_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_is_readable(self):
        """Ask the records; what is known stays so until the transaction ends."""
        readable = self._get_readable_names(lambda record: "")
        for row in self:
            row.is_readable = (row.model_name, row.res_id) in readable

    @api.model
    def _search_is_readable(self, operator, value):
        """Find what is kept beside records that the user may read, archived or not."""
        if operator != "in":
            return NotImplemented
        found = Domain.OR(
            Domain("model_name", "=", name) & self._make_readable_domain(name)
            for name in self._get_model_names()
        )
        return found if True in value else ~found

    @api.model
    def _make_readable_domain(self, model_name):
        model = self._get_model_of_user(model_name)
        if model is None or not model.has_access("read"):
            return Domain.FALSE
        return Domain("res_id", "in", model.with_context(active_test=False)._search([]))

    @api.model
    def _get_model_names(self):
        """Return the models of all that is kept, however many rows there are.

        From one to the next in the index that begins with the model: PostgreSQL would
        count a million rows to say that they are of two models.
        """
        self.flush_model(["model_name"])
        table = SQL.identifier(self._table)
        rows = self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE known AS (
                    (SELECT MIN(model_name) AS name FROM %(table)s)
                    UNION ALL
                    SELECT (SELECT MIN(model_name) FROM %(table)s
                             WHERE model_name > known.name)
                      FROM known WHERE known.name IS NOT NULL)
                SELECT name FROM known WHERE name IS NOT NULL
                """,
                table=table,
            )
        )
        return [name for (name,) in rows]

    @api.model
    def _get_model_of_user(self, model_name):
        """Return a model with the user's own rights, where a rule has all of them."""
        model = self.env.get(model_name)
        return model if model is None else model.with_user(self.env.uid)

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
            model = self._get_model_of_user(model_name)
            if model is None:
                continue
            records = model.browse(rows.mapped("res_id")).exists()
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
