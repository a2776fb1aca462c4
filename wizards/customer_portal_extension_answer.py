from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.lifecycle.extension import GRANTED, MESSAGE_LENGTH, REFUSED

DECISIONS = [(GRANTED, "Extend"), (REFUSED, "Refuse")]


class CustomerPortalExtensionAnswer(models.TransientModel):
    """What is decided about requests for an extension, and what the customers read.

    It decides nothing itself: the requests check who decides, and if they are open.
    """

    _name = "customer.portal.extension.answer"
    _inherit = "customer.portal.dialog"
    _description = "Answer to Extension Requests"

    extension_ids = fields.Many2many(
        "customer.portal.extension", string="Requests", readonly=True
    )
    decision = fields.Selection(DECISIONS, required=True, default=GRANTED)
    new_end_date = fields.Date(
        "New Support End Date",
        compute="_compute_new_end_date",
        store=True,
        readonly=False,
        help="Last day on which the contacts can log in.",
    )
    message = fields.Char(
        "Message to the Customer",
        size=MESSAGE_LENGTH,
        help="Added to the email and shown in the portal.",
    )

    @api.depends("extension_ids")
    def _compute_new_end_date(self):
        """Propose for one request what its button would grant."""
        for answer in self:
            requests = answer.extension_ids
            is_one = len(requests) == 1
            answer.new_end_date = is_one and requests._get_extended_end()

    def action_answer(self):
        """Decide about all requests of this answer that are still open."""
        self.ensure_one()
        requests = self.extension_ids._take_open()
        if self.decision == REFUSED:
            requests._refuse(self.message)
        elif not self.new_end_date:
            raise UserError(self.env._("Choose the new Support End Date."))
        else:
            ends = dict.fromkeys(requests, self.new_end_date)
            requests._grant(ends, self.message)
        return {"type": "ir.actions.act_window_close"}
