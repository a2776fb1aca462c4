from odoo import api, models
from odoo.fields import Domain

# Status of the latest invitation that was of no use -> the status of the colleague.
FAILED = {"expired": "lapsed", "bounced": "bounced"}
INVITED = "invited"


class CustomerPortalColleague(models.AbstractModel):
    """Managers see whose invitation was of no use, and can send it again."""

    _inherit = "customer.portal.colleague"

    @api.model
    def _get_status_labels(self):
        """Name them after those who are invited."""
        failed = {
            "lapsed": self.env._("Invitation expired"),
            "bounced": self.env._("Invitation not delivered"),
        }
        labels = {}
        for status, label in super()._get_status_labels().items():
            labels[status] = label
            labels |= failed if status == INVITED else {}
        return labels

    @api.model
    def _get_status(self, partner_sudo):
        status = super()._get_status(partner_sudo)
        if status != INVITED:
            return status
        return FAILED.get(partner_sudo.portal_invitation_state, status)

    @api.model
    def _get_search_domain(self, search, status):
        """Tell those apart who are invited."""
        states = [state for state, one in FAILED.items() if one == status]
        if not states and status != INVITED:
            return super()._get_search_domain(search, status)
        domain = super()._get_search_domain(search, INVITED)
        if states:
            return domain & Domain("portal_invitation_state", "in", states)
        return domain & Domain("portal_invitation_state", "not in", [*FAILED])
