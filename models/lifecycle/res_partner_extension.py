from datetime import timedelta

from odoo import fields, models

from .extension import GRANTED, REFUSED

# For how many days a customer sees in the portal what was decided.
ANSWER_DAYS = 14


class ResPartner(models.Model):
    """Requests for more support are records, beside the activity of who decides."""

    _inherit = "res.partner"

    def _schedule_extension(self):
        """Write the request down; our email takes the place of the activity's."""
        template = self.env.ref(
            "customer_portal.mail_template_extension_asked", raise_if_not_found=False
        )
        asking = self.with_context(mail_activity_quick_update=bool(template))
        result = super(ResPartner, asking)._schedule_extension()
        self.env["customer.portal.extension"]._ask(self)
        return result

    def _close_extension_requests(self):
        """Tell those who have asked that support goes on."""
        result = super()._close_extension_requests()
        if requests := self._get_open_extensions():
            requests._follow_new_ends()
        return result

    def _revoke_portal_access(self):
        result = super()._revoke_portal_access()
        if requests := self._get_open_extensions():
            requests._follow_end_of_access()
        return result

    def _get_open_extensions(self):
        requests = self.env["customer.portal.extension"]
        found = requests.sudo().search(requests._get_open_domain(self))
        return found.sudo(self.env.su)

    def _get_portal_extension(self):
        """Say also what was decided, for some time.

        Who was refused a moment ago does not read that the request has come in.
        """
        values = {
            **super()._get_portal_extension(),
            "answer": self._get_portal_answer(),
        }
        if values["state"] == "asked" and values["answer"]:
            values["state"] = None
        return values

    def _get_portal_answer(self):
        """Return what was decided about the contact's last request, if lately.

        :return: plain values of the request; None if there is nothing to say, or they
            have asked again
        :rtype: dict | None
        """
        self.ensure_one()
        since = fields.Datetime.now() - timedelta(days=ANSWER_DAYS)
        decided = self.sudo().portal_extension_decided
        if not decided or decided < since:
            return None
        requests_sudo = self.env["customer.portal.extension"].sudo()
        last = requests_sudo.search([("partner_id", "=", self.id)], limit=1)
        if last.state not in (GRANTED, REFUSED):
            return None
        return {
            "id": last.id,
            "state": last.state,
            "date": last.date,
            "end": last.new_end_date,
            "message": last.message,
        }
