from odoo import api, fields, models


class CustomerPortalPermission(models.Model):
    _inherit = "customer.portal.permission"

    can_confirm = fields.Boolean("Confirm", help="Customers confirm visits.")
    show_assignees = fields.Boolean(
        "Assignees", default=True, help="Customers see who works on a task."
    )

    @api.model
    def _get_action_fields(self):
        return {
            **super()._get_action_fields(),
            "confirm": "can_confirm",
            "assignees": "show_assignees",
        }

    @api.model
    def _get_action_modes(self):
        return {**super()._get_action_modes(), "confirm": "write"}
