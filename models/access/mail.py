from odoo import api, models


class CustomerPortalMail(models.Model):
    """Login details have a link that works for some time."""

    _inherit = "customer.portal.mail"

    @api.model
    def _get_link_end(self, kind, partner):
        if kind == "login":
            return partner._get_login_link_end()
        return super()._get_link_end(kind, partner)
