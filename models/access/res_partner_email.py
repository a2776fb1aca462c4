from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import email_normalize

from ...const import GROUP_AGENT, GROUP_CUSTOMER

# Context key and value: the customer has confirmed the address that is written. An RPC
# caller can send the key, but never the object.
CONFIRMED = "customer_portal_email_confirmed"
CONFIRMED_VALUE = object()


class ResPartner(models.Model):
    """A contact whose email address is the login of a portal user."""

    _inherit = "res.partner"

    portal_email_unproven = fields.Boolean(
        "Address Not Confirmed",
        copy=False,
        groups="base.group_user",
        help="A customer or visitor entered this email address, and nobody has "
        "confirmed it. Emails from it do not count as coming from this contact.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Mark the addresses that customers and visitors type."""
        if not self.env.user._is_internal():
            typed = {"portal_email_unproven": True}
            vals_list = [
                {**vals, **typed} if vals.get("email") else vals for vals in vals_list
            ]
        return super().create(vals_list)

    def write(self, vals):
        """Hold back a new address that users write on their own contact.

        Here meet all the forms of Odoo's apps, My Profile, and RPC.
        """
        own = self._filter_unconfirmed(vals)
        if not own:
            typed = self._filter_typed(vals)
            typed._check_nobodys_login()
            result = super().write(self._vouch(vals))
            if typed:
                typed.sudo().portal_email_unproven = True
            return result
        own.check_access("write")
        changes = self.env["customer.portal.email.change"]
        changes._ask(self.env.user, vals["email"])
        others, rest = self - own, {k: v for k, v in vals.items() if k != "email"}
        if others:
            others.write(vals)
        return super(ResPartner, own).write(rest) if rest else True

    def _filter_typed(self, vals):
        """Return the contacts whose address a customer or a visitor changes."""
        if "email" not in vals or not self._is_typed():
            return self.browse()
        email = email_normalize(vals["email"])
        return self.filtered(lambda one: email_normalize(one.sudo().email) != email)

    def _check_nobodys_login(self):
        """Let no customer change the address of somebody else who can log in.

        Here, as it is also reached through the fields of other models: who had it,
        could reset the other's password.

        :raise AccessError: if one of the contacts has a user
        """
        if not self.env.user._has_group(GROUP_CUSTOMER):
            return
        users_sudo = self.sudo().with_context(active_test=True).user_ids
        if users_sudo - self.env.user:
            raise AccessError(
                self.env._(
                    "Only the user can change the email address they log in with."
                )
            )

    def _vouch(self, vals):
        """Note who vouches for an address.

        The company's own people do, also when they give access to it, and who has
        followed a link that was sent there.
        """
        is_given = vals.get("portal_user") and self.env.user._is_internal()
        if is_given or ("email" in vals and not self._is_typed()):
            return {"portal_email_unproven": False, **vals}
        return vals

    def _is_typed(self):
        confirmed = self.env.context.get(CONFIRMED) is CONFIRMED_VALUE
        return not confirmed and not self.env.user._is_internal()

    def action_confirm_portal_email(self):
        """Let an agent say that an address is the contact's."""
        self.check_access("write")
        if not self.env.user.has_group(GROUP_AGENT):
            raise AccessError(
                self.env._("Only Customer Portal agents can confirm email addresses.")
            )
        self.sudo().portal_email_unproven = False

    @api.model
    def find_or_create(self, email, assert_valid_email=False):
        """Take no address for somebody's that a customer has typed into a contact."""
        partner = super().find_or_create(email, assert_valid_email)
        if not partner.sudo().portal_email_unproven:
            return partner
        return self._find_or_create_from_emails([email])[0]

    @api.model
    def _find_or_create_from_emails(
        self, emails, ban_emails=None, filter_found=None, *args, **kwargs
    ):
        """Do the same where Odoo looks for whoever has written.

        The mail of a stranger makes a contact of its own, instead of becoming that of
        a customer who has typed the stranger's address.
        """

        def is_theirs(partner):
            unproven = partner.sudo().portal_email_unproven
            return not unproven and (not filter_found or filter_found(partner))

        return super()._find_or_create_from_emails(
            emails, ban_emails, is_theirs, *args, **kwargs
        )

    def _filter_unconfirmed(self, vals):
        """Return the contact of the portal user who would change their own login."""
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

    def _get_portal_login(self):
        """Return the login that belongs to the email address, or False.

        Odoo normalizes "@example.com" to itself. Its field has the first of several
        addresses, so it says only that there is nothing to normalize.
        """
        self.ensure_one()
        login = self.sudo().email
        if login != self.sudo().email_normalized:
            login = email_normalize(login)
        return login and not login.startswith("@") and login

    def _check_portal_login(self):
        """Refuse a login that would not work or is somebody else's.

        :raise ValidationError: with one line for each contact that cannot get a login
        """
        logins = {partner: partner._get_portal_login() for partner in self}
        Users = self.env["res.users"].sudo().with_context(active_test=False)
        found = Users.search([("partner_id", "in", self.ids)])
        users = found.grouped("partner_id")
        main_users = found.filtered("share")._get_main_portal_users()
        login_users = Users.search([("login", "in", list(logins.values()))])
        user_by_login = login_users.grouped("login")
        seen, errors = {}, []
        for partner, login in logins.items():
            owner = seen.setdefault(login, partner) - partner
            user = user_by_login.get(login, Users)
            if user.partner_id != partner or user not in main_users:
                owner = user.partner_id or owner
            own_users = users.get(partner, Users)
            errors.append(partner._get_portal_login_error(login, owner, own_users))
        if any(errors):
            raise ValidationError("\n".join(filter(None, errors)))

    def _get_portal_login_error(self, login, owner, users):
        """Say why this contact cannot have this login.

        Customers learn nothing about other logins, and do not change those of
        colleagues whose address they may edit.

        :param login: normalized email address, or False
        :param owner: the contact to whom the login belongs, if it is not free
        :param users: all users of this contact, archived ones too
        :rtype: str | None
        """
        names = {"contact": self.display_name, "login": login}
        if not login:
            return self.env._("“%(contact)s” needs a valid email address.", **names)
        if users.filtered(lambda user: not user.share):
            return self.env._("“%(contact)s” is an internal user.", **names)
        if users and users & self.env["res.users"].sudo()._get_system_users():
            return self.env._(
                "“%(contact)s” is a system user of Odoo and can't be a portal user.",
                **names,
            )
        if self._is_refused_login(owner):
            return self.env._("This email address can't be used.")
        if owner:
            return self.env._(
                "“%(contact)s” can't log in as %(login)s: “%(owner)s” already uses "
                "that login.",
                **names,
                owner=owner.sudo().display_name,
            )
        return None

    def _is_refused_login(self, owner):
        """Say whether a customer may not have, or give, a login.

        :param owner: the contact to whom it belongs, if it is not free
        """
        stranger = owner or self != self.env.user.partner_id
        return bool(stranger) and not self.env.user._is_internal()
