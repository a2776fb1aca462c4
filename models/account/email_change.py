from odoo import api, models


class CustomerPortalEmailChange(models.AbstractModel):
    """The profile decides who may change their address."""

    _inherit = "customer.portal.email.change"

    @api.model
    def _may_change(self, user):
        access = self._get_partner_sudo(user)._get_portal_form_access()
        return access.get("email", "write") == "write" and super()._may_change(user)
