from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import email_normalize, format_date

from ..const import (
    CREDENTIALS_STATES,
    GROUP_AGENT,
    PARAM_SUPPORT_MONTHS,
    PORTAL_STATES,
)

# What an agent decides of a contact's access. Everybody inside may read it.
ACCESS_FIELDS = frozenset(
    ("portal_user", "support_start_date", "support_end_date", "portal_profile_id")
)
# What became of it; only the server writes it.
RESULT_FIELDS = frozenset(
    (
        "portal_credentials_state",
        "portal_credentials_date",
        "portal_credentials_detail",
        "portal_credentials_mail_id",
        "support_end_announced",
        "support_end_handled",
    )
)
# A change of one of these opens, closes or renames an access.
TRIGGER_FIELDS = ACCESS_FIELDS | {"email", "active"}

# Context key and value by which the server says that it has done, or will do, what
# follows from a change. An RPC caller can send the key, but never the object.
SETTLED = "customer_portal_settled"
SETTLED_VALUE = object()


class PortalAccess(NamedTuple):
    """What the access of one contact hangs on, to tell a change from a mere save."""

    portal_user: bool
    login: str | bool
    start: object
    end: object
    profile: object


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["customer.portal.address.mixin", "res.partner"]

    portal_user = fields.Boolean(
        copy=False,
        groups="base.group_user",
        help="The contact may log in to the customer portal. Ticking sends the login "
        "details to the contact's e-mail address; unticking ends the access at once.",
    )
    support_start_date = fields.Date(
        copy=False,
        groups="base.group_user",
        help="First day on which the contact may log in. Empty: no limit.",
    )
    support_end_date = fields.Date(
        copy=False,
        groups="base.group_user",
        help="Last day on which the contact may log in. Empty: no limit.",
    )
    portal_profile_id = fields.Many2one(
        "customer.portal.profile",
        "Profile",
        ondelete="restrict",
        copy=False,
        index="btree_not_null",
        groups="base.group_user",
        help="Decides what the contact sees and may do in the customer portal.",
    )
    portal_state = fields.Selection(
        PORTAL_STATES,
        "Portal Access",
        compute="_compute_portal_state",
        search="_search_portal_state",
        groups="base.group_user",
        help="No Access: not a portal user. Scheduled: the support period has not "
        "begun. Active: the contact may log in today. Expired: the period is over.",
    )
    portal_last_login = fields.Datetime(
        "Last Portal Login",
        compute="_compute_portal_last_login",
        search="_search_portal_last_login",
        groups="base.group_user",
    )
    portal_credentials_state = fields.Selection(
        CREDENTIALS_STATES,
        "Credentials",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="What became of the mail with the login details.",
    )
    portal_credentials_date = fields.Datetime(
        "Credentials Since", readonly=True, copy=False, groups="base.group_user"
    )
    portal_credentials_detail = fields.Char(
        "Credentials Detail", readonly=True, copy=False, groups="base.group_user"
    )
    portal_credentials_mail_id = fields.Integer(
        "Credentials Mail",
        readonly=True,
        copy=False,
        index="btree_not_null",
        aggregator=None,
        groups="base.group_system",
        help="Id of the mail with the login details. No Many2one: the mail is deleted "
        "when it has left, and the database must not touch the contact for that.",
    )
    support_end_announced = fields.Date(
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="The Support End Date that the contact was last told of.",
    )
    support_end_handled = fields.Date(
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="The Support End Date after which sessions and keys were last removed.",
    )
    portal_touchpoint_ids = fields.One2many(
        "customer.portal.touchpoint",
        "partner_id",
        "Customer Touchpoints",
        readonly=True,
        groups=GROUP_AGENT,
    )
    portal_touchpoint_count = fields.Integer(
        "Touchpoints",
        compute="_compute_portal_touchpoint_count",
        groups=GROUP_AGENT,
    )
    _support_period_order = models.Constraint(
        "CHECK (support_start_date <= support_end_date)",
        "The Support End Date must not be before the Support Start Date.",
    )
    _portal_user_idx = models.Index("(support_end_date) WHERE portal_user IS TRUE")

    # === COMPUTE METHODS === #

    @api.depends("portal_user", "support_start_date", "support_end_date", "company_id")
    def _compute_portal_state(self):
        """Decide whether the support period is open; the door asks nobody else.

        Both days count as inside, an empty date is no limit (feature row 19), and the
        day is that of the contact's company.
        """
        for partner in self:
            today = partner.company_id._get_portal_today()
            if not partner.portal_user:
                partner.portal_state = "none"
            elif partner.support_end_date and partner.support_end_date < today:
                partner.portal_state = "expired"
            elif partner.support_start_date and partner.support_start_date > today:
                partner.portal_state = "scheduled"
            else:
                partner.portal_state = "active"

    def _search_portal_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain_by_state = {
            "none": lambda today: Domain("portal_user", "=", False),
            "expired": self._get_expired_domain,
            "scheduled": lambda today: (
                Domain("portal_user", "=", True)
                & Domain("support_start_date", ">", today)
            ),
            "active": lambda today: (
                Domain("portal_user", "=", True)
                & self._get_no_later_domain("support_start_date", today)
                & ~self._get_expired_domain(today)
            ),
        }
        return Domain.OR(
            self.env["res.company"]._get_portal_day_domain(domain_by_state[state])
            for state in value
            if state in domain_by_state
        )

    @api.model
    def _get_expired_domain(self, today):
        return Domain("portal_user", "=", True) & Domain("support_end_date", "<", today)

    @api.model
    def _get_no_later_domain(self, fname, day):
        return Domain(fname, "=", False) | Domain(fname, "<=", day)

    def _compute_portal_last_login(self):
        users_sudo = self._get_portal_users_sudo().filtered("login_date")
        date_by_partner = {user.partner_id.id: user.login_date for user in users_sudo}
        for partner in self:
            partner.portal_last_login = date_by_partner.get(partner._origin.id)

    def _search_portal_last_login(self, operator, value):
        """Check the access, as Odoo does it for the fields of the answer only."""
        self._check_field_access(self._fields["portal_last_login"], "read")
        users_sudo = self.env["res.users"].sudo()
        if operator == "not in":
            return NotImplemented
        external = Domain("share", "=", True)
        if operator == "in" and False in value:
            seen = users_sudo._search(external & Domain("log_ids", "!=", False))
            return Domain("user_ids", "not in", seen)
        logged = Domain("log_ids.create_date", operator, value)
        return Domain("user_ids", "in", users_sudo._search(external & logged))

    def _compute_portal_touchpoint_count(self):
        counts = dict(
            self.env["customer.portal.touchpoint"]._read_group(
                [("partner_id", "in", self.ids)], ["partner_id"], ["__count"]
            )
        )
        for partner in self:
            partner.portal_touchpoint_count = counts.get(partner._origin, 0)

    @api.onchange("portal_user")
    def _onchange_portal_user(self):
        """Propose a period and a profile to the one who ticks (feature rows 2, 3)."""
        for partner in self.filtered("portal_user"):
            partner.update(partner._propose_portal_access(()))

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Check the tick itself too: a user's own default value can set it."""
        partners = super().create(vals_list)
        if any(partner.portal_user for partner in partners.sudo()):
            self._check_field_access(self._fields["portal_user"], "write")
        for partner, vals in zip(partners.sudo(), vals_list, strict=True):
            partner.filtered("portal_user")._settle_proposals(vals)
        partners._follow_portal_changes({})
        return partners

    def write(self, vals):
        """Let the portal users follow what is written on their contacts."""
        if "active" in vals and not vals["active"]:
            self._give_up_portal_access()
        if "tz" in vals:
            self.env["res.company"]._forget_portal_tz(self)
        if not TRIGGER_FIELDS & vals.keys() or self._is_settled():
            return super().write(vals)
        before = {partner.id: partner._get_portal_access() for partner in self}
        result = super().write(vals)
        if vals.get("portal_user"):
            new = self.filtered(lambda partner: not before[partner.id].portal_user)
            new._settle_proposals(vals)
        self._follow_portal_changes(before)
        return result

    def unlink(self):
        """Delete the archived users too: they cannot be without their contact.

        Messages keep the author's name and address (``email_from``).
        """
        self.check_access("unlink")
        self._give_up_portal_access()
        self._get_portal_users_sudo().filtered(lambda user: not user.active).unlink()
        return super().unlink()

    def _has_field_access(self, field, operation):
        """Keep the access in the hands of portal agents, and its results in ours."""
        if operation == "write" and not self.env.su and not self._is_settled():
            if field.name in RESULT_FIELDS:
                return False
            if field.name in ACCESS_FIELDS and not self.env.user.has_group(GROUP_AGENT):
                return False
        return super()._has_field_access(field, operation)

    # === ACTION METHODS === #

    def action_send_portal_credentials(self):
        """Send the login details again, by hand."""
        self.check_access("write")
        if not self.env.user.has_group(GROUP_AGENT):
            raise AccessError(
                self.env._("Only portal agents may send login details to contacts.")
            )
        self._send_portal_credentials_again()

    def action_view_portal_touchpoints(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_portal.customer_portal_touchpoint_action"
        )
        action["domain"] = [("partner_id", "=", self.id)]
        action["context"] = {"search_default_group_kind": 0}
        return action

    # === BUSINESS METHODS: THE DOOR === #

    def _get_portal_refusal(self):
        """Say why this contact may not come in today.

        For a module to keep out more customers, it must override this method and
        return its own reason. The text is shown to whoever proved to be the contact.

        :return: the reason in the contact's language, or None if the door is open
        :rtype: str | None
        """
        self.ensure_one()
        partner = self.with_context(lang=self.lang or self.env.lang)
        match partner.portal_state:
            case "active":
                return None
            case "expired":  # feature row 20
                return partner.env._(
                    "Access to the portal was disabled on %(date)s",
                    date=format_date(partner.env, partner.support_end_date),
                )
            case "scheduled":  # feature row 21
                return partner.env._(
                    "Your access to the portal starts on %(date)s",
                    date=format_date(partner.env, partner.support_start_date),
                )
        return partner.env._("Portal access has not been enabled for this account.")

    @api.model
    def _get_partner_from_token(self, token):
        """Void sign-up and reset links of contacts who may not come in.

        A scheduled contact may choose a password beforehand, but the password cannot
        be asked for again before the period begins.
        """
        partner = super()._get_partner_from_token(token)
        if not partner or not partner.sudo().portal_user:
            return partner
        reset = partner.sudo().signup_type == "reset"
        states = ("active",) if reset else ("active", "scheduled")
        return partner if partner.sudo().portal_state in states else None

    def _get_login_date(self):
        """Let links to choose a password become void with the sessions.

        This is the part of the link's token that changes. Core's changes with a login
        only: the link that went to a former address, or before the access was revoked,
        would be good again with the next one.
        """
        login_date = super()._get_login_date()
        version = sum(self.sudo().user_ids.mapped("portal_session_version"))
        return [login_date, version] if version else login_date

    # === BUSINESS METHODS: WHAT FOLLOWS A CHANGE === #

    def _is_settled(self):
        return self.env.context.get(SETTLED) is SETTLED_VALUE

    def _settle(self, vals):
        """Write what nothing more shall follow from."""
        if vals:
            self.sudo().with_context(**{SETTLED: SETTLED_VALUE}).write(vals)

    def _settle_proposals(self, given):
        """Write what an agent left open, to contacts alike at once."""
        fnames = ("company_id", *sorted(ACCESS_FIELDS))
        alike = self.grouped(lambda partner: tuple(partner[name] for name in fnames))
        for partners in alike.values():
            partners._settle(partners[0]._propose_portal_access(given))

    def _propose_portal_access(self, given):
        """Propose period and profile where the agent leaves them open.

        A period that is still running is kept, so that unticking and ticking again by
        mistake changes nothing.

        :param given: names of the fields that the agent has filled in, or emptied
        :return: values to write; today and today + the months of Settings (0 = none)
        :rtype: dict
        """
        self.ensure_one()
        today = self.company_id._get_portal_today()
        start, end = self.support_start_date, self.support_end_date
        over = bool(end and end < today)
        vals = {}
        if not self.portal_profile_id and "portal_profile_id" not in given:
            profile = self.env["customer.portal.profile"]._get_default()
            vals["portal_profile_id"] = profile.id
        if "support_end_date" in given:
            if not (over or start or "support_start_date" in given):
                vals["support_start_date"] = today
        elif over or not end and (not start or "support_start_date" in given):
            if "support_start_date" not in given:
                vals["support_start_date"] = start = today
            vals["support_end_date"] = self._get_proposed_end(
                max(start or today, today)
            )
        return vals

    @api.model
    def _get_proposed_end(self, start):
        get_param = self.env["ir.config_parameter"].sudo().get_param
        months = int(get_param(PARAM_SUPPORT_MONTHS) or 0)
        return months > 0 and start + relativedelta(months=months)

    def _get_portal_login(self):
        """Return the login that belongs to the e-mail address, or False.

        Odoo normalizes "@example.com" to itself.
        """
        self.ensure_one()
        login = email_normalize(self.sudo().email)
        return login and not login.startswith("@") and login

    def _get_portal_access(self):
        self.ensure_one()
        partner_sudo = self.sudo()
        return PortalAccess(
            partner_sudo.portal_user,
            partner_sudo._get_portal_login(),
            partner_sudo.support_start_date,
            partner_sudo.support_end_date,
            partner_sudo.portal_profile_id,
        )

    def _follow_portal_changes(self, before):
        """Let users, mails and touchpoints follow from what has changed.

        :param dict before: by contact id, the :class:`PortalAccess` before the
            change; a contact that is not in it is new
        :raise ValidationError: if an access cannot be given; nothing is changed then
        """
        nobody = PortalAccess(False, False, False, False, False)
        was = {partner: before.get(partner.id, nobody) for partner in self}
        now = {partner: partner._get_portal_access() for partner in self}
        ticked = self.filtered(lambda p: now[p].portal_user)
        granted = ticked.filtered(lambda p: not was[p].portal_user)
        changed = (ticked - granted).filtered(lambda p: now[p] != was[p])
        renamed = granted + changed.filtered(lambda p: now[p].login != was[p].login)
        if revoked := (self - ticked).filtered(lambda p: was[p].portal_user):
            revoked._revoke_portal_access()
        if renamed:
            renamed._rename_portal_users()
        if granted or changed:
            (granted + changed)._open_portal_access()
        granted._log_portal_access("granted")
        changed._log_portal_access("changed")

    def _give_up_portal_access(self):
        """End the access of contacts that are about to be archived or deleted."""
        if portal_contacts := self.filtered(lambda partner: partner.sudo().portal_user):
            portal_contacts.check_access("write")
            portal_contacts.sudo().write({"portal_user": False})

    def _revoke_portal_access(self):
        self._get_portal_users_sudo()._close_portal_users()
        self.sudo().signup_cancel()
        self.env["customer.portal.credentials"]._take_back(self)
        self._settle(dict.fromkeys(RESULT_FIELDS - {"support_end_announced"}, False))
        self._log_portal_access("revoked")

    def _rename_portal_users(self):
        """Let the login follow the e-mail address, and void what the old one knew."""
        self._check_portal_login()
        users_sudo = (
            self._get_portal_users_sudo()
            ._get_main_portal_users()
            .filtered(lambda user: user.login != user.partner_id._get_portal_login())
        )
        users_sudo._rename_portal_users()
        users_sudo.partner_id._settle({"portal_credentials_state": False})

    def _open_portal_access(self):
        """Give a user to whom the period lets in, and login details to whom lacks them.

        The period may begin later: the login details name the day. If it is over
        already, nobody gets anything until it is extended (seed 003).
        """
        users_sudo = self._get_portal_users_sudo()
        open_contacts = self.filtered(lambda p: p.portal_state != "expired")
        ended_sudo = open_contacts.sudo().filtered("support_end_handled")
        ended_sudo._settle({"support_end_handled": False})
        without_user = open_contacts - users_sudo._filter_open_portal_users().partner_id
        without_user._check_portal_login()
        users_sudo._open_portal_users(without_user)
        self.filtered(
            lambda p: p.portal_credentials_state not in ("queued", "sent", "own")
        )._send_portal_credentials()

    def _adopt_portal_users(self):
        """Note an access that was given otherwise: self-registration, Settings > Users.

        The customer has a password or gets one that way, so no mail is sent.
        """
        for partner in self:
            partner._settle(
                {
                    "portal_user": True,
                    "portal_credentials_state": "own",
                    **partner._propose_portal_access(()),
                }
            )
        self._log_portal_access("granted")

    def _check_portal_login(self):
        """Refuse a login that would not work or is somebody else's.

        :raise ValidationError: with one line for each contact that cannot get a login
        """
        logins = {partner: partner._get_portal_login() for partner in self}
        Users = self.env["res.users"].sudo().with_context(active_test=False)
        users = Users.search([("partner_id", "in", self.ids)]).grouped("partner_id")
        main_users = self._get_portal_users_sudo()._get_main_portal_users()
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

        :param login: normalized e-mail address, or False
        :param owner: the contact to whom the login belongs, if it is not free
        :param users: all users of this contact, archived ones too
        :rtype: str | None
        """
        names = {"contact": self.display_name, "login": login}
        if not login:
            return self.env._("“%(contact)s” needs one valid e-mail address.", **names)
        if users.filtered(lambda user: not user.share):
            return self.env._("“%(contact)s” is an internal user.", **names)
        if users and users & self.env["res.users"].sudo()._get_system_users():
            return self.env._("“%(contact)s” belongs to Odoo itself.", **names)
        stranger = owner or self != self.env.user.partner_id
        if stranger and not self.env.user._is_internal():
            return self.env._("This e-mail address cannot be used.")
        if owner:
            return self.env._(
                "“%(contact)s” cannot log in as %(login)s: that is the login of "
                "“%(owner)s”.",
                **names,
                owner=owner.sudo().display_name,
            )
        return None

    def _get_portal_users_sudo(self):
        """Return the external users of these contacts, archived ones too."""
        Users = self.env["res.users"].sudo().with_context(active_test=False)
        return Users.search([("partner_id", "in", self.ids), ("share", "=", True)])

    def _untick_without_portal_user(self):
        """Untick contacts whose last portal user has gone another way."""
        users_sudo = self._get_portal_users_sudo()._filter_open_portal_users()
        gone = self.exists() - users_sudo.partner_id
        gone.filtered("portal_user").write({"portal_user": False})

    def _send_portal_credentials(self):
        self.env["customer.portal.credentials"]._send(self)

    def _send_portal_credentials_again(self):
        """Send the login details at somebody's wish.

        :raise UserError: if a contact has no access to tell of
        """
        if closed := self.filtered(lambda p: p.portal_state in ("none", "expired")):
            raise UserError(
                self.env._(
                    "No login details can be sent to %(names)s: the access to the "
                    "portal is not open.",
                    names=", ".join(closed.mapped("display_name")),
                )
            )
        self._send_portal_credentials()

    def _log_portal_access(self, kind):
        self.env["customer.portal.touchpoint"]._log(
            kind, {partner: partner._get_portal_access_summary() for partner in self}
        )

    def _get_portal_access_summary(self):
        """Describe the access in one line for the touchpoints."""
        partner_sudo = self.sudo()
        if not partner_sudo.portal_user:
            return False
        start, end = (
            format_date(self.env, day) if day else "…"
            for day in (partner_sudo.support_start_date, partner_sudo.support_end_date)
        )
        login = partner_sudo._get_portal_login() or ""
        return f"{start} – {end}, {partner_sudo.portal_profile_id.name or ''}, {login}"
