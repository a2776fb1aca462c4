from odoo import api, models
from odoo.fields import Domain

from ..base.snapshot_cache import snapshot_cache

# What is done in grace; any other action, also one of another addon, writes.
READING = frozenset(("see", "export", "comments", "documents", "updates"))
# What forms need of the fields of a module.
FORM_USES = ("write", "create", "edit")


class CustomerPortalGate(models.AbstractModel):
    """In grace, nobody does anything but read."""

    _inherit = "customer.portal.gate"

    @api.model
    def _is_in_grace(self):
        return self.env["customer.portal.grace"]._is_on()

    @api.model
    def _find_rights(self):
        rights = super()._find_rights()
        if not rights or not self._is_in_grace():
            return rights
        return self._get_grace_rights(self._get_profile_id())

    @api.model
    @snapshot_cache("profile_id")
    def _get_grace_rights(self, profile_id):
        """Return what is left of the rights of a profile."""
        rights = self._get_profile_rights(profile_id)
        return {code: self._make_reading(right) for code, right in rights.items()}

    @api.model
    def _make_reading(self, right):
        names = {**right.names, **dict.fromkeys(FORM_USES, ())}
        return right._replace(actions=right.actions & READING, names=names)

    @api.model
    def _allows(self, right, action):
        if action not in READING and self._is_in_grace():
            return self._note("grace", False)
        return super()._allows(right, action)

    @api.private
    def native_domain(self, model_name, mode="read"):
        domain = super().native_domain(model_name, mode)
        is_refused = domain is not None and mode != "read" and self._is_in_grace()
        return Domain.FALSE if is_refused else domain

    @api.model
    def _get_refused_domain(self, model_name, action):
        """Refuse on all records of Odoo's own pages what writes."""
        domain = super()._get_refused_domain(model_name, action)
        is_refused = action not in READING and self._is_in_grace()
        if not is_refused or self.native_domain(model_name) is None:
            return domain
        return Domain.TRUE
