from odoo import api, fields, models
from odoo.fields import Domain

GREETINGS = [
    ("standard", "Welcome to Portal"),
    ("time", "By the time of day, with the name"),
]


class CustomerPortalProfile(models.Model):
    """What stands on the home page of a profile."""

    _inherit = "customer.portal.profile"

    widget_ids = fields.One2many(
        "customer.portal.widget", "profile_id", "Home Page", copy=True
    )

    greeting = fields.Selection(GREETINGS, required=True, default="standard")

    announcement = fields.Html(
        translate=True,
        copy=False,
        help="Stands on the home page of these customers until they dismiss it. When "
        "you change it, all of them see it again.",
    )

    announcement_from = fields.Date("From", copy=False, help="Empty: at once.")

    announcement_until = fields.Date(
        "Until", copy=False, help="This day included. Empty: for good."
    )

    announcement_for_all = fields.Boolean(
        "For All Profiles",
        copy=False,
        help="Customers of all other profiles see it, too.",
    )

    announcement_version = fields.Integer(copy=False)

    _announcement_dates = models.Constraint(
        "CHECK (announcement_until >= announcement_from)",
        "The announcement cannot end before it begins.",
    )

    @api.onchange("start_from_id")
    def _onchange_start_from_id(self):
        result = super()._onchange_start_from_id()
        self.greeting = self.start_from_id.greeting or self.greeting
        return result

    @api.model_create_multi
    def create(self, vals_list):
        """Show all widgets as rows; new profiles begin with some of them."""
        profiles = super().create(vals_list)
        profiles._add_widgets(fresh=True)
        return profiles

    def write(self, vals):
        """Show an announcement again that has changed."""
        result = super().write(vals)
        if "announcement" in vals:
            for profile in self:
                profile.announcement_version += 1
        return result

    @api.model
    def _load_widgets(self):
        """Add the widgets that profiles miss; they change nothing that is seen."""
        self.with_context(active_test=False).search(Domain.TRUE)._add_widgets()

    def _add_widgets(self, charts=None, fresh=False):
        """Add the widgets that are missing, each at its place among the kinds.

        :param charts: only those, None for all that a profile can show
        :param bool fresh: whether somebody makes the profiles just now: those that
            come with the addon begin with what their presets say
        """
        if charts is None:
            all_charts = self.env["customer.portal.chart"]
            charts = all_charts.with_context(active_test=False).search(Domain.TRUE)
        widgets = self.env["customer.portal.widget"]
        kinds = widgets._get_kinds()
        places = {kind: 10 * place for place, kind in enumerate(kinds)}
        presets = self.env["customer.portal.preset.widget"]._get_kinds_by_profile()
        first = {kind for kind, one in kinds.items() if fresh and one.get("fresh")}
        widgets.create(
            [
                {
                    "profile_id": profile.id,
                    "kind": kind,
                    "chart_id": chart_id,
                    "sequence": places[kind],
                    "visible": kinds[kind].get("stock", False)
                    or kind in (presets.get(profile.preset, first) if fresh else ()),
                }
                for profile in self
                for kind, chart_id in profile._get_missing_widgets(charts)
            ]
        )

    def _get_missing_widgets(self, charts):
        """Return pairs of a kind and, of a chart, its id; in the order of kinds."""
        known = {(widget.kind, widget.chart_id.id) for widget in self.widget_ids}
        wanted = [
            pair
            for kind in self.env["customer.portal.widget"]._get_kinds()
            for pair in (
                [(kind, chart.id) for chart in charts]
                if kind == "chart"
                else [(kind, False)]
            )
        ]
        return [pair for pair in wanted if pair not in known]
