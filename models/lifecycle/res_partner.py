from datetime import timedelta

from odoo import api, fields, models

from ...const import GROUP_AGENT, PREFETCH
from .extension import GRANTED, OPEN, REFUSED

# For how many days a customer sees in the portal what was decided.
ANSWER_DAYS = 14


class ResPartner(models.Model):
    """Requests for more support are records, beside the activity of who decides."""

    _inherit = "res.partner"

    portal_extension_ids = fields.One2many(
        "customer.portal.extension",
        "partner_id",
        "Extension Requests",
        readonly=True,
        groups=GROUP_AGENT,
    )
    portal_open_extension_id = fields.Many2one(
        "customer.portal.extension",
        compute="_compute_portal_open_extension_id",
        groups=GROUP_AGENT,
    )
    portal_extension_decided = fields.Datetime(
        copy=False,
        groups=fields.NO_ACCESS,
        help="When a request for an extension was last decided.",
        prefetch=PREFETCH,
    )
    portal_receipt_ids = fields.One2many(
        "customer.portal.receipt",
        "partner_id",
        "Ended Access",
        readonly=True,
        groups=GROUP_AGENT,
    )

    @api.depends("portal_extension_ids.state")
    def _compute_portal_open_extension_id(self):
        for partner in self:
            requests = partner.portal_extension_ids
            partner.portal_open_extension_id = requests.filtered(
                lambda one: one.state == OPEN
            )[:1]

    def action_view_portal_extension(self):
        """Open the request that is to be answered."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_portal.customer_portal_extension_action"
        )
        return {
            **action,
            "views": [(False, "form")],
            "res_id": self.portal_open_extension_id.id,
        }

    def _get_portal_managers(self):
        """Return the customers who manage the access of colleagues. To be extended.

        :return: contacts who can log in today, maybe none, by organization; the
            organizations are these contacts
        :rtype: dict
        """
        return dict.fromkeys(self, self.browse())

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
