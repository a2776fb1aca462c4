from odoo import api, models
from odoo.fields import Domain


class CustomerPortalRecord(models.AbstractModel):
    """Lists that show what a part of a chart counts."""

    _inherit = "customer.portal.record"

    @api.model
    def _clean_query(self, user, right, asked):
        """Keep what names a chart that the user sees, and a part of it."""
        gate = self.env["customer.portal.gate"]
        cleaned = super()._clean_query(user, right, asked)
        found, plan = gate._find_query_chart(user, right.code, asked.chart)
        if not plan:
            return cleaned
        model, key = gate._get_chart_model(user, found), asked.slice
        if (
            gate._get_chart_group_domain(model, Domain.TRUE, plan, key, tries=True)
            is None
        ):
            key = ""
        return cleaned._replace(chart=str(plan.id), slice=key)

    @api.model
    def _get_query_domain(self, user, right, asked):
        """Show in a list the records of a part of a chart."""
        gate = self.env["customer.portal.gate"]
        others = super()._get_query_domain(user, right, asked)
        right, plan = gate._find_query_chart(user, right.code, asked.chart)
        if not plan:
            return others
        model, domain = gate._get_chart_source(user, right, plan, asked.scope)
        part = gate._get_chart_group_domain(model, domain, plan, asked.slice)
        narrowed = others & gate._get_plan_domain(model, right, plan)
        return narrowed if part is None else narrowed & part
