from odoo import fields, models


class CustomerPortalLookSettings(models.AbstractModel):
    """What Settings have of the look of a company's portal."""

    _name = "customer.portal.look.settings"
    _description = "Customer Portal Look in Settings"

    company_id = fields.Many2one("res.company")
    portal_logo = fields.Binary(related="company_id.portal_logo", readonly=False)
    portal_favicon = fields.Binary(related="company_id.portal_favicon", readonly=False)
    portal_title = fields.Char(related="company_id.portal_title", readonly=False)
    portal_primary_color = fields.Char(
        related="company_id.portal_primary_color", readonly=False
    )
    portal_link_color = fields.Char(
        related="company_id.portal_link_color", readonly=False
    )
    portal_css = fields.Text(related="company_id.portal_css", readonly=False)
