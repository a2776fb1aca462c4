from odoo import api, models
from odoo.fields import Domain

from ...utils import read_number


class CustomerPortalGate(models.AbstractModel):
    """The home page: which parts and charts a profile shows to a user."""

    _inherit = "customer.portal.gate"

    # === WIDGETS === #

    @api.model
    def _get_widgets(self, user):
        """Return the widgets of a user; nobody but a portal user has any."""
        if not user._is_portal():
            return ()
        widgets = self.env["customer.portal.widget"]
        return widgets._get_profile_widgets(self._get_profile_id(user))

    @api.model
    def _has_widget(self, user, kind):
        return any(widget.kind == kind for widget in self._get_widgets(user))

    # === CHARTS === #

    @api.model
    def _find_chart(self, user, chart_id):
        """Return the right to a chart that a user sees, and what it draws; else none.

        They see it if their profile switches it on and shows the fields that it groups
        by and measures.
        """
        charts, right = self.env["customer.portal.chart"], None
        if user._is_portal():
            profile_id = self._get_profile_id(user)
            spec = charts._get_profile_specs(profile_id).get(chart_id)
            right = spec and self._get_rights(user).get(spec.code)
        if not right or not self._may_draw(right, spec):
            return None, None
        if right.native and not charts._get_drawn_model(user, right).has_access("read"):
            return None, None
        return right, spec

    @api.model
    def _may_draw(self, right, spec):
        needed = {spec.measured} if spec.measured else set()
        if spec.measure == "duration":
            needed.add("create_date")
        return spec.group in right.names["group"] and needed <= {*right.names["read"]}

    # === WHAT A LIST ASKS === #

    @api.model
    def _clean_query(self, user, right, asked):
        """Keep what names a chart that the user sees, and a part of it."""
        cleaned = super()._clean_query(user, right, asked)
        found, spec = self._find_query_chart(user, right.code, asked.chart)
        if not spec:
            return cleaned
        charts, key = self.env["customer.portal.chart"], asked.slice
        model = charts._get_drawn_model(user, found)
        if charts._get_group_domain(model, Domain.TRUE, spec, key, tries=True) is None:
            key = ""
        return cleaned._replace(chart=str(spec.id), slice=key)

    @api.model
    def _get_query_domain(self, user, right, asked):
        """Show in a list the records of a part of a chart."""
        others = super()._get_query_domain(user, right, asked)
        right, spec = self._find_query_chart(user, right.code, asked.chart)
        if not spec:
            return others
        charts = self.env["customer.portal.chart"]
        model, domain = charts._get_drawn_records(user, right, spec, asked.scope)
        part = charts._get_group_domain(model, domain, spec, asked.slice)
        narrowed = others & charts._get_spec_domain(model, right, spec)
        return narrowed if part is None else narrowed & part

    @api.model
    def _find_query_chart(self, user, code, chart):
        """Return the chart that a list of a module asks for, as ``_find_chart`` does.

        :param str chart: from an address
        """
        number = read_number(chart)
        right, spec = self._find_chart(user, number) if number else (None, None)
        return (right, spec) if spec and spec.code == code else (None, None)
