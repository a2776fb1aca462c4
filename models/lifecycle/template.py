from odoo import api, models


class CustomerPortalTemplate(models.AbstractModel):
    """Settings say it, too, when one of these emails has lost its template."""

    _inherit = "customer.portal.template"

    @api.model
    def _get_templates(self):
        own = "customer_portal.mail_template"
        overview, answer = (
            self.env._("Support ends overview"),
            self.env._("Answer to an extension request"),
        )
        return [
            *super()._get_templates(),
            (None, overview, f"{own}_ends_manager"),
            (None, overview, f"{own}_ends_representative"),
            (None, self.env._("Extension request"), f"{own}_extension_asked"),
            (None, answer, f"{own}_extension_granted"),
            (None, answer, f"{own}_extension_refused"),
            (None, self.env._("Ended access"), f"{own}_receipt"),
        ]
