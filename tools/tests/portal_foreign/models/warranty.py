from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.customer_portal.models.source.span import SupportPeriod


class ResPartner(models.Model):
    _inherit = "res.partner"

    warranty_end_date = fields.Date(groups="base.group_user")
    support_source = fields.Selection(
        selection_add=[("warranty", "Warranty")], ondelete={"warranty": "set null"}
    )

    def _get_support_periods(self):
        periods = super()._get_support_periods()
        for contact in self:
            owner = contact.commercial_partner_id
            if end := owner.warranty_end_date:
                period = SupportPeriod(
                    "warranty", False, end, "res.partner", owner.id, owner.name
                )
                periods[contact].append(period)
        return periods

    @api.model
    def _get_sourced_domain(self):
        covered = Domain("commercial_partner_id.warranty_end_date", "!=", False)
        return super()._get_sourced_domain() | covered

    def write(self, vals):
        result = super().write(vals)
        if "warranty_end_date" in vals:
            self._find_following_contacts()._follow_support_sources()
        return result
