import base64

from odoo import api, fields, models


class CustomerPortalExport(models.TransientModel):
    """A file with profiles and modules, to be downloaded."""

    _name = "customer.portal.export"
    _description = "Customer Portal Export"

    profile_ids = fields.Many2many("customer.portal.profile")
    module_ids = fields.Many2many("customer.portal.module")
    file = fields.Binary(compute="_compute_file")
    file_name = fields.Char(compute="_compute_file_name")

    @api.depends("profile_ids", "module_ids")
    def _compute_file(self):
        portable = self.env["customer.portal.portable"]
        for export in self:
            data = portable._export(*export._get_chosen())
            text = portable._write_text(data)
            export.file = base64.b64encode(text.encode())

    @api.depends("profile_ids", "module_ids")
    def _compute_file_name(self):
        """Name the file after what is in it, if that is one thing."""
        slugify = self.env["ir.http"]._slugify
        for export in self:
            names = [*export.profile_ids.mapped("name"), *export.module_ids.mapped("code")]
            name = slugify(names[0]) if len(names) == 1 else ""
            export.file_name = f"{name or 'customer-portal'}.json"

    def _get_chosen(self):
        """Return the profiles and the modules; all of both if none are chosen."""
        every = self.with_context(active_test=False)
        chosen = every.profile_ids, every.module_ids
        return chosen if any(chosen) else (None, None)

    def action_download(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/file/{self.file_name}"
            "?download=true",
            "target": "download",
        }
