from functools import cache, partial
from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..gate.res_partner import MEMBERSHIP_FIELDS
from .res_partner_email import CONFIRMED, CONFIRMED_VALUE

# What an agent decides of a contact's access. Everybody inside may read it.
ACCESS_FIELDS = frozenset(
    ("portal_user", "support_start_date", "support_end_date", "portal_profile_id")
)
# What else is theirs to decide: how many people of an organization have access, and
# whether customers do anything about it by themselves.
AGENT_FIELDS = ACCESS_FIELDS | {"portal_approval", "portal_seats"}
# What became of it, and codes, which could be guessed if people chose them; only the
# server writes it.
RESULT_FIELDS = frozenset(
    (
        "portal_credentials_state",
        "portal_credentials_date",
        "portal_credentials_detail",
        "portal_credentials_mail_id",
        "portal_join_code",
        "portal_link_expired",
        "portal_manager_left",
        "portal_overdue",
        "support_before",
        "support_end_announced",
        "support_end_handled",
        "support_source",
    )
)
# What no profile lets a customer write: whose contact it is, and what they may do.
STRUCTURE_FIELDS = (AGENT_FIELDS | RESULT_FIELDS) | {
    *("active", "category_id", "commercial_partner_id", "company_type", "is_company"),
    *("parent_id", "ref", "type", "user_id"),
}
# States of the login details of whoever needs none now.
SETTLED_STATES = ("queued", "leaving", "retry", "sent", "own")
# A change of one of these opens, closes or renames an access.
TRIGGER_FIELDS = ACCESS_FIELDS | {"email", "active"}
# What decides which rules of Odoo hold for the users of a contact.
RULE_FIELDS = MEMBERSHIP_FIELDS | {"portal_profile_id"}

# Context key and value by which the server says that it has done, or will do, what
# follows from a change. An RPC caller can send the key, but never the object.
SETTLED = "customer_portal_settled"
SETTLED_VALUE = object()
# Context key: the portal user comes to be by a sign-up.
SIGNED_UP = "customer_portal_signed_up"


class PortalAccess(NamedTuple):
    """What the access of one contact hangs on, to tell a change from a mere save."""

    portal_user: bool
    login: str | bool
    start: object
    end: object
    profile: object

    def is_before(self, other):
        """Say whether the other one ends later, or never."""
        return bool(self.end and (not other.end or self.end < other.end))


