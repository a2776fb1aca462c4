from odoo import api, models
from odoo.fields import Domain

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

from ..const import ADDON, PARAM_DELETED_DATA


class IrModelData(models.Model):
    _inherit = "ir.model.data"

    def unlink(self):
        """Remember what somebody deletes of this addon's data.

        An update creates what a data file names and the database lacks, such as a mail
        template that an administrator has deleted.
        """
        if not self.env.context.get(MODULE_UNINSTALL_FLAG):
            ours = self.filtered(lambda row: row.module == ADDON and row.noupdate)
            if ours and not self._is_portal_leaving():
                self._remember_deleted(ours.mapped("name"))
        return super().unlink()

    @api.model
    def _is_portal_leaving(self):
        """Say whether the addon is being uninstalled.

        Core tells so by the context of the records that it deletes, but not by that of
        what it deletes with them.
        """
        leaving = Domain("name", "=", ADDON) & Domain("state", "=", "to remove")
        return bool(self.env["ir.module.module"].sudo().search_count(leaving, limit=1))

    @api.model
    def _remember_deleted(self, names):
        known = self._get_deleted()
        if not known.issuperset(names):
            params = self.env["ir.config_parameter"].sudo()
            params.set_param(PARAM_DELETED_DATA, " ".join(sorted(known.union(names))))

    @api.model
    def _get_deleted(self):
        """Return the XML ids, without the addon, of data that were deleted.

        :rtype: set[str]
        """
        params = self.env["ir.config_parameter"].sudo()
        return set((params.get_param(PARAM_DELETED_DATA) or "").split())

    @api.model
    def _delete_again(self):
        """Delete what an update has brought back; called at the end of the data."""
        rows = self.search(
            [("module", "=", ADDON), ("name", "in", [*self._get_deleted()])]
        )
        for row in rows:
            self.env[row.model].browse(row.res_id).exists().unlink()
