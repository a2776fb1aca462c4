from odoo import fields, models

from ...const import PARAM_INVITATION_DAYS, PARAM_REMINDER_DAYS


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    portal_invitation_days = fields.Integer(
        "Invitations Valid For (Days)", config_parameter=PARAM_INVITATION_DAYS
    )
    portal_reminder_days = fields.Integer(
        "Invitation Reminder (Days)", config_parameter=PARAM_REMINDER_DAYS
    )
