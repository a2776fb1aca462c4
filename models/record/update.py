from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..base.snapshot_cache import snapshot_cache
from .thread import ThreadSection

# Type of a field -> the column in which Odoo keeps its former and its new value. Of
# other types it keeps no changes.
TRACKED_COLUMNS = {
    "boolean": "integer",
    "char": "char",
    "date": "datetime",
    "datetime": "datetime",
    "float": "float",
    "html": "text",
    "integer": "integer",
    "many2many": "char",
    "many2one": "char",
    "monetary": "float",
    "selection": "char",
    "text": "text",
}
# The columns themselves.
VALUES = tuple(
    f"{side}_value_{column}"
    for side in ("old", "new")
    for column in sorted(set(TRACKED_COLUMNS.values()))
)


class CustomerPortalGate(models.AbstractModel):
    """Changes of the fields that a customer may read: what, who and when."""

    _inherit = "customer.portal.gate"

    @api.private
    def count_updates(self, user, module, res_id):
        """Count the changes of a record.

        :return: None if the user sees no updates there
        :rtype: int | None
        """
        return self._count_section(user, module, res_id, "updates")

    @api.private
    def find_updates(self, user, module, res_id, limit=20, offset=0):
        """Return the changes of a record, newest first.

        :return: dicts with ``id``, ``label``, ``old`` and ``new`` as HTML,
            ``author`` and ``date``; None if the user sees no updates there
        :rtype: list | None
        """
        return self._find_section(user, module, res_id, "updates", limit, offset)

    # === INTERNALS === #

    @api.model
    @snapshot_cache("model_name")
    def _get_tracked_names(self, model_name):
        """Return the fields whose changes customers are told of.

        Odoo tracks few of them by itself.
        """
        modules = self.env["customer.portal.module"].sudo()
        modules = modules.search(
            [("model_name", "=", model_name), ("page", "=", "generated")]
        )
        told = modules.filtered(
            lambda module: (
                module.available
                and any(
                    permission.visible and permission.show_updates
                    for permission in module.permission_ids
                )
            )
        )
        known = self.env[model_name]._fields
        names = set(told.field_ids.filtered("available").mapped("name"))
        return frozenset(
            name
            for name in names.difference(("id", *models.MAGIC_COLUMNS))
            if known[name].store and known[name].type in TRACKED_COLUMNS
        )

    @api.model
    def _get_section(self, user, module, record, part):
        if part != "updates":
            return super()._get_section(user, module, record, part)
        return ThreadSection(
            record.env["mail.tracking.value"],
            self._get_update_domain(user, module, record),
            "id desc",
            ("mail_message_id", "field_id", "currency_id", "create_date", *VALUES),
            self._make_update,
        )

    @api.model
    def _get_update_domain(self, user, module, record):
        fields_by_name = self.env["ir.model.fields"]
        ids = [
            fields_by_name._get(record._name, name).id
            for name in self.fields(user, module)
            if record._fields[name].type in TRACKED_COLUMNS
        ]
        return (
            Domain("mail_message_id.model", "=", record._name)
            & Domain("mail_message_id.res_id", "=", record.id)
            & Domain("field_id", "in", ids)
        )

    @api.model
    def _make_update(self, user, module, record, change):
        message = change.mail_message_id
        field = record._fields[change.field_id.name]
        return {
            "id": change.id,
            "label": self._get_words(module, self.env.lang)[1][field.name],
            "old": self._render_change(user, record, field, change, "old"),
            "new": self._render_change(user, record, field, change, "new"),
            "author": self._make_author(user, message.author_id, message.email_from),
            "date": self._format_time(user, message.date or change.create_date),
        }

    @api.model
    def _render_change(self, user, record, field, change, side):
        """Return a former or a new value, as the record's page shows such values."""
        column = TRACKED_COLUMNS[field.type]
        value = change[f"{side}_value_{column}"]
        if field.type == "boolean":
            return self.env._("Yes") if value else self.env._("No")
        if field.type in ("integer", "float", "monetary"):
            options = self._get_converter_options(record, field)
            if field.type == "monetary" and change.currency_id:
                options["display_currency"] = change.currency_id
            return self._get_converter(field).value_to_html(value, options)
        if value and field.type == "datetime":
            return self._format_time(user, value)
        if value and field.type == "date":
            return format_date(self.env, value.date())
        return self._shorten(value) if value and column == "text" else value or ""
