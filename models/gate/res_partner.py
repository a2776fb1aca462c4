from odoo import api, models

from ..base.cache import ORGANIZATIONS

# What decides to which organization a contact belongs.
MEMBERSHIP_FIELDS = frozenset(("parent_id", "is_company"))


class ResPartner(models.Model):
    """Forget which contacts belong together as soon as one of them moves."""

    _inherit = "res.partner"

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        self._clear_organization_cache()
        return partners

    def write(self, vals):
        result = super().write(vals)
        if MEMBERSHIP_FIELDS & vals.keys():
            self._clear_organization_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self._clear_organization_cache()
        return result

    def _clear_organization_cache(self):
        self.env.cr.cache.pop(ORGANIZATIONS, None)
