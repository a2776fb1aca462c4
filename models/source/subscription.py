from odoo import api, fields, models
from odoo.fields import Domain

from .entitlement_claims import ORDERS
from .span import SupportPeriod

SOURCE = "subscription"
# What Odoo's subscriptions add to orders.
ORDER_FIELDS = ("subscription_state", "start_date", "end_date")
RUNNING = "3_progress"
# They have ended on their date, or another one goes on from there.
ENDED = ("5_renewed", "6_churn")


class ResPartner(models.Model):
    """Subscriptions of Odoo Enterprise, which are orders: support ends with them.

    Only those with a support product count. One that is paused does not run.
    """

    _inherit = "res.partner"

    support_source = fields.Selection(
        selection_add=[(SOURCE, "Subscription")], ondelete={SOURCE: "set null"}
    )

    def _get_support_periods(self):
        periods = super()._get_support_periods()
        found = self._find_subscription_periods(self.commercial_partner_id)
        self._add_support_periods(periods, found)
        return periods

    @api.model
    def _get_sourced_domain(self):
        domain = super()._get_sourced_domain()
        found = self._find_subscription_periods()
        ids = [organization.id for organization, *_rest in found]
        return domain | Domain("commercial_partner_id", "in", ids)

    @api.model
    def _find_subscription_periods(self, organizations=None):
        """Return what subscriptions say, of some organizations or of all.

        :return: organization, company and :class:`SupportPeriod` of each
        :rtype: list[tuple]
        """
        templates = self._get_support_templates()
        if not templates or not self._has_subscriptions():
            return []
        state, start, end = ORDER_FIELDS
        domain = (
            Domain("order_line.product_id.product_tmpl_id", "in", templates)
            & Domain(start, "!=", False)
            & Domain("state", "!=", "cancel")
            & (
                Domain(state, "=", RUNNING)
                | (Domain(state, "in", ENDED) & Domain(end, "!=", False))
            )
        )
        if organizations is not None:
            path = "partner_id.commercial_partner_id"
            domain &= Domain(path, "in", organizations.ids)
        return [
            (
                order.partner_id.commercial_partner_id,
                order.company_id,
                SupportPeriod(
                    SOURCE, order[start], order[end], ORDERS, order.id, order.name
                ),
            )
            for order in self.env[ORDERS].sudo().search(domain)
        ]

    @api.model
    def _is_source_there(self, source):
        if source == SOURCE:
            return self._has_subscriptions()
        return super()._is_source_there(source)

    @api.model
    def _has_subscriptions(self):
        if ORDERS not in self.env:
            return False
        return all(name in self.env[ORDERS]._fields for name in ORDER_FIELDS)
