from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    portal_locked = fields.Boolean(groups="base.group_user")

    @api.model
    def _get_door_fields(self):
        return (*super()._get_door_fields(), "portal_locked")

    def _get_portal_refusal(self):
        refusal = super()._get_portal_refusal()
        if not refusal and self.portal_locked:
            return self.env._("Your access is locked. Please call us.")
        return refusal
