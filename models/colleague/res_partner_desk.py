from contextlib import contextmanager

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ...const import GROUP_AGENT, PARAM_SEATS
from ..mail.letter import AUTOMATIC_MAIL

# States of portal access in which somebody is one to count on.
OPEN = ("active", "scheduled", "grace")
# The activity that asks who manages an organization.
MANAGER_ACTIVITY = "customer_portal.mail_activity_type_manager"


class ResPartner(models.Model):
    """What agents see of an organization: who manages it, and whether somebody does.

    A manager can leave in many ways: their access ends, they are archived, deleted or
    moved, they get another profile. Nobody is chosen in their place by itself; the
    organization says so until an agent has chosen.
    """

    _inherit = "res.partner"

    portal_open_request_ids = fields.One2many(
        "customer.portal.colleague.request",
        "organization_id",
        "Open Changes",
        domain=[("state", "=", "open")],
        readonly=True,
        groups=GROUP_AGENT,
    )
    portal_seats_default = fields.Char(
        "Default Seats",
        compute="_compute_portal_seats_default",
        groups="base.group_user",
    )
    portal_seats_text = fields.Char(
        "Use of Seats",
        compute="_compute_portal_seats_text",
        exportable=False,
        groups="base.group_user",
    )
    portal_manager_ids = fields.Many2many(
        "res.partner",
        string="Managed By",
        compute="_compute_portal_manager_ids",
        groups="base.group_user",
        help="Contacts of this organization who can manage their colleagues' portal "
        "access.",
    )
    portal_manager_left = fields.Date(
        "Manager Left On",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="When the last contact who managed the portal access of colleagues left.",
    )
    portal_lacks_manager = fields.Boolean(
        "Manager Has Left",
        compute="_compute_portal_manager_ids",
        groups="base.group_user",
    )

    def _compute_portal_seats_default(self):
        """Say what holds while an organization has no number of its own."""
        seats = self.env["ir.config_parameter"]._get_portal_number(PARAM_SEATS)
        self.portal_seats_default = (
            self.env._("= as in Settings: %(seats)s", seats=seats)
            if seats
            else self.env._("= as in Settings: unlimited")
        )

    @api.depends("portal_seats_used")
    def _compute_portal_seats_text(self):
        for partner in self:
            partner.portal_seats_text = self.env._(
                "(%(number)s in use)", number=partner.portal_seats_used
            )

    @api.depends("portal_seats_used", "portal_manager_left")
    def _compute_portal_manager_ids(self):
        used = self.filtered("portal_seats_used")._origin
        found = used._find_portal_managers((*OPEN, "expired")) if used else {}
        nobody = self.browse()
        for partner in self:
            people = found.get(partner._origin.commercial_partner_id, nobody)
            managers = people.filtered(lambda one: one.portal_state in OPEN)
            partner.portal_manager_ids = managers
            has_left = partner.portal_manager_left or people
            partner.portal_lacks_manager = not managers and bool(has_left)

    def _find_portal_managers(self, states=OPEN):
        """Return who manages the contacts' organizations, by organization.

        :param states: of portal access
        :return: with all rights
        :rtype: dict
        """
        organizations = self.sudo().commercial_partner_id
        domain = (
            Domain("commercial_partner_id", "in", organizations.ids)
            & Domain("portal_user", "=", True)
            & Domain("portal_state", "in", list(states))
            & Domain("portal_profile_id.manage_scope", "!=", False)
            & Domain("portal_profile_id.active", "=", True)
        )
        return self.sudo().search(domain).grouped("commercial_partner_id")

    def _get_portal_managers(self):
        """Return who is notified of the access of colleagues: those who manage it."""
        managers = self._find_portal_managers(["active"])
        nobody = super()._get_portal_managers()
        return {one: managers.get(one, nobody[one]) for one in self}

    # === WHO LEAVES, WHO COMES === #

    @contextmanager
    def _following_portal_moves(self, places):
        """Notice whose organization is left without a manager, or gets one."""
        managed = self.browse().union(*self._find_portal_managers())
        with super()._following_portal_moves(places):
            yield
        if managed := managed.exists():
            managed._note_manager_left()
        self.sudo().browse(places).exists()._note_manager_there()

    def _follow_portal_changes(self, before):
        result = super()._follow_portal_changes(before)
        managing = self.filtered(
            lambda one: (
                one.id in before
                and before[one.id].portal_user
                and before[one.id].profile.sudo().manage_scope
            )
        )
        if managing:
            managing.sudo().commercial_partner_id._note_manager_left()
        self._note_manager_there()
        return result

    def _note_manager_left(self, profiles=None):
        """Write down which of these organizations nobody manages now, and say so.

        Where nobody has access, there is nobody to manage.

        :param profiles: that manage no longer, if it is not the manager who has left
        """
        managers, managed = self._find_portal_managers(), self._filter_portal_open()
        for organization in self.sudo():
            is_known = bool(organization.portal_manager_left)
            if organization in managed and organization not in managers:
                organization.portal_manager_left = fields.Date.today()
                if not is_known:
                    organization._schedule_manager_choice(profiles)

    def _filter_portal_open(self):
        """Return the organizations among these whose people can log in, or will.

        :return: with all rights
        """
        domain = (
            Domain("commercial_partner_id", "in", self.ids)
            & Domain("portal_user", "=", True)
            & Domain("portal_state", "in", list(OPEN))
        )
        groups = self.sudo()._read_group(domain, ["commercial_partner_id"])
        return self.sudo().browse().union(*(organization for [organization] in groups))

    def _note_manager_there(self):
        """Forget that nobody manages the organizations of those who do now.

        Whatever has made them manage: so it is said again when they leave.
        """
        left = self.sudo().filtered(
            lambda one: (
                one.portal_user
                and one.portal_profile_id.manage_scope
                and one.commercial_partner_id.portal_manager_left
            )
        )
        if left:
            left.browse().union(*left._find_portal_managers())._forget_manager_left()

    def _forget_manager_left(self):
        self.portal_manager_left = False
        self.activity_feedback([MANAGER_ACTIVITY])

    def _schedule_manager_choice(self, profiles=None):
        """Ask the account representative to choose somebody, in their language.

        :param profiles: that manage no longer, if it is not the manager who has left
        """
        agent_sudo = self._get_portal_representative().sudo()
        lang = agent_sudo.lang or self._get_portal_company().sudo().partner_id.lang
        context = {"lang": lang or self.env.lang, AUTOMATIC_MAIL: True}
        partner_sudo = self.sudo().with_context(**context)
        text = partner_sudo._get_manager_left_text(profiles)
        kind = self.env.ref(MANAGER_ACTIVITY, raise_if_not_found=False)
        partner_sudo.activity_schedule(
            activity_type_id=kind and kind.id,
            user_id=agent_sudo.id,
            summary=partner_sudo.env._("Choose who manages colleagues"),
            note=Markup("<p>%s</p>") % text,
        )

    def _get_manager_left_text(self, profiles):
        if profiles:
            return self.env._(
                "Nobody here manages their colleagues' portal access any longer, as "
                "the profile %(names)s no longer has Manage Colleagues. To let the "
                "customer manage it again, choose someone in the Customer Portal tab.",
                names=", ".join(profiles.with_env(self.env).mapped("name")),
            )
        return self.env._(
            "The last person who managed their colleagues' portal access has left. To "
            "let the customer manage it again, choose someone in the Customer Portal "
            "tab."
        )

    # === WHAT AGENTS DO === #

    def action_choose_portal_manager(self):
        """Choose who manages the access of this organization's people."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Choose a Manager"),
            "res_model": "customer.portal.manager.choice",
            "view_mode": "form",
            "target": "new",
            "context": {"default_organization_id": self.commercial_partner_id.id},
        }

    def action_forget_portal_manager(self):
        """Leave the organization to the agents."""
        self._check_portal_agent()
        self.sudo()._forget_manager_left()

    def _check_portal_agent(self):
        """:raise AccessError: for all who may not decide about the contacts' access"""
        if not self.env.user.has_group(GROUP_AGENT):
            raise AccessError(
                self.env._("Only Customer Portal agents can choose who manages access.")
            )
        self.check_access("write")

    def action_view_portal_colleagues(self):
        """List the organization's people who have access."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_portal.res_partner_action_portal"
        )
        action["domain"] = [
            ("commercial_partner_id", "=", self.commercial_partner_id.id)
        ]
        return action

    def action_view_portal_requests(self):
        """List what people of the organization have asked for."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_portal.customer_portal_colleague_request_action"
        )
        action["domain"] = [("organization_id", "=", self.commercial_partner_id.id)]
        return action
