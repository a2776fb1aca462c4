from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ...const import GROUP_AGENT


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
    )

    @api.depends("partner_id")
    def _compute_portal_customer_open_count(self):
        """Count what else the organization waits for, or the contact without one."""
        for task in self:
            domain = task._get_portal_sibling_domain()
            task.portal_customer_open_count = self.search_count(domain)

    # === ACTION METHODS === #

    def action_portal_take(self):
        """Assign the user, who is the one that works on the cases now."""
        self.user_ids = [Command.link(self.env.uid)]

    def action_portal_wait(self):
        """Wait for the customer from now on.

        :raise UserError: if no status says so
        """
        name, value = self._get_portal_waiting()
        if not name:
            raise UserError(
                self.env._(
                    "No status means that a case is waiting for its customer. Choose "
                    "one in Customer Portal > Configuration > Modules."
                )
            )
        self.check_access("write")
        self._filter_portal_cases().sudo(False).write({name: value})

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

    def action_portal_next(self):
        """Open the case that has waited longest for the user, or for anybody.

        :return: its form, or what to say where nobody waits
        :rtype: dict
        """
        following = self._find_portal_next()
        if not following:
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "success",
                    "message": self.env._("No other case is waiting for you."),
                },
            }
        return {
            "type": "ir.actions.act_window",
            "name": following.display_name,
            "res_model": self._name,
            "res_id": following.id,
            "views": [(self.env.ref("project.view_task_form2").id, "form")],
        }

    # === BUSINESS METHODS === #

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

    def _get_portal_sibling_domain(self):
        organization = self.partner_id.sudo().commercial_partner_id
        return (
            self._get_portal_case_domain()
            & Domain("stage_id.fold", "=", False)
            & Domain("partner_id", "child_of", organization.ids)
            & Domain("id", "not in", self._origin.ids)
        )

    @api.model
    def _get_portal_waiting(self):
        """Return the field and the value of the state that waits for the customer.

        :rtype: tuple
        """
        waiting = self.env["customer.portal.module"]._get_waiting(self._name)
        return next(((row[1], row[2]) for row in waiting), (None, None))

    def _thread_to_store(self, store, fields, *, request_list=None):
        """Tell the conversation that it is a case's, and whether it can wait."""
        result = super()._thread_to_store(store, fields, request_list=request_list)
        if request_list and self.env.user._is_internal():
            can_wait = bool(self._get_portal_waiting()[0])
            for case in self._filter_portal_cases().sudo(False):
                store.add(case, {"portalCase": {"canWait": can_wait}}, as_thread=True)
        return result
