"""Invoices of customers, which not all agents may read in Odoo."""

from odoo import api, fields, models
from odoo.fields import Domain

from ...const import PREFETCH
from ..native.gate import LINE_MODELS

INVOICES = "account.move"
ACCOUNTANTS = ("account.group_account_readonly", "account.group_account_invoice")


class ResCompany(models.Model):
    _inherit = "res.company"

    portal_viewing_invoices = fields.Boolean(
        "Invoices While Seeing as Customer", default=True, prefetch=PREFETCH
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    portal_viewing_invoices = fields.Boolean(
        related="company_id.portal_viewing_invoices", readonly=False
    )


class CustomerPortalViewing(models.Model):
    _inherit = "customer.portal.viewing"

    def _shows_invoices(self):
        """Say whether the agent sees the customer's invoices, too."""
        agent, partner_sudo = self.agent_id, self.sudo().user_id.partner_id
        return partner_sudo._get_portal_company().sudo().portal_viewing_invoices or any(
            map(agent.has_group, ACCOUNTANTS)
        )


class CustomerPortalGate(models.AbstractModel):
    """Leave invoices out of what an agent sees, as if the profile hid them."""

    _inherit = "customer.portal.gate"

    @api.model
    def _hides_invoices(self):
        view = self.env["customer.portal.viewing"]._get_current()
        return bool(view) and view.hides_invoices

    @api.model
    def _find_rights(self):
        rights = super()._find_rights()
        if not self._hides_invoices():
            return rights
        return {
            code: right
            for code, right in rights.items()
            if right.model_name != INVOICES
        }

    @api.private
    def native_domain(self, model_name, mode="read"):
        parent, _link = LINE_MODELS.get(model_name, (model_name, None))
        if parent == INVOICES and self._hides_invoices():
            return Domain.FALSE
        return super().native_domain(model_name, mode)

    @api.private
    def may_visit(self, path):
        return super().may_visit(path) and not (
            self._hides_invoices() and self._is_of_invoices(path)
        )

    @api.model
    def _is_of_invoices(self, path):
        """Say whether a page is one of Odoo's own of invoices."""
        modules = self._get_native_modules()
        places = modules.filtered(lambda one: one.model_name == INVOICES)
        return any(
            path == place or path.startswith(f"{place}/")
            for module in places
            for place in (module.paths or "").split()
        )
