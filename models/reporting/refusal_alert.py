from markupsafe import Markup

from odoo import api, models
from odoo.fields import Domain

from ...const import GROUP_MANAGER
from ..mail.letter import AUTOMATIC_MAIL

ACTIVITY_TYPE = "customer_portal.mail_activity_type_refused"
# So many attempts within an hour are told of.
MANY = 20


class CustomerPortalRefusal(models.AbstractModel):
    """Whom a customer concerns is told of many refused attempts, once an hour."""

    _inherit = "customer.portal.refusal"

    @api.model
    def _alert(self):
        """Create an activity for each customer with many attempts within the hour.

        Attempts at what does not exist count, unless there is nothing else: those may
        come from an old link.
        """
        touchpoints = self.env["customer.portal.touchpoint"].sudo()
        new = self._get_recent_domain() & Domain("alerted", "=", False)
        counted = touchpoints._read_group(
            new,
            ["partner_id"],
            ["attempts:sum", "rule:array_agg_distinct", "id:recordset"],
            having=[("attempts:sum", ">=", MANY)],
        )
        for partner, attempts, rules, rows in counted:
            if {*rules} - {"missing", None}:
                rows.alerted = True
                self._schedule(partner, attempts)

    @api.model
    def _schedule(self, partner, attempts):
        """Create an activity, unless the last one is still open."""
        kind = self.env.ref(ACTIVITY_TYPE, raise_if_not_found=False)
        if self._has_open(partner, kind):
            return
        user_sudo = self._find_manager(partner).sudo()
        lang = user_sudo.lang or partner._get_portal_company().sudo().partner_id.lang
        context = {"lang": lang or self.env.lang, AUTOMATIC_MAIL: True}
        partner_sudo = partner.sudo().with_context(**context)
        partner_sudo.activity_schedule(
            activity_type_id=kind and kind.id,
            user_id=user_sudo.id,
            summary=partner_sudo.env._(
                "Refused attempts within an hour: %(count)s", count=attempts
            ),
            note=Markup("<p>%s</p>")
            % partner_sudo.env._(
                "The portal refused what this customer asked for, again and again. "
                "See Customer Portal > Reporting > Refused Attempts. It may be a link "
                "that no longer works, something missing in their profile, or someone "
                "trying what else opens."
            ),
        )

    @api.model
    def _has_open(self, partner, kind):
        activities_sudo = self.env["mail.activity"].sudo()
        return bool(kind) and bool(
            activities_sudo.search_count(
                Domain("res_model", "=", partner._name)
                & Domain("res_id", "=", partner.id)
                & Domain("activity_type_id", "=", kind.id),
                limit=1,
            )
        )

    @api.model
    def _find_manager(self, partner):
        """Return who is told: one internal user, or nobody.

        Of those who hear of the customer, an administrator of the portal if there is
        any. For a module to tell somebody else, it must override this method.
        """
        users = self.env["customer.portal.agents"]._find(partner)
        managers = users.filtered(lambda user: user.has_group(GROUP_MANAGER))
        return (managers or users)[:1]
