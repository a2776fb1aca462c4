from odoo import api, models

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

from ...const import ADDON

# No setting: what was deleted of the addon's data.
PARAM_DELETED_DATA = "customer_portal.deleted_data"

# States of the addon while it is uninstalled, and afterwards.
LEAVING = ("to remove", "uninstalled")


class IrModelData(models.Model):
    _inherit = "ir.model.data"

    def unlink(self):
        """Remember what somebody deletes of this addon's data.

        An update creates what a data file names and the database lacks, such as a mail
        template that an administrator has deleted. Nobody deletes what goes or comes
        with the addon itself; core tells no record of data why it deletes it.
        """
        if not self.env.context.get(MODULE_UNINSTALL_FLAG):
            ours = self.filtered(lambda row: row.module == ADDON and row.noupdate)
            if ours and not self._is_portal_coming_or_going():
                self._remember_deleted(self._get_deleted().union(ours.mapped("name")))
        return super().unlink()

    @api.model
    def _is_portal_coming_or_going(self):
        state = self.env["ir.module.module"].sudo()._get(ADDON).state
        return state in ("to install", *LEAVING)

    @api.model
    def _is_portal_leaving(self):
        return self.env["ir.module.module"].sudo()._get(ADDON).state in LEAVING

    @api.model
    def _remember_deleted(self, names):
        params = self.env["ir.config_parameter"]
        params._set_portal_text(PARAM_DELETED_DATA, " ".join(sorted(names)))

    @api.model
    def _get_deleted(self):
        """Return the XML ids, without the addon, of data that were deleted.

        :rtype: set[str]
        """
        params = self.env["ir.config_parameter"]
        return set(params._get_portal_text(PARAM_DELETED_DATA).split())

    @api.model
    def _delete_again(self):
        """Delete what an update has brought back; called at the end of the data.

        What modules rest on is there again, and stays. An alias goes with its project.
        """
        names = self._get_deleted()
        if self._is_portal_coming_or_going():
            names = set()  # Of a former life of the addon.
        modules = self.env["customer.portal.module"]
        for row in self.search([("module", "=", ADDON), ("name", "in", [*names])]):
            record = self.env[row.model].browse(row.res_id).exists()
            if modules._is_kept(record):
                names.discard(row.name)
            elif row.model != "mail.alias":
                record.unlink()
        self._remember_deleted(names)
