from odoo import api, fields, models
from odoo.fields import Domain


class MailFollowers(models.Model):
    """Who follows by a customer's choice does so only while they see the record."""

    _inherit = "mail.followers"

    portal_added = fields.Boolean(
        "Added in the Portal",
        help="The follower gets comments by email only while they see the record in "
        "the portal.",
        prefetch=False,
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
        partners = rows.partner_id
        users = partners.user_ids._filter_let_in()
        readers = self.env["customer.portal.thread"]._find_readers(users, record)
        return set((partners - readers.partner_id).ids)
