from odoo import api, fields, models

# The parts of the portal's home page, in the order that profiles start with.
# `stock` ones are switched on in every profile: by themselves they show nothing that
# Odoo does not; `fresh` ones in profiles that somebody makes. `slow` ones are loaded
# after the page. The `area` is where there is room for two columns: `wide` ones take
# both, `side` ones stand in the narrow one, charts beside each other.
WIDGETS = {
    "menu": {"name": "Menu"},
    "greeting": {"name": "Greeting", "area": "wide"},
    "announcement": {"name": "Announcement", "stock": True, "area": "wide"},
    "for_you": {"name": "For You", "fresh": True},
    "support_end": {"name": "Support End Alert", "stock": True, "area": "wide"},
    "shortcuts": {"name": "Shortcuts"},
    "recent_cases": {"name": "Recent Cases", "slow": True},
    "representatives": {"name": "Account Representatives", "area": "side"},
    "recent_faqs": {"name": "Recent FAQs", "slow": True, "area": "side"},
    "recent_documents": {"name": "Recent Documents", "slow": True, "area": "side"},
    "chart": {"name": "Chart", "slow": True, "area": "charts"},
    "modules": {"name": "Modules", "fresh": True, "area": "wide"},
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

        :return: by kind, dict with ``name``, and where they hold ``stock``, ``fresh``,
            ``slow`` and ``area``; see ``WIDGETS``
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
            "for_you": self.env._(
                "What waits for the customer: cases to answer, quotations to sign, "
                "invoices to pay, new documents. Odoo's own alerts appear here."
            ),
            "support_end": self.env._(
                "Shown before the Support End Date, for the days set in Settings. "
                "Part of For You where that is shown."
            ),
            "shortcuts": self.env._(
                "Add Document, New Case, Open Cases and others, depending on the "
                "profile."
            ),
            "representatives": self.env._(
                "The salespeople of the contact and their organization."
            ),
            "recent_cases": self.env._("The 5 that changed last."),
            "recent_documents": self.env._("The 5 most recent."),
            "recent_faqs": self.env._("The 5 most recent."),
            "modules": self.env._(
                "The cards in module order, without what is in the menu. If off, they "
                "appear below everything else, in Odoo's order."
            ),
        }
