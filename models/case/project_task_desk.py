from odoo import api, fields, models
from odoo.fields import Command, Domain

from ...const import GROUP_AGENT

# Other open cases of an organization are counted up to here.
COUNTED = 1000


class ProjectTask(models.Model):
    """The desk of agents: whose case it is, what to do with it, which one comes next.

    All of it with the rights of the agent.
    """

    _inherit = "project.task"

    portal_customer_state = fields.Selection(
        related="partner_id.portal_state", string="Portal Access", groups=GROUP_AGENT
    )
    portal_customer_end_date = fields.Date(
        related="partner_id.support_end_date",
        string="Supported Until",
        groups=GROUP_AGENT,
    )
    portal_customer_profile_id = fields.Many2one(
        related="partner_id.portal_profile_id",
        string="Customer's Profile",
        groups=GROUP_AGENT,
    )
    portal_customer_login = fields.Datetime(
        related="partner_id.portal_last_login",
        string="Customer's Last Login",
        groups=GROUP_AGENT,
    )
    portal_customer_open_count = fields.Integer(
        "Other Open Cases",
        compute="_compute_portal_customer_open_count",
        groups=GROUP_AGENT,
        help="Counted up to 1,000.",
    )

    @api.depends("partner_id", "project_id")
    def _compute_portal_customer_open_count(self):
        """Count what else the organization waits for, or the contact without one.

        Up to a limit: of a million cases that took a second whenever one was opened.
        Of cases alone: the form of any other task does not show it.
        """
        cases = self._filter_portal_cases().with_env(self.env)
        (self - cases).portal_customer_open_count = 0
        for case in cases:
            domain = case._get_portal_sibling_domain()
            number = self.search_count(domain, limit=COUNTED)
            case.portal_customer_open_count = number

    # === ACTION METHODS === #

    def action_portal_take(self):
        """Assign the user, who is the one that works on the cases now."""
        self.user_ids = [Command.link(self.env.uid)]

    def action_view_portal_siblings(self):
        """Show the other open cases of the customer's organization."""
        self.ensure_one()
        action = self.env["res.partner"]._get_portal_case_action()
        domain = self._get_portal_sibling_domain()
        return {
            **action,
            "domain": list(domain),
            "context": {"default_partner_id": self.partner_id.id},
        }

    # === BUSINESS METHODS === #

    @api.model
    def _has_portal_desk(self):
        """Let whoever works on tasks work on cases."""
        return self.env.user._is_internal()

    def _filter_portal_desk(self):
        return self._filter_portal_cases().sudo(False)

    @api.model
    def _get_portal_form_id(self):
        return self.env.ref("project.view_task_form2").id

    def _find_portal_next(self):
        """Return the case that waits longest: of the user's own, else of nobody's."""
        waiting = self._get_portal_case_domain()
        waiting &= Domain("portal_waiting_since", "!=", False)
        waiting &= Domain("id", "not in", self.ids)
        for whose in (
            Domain("user_ids", "in", self.env.uid),
            Domain("user_ids", "=", False),
        ):
            found = self.search(
                waiting & whose, order="portal_waiting_since, id", limit=1
            )
            if found:
                return found
        return self.browse()

    def _keep_portal_read(self):
        for case in self._filter_portal_cases().filtered("portal_last_is_customer"):
            last_id = case.portal_last_message_id
            self.env["customer.portal.reading"]._keep(case, last_id)
        self.invalidate_recordset(["portal_unread"])

    def _get_portal_sibling_domain(self):
        organization = self.partner_id.sudo().commercial_partner_id
        return (
            self._get_portal_case_domain()
            & Domain("stage_id.fold", "=", False)
            & Domain("partner_id", "child_of", organization.ids)
            & Domain("id", "not in", self._origin.ids)
        )
