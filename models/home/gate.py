from odoo import api, models

from ...const import PROFILE_CODES
from ...utils import read_number
from ..base.snapshot_cache import snapshot_cache
from ..colleague.gate import Wider


class CustomerPortalGate(models.AbstractModel):
    """The home page: which parts and charts a profile shows to a user."""

    _inherit = "customer.portal.gate"

    # === WIDGETS === #

    @api.model
    def _get_widgets(self):
        """Return the widgets of a user; nobody but a portal user has any."""
        if not self.env.user._is_portal():
            return ()
        widgets = self.env["customer.portal.widget"]
        return widgets._get_profile_widgets(self._get_profile_id())

    @api.model
    def _has_widget(self, kind):
        return any(widget.kind == kind for widget in self._get_widgets())

    @api.model
    def _find_wider(self, own_id, given_id, elsewhere):
        """A part of the home page that somebody does not have, they do not give."""
        yield from super()._find_wider(own_id, given_id, elsewhere)
        widgets = self.env["customer.portal.widget"]
        own, given = (
            {(one.kind, one.chart_id) for one in widgets._get_profile_widgets(one_id)}
            for one_id in (own_id, given_id)
        )
        if given - own:
            yield Wider("widget", "")

    # === CHARTS === #

    @api.model
    def _find_chart(self, chart_id):
        """Return the right to a chart that a user sees, and what it draws; else none.

        They see it if their profile switches it on and shows the fields that it groups
        by and measures.
        """
        charts, right = self.env["customer.portal.chart"], None
        if self.env.user._is_portal():
            profile_id = self._get_profile_id()
            spec = charts._get_profile_specs(profile_id).get(chart_id)
            right = spec and self._get_rights().get(spec.code)
        if not right or not self._may_draw(right, spec):
            return None, None
        if right.native and not charts._get_drawn_model(right).has_access("read"):
            return None, None
        return right, spec

    @api.model
    def _may_draw(self, right, spec):
        needed = {spec.measured} if spec.measured else set()
        if spec.measure == "duration":
            needed.add("create_date")
        return spec.group in right.names["group"] and needed <= {*right.names["read"]}

    @api.model
    def _find_query_chart(self, code, chart):
        """Return the chart that a list of a module asks for, as ``_find_chart`` does.

        :param str chart: from an address
        """
        number = read_number(chart)
        right, spec = self._find_chart(number) if number else (None, None)
        return (right, spec) if spec and spec.code == code else (None, None)

    # === WHAT THERE IS === #

    @api.model
    @snapshot_cache("profile_id", "lang")
    def _get_offer(self, profile_id, lang):
        """Return the names of what a profile shows, in the order of its menu.

        :param str lang: None for the language of the source
        :rtype: tuple[str]
        """
        rights = self._get_profile_rights(profile_id).values()
        codes = [
            right.code
            for right in rights
            if self.env["customer.portal.widget"]._get_list_urls(right)
        ]
        modules = self.env["customer.portal.module"].sudo().with_context(lang=lang)
        found = modules.search_fetch([("code", "in", codes)], ["code", "name"])
        names = {module.code: module.name for module in found}
        if PROFILE_CODES[0] in names:
            names[PROFILE_CODES[0]] = modules.env._("My Profile")
        return tuple(names[code] for code in codes)
