import ast

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain

from ...const import GROUP_AGENT
from ..base.snapshot_cache import snapshot_cache

CASE_VIEWS = ("list", "kanban", "form", "graph", "pivot", "activity")


class ResPartner(models.Model):
    """The cases of a contact, whichever model the module of cases publishes."""

    _inherit = "res.partner"

    portal_case_count = fields.Integer(
        "Cases", compute="_compute_portal_case_count", groups=GROUP_AGENT
    )

    def _compute_portal_case_count(self):
        """Count the cases of a contact, and of an organization those of all below."""
        listed = self._get_portal_case_list()
        for partner in self:
            partner.portal_case_count = listed and self.env[listed[0]].search_count(
                partner._get_portal_case_domain(*listed)
            )

    @api.model
    @snapshot_cache()
    def _get_portal_case_list(self):
        """Return what is asked of the module of cases, if it is available.

        :return: a model, the fields of the contact and the organization, a domain
        :rtype: tuple | None
        """
        module = self._get_portal_case_module()
        if not module:
            return None
        paths = filter(None, (module.partner_field, module.organization_field))
        domain = Domain(ast.literal_eval(module.domain or "[]"))
        return module.model_name, tuple(paths), domain

    def action_view_portal_cases(self):
        self.ensure_one()
        action = self._get_portal_case_action()
        listed = self._get_portal_case_list()
        domain = self._get_portal_case_domain(*listed) if listed else Domain.FALSE
        return {
            **action,
            "domain": list(domain),
            "context": {"default_partner_id": self.id},
        }

    @api.model
    def _get_portal_case_module(self):
        module = self.env["customer.portal.module"].sudo()
        return module.search([("code", "=", "cases")]).filtered("available")

    @api.model
    def _get_portal_case_action(self):
        """Return the agents' list of cases: the menu leads here, too.

        Tickets are shown as their own addon shows them.
        """
        module = self._get_portal_case_module()
        if not module or module.model_name == "project.task":
            name = "customer_portal.project_task_action_cases"
            return self.env["ir.actions.act_window"]._for_xml_id(name)
        return {
            "type": "ir.actions.act_window",
            "name": module.name,
            "res_model": module.model_name,
            "views": [(False, mode) for mode in CASE_VIEWS],
            "domain": module.domain or "[]",
            "context": {"search_default_waiting_us": 1},
            "help": self._get_portal_case_help(),
        }

    @api.model
    def _get_portal_case_help(self):
        """Return what an empty list of tickets says; tasks have it in their action."""
        return Markup('<p class="o_view_nocontent_smiling_face">%s</p><p>%s</p>') % (
            self.env._("No cases yet"),
            self.env._(
                "Customers create cases in the portal. You can also create cases for "
                "them."
            ),
        )

    def _get_portal_case_domain(self, _model_name, paths, domain):
        """Find the cases of a contact and of all below, archived ones too.

        What it takes is what :meth:`_get_portal_case_list` returns.
        """
        if not self.ids:
            return Domain.FALSE
        return Domain.OR(Domain(path, "child_of", self.ids) for path in paths) & domain
