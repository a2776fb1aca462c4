from odoo import api, fields, models

from ..base.undone import is_tried

# How far somebody manages colleagues, each level holding all of those before it.
MANAGE_SCOPES = [
    ("organization", "Own Organization"),
    ("subsidiaries", "Organization and Subsidiaries"),
]


class CustomerPortalProfile(models.Model):
    """Which customers manage their colleagues' access, and what they may give."""

    _inherit = "customer.portal.profile"

    manage_scope = fields.Selection(
        MANAGE_SCOPES,
        "Manage Colleagues",
        help="These customers invite colleagues, change their profile and end their "
        "access, under My Company. Leave empty to keep this to your team.",
    )
    given_profile_ids = fields.Many2many(
        "customer.portal.profile",
        "customer_portal_profile_given_rel",
        "profile_id",
        "given_id",
        "Profiles They May Give",
        copy=True,
        help="Colleagues get one of these. A profile that sees or may do more than "
        "this one is never given.",
    )
    given_problem = fields.Text(
        "Profiles That Can't Be Given",
        compute="_compute_given_problem",
        exportable=False,
    )

    @api.depends("manage_scope", "given_profile_ids")
    def _compute_given_problem(self):
        """Say which of the profiles that may be given never are, and why."""
        gate = self.env["customer.portal.gate"].sudo()
        for profile in self:
            texts = [
                self.env._(
                    "“%(profile)s” can't be given: it sees or may do more "
                    "(%(reason)s).",
                    profile=given.name,
                    reason=gate._get_wider_text(profile._origin.id, given._origin.id),
                )
                for given in profile.given_profile_ids
                if profile.manage_scope
                and profile._origin
                and not gate._covers(profile._origin.id, given._origin.id)
            ]
            profile.given_problem = "\n".join(texts)

    # === WHO MANAGES NOW === #

    def write(self, vals):
        """Tell agents whose people nobody manages any longer, as the profile says so.

        Or that somebody does again. Nobody is told of what is only tried.
        """
        changed = self._filter_managing_otherwise(vals)
        if not changed or is_tried(self.env):
            return super().write(vals)
        people = changed._find_portal_people()
        managed = people.browse().union(*people._find_portal_managers())
        result = super().write(vals)
        managed._note_manager_left(changed)
        people._note_manager_there()
        return result

    def _filter_managing_otherwise(self, vals):
        """Return the profiles that begin or cease to manage with some values."""
        if {"manage_scope", "active"}.isdisjoint(vals):
            return self.browse()
        return self.filtered(
            lambda one: (
                bool(one.manage_scope and one.active)
                != bool(
                    vals.get("manage_scope", one.manage_scope)
                    and vals.get("active", one.active)
                )
            )
        )

    def _find_portal_people(self):
        """Return who has access with one of these profiles, with all rights."""
        domain = [("portal_profile_id", "in", self.ids), ("portal_user", "=", True)]
        return self.env["res.partner"].sudo().search(domain)

    def _get_start(self):
        """Let nobody manage colleagues who was not chosen for it."""
        values = super()._get_start()
        return {
            name: value
            for name, value in values.items()
            if name not in ("manage_scope", "given_profile_ids")
        }

    @api.model
    def _get_first_shown(self):
        """Propose it to those who give these profiles, too.

        Else they could not give them any longer: nobody gives what they do not see.
        """
        profiles = super()._get_first_shown()
        return profiles | self.search(
            [("manage_scope", "!=", False), ("given_profile_ids", "in", profiles.ids)]
        )
