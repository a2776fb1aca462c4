from odoo import api, models

# What says when a case was changed last, best first.
CHANGED = ("portal_change_date", "portal_last_message_date")

# What cases know of their last message.
LAST = {"portal_last_author_id", "portal_last_message_date", "portal_last_message_id"}


class CustomerPortalRecord(models.AbstractModel):
    """Lists of cases say when something happened that their customer notices."""

    _inherit = "customer.portal.record"

    @api.model
    def _get_list_names(self, right, asked):
        """Read with the list what says whether a case is unread."""
        names = super()._get_list_names(right, asked)
        return names | (LAST.intersection(self.env[right.model_name]._fields))

    @api.model
    def _get_changed_name(self, right):
        """Return the field of a case; of other records what is written on any."""
        names = [name for name in CHANGED if name in right.names["list"]]
        return names[0] if names else super()._get_changed_name(right)
