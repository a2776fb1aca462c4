from odoo import api, models
from odoo.tools import html2plaintext

# So much of a rich text is kept of a change, in characters.
TEXT_LENGTH = 1000


def get_changes(record):
    """Return where Odoo keeps the changes of a record, with the rights it has."""
    return record.env["mail.tracking.value"]


class MailTrackingValue(models.Model):
    """Former and new values of fields, as Odoo notes them; here alone they are met."""

    _inherit = "mail.tracking.value"

    @api.model
    def _create_tracking_values(
        self, initial_value, new_value, col_name, col_info, record
    ):
        """Note changes of a rich text as plain text; core fails for its type."""
        if col_info["type"] == "html":
            col_info = {**col_info, "type": "text"}
            initial_value = html2plaintext(initial_value or "")[:TEXT_LENGTH]
            new_value = html2plaintext(new_value or "")[:TEXT_LENGTH]
        return super()._create_tracking_values(
            initial_value, new_value, col_name, col_info, record
        )

    def _format_display_value(self, field_type, new=True):
        field_type = "text" if field_type == "html" else field_type
        return super()._format_display_value(field_type, new=new)
