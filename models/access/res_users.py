from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Command
from odoo.tools import SQL

from ...const import PREFETCH
from ...utils import clean_email
from ..base import odoo_cache
from .res_partner_email import CONFIRMED, CONFIRMED_VALUE

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
        help="Part of the session token and sign-up links. Increasing it ends all "
        "open sessions of the user and invalidates all links.",
        prefetch=PREFETCH,
    )
    portal_new_email = fields.Char(
        copy=False,
        groups=fields.NO_ACCESS,
        help="The new login, once its owner opens the link sent there.",
        prefetch=PREFETCH,
    )
    portal_new_email_date = fields.Datetime(
        copy=False, groups=fields.NO_ACCESS, prefetch=PREFETCH
    )

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
        if unticked := partners_sudo.filtered(lambda p: not p.portal_user):
            unticked._adopt_portal_users()

    def _filter_open_portal_users(self):
        return self.filtered(lambda user: user.active and user._is_portal())

    def _get_main_portal_users(self):
        """Return of each contact the one user that follows it.

        Where there are several, an active one, else the one that has its login.
        """
        return self.browse(
            same.sorted(lambda user: user._get_portal_place())[0].id
            if len(same) > 1
            else same.id
            for same in self.grouped("partner_id").values()
        )

    def _get_portal_place(self):
        """Return in which place a user comes among those of a contact."""
        is_other = self.login != self.partner_id._get_portal_login()
        return not self.active, is_other, self.id

    def _get_portal_partner_sudo(self):
        """Return the contact of a user, who is the author of what changes."""
        self.ensure_one()
        partners = self.env["res.partner"].with_user(self).sudo()
        return partners.browse(self.sudo().partner_id.id)

    def _open_portal_users(self, partners):
        """Give each contact a working portal user: one of these, else a new one.

        :param partners: contacts whose email address was found fit for a login
        """
        known = self.filtered(lambda user: user.partner_id in partners)
        known = known._get_main_portal_users()
        if known:
            portal, public = (
                self.env.ref(f"base.group_{name}") for name in ("portal", "public")
            )
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
        """Archive these users and void all that could let them in.

        As the server, as core lets nobody archive themselves: customers may end their
        own access.
        """
        self._void_portal_access()
        if active := self.filtered("active"):
            active.with_user(SUPERUSER_ID).write({"active": False})

    def _void_portal_access(self):
        """End open sessions and void API keys and pending links.

        Keys first, as Odoo forgets all that it has read when it deletes something.
        """
        self.env["res.users.apikeys"].sudo().search(
            [("user_id", "in", self.ids)]
        ).unlink()
        self._end_portal_sessions()
        self.fetch(["partner_id"])  # as core would read all there is of each
        self.partner_id._void_portal_links()

    def _end_portal_sessions(self):
        """Count up what session tokens and links are made of.

        By SQL, as many periods end on the same day, and no two have to be alike.
        """
        if not self:
            return
        names = ["portal_session_version", "write_uid", "write_date"]
        self.flush_recordset(names)
        self.env.cr.execute(
            SQL(
                """
                UPDATE res_users
                   SET portal_session_version = COALESCE(portal_session_version, 0) + 1,
                       write_uid = %s, write_date = %s
                 WHERE id = ANY(%s)
                """,
                self.env.uid,
                self.env.cr.now(),
                self.ids,
            )
        )
        self.invalidate_recordset(names, flush=False)
        odoo_cache.clear(self.env)  # Core keeps what tokens are made of.

    def _rename_portal_users(self):
        """Let the login follow the contact's email address; the old password is void.

        But whoever confirmed the address themselves keeps their password.
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
        """Write first what is to be written: core passes over whatever goes wrong here.

        A clash with another transaction would be among it, so that nothing could be
        done afterwards, and the request would not be repeated.
        """
        if self.env.context.get(SILENT) is SILENT_VALUE:
            return self.env["mail.mail"]
        self.env.flush_all()
        return super()._notify_security_setting_update(*args, **kwargs)

    def get_base_url(self):
        """Lead customers to the portal's own address: mails about them are to them."""
        base_url = super().get_base_url()
        if len(self) == 1 and self._is_portal():
            return self.company_id.sudo().portal_url or base_url
        return base_url
