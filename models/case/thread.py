from odoo import api, models


class CustomerPortalThread(models.AbstractModel):
    """Cases know their last message, so that their lists need not look for it."""

    _inherit = "customer.portal.thread"

    @api.model
    def _read_newest(self, records):
        if "portal_last_message_date" not in records._fields:
            return super()._read_newest(records)
        known = records.filtered("portal_last_message_date")
        return [
            *super()._read_newest(records - known),
            *(
                (record.id, record.portal_last_author_id, record.portal_last_message_id)
                for record in known
            ),
        ]

    @api.model
    def _is_told(self, field):
        """Leave out when a case ended: that it is closed is told already."""
        ended = field.model_name == "project.task" and field.name == "date_end"
        return not ended and super()._is_told(field)
