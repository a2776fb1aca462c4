from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import RECORDS_VISIBILITY


class CustomerPortalPermission(models.Model):
    """What a profile permits in one module (feature rows 39, 40, 52-57)."""

    _name = "customer.portal.permission"
    _inherit = "customer.portal.gate.source"
    _description = "Customer Portal Permission"
    _order = "profile_id, sequence, id"
    _rec_name = "module_id"

    profile_id = fields.Many2one(
        "customer.portal.profile", required=True, index=True, ondelete="cascade"
    )
    module_id = fields.Many2one(
        "customer.portal.module", required=True, index=True, ondelete="cascade"
    )
    available = fields.Boolean(related="module_id.available")
    page = fields.Selection(related="module_id.page")
    sequence = fields.Integer(default=10)
    visible = fields.Boolean()
    records_visibility = fields.Selection(
        RECORDS_VISIBILITY, required=True, default="own"
    )
    can_create = fields.Boolean("Create")
    can_edit = fields.Boolean("Edit")
    can_close = fields.Boolean("Close")
    can_export = fields.Boolean("Export")
    show_comments = fields.Boolean("Comments")
    can_comment = fields.Boolean("Comment")
    show_documents = fields.Boolean("Documents")
    can_upload = fields.Boolean("Upload")
    show_updates = fields.Boolean("Updates")
    field_ids = fields.One2many(
        "customer.portal.permission.field", "permission_id", "Fields", copy=True
    )

    _module_uniq = models.Constraint(
        "UNIQUE (profile_id, module_id)", "The profile has this module already."
    )

    @api.constrains("records_visibility", "module_id")
    def _check_everyone(self):
        for permission in self:
            everyone = permission.records_visibility == "everyone"
            if everyone and not permission.module_id.allow_everyone:
                raise ValidationError(
                    self.env._(
                        "The records of %(module)s belong to customers. Only a module "
                        "that is marked as a catalogue can be shown to everyone.",
                        module=permission.module_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        permissions = super().create(vals_list)
        permissions._permit_published_fields()
        return permissions

    def write(self, vals):
        result = super().write(vals)
        if vals.get("visible"):
            self._permit_published_fields()
        return result

    def action_open_fields(self):
        """Open the fields of one module in a dialog of their own."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Fields of %(module)s", module=self.module_id.name),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def _permit_published_fields(self):
        """Start a module that becomes visible with all fields it publishes by then.

        Fields that the module publishes later stay hidden until somebody allows them.
        """
        fresh = self.filtered(lambda line: line.visible and not line.field_ids)
        self.env["customer.portal.permission.field"].create(
            [
                {
                    "permission_id": permission.id,
                    "field_id": field.id,
                    "access": "write" if field.in_create or field.in_edit else "read",
                }
                for permission in fresh
                for field in permission.module_id.field_ids
            ]
        )
