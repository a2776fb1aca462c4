from odoo import models

from .guard import DRAFT, as_publishing


class CustomerPortalPermission(models.Model):
    _name = "customer.portal.permission"
    _inherit = ["customer.portal.versioned", "customer.portal.permission"]

    def _get_versioned(self):
        return self.profile_id

    def _get_drafted(self):
        return [self.profile_id, self.module_id]

    def _filter_live(self):
        """A row is live if both the profile and the module are."""
        return self.filtered(
            lambda row: row.profile_id._filter_live() and row.module_id._filter_live()
        )

    def _get_hiding(self):
        """A profile that nobody has published shows nothing, whoever had it."""
        if self.profile_id.is_unpublished or self.module_id.is_unpublished:
            return "hidden"
        return super()._get_hiding()

    def _add_fields(self, module_fields):
        """What the portal adds by itself permits nothing yet."""
        return super(CustomerPortalPermission, as_publishing(self))._add_fields(
            module_fields
        )

    def action_open_fields(self):
        """Stay in the draft while its fields are chosen."""
        action = super().action_open_fields()
        if not self._find_shown_draft() and not self.profile_id.is_unpublished:
            return action
        view = self.env.ref(
            "customer_portal.customer_portal_permission_view_form_draft"
        )
        return {**action, "views": [(view.id, "form")], "context": {DRAFT: True}}


class CustomerPortalPermissionField(models.Model):
    _name = "customer.portal.permission.field"
    _inherit = ["customer.portal.versioned", "customer.portal.permission.field"]

    def _get_versioned(self):
        return self.permission_id.profile_id

    def _get_drafted(self):
        return self.permission_id._get_drafted()

    def _filter_live(self):
        return self.filtered(lambda line: line.permission_id._filter_live())
