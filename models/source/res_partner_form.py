from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_date

from ...const import GROUP_AGENT
from .res_partner import BY_HAND, SOURCED, SOURCED_VALUE


class ResPartner(models.Model):
    """What an agent sees of the source of a period, and does about it."""

    _inherit = "res.partner"

    support_source_detail = fields.Char(
        "Follows", compute="_compute_support_source_detail", groups=GROUP_AGENT
    )
    support_source_is_open = fields.Boolean(
        "Can Open What It Follows",
        compute="_compute_support_source_detail",
        exportable=False,
        groups=GROUP_AGENT,
    )

    @api.depends("support_source", "support_start_date", "support_end_date")
    @api.depends_context("lang", "uid")
    def _compute_support_source_detail(self):
        """Name what decides, or what would if the dates were not set by hand."""
        chosen = self._origin.filtered("portal_user")._choose_support_periods()
        for partner in self:
            period = chosen.get(partner._origin)
            partner.support_source_detail = period and partner._describe_period(period)
            partner.support_source_is_open = period and self._may_open_support(period)

    @api.onchange("portal_user")
    def _onchange_portal_user(self):
        """Say so where what the organization has bought is over."""
        result = super()._onchange_portal_user()
        if not (ended := self._filter_source_ended()):
            return result
        title = self.env._("Support Has Ended")
        return {"warning": {"title": title, "message": ended._get_ended_text()}}

    def _filter_source_ended(self):
        """Return who can't log in, as what they follow is over."""
        return self.filtered(
            lambda one: (
                one.support_source
                and one.support_source != BY_HAND
                and one.portal_state == "expired"
            )
        )

    def _get_ended_text(self):
        """Say why who has just got access can't use it, and what to do about it."""
        return self.env._(
            "What their organizations have bought or signed has ended, so these "
            "contacts can't log in: %(names)s. To let them in anyway, change the "
            "Support End Date.",
            names=", ".join(
                self.env._(
                    "%(name)s (until %(end)s)",
                    name=one.name or one.email or "",
                    end=format_date(self.env, one.support_end_date),
                )
                for one in self
            ),
        )

    def _describe_period(self, period):
        if self.support_source != BY_HAND:
            return period.name
        start, end = (
            format_date(self.env, day) if day else "…"
            for day in (period.start, period.end)
        )
        name = period.name or self._get_source_label(period.source)
        return f"{name}: {start} – {end}"

    @api.model
    def _get_source_label(self, source):
        selection = self._fields["support_source"]._description_selection(self.env)
        return dict(selection).get(source) or ""

    @api.model
    def _may_open_support(self, period):
        """Say whether the user may open the record that decides, in Odoo."""
        if period.model_name not in self.env or not period.res_id:
            return False
        record = self.env[period.model_name].browse(period.res_id).exists()
        return bool(record) and record.has_access("read")

    # === ACTION METHODS === #

    def action_open_support_source(self):
        """Open what decides, or would; with the rights of who asks."""
        self.ensure_one()
        self._check_support_agent("read")
        period = self._get_support_period()
        if not period or not self._may_open_support(period):
            raise AccessError(self.env._("You are not allowed to do this."))
        return {
            "type": "ir.actions.act_window",
            "res_model": period.model_name,
            "res_id": period.res_id,
            "views": [(False, "form")],
        }

    def action_follow_support_source(self):
        """Give up dates that were set by hand, for what the organization has bought."""
        self._check_support_agent("write")
        contacts = self.filtered("portal_user")
        by_hand = contacts.filtered(lambda one: one.support_source == BY_HAND)
        sourced = by_hand.sudo().with_context(**{SOURCED: SOURCED_VALUE})
        sourced.write({"support_source": False})
        contacts._follow_support_sources()
        found = contacts.filtered("support_source")
        return self._tell_followed(found, self - found)

    def _check_support_agent(self, operation):
        """Refuse all but agents, and contacts that they may not read or write.

        :raise AccessError:
        """
        if not self.env.user.has_group(GROUP_AGENT):
            raise AccessError(self.env._("You are not allowed to do this."))
        self.check_access(operation)

    @api.model
    def _tell_followed(self, found, others):
        parts = []
        if found:
            parts.append(
                self.env._(
                    "Contacts that now follow an order, invoice or contract: "
                    "%(number)s.",
                    number=len(found),
                )
            )
        if others:
            parts.append(
                self.env._(
                    "Contacts with nothing to follow yet, whose dates stay: "
                    "%(number)s.",
                    number=len(others),
                )
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": " ".join(parts),
                "type": "warning" if others else "success",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
