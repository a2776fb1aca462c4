from odoo import api, models


class IrUiView(models.Model):
    _inherit = "ir.ui.view"

    @api.model
    def _get_record_parts(self, key):
        parts = super()._get_record_parts(key)
        if key == "project.portal_my_task":
            return {**parts, "//div[@t-if='task.user_ids']": ("task", "assignees")}
        return parts
