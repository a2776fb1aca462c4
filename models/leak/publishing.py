from odoo import models

# Of how many profiles a module is checked before it is published; the night does all.
PROFILES = 3


class CustomerPortalProfile(models.Model):
    """What leaks is not published, unless an administrator gives a reason."""

    _inherit = "customer.portal.profile"

    def _get_publish_blockers(self):
        return [*super()._get_publish_blockers(), *self._get_leaks()]


class CustomerPortalModule(models.Model):
    """The same, as the profiles that show the module have it."""

    _inherit = "customer.portal.module"

    def _get_publish_blockers(self):
        shown = self.sudo().permission_ids.filtered("visible").profile_id
        busy = shown.sorted(lambda one: (-one.partner_count, one.id))[:PROFILES]
        return [*super()._get_publish_blockers(), *busy.sudo(False)._get_leaks()]
