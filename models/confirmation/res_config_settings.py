from odoo import api, fields, models
from odoo.exceptions import ValidationError

PARAM_DAYS = "customer_portal.confirmation_days"
PARAM_ENDS = "customer_portal.confirmation_ends_access"
# Within how many days a review can be answered: two reminders come before the end.
FEWEST_DAYS, MOST_DAYS, USUAL_DAYS = 3, 365, 30


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    portal_confirmation_days = fields.Integer(
        "Days to Answer an Access Review",
        default=USUAL_DAYS,
        config_parameter=PARAM_DAYS,
    )
    portal_confirmation_ends_access = fields.Boolean(
        "End Access That Nobody Confirmed", config_parameter=PARAM_ENDS
    )

    @api.constrains("portal_confirmation_days")
    def _check_portal_confirmation_days(self):
        for settings in self:
            if not FEWEST_DAYS <= settings.portal_confirmation_days <= MOST_DAYS:
                raise ValidationError(
                    self.env._(
                        "%(field)s must be a number from %(fewest)s to %(most)s.",
                        field=self._fields[
                            "portal_confirmation_days"
                        ]._description_string(self.env),
                        fewest=FEWEST_DAYS,
                        most=MOST_DAYS,
                    )
                )
