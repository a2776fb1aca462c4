from odoo import api, fields, models

# The parts of the portal's home page, in the order that profiles start with.
# `stock` ones are switched on in every profile: by themselves they show nothing that
# Odoo does not; `fresh` ones in profiles that somebody makes. `slow` ones are loaded
# after the page.
WIDGETS = {
    "menu": {"name": "Menu"},
    "greeting": {"name": "Greeting"},
    "announcement": {"name": "Announcement", "stock": True},
    "support_end": {"name": "Support End Alert", "stock": True},
    "shortcuts": {"name": "Shortcuts"},
    "representatives": {"name": "Account Representatives"},
    "recent_cases": {"name": "Recent Cases", "slow": True},
    "chart": {"name": "Chart", "slow": True},
    "recent_documents": {"name": "Recent Documents", "slow": True},
    "recent_faqs": {"name": "Recent FAQs", "slow": True},
    "modules": {"name": "Modules", "fresh": True},
}


class CustomerPortalWidget(models.Model):
    """A part of the portal's home page, as a profile shows it.

    Each profile has one of each kind, and one for each chart, in an order of its own.
    """

    _name = "customer.portal.widget"
    _inherit = "customer.portal.cache.mixin"
    _description = "Customer Portal Widget"
    _order = "profile_id, sequence, id"

    profile_id = fields.Many2one(
        "customer.portal.profile", required=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(
        [(kind, widget["name"]) for kind, widget in WIDGETS.items()], required=True
    )
    chart_id = fields.Many2one(
        "customer.portal.chart", index="btree_not_null", ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    visible = fields.Boolean(help="Customers with this profile see it.")
    name = fields.Char("Widget", compute="_compute_name")
    explanation = fields.Char(compute="_compute_name")

    _kind_uniq = models.UniqueIndex(
        "(profile_id, kind, COALESCE(chart_id, 0))",
        "The profile already has this widget.",
    )
    _chart_given = models.Constraint(
        "CHECK ((kind = 'chart') = (chart_id IS NOT NULL))",
        "Only widgets of the kind Chart have a chart, and they need one.",
    )

    @api.depends("kind", "chart_id.name", "chart_id.problem")
    @api.depends_context("lang")
    def _compute_name(self):
        """Say what the widget is, and why a chart cannot be shown."""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        explanations = self._get_explanations()
        for widget in self:
            widget.name = kinds.get(widget.kind)
            widget.explanation = explanations.get(widget.kind, "")
            if widget.chart_id:
                widget.name = f"{widget.name}: {widget.chart_id.name}"
                widget.explanation = widget.chart_id.problem or self.env._(
                    "From the %(module)s module.", module=widget.chart_id.module_id.name
                )

    @api.model
    def _get_kinds(self):
        """Return the kinds of widgets there are, in the order that profiles start with.

        For a module to add one, it must add it to the selection of ``kind``, too.

        :return: by kind, dict with ``name``, and where they hold ``stock``, ``fresh``
            and ``slow``; see ``WIDGETS``
        :rtype: dict[str, dict]
        """
        return WIDGETS

    @api.model
    def _get_explanations(self):
        """Return what somebody who arranges a home page should know of each kind."""
        return {
            "menu": self.env._(
                "On every page, in module order. What doesn't fit is under More."
            ),
            "greeting": self.env._(
                "“Welcome to Portal” or a greeting by time of day, as chosen below."
            ),
            "announcement": self.env._("The text you write below. Hidden while empty."),
            "support_end": self.env._(
                "Shown before the Support End Date, for the days set in Settings."
            ),
            "shortcuts": self.env._(
                "Add Document, New Case, Open Cases and others, depending on the "
                "profile."
            ),
            "representatives": self.env._(
                "The salespeople of the contact and their organization."
            ),
            "recent_cases": self.env._("The 5 most recent."),
            "recent_documents": self.env._("The 5 most recent."),
            "recent_faqs": self.env._("The 5 most recent."),
            "modules": self.env._(
                "The cards in module order. If off, they appear below everything "
                "else, in Odoo's order."
            ),
        }
