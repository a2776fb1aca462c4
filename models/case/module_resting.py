import ast

from odoo import api, models
from odoo.fields import Domain

from ..base.snapshot_cache import snapshot_cache
from ..config.module import DOMAIN_NAMES

# What says when a case rests.
RESTING_NAMES = {*DOMAIN_NAMES, "model_name", "state_field", "waiting_value"}


class CustomerPortalModule(models.Model):
    """When cases rest: nobody here has to do anything about them now."""

    _inherit = "customer.portal.module"

    def write(self, vals):
        """Let cases wait anew where somebody says otherwise when they rest."""
        result = super().write(vals)
        if vals.keys() & RESTING_NAMES and "cases" in self.mapped("code"):
            self.env["project.task"]._refresh_portal_waits()
        return result

    @api.model
    @snapshot_cache("model_name")
    def _get_resting_domain(self, model_name):
        """Return the cases of a model that are closed, or wait for their customer.

        :rtype: odoo.fields.Domain
        """
        cases = self._get_cases()
        if cases.model_name != model_name or cases._get_problem():
            return Domain("stage_id.fold", "=", True)
        resting = cases._get_closed_domain()
        if cases.state_field and cases.waiting_value:
            waiting = cases._get_state_value("waiting_value")
            resting |= Domain(cases.state_field, "=", waiting)
        return resting

    @api.model
    def _get_case_domain(self, model_name):
        """Return which records of a model are cases; none unless it holds them now.

        :rtype: odoo.fields.Domain
        """
        cases = self._get_cases()
        if cases.model_name != model_name or cases._get_problem():
            return Domain.FALSE
        return Domain(ast.literal_eval(cases.domain or "[]"))

    @api.model
    def _get_open_case_domain(self, model_name):
        """Return the cases of a model that wait for us.

        :rtype: odoo.fields.Domain
        """
        cases = self._get_case_domain(model_name)
        if cases.is_false():
            return cases
        return cases & ~self._get_resting_domain(model_name)

    def _get_closed_domain(self):
        return Domain(ast.literal_eval(self.closed_domain or "[(0, '=', 1)]"))
