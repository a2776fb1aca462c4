from odoo import api, fields, models
from odoo.fields import Domain


class MailFollowers(models.Model):
    """Who follows by a customer's choice does so only while they see the record."""

    _inherit = "mail.followers"

    portal_added = fields.Boolean(
        "Added in the Portal",
        help="The follower gets comments by email only while they see the record in "
        "the portal.",
    )

    @api.model
    def _find_portal_blind(self, record, partner_ids):
        """Return the contacts whom customers let follow, and who see it no longer.

        :param record: one record with a thread
        :param partner_ids: whom to look at
        :return: ids of contacts
        :rtype: set[int]
        """
        rows = self.sudo().search(
            Domain("res_model", "=", record._name)
            & Domain("res_id", "=", record.id)
            & Domain("partner_id", "in", list(partner_ids))
            & Domain("portal_added", "=", True)
        )
        return {
            partner.id
            for partner in rows.partner_id
            if not self._sees_comments(partner, record)
        }

    @api.model
    def _sees_comments(self, partner, record):
        threads = self.env["customer.portal.thread"]
        codes = self.env["customer.portal.gate"]._get_generated_codes(record._name)
        return any(
            threads.with_user(user)._find_thread(code, record.id, "comments")
            for user in partner.user_ids
            if not user._get_portal_refusal()
            for code in codes
        )
