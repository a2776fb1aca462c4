from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .gate import ABOVE, SCOPES
from .res_partner import GIVING, GIVING_VALUE

# Statuses of access to which login details can be sent.
OPEN = ("active", "scheduled")


class CustomerPortalColleague(models.AbstractModel):
    """What a customer changes about a colleague's access.

    Each change is checked when it is made, also one that has waited for approval. It is
    made with all rights, in the name of the customer: touchpoints and notes say who did
    it.
    """

    _inherit = "customer.portal.colleague"

    @api.model
    def _change_profile(self, partner_id, profile_id):
        """Give a colleague another profile.

        :return: dict with ``status``, "done" or "asked", and ``text``
        :rtype: dict
        """
        return self._submit("profile", partner_id, profile_id=profile_id)

    @api.model
    def _end_access(self, partner_id):
        """End a colleague's access at once.

        :rtype: dict
        """
        return self._submit("end", partner_id)

    @api.model
    def _restore_access(self, partner_id, profile_id=None):
        """Give access to a contact of the organization whose access has ended.

        :param profile_id: None to keep the profile
        :rtype: dict
        """
        return self._submit("restore", partner_id, profile_id=profile_id)

    @api.model
    def _resend(self, partner_id):
        """Send the login details again to a colleague who has never logged in.

        :rtype: dict
        """
        self._begin()
        partner_sudo = self._find(partner_id)
        self._check_rank(partner_sudo)
        if partner_sudo.portal_state not in OPEN or partner_sudo.portal_last_login:
            raise UserError(
                self.env._(
                    "Login details are only sent to people with access who have never "
                    "logged in. Everyone else can use “Forgot password?”."
                )
            )
        self._check_not_frequent("colleague_resent", partner_sudo)
        partner_sudo._send_portal_credentials()
        touchpoints = self.env["customer.portal.touchpoint"]
        touchpoints._log("colleague_resent", {partner_sudo: False})
        text = self.env._("Login details sent to %(name)s.", name=partner_sudo.name)
        return {"status": "done", "text": text}

    @api.model
    def _check_not_frequent(self, kind, partner_sudo):
        """Let nobody have us send emails to a contact at will.

        :param str kind: of the touchpoint that such an email leaves
        """
        if self.env["customer.portal.touchpoint"]._is_frequent(kind, partner_sudo):
            raise UserError(
                self.env._("The login details were sent just now. Please wait a while.")
            )

    # === EACH CHANGE === #

    @api.model
    def _submit(self, kind, partner_id, **values):
        """Make a change, or ask for it where it needs an approval.

        :param str kind: one of those of ``customer.portal.colleague.request``
        """
        self._begin()
        partner_sudo = self._find(partner_id)
        partner_sudo.commercial_partner_id._queue_up_for_portal()
        self._check_change(kind, partner_sudo, **values)
        is_asked = self._needs_approval(partner_sudo.commercial_partner_id)
        if is_asked or kind == "restore":
            self._check_is_left(self._count_left())
        if is_asked:
            requests = self.env["customer.portal.colleague.request"]
            requests._ask(kind, partner_sudo, **values)._schedule()
            return {"status": "asked", "text": self._get_asked_text()}
        text = self._make_change(kind, partner_sudo, **values)
        return {"status": "done", "text": text}

    @api.model
    def _get_asked_text(self):
        return self.env._("We will check this and let you know by email.")

    @api.model
    def _needs_approval(self, organization_sudo):
        """Say whether a change waits until an agent approves it."""
        own = self._get_own_sudo().commercial_partner_id
        return any((own | organization_sudo).mapped("portal_approval"))

    @api.model
    def _check_change(self, kind, partner_sudo, **values):
        """Refuse what the user may not do, or what makes no sense.

        :raise UserError: that says why, to the customer
        """
        self._check_rank(partner_sudo)
        getattr(self, f"_check_{kind}")(partner_sudo, **values)

    @api.model
    def _make_change(self, kind, partner_sudo, **values):
        """Make a change that was checked; return what was done, in a sentence."""
        return getattr(self, f"_make_{kind}")(partner_sudo, **values)

    @api.model
    def _check_rank(self, partner_sudo):
        """Let nobody change the access of those who see or may more than themselves."""
        if not self._is_in_rank(partner_sudo):
            names = {"name": partner_sudo.name, "asker": self._get_asker()}
            self._refuse(
                self.env._(
                    "%(name)s has more rights than you. Contact us to change this.",
                    name=names["name"],
                ),
                self.env._("%(name)s has more rights than %(asker)s.", **names),
            )

    @api.model
    def _is_in_rank(self, partner_sudo, covers="_covers"):
        """Say whether a contact has no more rights than the user.

        :param str covers: the method of the gate that compares the profiles
        """
        own = self._get_own_sudo()
        if partner_sudo == own or not partner_sudo.portal_user:
            return True
        profile = partner_sudo.portal_profile_id
        profile = profile or self.env["customer.portal.profile"]._get_default()
        elsewhere = partner_sudo.commercial_partner_id != own.commercial_partner_id
        gate = self._get_gate()
        return getattr(gate, covers)(gate._get_profile_id(), profile.id, elsewhere)

    @api.model
    def _check_given(self, profile_id, organization_sudo):
        """Return a profile that the user may give.

        :param profile_id: from anywhere
        """
        gate = self._get_gate()
        if not gate._is_id(profile_id) or not gate._may_give(
            profile_id, organization_sudo.id
        ):
            self._refuse(
                self.env._("You can't give this profile. Please choose another one."),
                self.env._(
                    "%(asker)s can't give this profile.", asker=self._get_asker()
                ),
            )
        return self.env["customer.portal.profile"].sudo().browse(profile_id)

    @api.model
    def _check_last_manager(self, partner_sudo, profile_id=None):
        """Let nobody give up what they manage while nobody else manages it.

        :param profile_id: what the contact gets, None for no access
        """
        if partner_sudo != self._get_own_sudo():
            return
        for scope in self._get_lost_scopes(profile_id):
            if not self._find_other_managers(partner_sudo, scope):
                self._refuse(*self._get_last_manager_texts(scope))

    @api.model
    def _is_giving_up(self, partner_id, profile_id):
        """Say whether the user is about to manage less, and nothing forbids it.

        :param partner_id: from anywhere, as the profile
        """
        own = self._get_own_sudo()
        may = {one["id"] for one in self._get_profiles()}
        if partner_id != own.id or profile_id not in may:
            return False
        lost = self._get_lost_scopes(profile_id)
        return bool(lost) and all(self._find_other_managers(own, one) for one in lost)

    @api.model
    def _get_lost_scopes(self, profile_id=None):
        """Return what the user would no longer manage with another profile.

        :param profile_id: None for no access
        :return: of the scopes of profiles, those that have anybody to manage
        :rtype: list[str]
        """
        gate = self._get_gate()
        own = gate._get_management(gate._get_profile_id()).scope
        kept = profile_id and gate._get_management(profile_id).scope
        lost = [scope for scope in SCOPES[own] if scope not in SCOPES[kept or False]]
        organization = self._get_own_sudo().commercial_partner_id
        if ABOVE[0] in lost and not gate._find_subsidiary_ids(organization):
            lost.remove(ABOVE[0])
        return lost

    @api.model
    def _get_last_manager_texts(self, scope):
        """Return why the user can't stop managing, for them and for agents."""
        asker = self._get_asker()
        if scope in ABOVE:
            return self.env._(
                "No one else can manage the people of your subsidiaries. Contact us to "
                "choose someone first."
            ), self.env._(
                "No one but %(asker)s manages the people of the subsidiaries. Choose "
                "someone first.",
                asker=asker,
            )
        return self.env._(
            "No one else can manage your colleagues. Contact us to choose someone "
            "first."
        ), self.env._(
            "No one but %(asker)s manages the colleagues. Choose someone first.",
            asker=asker,
        )

    @api.model
    def _find_other_managers(self, partner_sudo, scope):
        """Return who else of the organization manages as much, and may log in.

        :param str scope: how far they manage at least
        """
        scopes = [wide for wide, held in SCOPES.items() if scope in held]
        others = (
            self.env["res.partner"]
            .sudo()
            .search(
                Domain(
                    "commercial_partner_id", "=", partner_sudo.commercial_partner_id.id
                )
                & Domain("portal_user", "=", True)
                & Domain("portal_profile_id.manage_scope", "in", scopes)
                & Domain("portal_profile_id.active", "=", True)
                & Domain("portal_state", "in", ["active"])
                & Domain("id", "!=", partner_sudo.id)
            )
        )
        return others.filtered(
            lambda one: one._get_portal_users_sudo().filtered("active")
        )

    # === PROFILE === #

    @api.model
    def _check_profile(self, partner_sudo, profile_id):
        if not partner_sudo.portal_user:
            raise UserError(
                self.env._("%(name)s has no access.", name=partner_sudo.name)
            )
        self._check_given(profile_id, partner_sudo.commercial_partner_id)
        self._check_last_manager(partner_sudo, profile_id)

    @api.model
    def _make_profile(self, partner_sudo, profile_id):
        profile = self.env["customer.portal.profile"].sudo().browse(profile_id)
        names = {"name": partner_sudo.name, "profile": profile.name}
        if partner_sudo.portal_profile_id != profile:
            self._write_contact(partner_sudo, {"portal_profile_id": profile.id})
            text = self.env._("Profile changed to “%(profile)s”.", **names)
            self._note(partner_sudo, text)
        return self.env._("%(name)s now has the profile “%(profile)s”.", **names)

    # === END === #

    @api.model
    def _check_end(self, partner_sudo):
        if not partner_sudo.portal_user:
            raise UserError(
                self.env._("%(name)s has no access.", name=partner_sudo.name)
            )
        self._check_last_manager(partner_sudo)

    @api.model
    def _make_end(self, partner_sudo):
        self._write_contact(partner_sudo, {"portal_user": False})
        self._note(partner_sudo, self.env._("Portal access ended."))
        return self.env._("%(name)s no longer has access.", name=partner_sudo.name)

    # === BRING BACK === #

    @api.model
    def _check_restore(self, partner_sudo, profile_id=None):
        if partner_sudo.portal_state in (*OPEN, "grace"):
            raise UserError(
                self.env._("%(name)s already has access.", name=partner_sudo.name)
            )
        self._check_not_frequent("granted", partner_sudo)
        profile_id = profile_id or partner_sudo.portal_profile_id.id
        self._check_given(profile_id, partner_sudo.commercial_partner_id)

    @api.model
    def _make_restore(self, partner_sudo, profile_id=None):
        profile_id = profile_id or partner_sudo.portal_profile_id.id
        self._give(partner_sudo, profile_id)
        self._note(partner_sudo, self.env._("Portal access given again."))
        return self.env._("%(name)s has access again.", name=partner_sudo.name)

    # === WRITE === #

    @api.model
    def _give(self, partner_sudo, profile_id):
        """Give access to a contact; the period is never beyond the user's own."""
        values = {"portal_user": True, "portal_profile_id": profile_id}
        if partner_sudo.portal_user:  # The period is over: nobody counts the seat.
            partner_sudo._check_portal_seats()
        self._write_contact(partner_sudo, {**values, **self._get_period(partner_sudo)})

    @api.model
    def _get_period(self, partner_sudo):
        """Return the support period that a colleague gets.

        One that still runs, or is to come, is kept as far as the user's own reaches.

        :rtype: dict
        """
        own = self._get_own_sudo()
        today = partner_sudo.company_id._get_portal_today()
        start, end = partner_sudo.support_start_date, partner_sudo.support_end_date
        if not start or (end and end < today):
            start, end = today, None
        latest = own.support_end_date or partner_sudo._get_proposed_end(start)
        end = min(filter(None, (end, latest)), default=False)
        return {
            "support_start_date": min(start, end) if end else start,
            "support_end_date": end,
        }

    @api.model
    def _write_contact(self, partner_sudo, values):
        """Write named fields of a contact in reach, in the name of the user."""
        partner_sudo.with_context(**{GIVING: GIVING_VALUE}).write(values)

    @api.model
    def _note(self, partner_sudo, text):
        """Leave a note on the contact, of which the user is the author."""
        partner_sudo._message_log(body=text, author_id=self._get_own_sudo().id)
