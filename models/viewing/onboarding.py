from odoo import api, models


class CustomerPortalOnboarding(models.AbstractModel):
    _inherit = "customer.portal.onboarding"

    @api.model
    def _is_visit_done(self, company_sudo):
        """See as Customer shows the portal, too: nobody has to log in for it."""
        viewed = [("kind", "=", "viewed")]
        return super()._is_visit_done(company_sudo) or self._exists(
            "customer.portal.touchpoint", viewed
        )