class ResPartner(models.Model):
    """What follows when the access of a contact changes: users, mails, touchpoints.

    The contact decides which way it goes, its users (``res.users``) follow.
    """

    _inherit = "res.partner"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Check the tick itself too: a user's own default value can set it.

        A contact that is made for a portal user takes over their access as it is.
        """
        partners = super().create(vals_list)
        if partners.sudo().filtered("portal_user"):
            partners._follow_created(vals_list)
        return partners

    def _follow_created(self, vals_list):
        """Give access to those of these new contacts that are ticked.

        :param vals_list: what they were made of
        """
        adopted = self._filter_adopted()
        ticked = self.sudo().filtered("portal_user") - adopted
        if ticked:
            self._check_field_access(self._fields["portal_user"], "write")
        for partner, vals in zip(self.sudo(), vals_list, strict=True):
            (partner & ticked)._write_proposals(vals)
        ticked._check_portal_limit()
        (self - adopted)._follow_portal_changes({})

    def write(self, vals):
        """Let the portal users follow what is written on their contacts.

        What that is is known once it is clean.
        """
        vals = self._clean_portal_texts(vals)
        if "active" in vals and not vals["active"]:
            self._give_up_portal_access()
        if "tz" in vals:
            self.env["res.company"]._forget_portal_tz(self)
        if RULE_FIELDS & vals.keys():
            self.check_access("write")  # Who may not change it, clears no cache.
            self._forget_portal_rules()
        followed = self._filter_followed(vals)
        if not followed:
            return super().write(vals)
        before = {partner.id: partner._get_portal_access() for partner in followed}
        result = super().write(vals)
        if vals.get("portal_user"):
            new = self.filtered(lambda partner: not before[partner.id].portal_user)
            new._write_proposals(vals)
            new._check_portal_limit()
        followed._follow_portal_changes(before)
        return result

    def _filter_followed(self, vals):
        """Return the contacts whose access may change with what is written.

        Of those who have none, only with the tick: most contacts are nobody's customer.
        """
        if TRIGGER_FIELDS.isdisjoint(vals) or self._is_settled():
            return self.browse()
        if vals.get("portal_user"):
            return self
        return self.sudo().filtered("portal_user").with_env(self.env)

    def _forget_portal_rules(self):
        """Let the rules of portal users follow them to another organization.

        Core keeps the rules with the organization in them.
        """
        domain = [("share", "=", True), ("partner_id", "child_of", self.ids)]
        users_sudo = self.env["res.users"].sudo().with_context(active_test=False)
        if users_sudo.search_count(domain, limit=1):
            self.env["customer.portal.cache.mixin"]._clear_gate_cache()

    def unlink(self):
        """Delete the archived users too: they cannot be without their contact.

        Messages keep the author's name and address (``email_from``).
        """
        self.check_access("unlink")
        self._give_up_portal_access()
        self._get_portal_users_sudo().filtered(lambda user: not user.active).unlink()
        return super().unlink()

    # === BUSINESS METHODS === #

    def _is_settled(self):
        return self.env.context.get(SETTLED) is SETTLED_VALUE

    def _write_without_sync(self, vals):
        """Write what nothing more shall follow from."""
        if vals:
            self.sudo().with_context(**{SETTLED: SETTLED_VALUE}).write(vals)

    def _write_proposals(self, given):
        """Write what an agent left open, to contacts alike at once."""
        fnames = ("company_id", *sorted(ACCESS_FIELDS))
        alike = self.grouped(lambda partner: tuple(partner[name] for name in fnames))
        for partners in alike.values():
            partners._write_without_sync(partners[0]._propose_portal_access(given))

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
            (granted + changed)._open_portal_access(checked=renamed)
        if extended := changed.filtered(lambda p: was[p].is_before(now[p])):
            extended._close_extension_requests()
        granted._log_portal_access("granted")
        changed._log_portal_access("changed")

    def _give_up_portal_access(self):
        """End the access of contacts that are about to be archived or deleted.

        :raise UserError: if a customer would end a colleague's, as Odoo lets customers
            remove the addresses of their organization with all rights
        """
        ticked_sudo = self.sudo().filtered("portal_user")
        if portal_contacts := ticked_sudo.with_env(self.env):
            portal_contacts.check_access("write")
            user = self.env.user
            if user.share and portal_contacts - user.partner_id:
                raise UserError(
                    self.env._(
                        "This contact has portal access, so you can't remove it."
                    )
                )
            portal_contacts.sudo().write({"portal_user": False})

    def _revoke_portal_access(self):
        self._get_portal_users_sudo()._close_portal_users()
        self.sudo().signup_cancel()
        self.env["customer.portal.mail"]._get_login_rows(self)._cancel_queued_mails()
        self._write_without_sync({"support_end_handled": False})
        self._log_portal_access("revoked")

    def _rename_portal_users(self):
        """Let the login follow the email address, and void what the old one knew."""
        self._check_portal_login()
        users_sudo = (
            self._get_portal_users_sudo()
            ._get_main_portal_users()
            .filtered(lambda user: user.login != user.partner_id._get_portal_login())
        )
        if not users_sudo:
            return
        users_sudo._rename_portal_users()
        renamed = users_sudo.partner_id
        self.env["customer.portal.mail"]._get_login_rows(renamed)._cancel_queued_mails()
        if self.env.context.get(CONFIRMED) is CONFIRMED_VALUE:
            renamed._note_own_password()

    def _open_portal_access(self, checked=()):
        """Give a user to whom the period lets in, and login details to whom lacks them.

        The period may begin later: the login details name the day. If it is over
        already, nobody gets anything until it is extended: a login link that the
        door refuses would only confuse.

        :param checked: contacts whose login was found to be free just now
        """
        users_sudo = self._get_portal_users_sudo()
        open_contacts = self.filtered(lambda p: p.portal_state != "expired")
        ended_sudo = open_contacts.sudo().filtered("support_end_handled")
        ended_sudo._write_without_sync({"support_end_handled": False})
        without_user = open_contacts - users_sudo._filter_open_portal_users().partner_id
        unchecked = without_user.filtered(lambda partner: partner not in checked)
        if unchecked:
            without_user._check_portal_login()
        users_sudo._open_portal_users(without_user)
        self.filtered(
            lambda p: p.portal_credentials_state not in SETTLED_STATES
        )._send_portal_credentials()

    def _adopt_portal_users(self):
        """Note an access that was given otherwise: self-registration, Settings > Users.

        The customer has a password or gets one that way, so no mail is sent. Who has
        signed up gets the default profile, as if ticked; whoever was made a portal user
        by Odoo's own means goes on seeing what Odoo shows.
        """
        profiles = self.env["customer.portal.profile"]
        is_signed_up = self.env.context.get(SIGNED_UP)
        profile = profiles._get_default() if is_signed_up else profiles._get_adopted()
        for partner in self:
            profile_id = partner.portal_profile_id.id or profile.id
            values = partner._propose_portal_access(("portal_profile_id",))
            partner._write_without_sync(
                {"portal_user": True, "portal_profile_id": profile_id, **values}
            )
        self._note_own_password()
        self._check_portal_limit()
        self._log_portal_access("granted")

    def _note_own_password(self):
        """Write down that these contacts need no login details."""
        details = dict.fromkeys(self, False)
        self.env["customer.portal.mail"]._note("login", "own", details)

    def _filter_adopted(self):
        """Return those whose portal users have their own way in, and need no mail."""
        users_sudo = self._get_portal_users_sudo()._filter_open_portal_users()
        return users_sudo.partner_id.filtered(
            lambda partner: partner.portal_credentials_state == "own"
        )

    def _untick_without_portal_user(self):
        """Untick contacts whose last portal user has gone another way."""
        users_sudo = self._get_portal_users_sudo()._filter_open_portal_users()
        gone = self.exists() - users_sudo.partner_id
        if ticked := gone.filtered("portal_user"):
            ticked.write({"portal_user": False})

    def _send_portal_credentials(self):
        self.env["customer.portal.credentials"]._send(self)

    def _send_portal_credentials_again(self):
        """Send the login details at somebody's wish.

        :raise UserError: if a contact has no access to tell of
        """
        if closed := self.filtered(lambda p: p.portal_state in ("none", "expired")):
            raise UserError(
                self.env._(
                    "Login details can't be sent to %(names)s because their portal "
                    "access isn't active.",
                    names=", ".join(closed.mapped("display_name")),
                )
            )
        self._send_portal_credentials()

    def _log_portal_access(self, kind):
        # Many end or begin on the same day: Odoo looks the language up for each date.
        format_day = cache(partial(format_date, self.env))
        self.env["customer.portal.touchpoint"]._log(
            kind,
            {one: one._get_portal_access_summary(format_day) for one in self},
        )

    def _get_portal_access_summary(self, format_day):
        """Describe the access in one line for the touchpoints."""
        partner_sudo = self.sudo()
        if not partner_sudo.portal_user:
            return False
        start, end = (
            format_day(day) if day else "…"
            for day in (partner_sudo.support_start_date, partner_sudo.support_end_date)
        )
        login = partner_sudo._get_portal_login() or ""
        return f"{start} – {end}, {partner_sudo.portal_profile_id.name or ''}, {login}"
