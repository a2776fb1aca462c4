from odoo import api, models


class CustomerPortalDefinition(models.AbstractModel):
    """FAQs name their categories."""

    _inherit = "customer.portal.definition"

    @api.model
    def _get_named_models(self):
        return super()._get_named_models() | {"customer.portal.faq.category"}
