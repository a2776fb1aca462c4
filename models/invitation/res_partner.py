from odoo import api, fields, models
from odoo.fields import Domain

from ...const import GROUP_AGENT, PARAM_INVITATION_DAYS
from .invitation import INVITATION_STATES, OPEN_STATES


class ResPartner(models.Model):
    """Where the latest invitation of a contact stands, and how long its link works."""

    _inherit = "res.partner"

    portal_invitation_ids = fields.One2many(
        "customer.portal.invitation",
        "partner_id",
        "Invitations",
        readonly=True,
        groups=GROUP_AGENT,
    )
    portal_invitation_state = fields.Selection(
        INVITATION_STATES,
        "Invitation",
        compute="_compute_portal_invitation",
        search="_search_portal_invitation_state",
        compute_sudo=True,
        groups="base.group_user",
        help="Status of the latest invitation: the email with the link to choose a "
        "password.",
    )
    portal_invitation_date = fields.Datetime(
        "Invitation Since",
        compute="_compute_portal_invitation",
        compute_sudo=True,
        groups="base.group_user",
    )
    portal_invitation_reminded = fields.Datetime(
        "Invitation Reminder",
        compute="_compute_portal_invitation",
        compute_sudo=True,
        groups="base.group_user",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "portal_user",
        "portal_profile_id",
        "portal_invitation_ids.state",
        "portal_invitation_ids.date",
        "portal_invitation_ids.is_latest",
        "portal_invitation_ids.valid_until",
        "portal_invitation_ids.reminded_date",
    )
    def _compute_portal_invitation(self):
        """Tell a link that has just expired before the scheduled action notes it."""
        invitations = self.env["customer.portal.invitation"]
        known = self._filter_portal_known()
        latest = invitations._get_latest(known) if known else invitations.sudo()
        by_partner = {one.partner_id.id: one for one in latest.sorted("id")}
        now = fields.Datetime.now()
        for partner in self:
            one = by_partner.get(partner._origin.id, latest.browse())
            end = one.state in OPEN_STATES and one.valid_until
            over = end and end < now
            partner.portal_invitation_state = "expired" if over else one.state
            partner.portal_invitation_date = end if over else one.date
            partner.portal_invitation_reminded = one.reminded_date

    def _search_portal_invitation_state(self, operator, value):
        self._check_portal_search("portal_invitation_state")
        if operator != "in":
            return NotImplemented
        rows_sudo = self.env["customer.portal.invitation"].sudo()
        latest = Domain("is_latest", "=", True)
        found = rows_sudo._search(latest & self._get_invitation_domain(value))
        domain = Domain("id", "in", found.subselect("partner_id"))
        if False in value:
            every = rows_sudo._search(latest).subselect("partner_id")
            domain |= Domain("id", "not in", every)
        return domain

    @api.model
    def _get_invitation_domain(self, states):
        """Return which invitations have some statuses by the clock."""
        is_open = Domain("state", "in", OPEN_STATES)
        over = is_open & Domain("valid_until", "<", fields.Datetime.now())
        domain = Domain("state", "in", list(states)) & ~over
        return domain | over if "expired" in states else domain

    # === BUSINESS METHODS === #

    def _get_login_link_hours(self):
        """Let Settings say how long links work, from the day on which they are of use.

        So a link never ends before the first day of support.
        """
        days = self.env["ir.config_parameter"]._get_portal_number(PARAM_INVITATION_DAYS)
        if not days:
            return super()._get_login_link_hours()
        return (self._get_portal_wait().days + days) * 24

    def signup_cancel(self):
        """Note that links were made void, whatever has made them so."""
        result = super().signup_cancel()
        self.env["customer.portal.invitation"]._note_revoked(self)
        return result

    def _revoke_portal_invitations(self):
        """Make the links of contacts void.

        Who has never logged in loses the access: else they could ask for a new password
        and come in. The others log in again, as links are void with their sessions.

        :raise AccessError: if whoever asks may not write on the contacts
        """
        self.check_access("write")
        new = self.filtered(lambda one: one.portal_user and not one.portal_last_login)
        if new:
            new.write({"portal_user": False})
        if known := self - new:
            known._get_portal_users_sudo()._end_portal_sessions()
            known.sudo().signup_cancel()

    # === ACTION METHODS === #

    def action_revoke_portal_invitation(self):
        """Revoke what the form shows, as the list does."""
        self.check_access("read")
        invitations = self.env["customer.portal.invitation"]
        latest = [("partner_id", "in", self.ids), ("is_latest", "=", True)]
        return invitations.search(latest).action_revoke()

    def action_view_portal_invitations(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_portal.customer_portal_invitation_action"
        )
        return {**action, "domain": [("partner_id", "=", self.id)], "context": {}}
