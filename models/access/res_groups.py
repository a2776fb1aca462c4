from odoo import models


class ResGroups(models.Model):
    _inherit = "res.groups"

    def write(self, vals):
        """Follow users who become, or cease to be, portal users from this side.

        Who publishes something may lose the right to, or get it.
        """
        if "user_ids" not in vals:
            result = super().write(vals)
            self.env["customer.portal.cache.mixin"]._clear_gate_cache()
            return result
        users_sudo = self.sudo().user_ids
        all_sudo = self.sudo().with_context(active_test=False)
        before_sudo = all_sudo.user_ids
        partners_sudo = users_sudo._filter_open_portal_users().partner_id
        result = super().write(vals)
        partners_sudo._untick_without_portal_user()
        (self.sudo().user_ids - users_sudo)._adopt_by_contacts()
        (all_sudo.user_ids - before_sudo)._forget_logins_of_employees()
        self.env["customer.portal.cache.mixin"]._clear_gate_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env["customer.portal.cache.mixin"]._clear_gate_cache()
        return result
