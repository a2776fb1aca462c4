from odoo import fields, models

from .time_of_day import TimeOfDay


class PortalVisit(models.Model):
    """A technician comes to a customer."""

    _name = "portal.visit"
    _description = "Site Visit"
    _order = "id desc"

    name = fields.Char("Subject", required=True)
    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True)
    starts_at = TimeOfDay()
    preparation = fields.Text(help="What the customer should have done by then.")
    state = fields.Selection(
        [("planned", "Planned"), ("confirmed", "Confirmed")],
        "Status",
        required=True,
        default="planned",
    )
