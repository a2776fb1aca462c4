from odoo import api, models

from ..faq.gate import CODE


class CustomerPortalEffect(models.AbstractModel):
    """FAQs: of the profile, published and valid, whoever looks."""

    _inherit = "customer.portal.effect"

    @api.model
    def _get_filter(self, profile_id, right):
        domain = super()._get_filter(profile_id, right)
        if right.code != CODE:
            return domain
        gate = self.env["customer.portal.gate"].sudo()
        today = self.env.company._get_portal_today()
        for part in gate._make_faq_parts(profile_id, today).values():
            domain &= part
        return domain
