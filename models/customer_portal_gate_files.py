from odoo import api, models
from odoo.exceptions import UserError


class CustomerPortalGateFiles(models.AbstractModel):
    """Stand-in until the documents of records have their own code."""

    _name = "customer.portal.gate.files"
    _description = "Customer Portal Gate: Files"

    @api.private
    def add_files(self, user, module, res_id, files):
        """Attach files to a record that the user sees.

        :param files: of the request
        :raise UserError: if one is refused
        """
        right = self._get_rights(user).get(module)
        if not right or "upload" not in right.actions:
            raise UserError(self.env._("Files cannot be added here."))
        [record] = self._browse(user, right, [res_id])
        for file in files:
            self.env["ir.attachment"].with_user(user).sudo().create(
                {
                    "name": file.filename,
                    "raw": file.read(),
                    "res_model": record._name,
                    "res_id": record.id,
                }
            )
