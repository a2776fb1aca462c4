from odoo import models
from odoo.tools import email_normalize

from .customer_portal_email_change import CONFIRMED, CONFIRMED_VALUE


class CustomerPortalEmailMixin(models.AbstractModel):
    """A contact whose e-mail address is the login of a portal user."""

    _name = "customer.portal.email.mixin"
    _description = "Customer Portal E-mail Address of a Contact"

    def write(self, vals):
        """Let the new address of whoever writes it on his own contact wait.

        Here meet all the forms of Odoo's apps, My Profile, and RPC.
        """
        own = self._filter_unconfirmed(vals)
        if not own:
            return super().write(vals)
        own.check_access("write")
        changes = self.env["customer.portal.email.change"]
        changes._ask(self.env.user, vals["email"])
        others, rest = self - own, {k: v for k, v in vals.items() if k != "email"}
        if others:
            others.write(vals)
        return super(CustomerPortalEmailMixin, own).write(rest) if rest else True

    def _filter_unconfirmed(self, vals):
        """Return the contact of the portal user who would change his own login."""
        user = self.env.user
        confirmed = self.env.context.get(CONFIRMED) is CONFIRMED_VALUE
        if "email" not in vals or confirmed or not user._is_portal():
            return self.browse()
        own = self & user.partner_id
        if not own.sudo().portal_user:
            return self.browse()
        email = vals["email"] or ""
        is_same = email_normalize(email) == own._get_portal_login()
        return self.browse() if is_same and email.isprintable() else own
