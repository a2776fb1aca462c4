from odoo import api, fields, models


class CustomerPortalOriginMixin(models.AbstractModel):
    """Fields that tell employees what of a record came through the portal.

    For a model to show them in its form, it must inherit this.
    """

    _name = "customer.portal.origin.mixin"
    _description = "Customer Portal Origin Mixin"

    portal_source = fields.Char(
        "Source", compute="_compute_portal_source", groups="base.group_user"
    )
    portal_created_by = fields.Char(
        "Created in the Portal by",
        compute="_compute_portal_source",
        groups="base.group_user",
    )
    portal_updated_by = fields.Char(
        "Last Updated in the Portal by",
        compute="_compute_portal_source",
        groups="base.group_user",
    )

    @api.depends_context("lang")
    def _compute_portal_source(self):
        origins = self.env["customer.portal.origin"]._find(self._origin)
        by_id = origins.grouped("res_id")
        for record in self:
            origin = by_id.get(record._origin.id, origins.browse())
            record.portal_source = bool(origin) and self.env._("Customer Portal")
            record.portal_created_by = origin.partner_name
            record.portal_updated_by = origin.updated_partner_name
