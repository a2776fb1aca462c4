from odoo import api, models
from odoo.tools import consteq

from ...utils import read_number


class CustomerPortalGate(models.AbstractModel):
    """What the gate says of records that an address names, before Odoo's own pages do.

    Ids and tokens come from anywhere. Unknown and forbidden are the same: nothing.
    """

    _inherit = "customer.portal.gate"

    @api.private
    def form_partner_id(self, partner_id):
        """Return the id of a contact whose form a user may open.

        :param partner_id: from the address
        :rtype: int | None
        """
        number = read_number(str(partner_id)) or 0
        partners_sudo = self.env["res.partner"].sudo()
        partner_sudo = partners_sudo.browse(number).exists()
        if partner_sudo and partner_sudo._can_be_edited_by_current_customer():
            return partner_sudo.id
        return None

    @api.private
    def has_token(self, model_name, res_id, token):
        """Say whether a token is that of a record, and opens it for whoever has it.

        :param token: from the address
        :rtype: bool
        """
        record_sudo = self.env[model_name].sudo().browse(res_id).exists()
        own = record_sudo.access_token or ""
        return bool(token) and consteq(own.encode(), token.encode())
