from odoo import api, models


class CustomerPortalPeriod(models.AbstractModel):
    """The period of a manager ends: others have to manage the people who are left."""

    _inherit = "customer.portal.period"

    @api.model
    def _end_periods(self, partners):
        result = super()._end_periods(partners)
        managing = partners.sudo().filtered("portal_profile_id.manage_scope")
        managing.commercial_partner_id._note_manager_left()
        return result
