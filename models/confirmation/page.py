from odoo import api, models
from odoo.fields import Domain
from odoo.tools import email_normalize

# How many contacts a page lists, answers it shows, and reviews a file holds answers of.
PAGE_SIZE = 50
SHOWN_ANSWERS = 100
MOST_ROWS = 50_000


class CustomerPortalConfirmation(models.Model):
    """What a customer who manages an organization sees of its reviews: plain values."""

    _inherit = "customer.portal.confirmation"

    @api.model
    def _find_for_customer(self, domain=(("state", "=", "open"),)):
        """Return the reviews of organizations whose people the user manages.

        :rtype: customer.portal.confirmation
        """
        organization_ids = self._get_reach()
        if not organization_ids:
            return self.sudo().browse()
        own = Domain("organization_id", "in", organization_ids)
        return self.sudo().search(own & Domain(list(domain)), order="date_due, id")

    @api.model
    def _find_one(self, review_id):
        """Return an open review of the user's; nothing for any other id."""
        if not self.env["customer.portal.gate"]._is_id(review_id):
            return self.sudo().browse()
        return self._find_for_customer([("id", "=", review_id), ("state", "=", "open")])

    def _get_page(self, page=1):
        """Return what the page of a review shows.

        Those who wait are the contacts with access about whom nobody has said anything:
        who has got it today, too.

        :param int page: which part of those who wait
        :rtype: dict
        """
        self.ensure_one()
        colleagues = self._get_colleagues()
        partners_sudo = self.env["res.partner"].sudo()
        domain = self._get_waiting_domain()
        total = partners_sudo.search_count(domain)
        last = max(1, -(-total // PAGE_SIZE))
        page = min(max(page, 1), last)
        waiting = partners_sudo.search(
            domain, order="name, id", limit=PAGE_SIZE, offset=PAGE_SIZE * (page - 1)
        )
        return {
            "id": self.id,
            "name": self.organization_name,
            "due": self.date_due,
            "total": total,
            "page": page,
            "last": last,
            "people": [self._get_person(partner) for partner in waiting],
            "answers": self._get_answers(),
            "profiles": colleagues._get_profiles(self.organization_id.id),
            "can_change": colleagues._may_change(),
            "ends": self._ends_access(),
        }

    def _get_waiting_domain(self):
        lines = self.env["customer.portal.confirmation.line"].sudo()
        decided = lines._search(
            [
                ("confirmation_id", "=", self.id),
                ("decision", "not in", [False, "gone"]),
                ("partner_id", "!=", False),
            ]
        )
        return (
            self._get_access_domain()
            & self._get_colleagues()._get_gate().colleague_domain()
            & Domain("id", "not in", decided.subselect("partner_id"))
        )

    def _get_person(self, partner_sudo):
        return {
            "id": partner_sudo.id,
            "name": partner_sudo.name or partner_sudo.email,
            "email": email_normalize(partner_sudo.email) or "",
            "profile": partner_sudo.portal_profile_id.name or "",
            "profile_id": partner_sudo.portal_profile_id.id,
            "last_login": partner_sudo.portal_last_login,
            "end": partner_sudo.support_end_date,
            "is_self": partner_sudo == self.env.user.sudo().partner_id,
        }

    def _get_answers(self):
        """Return what was answered so far, the latest first."""
        lines = self.env["customer.portal.confirmation.line"].sudo()
        decided = Domain("confirmation_id", "=", self.id) & Domain(
            "decision", "!=", False
        )
        found = lines.search(decided, order="decided_on DESC, id", limit=SHOWN_ANSWERS)
        return found._get_texts()

    @api.model
    def _get_file_rows(self):
        """Return all that was answered about the people whom the user manages."""
        reviews = self._find_for_customer(Domain.TRUE)
        lines = self.env["customer.portal.confirmation.line"].sudo()
        found = lines.search(
            [("confirmation_id", "in", reviews.ids)], order="id DESC", limit=MOST_ROWS
        )
        return found._get_texts()


class CustomerPortalConfirmationLine(models.Model):
    _inherit = "customer.portal.confirmation.line"

    def _get_texts(self):
        """Return the lines as plain values, in the language of the user.

        :rtype: list[dict]
        """
        decisions = dict(self._fields["decision"]._description_selection(self.env))
        return [
            {
                "organization": line.organization_name,
                "date": line.date,
                "name": line.partner_name,
                "email": line.partner_email or "",
                "profile": line.profile_name or "",
                "decision": decisions.get(line.decision, ""),
                "new_profile": line.new_profile_name or "",
                "by": line.decided_by_name or "",
                "on": line.decided_on,
                "note": line.note or "",
            }
            for line in self
        ]
