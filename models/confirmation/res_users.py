from odoo import models
from odoo.fields import Domain

from .letters import NAMED


class ResUsers(models.Model):
    _inherit = "res.users"

    def _get_portal_confirmations(self):
        """Return what an email about access reviews says to a user.

        Nothing of reviews that they were not asked about: Odoo renders a template for
        anybody when it is saved.

        :return: ``reviews``, each with ``name``, ``due``, ``waiting``, ``missed`` and
            ``ended``; how many ``more`` there are; the ``prefix`` of the subject,
            and the ``url``
        :rtype: dict
        """
        self.ensure_one()
        asks_sudo = self.env["customer.portal.confirmation.ask"].sudo()
        ids = self.env.context.get("portal_confirmation_ids") or []
        asks = asks_sudo.search(
            Domain("id", "in", ids) & Domain("user_id", "=", self.id)
        )
        reviews = asks.confirmation_id
        shown = reviews[:NAMED]
        counts = shown._count_decisions()
        is_reminder = any(ask.number != "0" for ask in asks)
        return {
            "prefix": self.env._("Reminder:") + " " if is_reminder else "",
            "reviews": [
                {
                    "name": review.organization_name,
                    "due": review.date_due,
                    "waiting": counts.get((review, False), 0),
                    "missed": counts.get((review, "missed"), 0),
                    "ended": counts.get((review, "closed"), 0),
                }
                for review in shown
            ],
            "more": len(reviews) - len(shown),
            "url": "/my/company/review"
            if self.share
            else "/odoo/portal-access-reviews",
        }
