from odoo import api, models


class IrRule(models.Model):
    _inherit = "ir.rule"

    @api.model
    def _compute_domain(self, model_name, mode="read"):
        """Narrow what portal users reach of Odoo's own pages, on every path.

        Asked outside the cache of ``super()``, as the profile and the organization
        of a customer change. It only ever narrows.
        """
        domain = super()._compute_domain(model_name, mode)
        if self.env.su or not self.env.user._is_portal():
            return domain
        narrower = self.env["customer.portal.gate"].native_domain(
            self.env.user, model_name, mode
        )
        return domain if narrower is None else domain & narrower
