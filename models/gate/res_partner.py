from odoo import api, models

# Where a transaction keeps which contacts belong together.
FAMILIES = "customer_portal_families"
# What decides to which organization a contact belongs.
FAMILY_FIELDS = frozenset(("parent_id", "is_company"))


class ResPartner(models.Model):
    """Forget which contacts belong together as soon as one of them moves."""

    _inherit = "res.partner"

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        self._forget_families()
        return partners

    def write(self, vals):
        result = super().write(vals)
        if FAMILY_FIELDS & vals.keys():
            self._forget_families()
        return result

    def _forget_families(self):
        self.env.cr.cache.pop(FAMILIES, None)
