from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import email_normalize
from odoo.tools.misc import hash_sign, verify_hash_signed

from .res_partner_email import CONFIRMED, CONFIRMED_VALUE

SCOPE = "customer_portal-email-change"
# How long the link to a new address works.
LINK_HOURS = 24
# The longest address that mail servers take, in characters.
ADDRESS_LENGTH = 254
URL = "/my/profile/email"


class CustomerPortalEmailChange(models.AbstractModel):
    """A customer's new email address waits until they follow a link sent there.

    It is their login: a mistyped one would lock them out, and whoever sits down at
    their open screen could take over the access. So nothing changes before, and the
    old address is told at once.
    """

    _name = "customer.portal.email.change"
    _description = "Customer Portal Email Change"

    @api.model
    def _ask(self, user, email):
        """Send the link to a new address, and tell the old one.

        :param user: the portal user who asks
        :raise UserError: if the address cannot be theirs, or they ask too often
        """
        user_sudo = user.sudo()
        self._check_frequency(user_sudo)
        address = self._check_address(user_sudo, email)
        self._note_asked(user_sudo, address)
        user_sudo.write(
            {
                "portal_new_email": address,
                "portal_new_email_date": fields.Datetime.now(),
            }
        )
        self._send("confirm", user_sudo, address)
        self._send("asked", user_sudo, user_sudo.login)

    @api.model
    def _cancel(self, user):
        """Forget the new address: its link is void."""
        user.sudo().write({"portal_new_email": False, "portal_new_email_date": False})

    @api.model
    def _get_waiting(self, user):
        """Return the address that waits for its link to be followed.

        :rtype: str | None
        """
        user_sudo = user.sudo()
        asked = user_sudo.portal_new_email_date
        limit = fields.Datetime.subtract(fields.Datetime.now(), hours=LINK_HOURS)
        return user_sudo.portal_new_email if asked and asked > limit else None

    @api.model
    def _find(self, user, token):
        """Return the new address that a link confirms for a user.

        :param str token: of the link, from anywhere
        :return: None if it is not theirs, expired or used, if another one followed, or
            if their profile no longer lets them change the address
        :rtype: str | None
        """
        waiting = self._get_waiting(user)
        if not waiting or not self._may_change(user):
            return None
        try:
            state = verify_hash_signed(self.sudo().env, SCOPE, token)
        except ValueError:  # no token of ours at all
            return None
        return waiting if state == self._get_state(user.sudo()) else None

    @api.model
    def _confirm(self, user, token):
        """Let contact and login follow; all other sessions of the user end.

        :return: the new address, None if the link is void
        :raise UserError: if the address is somebody's login by now
        """
        address = self._find(user, token)
        if not address:
            return None
        old = user.sudo().login
        partner_sudo = user._get_portal_partner_sudo()
        partner_sudo.with_context(**{CONFIRMED: CONFIRMED_VALUE}).email = address
        self._send("changed", user.sudo(), old)
        return address

    # === INTERNALS === #

    @api.model
    def _may_change(self, user):
        """Say whether a user may change their address at all. To be extended."""
        return True

    @api.model
    def _check_frequency(self, user_sudo):
        """Let nobody have emails sent at will, or find out who has a login.

        :raise UserError: if they have asked too often, whatever came of it
        """
        touchpoints = self.env["customer.portal.touchpoint"]
        if touchpoints._is_frequent("email_requested", user_sudo.partner_id):
            raise UserError(
                self.env._("Too many attempts. Please try again in an hour.")
            )

    @api.model
    def _check_address(self, user_sudo, email):
        """Return the login that an address makes.

        :raise ValidationError: the same whosever login it is, or who has opted out
        """
        email = email or ""
        address = email.isprintable() and email_normalize(email)  # no header in it
        if not address or address.startswith("@") or len(address) > ADDRESS_LENGTH:
            raise ValidationError(
                self.env._("Invalid Email! Please enter a valid email address.")
            )
        users_sudo = self.env["res.users"].sudo().with_context(active_test=False)
        opted_out = self.env["res.partner"]._is_opted_out(address)
        if opted_out or users_sudo.search_count([("login", "=", address)], limit=1):
            message = self.env._("This email address can't be used.")
            touchpoints = self.env["customer.portal.touchpoint"]
            touchpoints._log_in_new_transaction("email_requested", user_sudo, message)
            raise ValidationError(message)
        return address

    @api.model
    def _note_asked(self, user_sudo, address):
        touchpoints = self.env["customer.portal.touchpoint"].with_user(user_sudo)
        partner_sudo = user_sudo._get_portal_partner_sudo()
        touchpoints._log("email_requested", {partner_sudo: False})
        partner_sudo._message_log(
            body=self.env._(
                "Requested an email address change in the portal, from %(old)s to "
                "%(new)s. It takes effect once they open the link sent to the new "
                "address.",
                old=user_sudo.login,
                new=address,
            )
        )

    @api.model
    def _get_state(self, user_sudo):
        """Return what a link holds for: with any change of it the link is void."""
        return [
            user_sudo.id,
            user_sudo.login,
            user_sudo.portal_new_email,
            fields.Datetime.to_string(user_sudo.portal_new_email_date),
            user_sudo.portal_session_version,
        ]

    @api.model
    def _get_url(self, user):
        """Return the link for the mail to the new address."""
        env = self.sudo().env
        state = self._get_state(user.sudo())
        token = hash_sign(env, SCOPE, state, expiration_hours=LINK_HOURS)
        return f"{user.get_base_url()}{URL}?token={token}"

    @api.model
    def _send(self, name, user_sudo, address):
        """Queue a mail to an address, in the language of the user.

        :param str name: ``confirm``, ``asked`` or ``changed``
        """
        template = self.env.ref(
            f"customer_portal.mail_template_email_{name}", raise_if_not_found=False
        )
        if template and not self.env["res.partner"]._is_opted_out(address):
            mails = self.env["customer.portal.credentials"]._queue_mails(
                template.sudo(), user_sudo, email_to=address
            )
            rows = self.env["customer.portal.mail"]
            rows._follow("email_change", mails, user_sudo.partner_id)
