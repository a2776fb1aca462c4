from odoo import api, fields, models


class BaseModuleUninstall(models.TransientModel):
    _inherit = "base.module.uninstall"

    is_customer_portal = fields.Boolean(compute="_compute_is_customer_portal")

    @api.depends("module_ids")
    def _compute_is_customer_portal(self):
        """Compare by name: in an open form the modules have no ids of their own."""
        for wizard in self:
            names = wizard._get_modules().mapped("name")
            wizard.is_customer_portal = "customer_portal" in names

    def _get_models(self):
        """List what holds something, of the portal: most of its models hold nothing."""
        found = super()._get_models()
        return found.filtered(
            lambda model: (
                not model.abstract or not model.model.startswith("customer.portal.")
            )
        )
