from odoo import api, models

from ...const import GROUP_EMPLOYEE


class IrRule(models.Model):
    """Where Odoo asks which records somebody may reach; here alone it is met."""

    _inherit = "ir.rule"

    def _compute_domain_context_values(self):
        """Let core keep its rules of a customer by their organization, too.

        It empties its cache when they move to another one. But a request that began
        before may then fill it with what it still sees.
        """
        yield from super()._compute_domain_context_values()
        if self._is_for_customer():
            yield self.env.user.partner_id.commercial_partner_id.id

    @api.model
    def _is_for_customer(self):
        """Say whether nobody of the company asks, and none of its programs.

        Twice for each check of access, so by the shortest way there is.
        """
        return not self.env.su and not self.env.user._has_group(GROUP_EMPLOYEE)

    @api.model
    def _compute_domain(self, model_name, mode="read"):
        """Narrow what portal users reach of Odoo's own pages, on every path.

        Asked outside the cache of ``super()``, as the profile and the organization
        of a customer change. It only ever narrows, and employees do not wait for it.
        """
        domain = super()._compute_domain(model_name, mode)
        if not self._is_for_customer():
            return domain
        narrowing = self.env["customer.portal.narrowing"]
        return narrowing._narrow_for_portal(domain, model_name, mode)

    def _make_access_error(self, operation, records):
        narrowing = self.env["customer.portal.narrowing"]
        error = narrowing._make_error(operation, records)
        return error or super()._make_access_error(operation, records)
