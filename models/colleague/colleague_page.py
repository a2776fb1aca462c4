from odoo import SUPERUSER_ID, api, models
from odoo.fields import Domain

# What the page of a colleague tells of their access: not each login.
STORY = (
    *("granted", "changed", "revoked", "expired"),
    *("colleague_resent", "colleague_decided"),
)
# How far back it goes, in entries.
STORY_LENGTH = 20


class CustomerPortalColleague(models.AbstractModel):
    """The page of one colleague: how their access stands, and who has changed it."""

    _inherit = "customer.portal.colleague"

    @api.model
    def _get_one(self, partner_id):
        """Return what the page of a colleague shows.

        :param partner_id: from anywhere
        :return: a row as ``_get_list`` has it, with the ``profiles`` that they may be
            given, ``requests`` that wait, ``needs_approval`` and the ``story``
        :rtype: dict
        :raise MissingError: the same for unknown and out of reach
        """
        partner_sudo = self._find(partner_id)
        requests = self._find_requests(Domain("partner_id", "=", partner_sudo.id))
        (row,) = self._make_rows(partner_sudo, self._get_status_labels(), requests)
        return {
            **row,
            "profiles": self._get_profiles(row["organization_id"]),
            "requests": self._get_requests(requests),
            "needs_approval": self._needs_approval(partner_sudo.commercial_partner_id),
            "story": self._get_story(partner_sudo),
        }

    @api.model
    def _is_watched(self):
        """Say whether changes for people of the user's organization need approval."""
        return self._needs_approval(self._get_own_sudo().commercial_partner_id)

    @api.model
    def _get_story(self, partner_sudo):
        """Return what was done about a colleague's access, the latest first.

        :return: dicts with ``text``, ``detail``, ``author`` and ``date`` (UTC)
        :rtype: list[dict]
        """
        touchpoints = self.env["customer.portal.touchpoint"].sudo()
        found = touchpoints.search_fetch(
            Domain("partner_id", "=", partner_sudo.id) & Domain("kind", "in", STORY),
            ["kind", "detail", "date", "user_id"],
            limit=STORY_LENGTH,
        )
        labels = dict(touchpoints._fields["kind"]._description_selection(self.env))
        authors = self._get_authors(found.user_id)
        return [
            {
                "text": labels[one.kind],
                "detail": one.detail or "",
                "author": authors.get(one.user_id.id, ""),
                "date": one.date,
            }
            for one in found
        ]

    @api.model
    def _get_authors(self, users_sudo):
        """Return the names of colleagues; whoever else it was, the company.

        What happens by itself, such as the end of a period, nobody has done.

        :rtype: dict[int, str]
        """
        reach = set(self._get_gate()._get_managed_organization_ids())
        company = self.env.company.sudo().name
        return {
            user.id: (
                user.name
                if user.share and user.partner_id.commercial_partner_id.id in reach
                else company
            )
            for user in users_sudo
            if user.id != SUPERUSER_ID
        }
