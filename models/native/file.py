from odoo import api, models
from odoo.tools import human_size


class CustomerPortalFile(models.AbstractModel):
    """Files on the records of Odoo's own pages."""

    _inherit = "customer.portal.file"

    @api.private
    def native_files(self, record):
        """Return the files that employees have attached to a record of Odoo's page.

        :param record: that the page shows, with any rights
        :return: dicts with ``name``, ``size`` and ``url``; nothing for whoever has no
            profile that shows them
        :rtype: list
        """
        return [
            {
                "name": file.name,
                "size": human_size(file.file_size),
                "url": f"/my/files/{record._name}/{record.id}/{file.id}",
            }
            for file in self._find_native_files(record)
        ]

    @api.private
    def native_stream(self, model_name, res_id, attachment_id):
        """Return the content of a file that a page of Odoo lists.

        :param model_name: from anywhere, as are the ids
        :return: what Odoo streams a download from; None if there is no such file
        :rtype: odoo.http.Stream | None
        """
        gate = self.env["customer.portal.gate"]
        is_known = model_name in gate._get_native_models()
        if not is_known or not gate._is_id(res_id) or not gate._is_id(attachment_id):
            return None
        record = self.env[model_name].browse(res_id)
        return self._make_stream(self._find_native_files(record), attachment_id)

    @api.model
    def _find_native_files(self, record):
        """Return the files with all rights, if the user's profile shows them."""
        gate, nothing = self.env["customer.portal.gate"], self.env["ir.attachment"]
        if not record or not self.env.user._is_portal():
            return nothing
        record = record.with_user(self.env.user).sudo(False)
        if not record.sudo().exists() or not record.has_access("read"):
            return nothing
        if not gate.shown(record) or not gate.may_on(record, "documents"):
            return nothing
        return self._get_record_files(record.sudo())

    @api.model
    def _is_limited(self, record):
        """Limit visitors, too, who send files by a link."""
        if self.env.user._is_internal() or self.env.user._is_portal():
            return super()._is_limited(record)
        gate = self.env["customer.portal.gate"]
        return bool(gate._filter_there(record, gate._get_link_domain(record._name)))
