from odoo import api, fields, models
from odoo.exceptions import ValidationError

FIELD_ACCESS = [
    ("hidden", "Hidden"),
    ("read", "Read"),
    ("write", "Read and Write"),
]

ACCESSES = [access for access, _label in FIELD_ACCESS]


class CustomerPortalPermissionField(models.Model):
    """What a profile permits of one field: less than the module, never more.

    There is one for each field that a module publishes, hidden until somebody allows
    it, so that whoever looks at a profile sees all that could be allowed.
    """

    _name = "customer.portal.permission.field"
    _inherit = "customer.portal.cache.mixin"
    _description = "Customer Portal Field Permission"
    _order = "permission_id, sequence, id"
    _rec_name = "field_id"

    permission_id = fields.Many2one(
        "customer.portal.permission", required=True, index=True, ondelete="cascade"
    )
    module_id = fields.Many2one(related="permission_id.module_id")
    field_id = fields.Many2one(
        "customer.portal.module.field", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(related="field_id.sequence", store=True)
    available = fields.Boolean(related="field_id.available")
    access = fields.Selection(
        FIELD_ACCESS,
        required=True,
        default="hidden",
        help="Read and Write: customers can edit the field in the forms that contain "
        "it.",
    )
    possible_accesses = fields.Char(
        string="Possible Access",
        compute="_compute_possible_accesses",
        help="The access that the module offers. Only this can be chosen.",
    )

    _field_uniq = models.Constraint(
        "UNIQUE (permission_id, field_id)", "The module already has this field."
    )

    @api.depends("field_id.in_create", "field_id.in_edit")
    def _compute_possible_accesses(self):
        for line in self:
            writable = line.field_id._is_in_forms()
            line.possible_accesses = f"hidden read {'write' if writable else ''}"

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

    @api.constrains("access", "field_id")
    def _check_access_fits(self):
        for line in self:
            if line.access == "write" and not line.field_id._is_in_forms():
                raise ValidationError(
                    self.env._(
                        "%(field)s is not in any form of %(module)s, so customers "
                        "can't edit it.",
                        module=line.module_id.name,
                        field=line.field_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        shown = lines.filtered(lambda line: line.access != "hidden")
        shown.permission_id._check_permitter()
        return lines

    def write(self, vals):
        widened = self.filtered(lambda line: line._is_widened(vals))
        result = super().write(vals)
        widened.permission_id._check_permitter()
        return result

    def _is_widened(self, vals):
        """Say whether values permit customers more than the line does now."""
        access = vals.get("access", self.access)
        moved = not vals.keys().isdisjoint(("field_id", "permission_id"))
        return moved or self._get_rank(access) > self._get_rank(self.access)

    @api.model
    def _get_rank(self, access):
        return ACCESSES.index(access) if access in ACCESSES else -1
