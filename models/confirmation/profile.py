from odoo import api, fields, models
from odoo.exceptions import ValidationError

# A century is longer than anybody waits.
MOST_MONTHS = 1200


class CustomerPortalProfile(models.Model):
    _inherit = "customer.portal.profile"

    confirmation_months = fields.Integer(
        "Access Review (Months)",
        help="After how many months someone confirms again who still needs access: "
        "the organization's own manager, or its account representative. 0 = never.",
    )

    @api.constrains("confirmation_months")
    def _check_confirmation_months(self):
        if any(not 0 <= one.confirmation_months <= MOST_MONTHS for one in self):
            raise ValidationError(
                self.env._(
                    "The months between access reviews must be a number from 0 to "
                    "%(most)s.",
                    most=MOST_MONTHS,
                )
            )

    @api.onchange("start_from_id")
    def _onchange_start_from_id(self):
        result = super()._onchange_start_from_id()
        self.confirmation_months = self.start_from_id.confirmation_months
        return result
