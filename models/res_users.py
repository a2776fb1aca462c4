from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import AccessDenied, AccessError, UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.http import request
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL, email_normalize
from odoo.tools.sql import escape_psql

from ..utils import clean_email, clean_login, is_address
from .customer_portal_email_change import CONFIRMED, CONFIRMED_VALUE
from .ir_http import SESSION_LOGIN
from .res_partner import LOGGING_IN

# Context key with the list that takes up clashes with other transactions.
CLASHES = "customer_portal_clashes"

# Context key and value: do not tell the user of a change that the credentials mail,
# which follows it, tells of. An RPC caller can send the key, but never the object.
SILENT = "customer_portal_silent"
SILENT_VALUE = object()


class ResUsers(models.Model):
    _inherit = "res.users"

    portal_session_version = fields.Integer(
        copy=False,
        groups=fields.NO_ACCESS,
        help="Part of the session token and of sign-up links: counting up ends all "
        "open sessions of the user and voids all links, on all workers and hosts.",
    )
    portal_new_email = fields.Char(
        copy=False,
        groups=fields.NO_ACCESS,
        help="What the login becomes once its owner follows the link sent there.",
    )
    portal_new_email_date = fields.Datetime(copy=False, groups=fields.NO_ACCESS)

    # By which a login is found in other letters.
    _portal_login_idx = models.Index("(lower(login))")

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        users = super().create([self._clean_login(vals) for vals in vals_list])
        users._adopt_by_contacts()
        return users

    def write(self, vals):
        """Keep the contact's Portal User in step with what is done to its user.

        Not while somebody fills in the form: Odoo then writes to unsaved records.
        """
        vals = self._clean_login(vals)
        self._check_portal_form_access(vals)
        fnames = {"active", "group_ids", "partner_id"} & vals.keys()
        if not fnames or not any(self._ids):
            return super().write(vals)
        partners_sudo = self.sudo()._filter_open_portal_users().partner_id
        result = super().write(vals)
        partners_sudo._untick_without_portal_user()
        self._adopt_by_contacts()
        return result

    @api.model
    def _clean_login(self, vals):
        """Let no login differ from another one by what nobody sees."""
        if "login" in vals:
            vals = {**vals, "login": clean_email(vals["login"])}
        return vals

    def unlink(self):
        partners_sudo = self.sudo()._filter_open_portal_users().partner_id
        result = super().unlink()
        partners_sudo._untick_without_portal_user()
        return result

    def _self_accessible_fields(self):
        """Leave out what the profile hides: core reads all these with all rights."""
        readable, writeable = super()._self_accessible_fields()
        if not self.env.user._is_portal():
            return readable, writeable
        partner = self.env.user.partner_id.sudo(False)
        hidden = {fname for fname in readable if partner._is_portal_hidden(fname)}
        return readable - hidden, writeable

    def _has_field_access(self, field, operation):
        access = super()._has_field_access(field, operation)
        return access and not self._is_hidden_of_contact(field)

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Find nobody by a login that is a hidden email.

        Refused it would be elsewhere, but here core looks for names by it too.
        """
        if self._hides_portal_logins():
            domain = Domain(domain).map_conditions(
                lambda asked: Domain.FALSE if asked.field_expr == "login" else asked
            )
        return super()._search(domain, *args, **kwargs)

    @api.model
    def _order_to_sql(self, order, query, alias=None, reverse=False):
        """Leave a hidden login out of Odoo's own order."""
        if order in (None, self._order) and self._hides_portal_logins():
            order = "name, id"
        return super()._order_to_sql(order, query, alias=alias, reverse=reverse)

    @api.model
    def _hides_portal_logins(self):
        if not self._portal_hides():
            return False
        gate = self.env["customer.portal.gate"]
        return "login" in gate.hidden_fields(self.env.user, self._name)

    def _is_hidden_of_contact(self, field):
        """Say whether a field of the contact, which the user has too, is hidden.

        So is the login of others, which is their email.
        """
        if field.name == "login":
            return self._origin != self.env.user and self._hides_portal_logins()
        if not field.inherited or self.env.su or not self.env.user.share:
            return False
        return self.sudo().partner_id.sudo(False)._is_portal_hidden(field.name)

    def _check_portal_form_access(self, vals):
        """Refuse what the profile keeps from the customer's form.

        Odoo lets users write some fields of their contact on their own user, by RPC.

        :raise AccessError: before anything is written
        """
        user = self.env.user
        if self.env.su or self != user or not user._is_portal():
            return
        access = user.partner_id._get_portal_form_access()
        locked = {fname for fname in vals if access.get(fname, "write") != "write"}
        gate = self.env["customer.portal.gate"]
        if "image_1920" in vals and not gate.may_set_picture(user):
            locked.add("image_1920")
        if locked:
            raise AccessError(
                self.env._(
                    "These fields cannot be changed: %(names)s",
                    names=", ".join(sorted(locked)),
                )
            )

    # === BUSINESS METHODS: THE DOOR === #

    def _get_portal_refusal(self):
        """Say why this user may not come in now; only portal users are ever refused.

        :rtype: str | None
        """
        self.ensure_one()
        if not self._is_portal():
            return None
        return self.sudo().partner_id._get_portal_refusal()

    def _check_portal_door(self):
        """Keep out a portal user outside the support period.

        :raise AccessDenied: with the reason; ask only once they proved who they are
        """
        if refusal := self._get_portal_refusal():
            raise AccessDenied(refusal)

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

    def _check_credentials(self, credential, env):
        """Ask after ``super()``: dates are for those who have proved who they are.

        The second step of a login runs on the user as the public user.
        """
        auth_info = super()._check_credentials(credential, env)
        (self or self.env.user)._check_portal_door()
        return auth_info

    @api.model
    def _check_uid_passwd(self, uid, passwd):
        """Ask at each call, as ``super()`` is cached and knows of no dates."""
        result = super()._check_uid_passwd(uid, passwd)
        with self._log_portal_refusal(uid):
            self.browse(uid)._check_portal_door()
        return result

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

    # === BUSINESS METHODS: LINKS AND FORGOTTEN PASSWORDS === #

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
                    "in, reset the password, or ask us."
                )
            )
        email = clean_login(values.get("email") or login)
        return {**values, "login": login, "email": email}

    @api.model
    def _has_had_access(self, login, partner_id=None):
        """Say whether somebody has an access with an address, or has had one.

        :param int partner_id: of the contact who is invited, if there is one
        """
        everybody = self.env["res.partner"].sudo().with_context(active_test=False)
        users_sudo = self.sudo().with_context(active_test=False)
        if users_sudo._find_same_logins([login]):
            return True
        if partner_id:
            return bool(users_sudo.search_count([("partner_id", "=", partner_id)]))
        had = Domain("portal_user", "=", True) | Domain("user_ids", "!=", False)
        return bool(everybody.search(Domain("email_normalized", "=", login) & had))

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
                self.env._("Two users cannot have logins that differ in capitals only.")
            )

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

    # === BUSINESS METHODS: USERS OF CONTACTS === #

    @api.model
    def _get_system_users(self):
        """Return the users that no contact may become: the public and the template."""
        public = self.env.ref("base.public_user", raise_if_not_found=False)
        return (public or self.browse()) | self._get_portal_template()

    @api.model
    def _get_portal_template(self):
        """Return the user from which Odoo copies portal users."""
        params = self.env["ir.config_parameter"]
        template_id = params._get_portal_number("base.template_portal_user_id")
        return self.browse(template_id).exists()

    def _adopt_by_contacts(self):
        """Tick the contacts of portal users that came to be without the tick."""
        partners_sudo = self.sudo()._filter_open_portal_users().partner_id
        partners_sudo.filtered(lambda p: not p.portal_user)._adopt_portal_users()

    def _filter_open_portal_users(self):
        return self.filtered(lambda user: user.active and user._is_portal())

    def _get_main_portal_users(self):
        """Return of each contact the one user that follows it.

        Where there are several, an active one, else the one that has its login.
        """
        users = self.sorted(
            lambda user: (
                not user.active,
                user.login != user.partner_id._get_portal_login(),
                user.id,
            )
        ).grouped("partner_id")
        return self.browse(same[0].id for same in users.values())

    def _open_portal_users(self, partners):
        """Give each contact a working portal user: one of these, else a new one.

        :param partners: contacts whose email address was found fit for a login
        """
        known = self.filtered(lambda user: user.partner_id in partners)
        known = known._get_main_portal_users()
        portal, public = (
            self.env.ref(f"base.group_{name}") for name in ("portal", "public")
        )
        if known:
            groups = [Command.link(portal.id), Command.unlink(public.id)]
            known.write({"active": True, "group_ids": groups})
        self._create_portal_users(partners - known.partner_id)

    @api.model
    def _create_portal_users(self, partners):
        """Create all users at once; the core wizard copies the template one by one."""
        if not partners:
            return self.browse()
        template = self._get_portal_template()
        [common] = template.copy_data({"partner_id": partners[0].id, "active": True})
        vals_list = []
        for partner in partners:
            company = partner.company_id or self.env.company
            vals_list.append(
                {
                    **common,
                    "login": partner._get_portal_login(),
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "company_ids": [Command.set(company.ids)],
                }
            )
        # A colleague who grants the same contact is waited for here, not at the login,
        # where the clash would be final: Odoo repeats a request that clashes.
        partners.sudo().flush_recordset()
        partners.sudo().fetch(["properties"])  # core reads them one by one
        # The touchpoint tells of the access, so no note is posted for each contact.
        return self.with_context(no_reset_password=True, mail_create_nolog=True).create(
            vals_list
        )

    def _close_portal_users(self):
        """Archive these users and void all that could let them in."""
        self._void_portal_access()
        if active := self.filtered("active"):
            active.write({"active": False})

    def _void_portal_access(self):
        """End open sessions and void API keys and pending links."""
        self._end_portal_sessions()
        self.env["res.users.apikeys"].sudo().search(
            [("user_id", "in", self.ids)]
        ).unlink()
        self.partner_id.filtered("signup_type").signup_cancel()

    def _end_portal_sessions(self):
        """Count up what session tokens and links are made of."""
        for version, users in self.grouped("portal_session_version").items():
            users.write({"portal_session_version": version + 1})

    def _rename_portal_users(self):
        """Let the login follow the contact's email address; the old password is void.

        But customers who confirmed the address keep their password.
        """
        if self.env.context.get(CONFIRMED) is CONFIRMED_VALUE:
            self._end_portal_sessions()
        else:
            self._void_portal_access()
            self._void_portal_secrets()
        for user in self.with_context(**{SILENT: SILENT_VALUE}):
            login = user.partner_id._get_portal_login()
            user.write({"login": login, "portal_new_email": False})

    def _void_portal_secrets(self):
        """Void what the one who had the address before knows or holds.

        The password by SQL, as hashing one that nobody shall know takes half a second.
        """
        self.env.cr.execute(
            SQL("UPDATE res_users SET password = NULL WHERE id = ANY(%s)", self.ids)
        )
        users_sudo = self.sudo().with_context(**{SILENT: SILENT_VALUE})
        for name in {"auth_passkey_key_ids", "totp_trusted_device_ids"} & set(
            self._fields
        ):
            users_sudo[name].unlink()
        if "totp_secret" in self._fields:
            users_sudo.filtered("totp_enabled").write({"totp_secret": False})

    def _notify_security_setting_update(self, *args, **kwargs):
        if self.env.context.get(SILENT) is SILENT_VALUE:
            return self.env["mail.mail"]
        return super()._notify_security_setting_update(*args, **kwargs)

    def get_base_url(self):
        """Lead customers to the portal's own address: mails about them are to them."""
        base_url = super().get_base_url()
        if len(self) == 1 and self._is_portal():
            return self.company_id.sudo().portal_url or base_url
        return base_url
