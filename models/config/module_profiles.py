from odoo import api, fields, models


class CustomerPortalModule(models.Model):
    """In which profiles a module is shown, as its own form says it."""

    _inherit = "customer.portal.module"

    profile_ids = fields.Many2many(
        "customer.portal.profile",
        string="Shown In",
        compute="_compute_profile_ids",
        inverse="_inverse_profile_ids",
        help="Customers with these profiles see the module. The profile determines "
        "whose records they see and what they can do.",
    )

    @api.depends("permission_ids.visible")
    def _compute_profile_ids(self):
        for module in self:
            module.profile_ids = module.permission_ids.filtered("visible").profile_id

    def _inverse_profile_ids(self):
        """Switch the rows of the profiles on and off."""
        chosen = {module: module.profile_ids for module in self}
        for module, profiles in chosen.items():
            profiles._add_permissions(module)
            for row in module.permission_ids:
                visible = row.profile_id in profiles
                if row.visible != visible:
                    row.visible = visible
