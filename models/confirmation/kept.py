from odoo import api, models
from odoo.exceptions import AccessError, UserError


class CustomerPortalConfirmationKept(models.AbstractModel):
    """What the server alone writes, and nobody deletes: a record to rely on.

    Access rights say so, too. But an administrator can give themselves any of those.
    """

    _name = "customer.portal.confirmation.kept"
    _description = "Customer Portal Record That Is Kept"

    @api.model_create_multi
    def create(self, vals_list):
        self._check_server()
        return super().create(vals_list)

    def write(self, vals):
        self._check_server()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The record of access reviews can't be deleted."))

    def _check_server(self):
        if not self.env.su:
            raise AccessError(
                self.env._("The record of access reviews can't be changed.")
            )
