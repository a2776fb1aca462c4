from odoo import api, models
from odoo.fields import Domain


class CustomerPortalRecord(models.AbstractModel):
    """Lists that show what a part of a chart counts."""

    _inherit = "customer.portal.record"

    @api.model
    def _clean_query(self, right, asked):
        """Keep what names a chart that the user sees, and a part of it."""
        gate = self.env["customer.portal.gate"]
        cleaned = super()._clean_query(right, asked)
        found, spec = gate._find_query_chart(right.code, asked.chart)
        if not spec:
            return cleaned
        charts, key = self.env["customer.portal.chart"], asked.slice
        model = charts._get_drawn_model(found)
        if charts._get_group_domain(model, Domain.TRUE, spec, key, tries=True) is None:
            key = ""
        return cleaned._replace(chart=str(spec.id), slice=key)

    @api.model
    def _get_query_domain(self, right, asked):
        """Show in a list the records of a part of a chart."""
        gate = self.env["customer.portal.gate"]
        others = super()._get_query_domain(right, asked)
        right, spec = gate._find_query_chart(right.code, asked.chart)
        if not spec:
            return others
        charts = self.env["customer.portal.chart"]
        model, domain = charts._get_drawn_records(right, spec, asked.scope)
        part = charts._get_group_domain(model, domain, spec, asked.slice)
        narrowed = others & charts._get_spec_domain(model, right, spec)
        return narrowed if part is None else narrowed & part
