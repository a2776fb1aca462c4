from odoo import api, models
from odoo.exceptions import UserError

from .guard import is_publishing


class CustomerPortalPortable(models.AbstractModel):
    """What a file changes makes versions, and gets past no draft."""

    _inherit = "customer.portal.portable"

    @api.model
    def _apply(self, data, profiles=None):
        if is_publishing(self.env):
            return super()._apply(data, profiles)
        if self.env["ir.config_parameter"]._has_portal_drafts():
            raise UserError(
                self.env._(
                    "A file takes effect at once, but profiles and modules are changed "
                    "in drafts here. Turn off Drafts in Settings while you import."
                )
            )
        snapshots = self.env["customer.portal.snapshot"]
        before = {one: snapshots._take(one) for one in self._find_versioned()}
        applied = super()._apply(data, profiles)
        versions = self.env["customer.portal.version"]
        for record in self._find_versioned():
            if before.get(record) != snapshots._take(record):
                versions._add(record, before.get(record, {}), kind="imported")
        return applied

    @api.model
    def _find_versioned(self):
        """Return all modules and profiles: a file of the one changes the other.

        :rtype: list
        """
        models_ = ("customer.portal.module", "customer.portal.profile")
        return [one for name in models_ for one in self._find_all(name)]
