from odoo import models
from odoo.exceptions import AccessError


class ResUsers(models.Model):
    """What customers write of themselves by RPC obeys the forms of their profile."""

    _inherit = "res.users"

    def write(self, vals):
        self._check_portal_form_access(vals)
        return super().write(vals)

    def _check_portal_form_access(self, vals):
        """Refuse what the profile keeps from the customer's form.

        Odoo lets people write some fields of their contact on their own user, by RPC.

        :raise AccessError: before anything is written
        """
        user = self.env.user
        if self.env.su or self != user or not user._is_portal():
            return
        access = user.partner_id._get_portal_form_access()
        locked = {fname for fname in vals if access.get(fname, "write") != "write"}
        gate = self.env["customer.portal.gate"]
        if "image_1920" in vals and not gate.may_set_picture():
            locked.add("image_1920")
        if locked:
            raise AccessError(
                self.env._(
                    "These fields cannot be changed: %(names)s",
                    names=", ".join(sorted(locked)),
                )
            )
