from odoo import api, fields, models

from ...const import GROUP_AGENT
from .extension import OPEN


class ResPartner(models.Model):
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
