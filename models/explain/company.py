from odoo import api, models

from ...const import COMPANY_URL


class CustomerPortalExplain(models.AbstractModel):
    """Why a customer has the page My Company, and what lies below it."""

    _inherit = "customer.portal.explain"

    @api.model
    def _get_step_order(self):
        *order, other = super()._get_step_order()
        return (*order, "colleagues", other)

    @api.model
    def _decide_page(self, asked):
        decided = super()._decide_page(asked)
        if not self._is_below(asked.question.path, COMPANY_URL):
            return decided
        gate = self.env["customer.portal.gate"]
        return gate._note("colleagues", gate.may_manage_colleagues()) and decided

    @api.model
    def _say_colleagues(self, asked, step):
        profile_sudo = self._get_profile_sudo(asked)
        names = {"profile": profile_sudo.name}
        text = (
            self.env._("The profile %(profile)s lets them manage colleagues.", **names)
            if step.passed
            else self.env._(
                "The profile %(profile)s doesn't let them manage colleagues, so they "
                "don't have My Company.",
                **names,
            )
        )
        label = self.env._("Open Profile")
        return text, self._link(profile_sudo, "manage_scope", label)
