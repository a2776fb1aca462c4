from datetime import datetime
from itertools import takewhile
from typing import NamedTuple

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, is_html_empty

from ...utils import get_zone
from ..base.snapshot_cache import snapshot_cache

GREETINGS = [
    ("standard", "Welcome to Portal"),
    ("time", "By time of day, with their name"),
]
# What stands above For You, and the order of the kinds before there was any.
TOP_KINDS = ("menu", "greeting", "announcement")
FORMER_KINDS = (
    *TOP_KINDS,
    "support_end",
    "shortcuts",
    "representatives",
    "recent_cases",
    "chart",
    "recent_documents",
    "recent_faqs",
    "modules",
)
# Hours at which the morning, the afternoon and the evening begin.
MORNING, AFTERNOON, EVENING = 5, 12, 18


class Announcement(NamedTuple):
    """What an administrator has to say, and to whom."""

    profile_id: int
    for_all: bool
    start: object  # a day, or False
    end: object
    version: int
    html: Markup


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
        help="Shown on the home page of these customers until they dismiss it. If you "
        "change it, they all see it again.",
    )

    announcement_from = fields.Date(
        "From", copy=False, help="Leave empty to show it immediately."
    )

    announcement_until = fields.Date(
        "Until",
        copy=False,
        help="The last day on which it is shown. Leave empty for no end.",
    )

    announcement_for_all = fields.Boolean(
        "For All Profiles",
        copy=False,
        help="Customers with any other profile also see it.",
    )

    announcement_version = fields.Integer(copy=False)

    _announcement_dates = models.Constraint(
        "CHECK (announcement_until >= announcement_from)",
        "The announcement cannot end before it starts.",
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

    # --- home pages of before --- #

    def _put_for_you_first(self):
        """Show For You first: below the greeting and what an administrator announces.

        Home pages that nobody has rearranged take the order that new ones have. The
        profile whose home page is Odoo's own keeps it.
        """
        for profile in self:
            widgets = profile.widget_ids.sorted(lambda one: (one.sequence, one.id))
            news = widgets.filtered(lambda one: one.kind == "for_you")
            news.visible = profile.preset != "odoo"
            ordered = profile._get_former_order(widgets - news)
            top = [*takewhile(lambda one: one.kind in TOP_KINDS, ordered)]
            for place, widget in enumerate([*top, *news, *ordered[len(top) :]]):
                widget.sequence = 10 * place

    def _get_former_order(self, widgets):
        """Return widgets in the order of now if they stand in that of before."""
        kinds = list(dict.fromkeys(widgets.mapped("kind")))
        if kinds != [kind for kind in FORMER_KINDS if kind in kinds]:
            return list(widgets)
        places = list(self.env["customer.portal.widget"]._get_kinds())
        return sorted(widgets, key=lambda one: (places.index(one.kind), one.sequence))

    # === GREETING === #

    @api.model
    def _get_greeting(self):
        """Greet by the time of day where the customer is."""
        profile_id = self.env["customer.portal.gate"]._get_profile_id()
        if self._get_greeting_kind(profile_id) != "time":
            return self.env._("Welcome to Portal")
        user_sudo = self.env.user.sudo()
        name = user_sudo.partner_id.name or user_sudo.login
        hour = self._get_hour(user_sudo)
        if MORNING <= hour < AFTERNOON:
            return self.env._("Good morning, %(name)s", name=name)
        if AFTERNOON <= hour < EVENING:
            return self.env._("Good afternoon, %(name)s", name=name)
        return self.env._("Good evening, %(name)s", name=name)

    @api.model
    def _get_hour(self, user_sudo):
        company = user_sudo.partner_id.company_id
        return datetime.now(get_zone(user_sudo.tz, company._get_portal_tz())).hour

    @api.model
    @snapshot_cache("profile_id")
    def _get_greeting_kind(self, profile_id):
        return self.sudo().browse(profile_id).greeting

    # === ANNOUNCEMENTS === #

    @api.model
    def _dismiss_announcement(self, profile_id, version):
        """Show an announcement no more to a contact, until it changes.

        :return: whether it was shown to the contact
        :rtype: bool
        """
        shown = self._find_announcements()
        if (profile_id, version) not in {(a.profile_id, a.version) for a in shown}:
            return False
        dismissals = self.env["customer.portal.dismissal"].sudo()
        dismissals._dismiss(self.env.user.sudo().partner_id, profile_id, version)
        return True

    @api.model
    def _find_announcements(self):
        """Return what a user has not dismissed yet, what is for all first.

        :rtype: list[Announcement]
        """
        profile_id = self.env["customer.portal.gate"]._get_profile_id()
        partner_sudo = self.env.user.sudo().partner_id
        today = partner_sudo.company_id._get_portal_today()
        due = [
            one
            for one in self._get_announcements(self.env.lang)
            if (one.for_all or one.profile_id == profile_id)
            and (not one.start or one.start <= today)
            and (not one.end or today <= one.end)
        ]
        if not due:
            return []
        versions = self.env["customer.portal.dismissal"]._get_versions(partner_sudo)
        return [one for one in due if versions.get(one.profile_id) != one.version]

    @api.model
    @snapshot_cache("lang")
    def _get_announcements(self, lang):
        profiles = self.sudo().with_context(lang=lang)
        return tuple(
            Announcement(
                profile.id,
                profile.announcement_for_all,
                profile.announcement_from,
                profile.announcement_until,
                profile.announcement_version,
                self.env["customer.portal.record"]._clean_content(profile.announcement),
            )
            for profile in profiles.search([("announcement", "!=", False)]).sorted(
                lambda one: not one.announcement_for_all
            )
            if not is_html_empty(profile.announcement)
        )


class CustomerPortalDismissal(models.Model):
    """That a contact has dismissed an announcement.

    Of the version they have seen: one that was changed since then is shown again.
    """

    _name = "customer.portal.dismissal"
    _description = "Customer Portal Dismissed Announcement"
    _rec_name = "partner_id"

    partner_id = fields.Many2one("res.partner", required=True, ondelete="cascade")
    profile_id = fields.Many2one(
        "customer.portal.profile", required=True, index=True, ondelete="cascade"
    )
    version = fields.Integer(required=True)

    _announcement_uniq = models.Constraint(
        "UNIQUE (partner_id, profile_id)", "The contact has already dismissed this."
    )

    @api.model
    def _get_versions(self, partner):
        """Return which version a contact has dismissed, by profile.

        Each home page with an announcement asks: by a search it took twice as long.
        """
        self.flush_model(["partner_id", "profile_id", "version"])
        query = SQL(
            "SELECT profile_id, version FROM %s WHERE partner_id = %s",
            SQL.identifier(self._table),
            partner.id,
        )
        return dict(self.env.execute_query(query))

    @api.model
    def _dismiss(self, partner, profile_id, version):
        """Remember that a contact wants to see no more of an announcement."""
        # At once, as somebody may click twice.
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO customer_portal_dismissal (partner_id, profile_id, version)
                     VALUES (%s, %s, %s)
                ON CONFLICT (partner_id, profile_id)
                  DO UPDATE SET version = EXCLUDED.version
                """,
                partner.id,
                profile_id,
                version,
            )
        )
        self.invalidate_model()
