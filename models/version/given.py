from odoo import api, models
from odoo.fields import Command

PROFILE = "customer.portal.profile"
GIVEN = "given_profile_ids"


class CustomerPortalSnapshot(models.AbstractModel):
    """Which profiles a profile may give is published along with it."""

    _inherit = "customer.portal.snapshot"

    @api.model
    def _get_names(self, line):
        names = super()._get_names(line)
        return [*names, GIVEN] if line._name == PROFILE else names

    @api.model
    def _read_value(self, line, name):
        if name == GIVEN:
            return sorted(line.with_context(active_test=False)[name].ids)
        return super()._read_value(line, name)

    @api.model
    def _get_written(self, line, name, value):
        if name == GIVEN:
            return [Command.set(self.env[PROFILE].browse(value).exists().ids)]
        return super()._get_written(line, name, value)


class CustomerPortalDifferences(models.AbstractModel):
    _inherit = "customer.portal.differences"

    @api.model
    def _get_text(self, model, name, value):
        if name == GIVEN:
            profiles = self.env[PROFILE].sudo().browse(value or ()).exists()
            value = ", ".join(profiles.mapped("name")) or self.env._("nothing")
            return value
        return super()._get_text(model, name, value)
