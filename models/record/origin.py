from odoo import api, fields, models
from odoo.fields import Domain

GC_BATCH = 10_000


class CustomerPortalOrigin(models.Model):
    """Which records customers made or changed in the portal, and who they were.

    The names are kept as texts too: they outlive the contacts. Only the gate writes.
    """

    _name = "customer.portal.origin"
    _description = "Record from the Customer Portal"
    _order = "id DESC"
    _rec_name = "record_name"

    model_name = fields.Char("Model", required=True)
    res_id = fields.Integer("Record ID", required=True)
    record_name = fields.Char("Record", compute="_compute_record_name")
    kind = fields.Char(compute="_compute_kind")
    partner_id = fields.Many2one(
        "res.partner", "Creator", index="btree_not_null", ondelete="set null"
    )
    partner_name = fields.Char("Name of the Creator")
    date = fields.Datetime("Created in the Portal", index="btree_not_null")
    updated_partner_id = fields.Many2one(
        "res.partner", "Updater", index="btree_not_null", ondelete="set null"
    )
    updated_partner_name = fields.Char("Name of the Updater")
    updated_date = fields.Datetime("Updated in the Portal", index="btree_not_null")
    token = fields.Char(
        help="Of the form that made the record: sent twice, it makes one record."
    )

    _token_uniq = models.Constraint("UNIQUE (token)", "This form was sent already.")
    _record_uniq = models.Constraint(
        "UNIQUE (model_name, res_id)", "The record has an origin already."
    )

    # === COMPUTE METHODS === #

    @api.depends("model_name", "res_id")
    @api.depends_context("uid", "lang")
    def _compute_record_name(self):
        """Name the records that the visitor may read, and no others."""
        self.record_name = False
        for model_name, origins in self.grouped("model_name").items():
            if model_name not in self.env:
                continue
            records = self.env[model_name].browse(origins.mapped("res_id")).exists()
            readable = records._filtered_access("read")
            names = {record.id: record.display_name for record in readable}
            for origin in origins:
                origin.record_name = names.get(origin.res_id)

    @api.depends("model_name")
    @api.depends_context("lang")
    def _compute_kind(self):
        for origin in self:
            known = origin.model_name in self.env
            kind = self.env["ir.model"]._get(origin.model_name) if known else False
            origin.kind = kind and kind.sudo().name or origin.model_name

    # === ACTION METHODS === #

    def action_open_record(self):
        """Open the record itself, with the rights of the visitor."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": self.model_name,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    # === BUSINESS METHODS === #

    @api.model
    def _find(self, records):
        """Return the origins of records of one model, with all rights."""
        return self.sudo().search(
            [("model_name", "=", records._name), ("res_id", "in", records.ids)]
        )

    @api.autovacuum
    def _gc_origins(self):
        """Remove in batches the origins of records that are gone."""
        names = [name for [name] in self.sudo()._read_group([], ["model_name"])]
        gone = self.sudo().browse()
        for name in names:
            domain = Domain("model_name", "=", name)
            if name in self.env:
                # Not `search`: it would leave out what is archived.
                records = self.env[name].sudo().with_context(active_test=False)
                domain &= Domain("res_id", "not in", records._search(Domain.TRUE))
            gone |= gone.search(domain, limit=GC_BATCH - len(gone))
            if len(gone) == GC_BATCH:
                break
        count = len(gone)
        gone.unlink()
        return count, count == GC_BATCH
