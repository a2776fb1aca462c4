from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import PARAM_DEFAULT_PROFILE


class CustomerPortalProfile(models.Model):
    """What a portal user sees and may do, chosen on the contact (seed 000)."""

    _name = "customer.portal.profile"
    _description = "Customer Portal Profile"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    partner_ids = fields.One2many(
        "res.partner", "portal_profile_id", string="Contacts", readonly=True
    )
    partner_count = fields.Integer("Portal Users", compute="_compute_partner_count")

    _name_uniq = models.Constraint(
        "UNIQUE (name)", "There is a profile with this name already."
    )

    def _compute_partner_count(self):
        counts = dict(
            self.env["res.partner"]._read_group(
                [("portal_user", "=", True), ("portal_profile_id", "in", self.ids)],
                ["portal_profile_id"],
                ["__count"],
            )
        )
        for profile in self:
            profile.partner_count = counts.get(profile, 0)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_default(self):
        if self._get_default() in self:
            raise UserError(
                self.env._(
                    "The profile “%(profile)s” is given to new portal users and cannot "
                    "be deleted.",
                    profile=self._get_default().name,
                )
            )

    def action_view_partners(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_portal.res_partner_action_portal"
        )
        action["domain"] = [("portal_profile_id", "=", self.id)]
        return action

    @api.model
    def _get_default(self):
        """Return the profile of a contact for whom none was chosen.

        :return: the profile of Settings, else the first one there is
        :rtype: customer.portal.profile
        """
        param = self.env["ir.config_parameter"].sudo().get_param(PARAM_DEFAULT_PROFILE)
        chosen = self.browse(int(param or 0)).exists()
        return chosen or self.search([], limit=1)
