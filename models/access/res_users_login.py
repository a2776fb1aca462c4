from contextlib import contextmanager
from itertools import islice

from odoo import api, models
from odoo.exceptions import AccessDenied
from odoo.fields import Domain
from odoo.http import request
from odoo.tools import email_normalize
from odoo.tools.sql import escape_psql

from ...utils import clean_email
from .ir_http import SESSION_LOGIN
from .res_partner import LOGGING_IN

# The longest password that is compared, in characters: passlib takes no longer one.
PASSWORD_LENGTH = 4096
# What pages want of who visits them, of the 100 columns that a user has.
VISITOR_FIELDS = (
    *("active", "company_id", "login", "partner_id", "share"),
    *("portal_new_email", "portal_new_email_date"),
)


class ResUsers(models.Model):
    _inherit = "res.users"

    # === THE DOOR === #

    def _get_portal_refusal(self):
        """Say why this user may not come in now; only portal users are ever refused.

        :rtype: str | None
        """
        self.ensure_one()
        if not self._is_portal():
            return None
        user_sudo = self.sudo()
        # Many are read together.
        if len(tuple(islice(user_sudo._prefetch_ids, 2))) == 1:
            user_sudo.fetch(VISITOR_FIELDS)
        return user_sudo.partner_id._get_portal_refusal()

    def _filter_let_in(self):
        """Leave out whom the door keeps out now; contacts are read all together."""
        partners_sudo = self.sudo().partner_id
        partners_sudo.fetch(partners_sudo._get_door_fields())
        return self.filtered(lambda user: not user._get_portal_refusal())

    def _check_portal_door(self):
        """Keep out a portal user outside the support period.

        :raise AccessDenied: with the reason; ask only once they proved who they are
        """
        if refusal := self._get_portal_refusal():
            raise AccessDenied(refusal)

    def _check_credentials(self, credential, env):
        """Ask after ``super()``: only who has proved who they are learns about dates.

        The second step of a login runs on the user as the public user.
        """
        if len(str(credential.get("password") or "")) > PASSWORD_LENGTH:
            raise AccessDenied  # Core fails to compare it.
        auth_info = super()._check_credentials(credential, env)
        with (self or self.env.user)._remember_refused(env):
            (self or self.env.user)._check_portal_door()
        return auth_info

    @contextmanager
    def _remember_refused(self, env):
        """Let the login page that follows offer more to whom the door keeps out.

        :param dict env: what core tells of who logs in; programs have no such page
        """
        try:
            yield
        except AccessDenied:
            if request and env.get("interactive"):
                self.env["ir.http"]._keep_refused(self)
            raise

    @api.model
    def _check_uid_passwd(self, uid, passwd):
        """Ask at each call, as ``super()`` is cached and knows of no dates."""
        self.env["ir.http"]._read_changes_for_rpc(self.env)
        result = super()._check_uid_passwd(uid, passwd)
        with self._log_portal_refusal(uid):
            self.browse(uid)._check_portal_door()
        return result

    # === THE LOGIN === #

    @api.model
    def _get_login_domain(self, login):
        """Take a login with blanks around it and with capitals, if there is no other.

        Also of users from before, whose login has capitals itself.
        """
        login = clean_email(login)
        domain = super()._get_login_domain(login)
        if not isinstance(login, str) or self.sudo().search_count(domain, limit=1):
            return domain
        text = escape_psql(login)
        return Domain(domain).map_conditions(
            lambda one: (
                Domain("login", "=ilike", text) if one.field_expr == "login" else one
            )
        )

    @api.model
    def _get_email_domain(self, email):
        """Compare addresses, which are kept as they were typed, without the case.

        No address is nobody's: Odoo would find whoever has none.
        """
        email = clean_email(email)
        if not email:
            return Domain.FALSE
        domain = Domain(super()._get_email_domain(email))
        normalized = email_normalize(email)
        if not normalized:
            return domain
        same = Domain("partner_id.email_normalized", "=", normalized)
        return domain.map_conditions(
            lambda one: same if one.field_expr == "email" else one
        )

    def _login(self, credential, user_agent_env):
        """Tell the browser's time zone, which core takes, from one that is chosen."""
        users = self.with_context(**{LOGGING_IN: True})
        return super(ResUsers, users)._login(credential, user_agent_env)

    def authenticate(self, credential, user_agent_env):
        """Let the login be logged, even if the session never was closed.

        A request that is on its way during the logout writes the old session again.
        """
        is_password = credential.get("type") == "password"
        if is_password and not isinstance(credential.get("login"), str):
            raise AccessDenied  # Core fails without one.
        hosts = self.env["customer.portal.host"]
        if user_agent_env and hosts._get_company():
            # Else Odoo took the host for its own when an administrator logs in.
            user_agent_env = {**user_agent_env, "base_location": None}
        auth_info = super().authenticate(credential, user_agent_env)
        if request:
            request.session.pop(SESSION_LOGIN, None)
        return auth_info

    def _get_invalidation_fields(self):
        """Let the rules of a user follow them to another contact.

        Core keeps the rules with the contact in them.
        """
        return super()._get_invalidation_fields() | {"partner_id"}

    def _get_session_token_fields(self):
        return super()._get_session_token_fields() | {"portal_session_version"}

    # === REFUSALS === #

    @contextmanager
    def _assert_can_auth(self, user=None):
        """Log why a portal user was refused: core asks here for each way in."""
        with self._log_portal_refusal(user), super()._assert_can_auth(user=user):
            yield

    @contextmanager
    def _log_portal_refusal(self, login):
        """Log a refusal of a known portal user, archived ones too.

        :param login: login, or id, of whoever tries to come in
        """
        try:
            yield
        except AccessDenied as error:
            user_sudo = self._get_portal_customer_sudo(login)
            wrong_password = error.args == AccessDenied().args
            reason = self.env._("Wrong login or password") if wrong_password else error
            if user_sudo:
                touchpoints = self.env["customer.portal.touchpoint"]
                touchpoints._log_refused(user_sudo, str(reason))
            raise

    @api.model
    def _get_portal_customer_sudo(self, login):
        is_id = isinstance(login, int)
        domain = Domain("id", "=", login) if is_id else self._get_login_domain(login)
        users_sudo = self.sudo().with_context(active_test=False)
        user_sudo = users_sudo.search(domain, order=self._get_login_order(), limit=1)
        return user_sudo.filtered("share") - self._get_system_users()
