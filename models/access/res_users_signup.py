from contextlib import contextmanager

from odoo import api, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ...utils import clean_login, get_mailbox, is_address
from ..base import lock
from ..base.clashes import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from ..base.mailboxes import get_mailbox_domain
from .res_partner_sync import SIGNED_UP
from .res_users import CLASHES


class ResUsers(models.Model):
    _inherit = "res.users"

    # === LINKS === #

    @api.model
    def signup(self, values, token=None):
        """Void a link once it has been used, also if the customer does not log in.

        A link to reset a password goes by mail alone: who has it, reads the mails.
        """
        partners_sudo = self.env["res.partner"].sudo()
        partner_sudo = token and partners_sudo._get_partner_from_token(token)
        has_mail = bool(partner_sudo) and partner_sudo.signup_type == "reset"
        if not token or (partner_sudo and not partner_sudo.user_ids):
            values = self._prepare_sign_up(values, partner_sudo)
        with self._noting_clashes():
            result = super().signup(values, token)
            if partner_sudo:
                partner_sudo._get_portal_users_sudo()._end_portal_sessions()
            if has_mail and partner_sudo.portal_email_unproven:
                partner_sudo.portal_email_unproven = False
            self.env.flush_all()
        return result

    @api.model
    def _create_user_from_template(self, values):
        """Let whoever signs up have the default profile."""
        users = self.with_context(**{SIGNED_UP: True})
        return super(ResUsers, users)._create_user_from_template(values)

    @api.model
    def _prepare_sign_up(self, values, partner_sudo):
        """Give one access a mailbox, and none to whom it was taken from or has ended.

        Whoever comes uninvited says one address, as there are many ways to write one
        among other things. Asked before the link is used up.

        :raise UserError: the same for whatever reason
        """
        login = clean_login(values.get("login"))
        if not partner_sudo and not is_address(login):
            raise UserError(
                self.env._("Enter one email address, such as name@example.com.")
            )
        if self._has_had_access(login, partner_sudo and partner_sudo.id):
            raise UserError(
                self.env._(
                    "Another user is already registered using this email address. Log "
                    "in, reset your password, or contact us."
                )
            )
        email = clean_login(values.get("email") or login)
        return {**values, "login": login, "email": email}

    @contextmanager
    def _noting_clashes(self):
        """Let the page know of a clash with another transaction.

        Core's page takes it for an answer, and the wish would be lost. Odoo repeats the
        request as soon as the page lets the clash through.
        """
        try:
            yield
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as clash:
            clashes = self.env.context.get(CLASHES)
            if isinstance(clashes, list):
                clashes.append(clash)
            raise

    # === ONE ACCESS FOR A MAILBOX === #

    @api.model
    def _has_had_access(self, login, partner_id=None):
        """Say whether somebody has an access with an address, or has had one.

        Who is invited may have several for one mailbox. Who comes uninvited may not, or
        anybody would take as many as they like.

        :param int partner_id: of the contact who is invited, if there is one
        """
        users_sudo = self.sudo().with_context(active_test=False)
        if users_sudo._find_same_logins([login]):
            return True
        if partner_id:
            return bool(users_sudo.search_count([("partner_id", "=", partner_id)]))
        if users_sudo._has_mailbox_access(login):
            return True
        # Several links for one mailbox can be opened at once.
        with lock.alone(self.env, "mailbox", get_mailbox(login)) as env:
            return users_sudo.with_env(env)._has_mailbox_access(login)

    def _has_mailbox_access(self, login):
        """Say whether an address that leads to the same mailbox has an access."""
        if self.search_count(get_mailbox_domain("login", login), limit=1):
            return True
        had = Domain("portal_user", "=", True) | Domain("user_ids", "!=", False)
        same = get_mailbox_domain("email_normalized", login)
        people_sudo = self.env["res.partner"].sudo().with_context(active_test=False)
        return bool(people_sudo.search_count(same & had, limit=1))

    @api.model
    def _find_same_logins(self, logins):
        """Return the users whose login reads like one of these, archived ones too."""
        query = SQL(
            "SELECT id FROM res_users WHERE lower(login) = ANY(%s)",
            [login.lower() for login in logins if login],
        )
        self.flush_model(["login"])
        return self.browse(user_id for [user_id] in self.env.execute_query(query))

    @api.constrains("login")
    def _check_one_access(self):
        """Let no portal user have a login that another user has in other letters."""
        portal_users = self.sudo().filtered(lambda user: user._is_portal())
        same = portal_users and self.sudo()._find_same_logins(
            portal_users.mapped("login")
        )
        by_login = (same or portal_users).grouped(lambda user: user.login.lower())
        if any(len(users) > 1 for users in by_login.values()):
            raise ValidationError(
                self.env._(
                    "Two users can't have logins that differ only in upper and lower "
                    "case."
                )
            )

    # === FORGOTTEN PASSWORDS === #

    def reset_password(self, login):
        """Do the same for any login, so that nobody learns who has one.

        Neither by what is answered, nor by how long it takes, nor because a mail server
        is down. Portal users get the mail chosen in Settings, queued.
        """
        self.env["customer.portal.reset"]._ask(login)
        return True

    @api.model
    def _send_reset_link(self, login, origin):
        """Send a link to whomever a login belongs.

        :param str login: of anybody
        :param dict origin: from where it was asked for, for the touchpoints
        """
        user = self.search(self._get_login_domain(login)) or self.search(
            self._get_email_domain(login)
        )
        if len(user) == 1 and user._is_portal():
            self.env["customer.portal.credentials"]._send_reset(user, origin)
        elif len(user) == 1:
            user.action_reset_password()
