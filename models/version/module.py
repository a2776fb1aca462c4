from odoo import models

from .guard import as_publishing


class CustomerPortalModule(models.Model):
    _name = "customer.portal.module"
    _inherit = ["customer.portal.versioned.root", "customer.portal.module"]

    _version_field = "module_id"

    def _check_publishable(self):
        self._check_shows_something()

    def action_publish(self):
        """Answer for what is live in one's own name; customers gain nothing new by it.

        It changes no value, so there would be nothing to draft.
        """
        if not self._is_guarded() or self._find_shown_draft():
            return super().action_publish()
        self.env["customer.portal.draft"]._check_manager()
        snapshots = self.env["customer.portal.snapshot"]
        for module in self._filter_live():
            before = snapshots._take(module)
            super(CustomerPortalModule, as_publishing(module)).action_publish()
            self.env["customer.portal.version"]._add(
                module,
                before,
                kind="published",
                reason=self.env._("Published in the name of another user"),
            )
        return None

    def _change_case_model(self, model_name):
        """Settings choose what holds the cases; there is no draft of settings."""
        return super(CustomerPortalModule, as_publishing(self))._change_case_model(
            model_name
        )


class CustomerPortalModuleField(models.Model):
    _name = "customer.portal.module.field"
    _inherit = ["customer.portal.versioned", "customer.portal.module.field"]

    def _get_versioned(self):
        return self.module_id

    def _filter_live(self):
        return self.filtered(lambda line: line.module_id._filter_live())
