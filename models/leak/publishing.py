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


class CustomerPortalDraft(models.Model):
    """What the dialog has found counts when its draft is published a moment later."""

    _inherit = "customer.portal.draft"

    def _find_blockers(self):
        results = self.env["customer.portal.leak.kept"]
        results._forget_leaks()
        return results._keep(self, lambda drafts: super()._find_blockers())


class CustomerPortalVersion(models.Model):
    """The same of a version that customers are given again."""

    _inherit = "customer.portal.version"

    def action_roll_back(self):
        self.env["customer.portal.draft"]._check_manager()
        self.env["customer.portal.leak.kept"]._forget_leaks()
        return super().action_roll_back()

    def _try_roll_back(self, record):
        results, try_it = self.env["customer.portal.leak.kept"], super()._try_roll_back
        return results._keep(record, try_it)
