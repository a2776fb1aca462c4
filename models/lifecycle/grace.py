from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import format_date

# The wizard that asks for the password: a customer fills it in to end devices and keys.
IDENTITY = "res.users.identitycheck"
# What is called to secure one's account.
KEPT_CALLS = frozenset(
    (
        (IDENTITY, "run_check"),
        (IDENTITY, "write"),
        ("auth_totp.device", "remove"),
        ("res.users", "action_revoke_all_devices"),
        ("res.users", "revoke_all_devices"),
        ("res.users.apikeys", "remove"),
    )
)


class ReadingOnly(AccessError):
    """What is refused because support is over, and only reading is left."""


class CustomerPortalGrace(models.AbstractModel):
    """Grace: for some days after the end of support, customers read but write nothing.

    The gate shows nothing that writes, Odoo's rules permit none of it, and below both
    the database refuses it to the whole request: so a way in that nobody has thought of
    writes nothing, either.
    """

    _name = "customer.portal.grace"
    _description = "Customer Portal Grace"

    @api.model
    def _is_on(self):
        """Say whether the user is a customer who may only read.

        It is asked for each rule and right, so nobody else waits for it: dates that the
        door has read decide.
        """
        user = self.env.user
        if not user or not user._is_portal():
            return False
        return user.sudo().partner_id._is_in_portal_grace()

    @api.model
    def _is_kept_call(self, model_name, method):
        """Say whether a call only secures the account of who calls.

        :param model_name: from anywhere, as is the method
        """
        is_text = isinstance(model_name, str) and isinstance(method, str)
        return is_text and (model_name, method) in KEPT_CALLS

    @api.model
    def _check_writing(self):
        """Refuse a customer to write once support is over.

        :raise ReadingOnly: with what to do about it
        """
        if self._is_on():
            raise ReadingOnly(self._get_text())

    @api.model
    def _get_text(self):
        """Return what a customer is told who tries to write."""
        partner_sudo = self.env.user.sudo().partner_id
        return self.env._(
            "Your support ended on %(end)s. Until %(last)s you can read and download "
            "everything, but you can't change or send anything. To continue, request "
            "an extension on the home page of the portal.",
            end=format_date(self.env, partner_sudo.support_end_date),
            last=format_date(self.env, partner_sudo._get_portal_grace_end()),
        )

    @api.model
    def _get_grace_banner(self):
        """Return what stands on each page in grace; None for anybody else.

        :return: the dates, and whom to ask for more
        :rtype: dict | None
        """
        if not self._is_on():
            return None
        partner = self.env.user.partner_id
        return {
            "end": partner.sudo().support_end_date,
            "last": partner.sudo()._get_portal_grace_end(),
            "extension": partner._get_portal_extension(),
        }
