from odoo import fields, models


class CustomerPortalReviewExample(models.TransientModel):
    """A record that becomes visible or vanishes, and a contact who will notice."""

    _name = "customer.portal.review.example"
    _description = "Example in a Review"

    review_id = fields.Many2one(
        "customer.portal.review", required=True, index=True, ondelete="cascade"
    )
    profile = fields.Char(readonly=True)
    module = fields.Char(readonly=True)
    direction = fields.Selection(
        [("gained", "Becomes Visible"), ("lost", "Vanishes")], required=True
    )
    record = fields.Char(readonly=True)
    contact = fields.Char(readonly=True)


class CustomerPortalReviewRight(models.TransientModel):
    """A field or an action that customers can use otherwise than before."""

    _name = "customer.portal.review.right"
    _description = "Right in a Review"

    review_id = fields.Many2one(
        "customer.portal.review", required=True, index=True, ondelete="cascade"
    )
    profile = fields.Char(readonly=True)
    module = fields.Char(readonly=True)
    kind = fields.Selection([("field", "Field"), ("action", "Action")], required=True)
    name = fields.Char("What", readonly=True)
    gained = fields.Char("Newly Allowed", readonly=True)
    lost = fields.Char("No Longer Allowed", readonly=True)


class CustomerPortalReviewOrganization(models.TransientModel):
    """How much becomes visible and vanishes for the contacts of an organization."""

    _name = "customer.portal.review.organization"
    _description = "Organization in a Review"
    _order = "gained desc, lost desc, id"

    review_id = fields.Many2one(
        "customer.portal.review", required=True, index=True, ondelete="cascade"
    )
    profile = fields.Char(readonly=True)
    module = fields.Char(readonly=True)
    organization = fields.Char(readonly=True)
    contacts = fields.Integer(
        readonly=True, help="Contacts who will see more or less than before."
    )
    gained = fields.Float(
        "Becomes Visible",
        digits=(16, 0),
        readonly=True,
        help="Records, counted once for each contact who will see them.",
    )
    lost = fields.Float(
        "Vanishes",
        digits=(16, 0),
        readonly=True,
        help="Records, counted once for each contact who will no longer see them.",
    )
