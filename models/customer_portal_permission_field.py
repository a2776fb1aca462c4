from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import FIELD_ACCESS


class CustomerPortalPermissionField(models.Model):
    """What a profile permits of one field: less than the module, never more."""

    _name = "customer.portal.permission.field"
    _inherit = "customer.portal.gate.source"
    _description = "Customer Portal Permission of a Field"
    _order = "permission_id, id"
    _rec_name = "field_id"

    permission_id = fields.Many2one(
        "customer.portal.permission", required=True, index=True, ondelete="cascade"
    )
    module_id = fields.Many2one(related="permission_id.module_id")
    field_id = fields.Many2one(
        "customer.portal.module.field", required=True, index=True, ondelete="cascade"
    )
    access = fields.Selection(FIELD_ACCESS, required=True, default="read")

    _field_uniq = models.Constraint(
        "UNIQUE (permission_id, field_id)", "The module has this field already."
    )

    @api.constrains("field_id", "permission_id")
    def _check_module(self):
        for line in self:
            if line.field_id.module_id != line.permission_id.module_id:
                raise ValidationError(
                    self.env._(
                        "The field %(field)s belongs to another module.",
                        field=line.field_id.display_name,
                    )
                )
