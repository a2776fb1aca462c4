from odoo import api, models


class MailActivity(models.Model):
    """What the card of an activity is told; here alone Odoo's way is known."""

    _inherit = "mail.activity"

    def _to_store_defaults(self, target):
        return [*super()._to_store_defaults(target), *self._get_portal_card_fields()]

    @api.model
    def _get_portal_card_fields(self):
        """Return the names of fields that our own cards show. To be extended.

        :rtype: list[str]
        """
        return []
