from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from . import touchpoint
from .extension import GRANTED, MESSAGE_LENGTH, REFUSED, VOID


class CustomerPortalExtension(models.Model):
    """What follows from a decision: the period, the activity, the email."""

    _inherit = "customer.portal.extension"

    @api.model
    def _ask(self, partner):
        """Write down a request; one that is open already is asked for anew.

        :param partner: the contact who asks
        """
        requests_sudo = self.sudo()
        values = {
            "user_id": partner._find_extension_agent().id,
            "date": fields.Datetime.now(),
            "end_date": partner._get_end_sudo(),
        }
        request = requests_sudo.search(self._get_open_domain(partner), limit=1)
        if request:
            request.write(values)
        else:
            request = requests_sudo.create({**values, "partner_id": partner.id})
        request._send_requests()

    def _grant(self, end_by_request, message=False):
        """Move the ends of contacts; that their requests are granted follows from it.

        :param dict end_by_request: the new Support End Date, by request that is open
        :param str message: to the customers
        :raise UserError: if an end is not later than the one there is, or over
        """
        self._check_ends(end_by_request)
        self.sudo().message = self._clean_message(message)
        for end, requests in self.grouped(end_by_request.get).items():
            requests.partner_id.write({"support_end_date": end})

    def _check_ends(self, end_by_request):
        for request, end in end_by_request.items():
            partner = request.partner_id
            today = partner.company_id._get_portal_today()
            before = partner.support_end_date
            if end < today or (before and end <= before):
                raise UserError(
                    self.env._(
                        "%(name)s: choose a day after the current Support End Date "
                        "that is not in the past.",
                        name=partner.display_name,
                    )
                )

    def _refuse(self, message=False):
        """Refuse requests that are open, and tell the customers.

        :param str message: to the customers
        """
        self._settle(REFUSED, message=self._clean_message(message))
        self.partner_id._close_extension_activities()
        self._log(touchpoint.REFUSED, lambda one: one.message)
        self._send_answers(REFUSED)

    @api.model
    def _clean_message(self, message):
        return (message or "").strip()[:MESSAGE_LENGTH] or False

    def _follow_new_ends(self):
        """Note requests as granted whose contacts have a later end, or none, by now."""
        for end, alike in self.grouped(
            lambda one: one.partner_id._get_end_sudo()
        ).items():
            alike._settle(GRANTED, new_end_date=end)
        self._log(touchpoint.GRANTED, lambda one: one._get_new_end_text())
        self._send_answers(GRANTED)

    def _follow_end_of_access(self):
        """Note requests as no longer needed: there is nothing left to extend."""
        self._settle(VOID)
        self.partner_id._close_extension_activities()

    def _settle(self, state, **values):
        """Write down a decision, who made it and when."""
        now = fields.Datetime.now()
        self.sudo().write(
            {
                **values,
                "state": state,
                "decided_by_id": self.env.uid,
                "decided_on": now,
            }
        )
        if state != VOID:
            self.partner_id._write_without_sync({"portal_extension_decided": now})

    def _log(self, kind, get_detail):
        self.env["customer.portal.touchpoint"]._log(
            kind, {one.partner_id: get_detail(one) for one in self.sudo()}
        )

    def _get_new_end_text(self):
        return self.new_end_date and format_date(self.env, self.new_end_date)
