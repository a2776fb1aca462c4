from typing import NamedTuple

from markupsafe import Markup

from odoo import api, models
from odoo.tools import is_html_empty

from ..base.snapshot_cache import snapshot_cache


class Announcement(NamedTuple):
    """What an administrator has to say, and to whom."""

    profile_id: int
    for_all: bool
    start: object  # a day, or False
    end: object
    version: int
    html: Markup


class CustomerPortalGate(models.AbstractModel):
    """What an administrator has to say to customers."""

    _inherit = "customer.portal.gate"

    @api.private
    def dismiss_announcement(self, user, profile_id, version):
        """Show an announcement no more to a contact, until it changes.

        :return: whether it was shown to the contact
        :rtype: bool
        """
        shown = self._find_announcements(user)
        if (profile_id, version) not in {(a.profile_id, a.version) for a in shown}:
            return False
        dismissals = self.env["customer.portal.dismissal"].sudo()
        dismissals._dismiss(user.sudo().partner_id, profile_id, version)
        return True

    @api.model
    def _find_announcements(self, user):
        """Return what a user has not dismissed yet, what is for all first.

        :rtype: list[Announcement]
        """
        profile_id = self._get_profile_id(user)
        partner_sudo = user.sudo().partner_id
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
        dismissed = (
            self.env["customer.portal.dismissal"]
            .sudo()
            .search_fetch(
                [("partner_id", "=", partner_sudo.id)], ["profile_id", "version"]
            )
        )
        versions = {one.profile_id.id: one.version for one in dismissed}
        return [one for one in due if versions.get(one.profile_id) != one.version]

    @api.model
    @snapshot_cache("lang")
    def _get_announcements(self, lang):
        profiles = self.env["customer.portal.profile"].sudo().with_context(lang=lang)
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
