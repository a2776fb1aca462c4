from odoo import models

from .guard import as_publishing


class CustomerPortalProfile(models.Model):
    _name = "customer.portal.profile"
    _inherit = ["customer.portal.versioned.root", "customer.portal.profile"]

    _version_field = "profile_id"

    def _add_permissions(self, modules):
        """What the portal adds by itself permits nothing yet."""
        return super(CustomerPortalProfile, as_publishing(self))._add_permissions(
            modules
        )

    def _add_widgets(self, charts=None, fresh=False):
        return super(CustomerPortalProfile, as_publishing(self))._add_widgets(
            charts, fresh=fresh
        )


class CustomerPortalWidget(models.Model):
    _name = "customer.portal.widget"
    _inherit = ["customer.portal.versioned", "customer.portal.widget"]

    def _get_versioned(self):
        return self.profile_id

    def _filter_live(self):
        return self.filtered(lambda widget: widget.profile_id._filter_live())
