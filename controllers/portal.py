from odoo import fields
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal as StockPortal

# Cookie: the end date whose announcement the customer has dismissed.
DISMISSED_COOKIE = "customer_portal_support_end"


class CustomerPortal(StockPortal):
    def _prepare_portal_layout_values(self):
        values = super()._prepare_portal_layout_values()
        values["portal_support_end_date"] = self._get_announced_end()
        return values

    def _get_announced_end(self):
        """Return the end of the visitor's support, if it is near (feature row 27).

        :rtype: datetime.date | bool
        """
        days = request.env["customer.portal.period"]._get_notice_days()
        user_sudo = request.env.user.sudo()
        partner_sudo = user_sudo.partner_id
        end = user_sudo._is_portal() and partner_sudo.support_end_date
        if not (days and end) or request.cookies.get(DISMISSED_COOKIE) == str(end):
            return False
        today = partner_sudo.company_id._get_portal_today()
        return end <= fields.Date.add(today, days=days) and end
