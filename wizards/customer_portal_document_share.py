from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.document.document import DOCUMENT_AUDIENCES


class CustomerPortalDocumentShare(models.TransientModel):
    """Share several files at once, of a record or new ones."""

    _name = "customer.portal.document.share"
    _inherit = "customer.portal.dialog"
    _description = "Share Files on Portal"

    attachment_ids = fields.Many2many(
        "ir.attachment", string="Files", help="Customers can download these files."
    )
    audience = fields.Selection(
        DOCUMENT_AUDIENCES, "Share With", required=True, default="contact"
    )
    partner_id = fields.Many2one("res.partner", "Customer")
    profile_ids = fields.Many2many("customer.portal.profile", string="Profiles")
    folder_id = fields.Many2one("customer.portal.document.folder")

    @api.model
    def default_get(self, fields):
        """Propose the files of the record that the dialog is opened from."""
        values = super().default_get(fields)
        record = self._get_record()
        if record is None:
            return values
        if record._name == "ir.attachment":
            values["attachment_ids"] = [Command.set(record.ids)]
            return values
        files = self.env["ir.attachment"].search(
            [
                ("res_model", "=", record._name),
                ("res_id", "in", record.ids),
                ("res_field", "=", False),
                ("type", "=", "binary"),
            ]
        )
        values["attachment_ids"] = [Command.set(files.ids)]
        partner = self._get_customer(record)
        if partner and self._may_name(partner):
            values.setdefault("partner_id", partner.id)
        return values

    def action_share(self):
        """Share the files; those that are shared already, with whom is said now.

        :return: the list of them
        """
        self.ensure_one()
        if not self.attachment_ids:
            raise UserError(self.env._("Please choose a file."))
        model = self.env["customer.portal.document"]
        attachments = self.attachment_ids
        known = model.search([("attachment_id", "in", attachments.ids)])
        values = self._prepare_values()
        known.write(values)
        new = model.create(
            [
                {**values, "name": attachment.name, "attachment_id": attachment.id}
                for attachment in attachments - known.attachment_id
            ]
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_portal.customer_portal_document_action"
        )
        return {**action, "domain": [("id", "in", (known + new).ids)], "context": {}}

    def _prepare_values(self):
        return {
            "audience": self.audience,
            "partner_id": self.partner_id.id,
            "profile_ids": [Command.set(self.profile_ids.ids)],
            "folder_id": self.folder_id.id,
            "is_published": True,
        }

    @api.model
    def _get_record(self):
        """Return what the dialog was opened from, with the agent's rights."""
        model_name = self.env.context.get("active_model")
        model = self.env.get(model_name or "")
        if model is None or model_name == "customer.portal.document":
            return None
        ids = self.env.context.get("active_ids") or []
        return model.browse(ids or self.env.context.get("active_id")).exists()

    @api.model
    def _get_customer(self, record):
        """Return whose record it is, if it is one customer's."""
        if record._name == "res.partner":
            return record[:1]
        field = record._fields.get("partner_id")
        if not field or field.comodel_name != "res.partner":
            return None
        return record.partner_id if len(record.partner_id) == 1 else None
