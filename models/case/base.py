from odoo import api, models


class Base(models.AbstractModel):
    """Let nobody delete what cases rest on, of whatever model it is."""

    _inherit = "base"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_portal_state(self):
        """Keep what is a state of a module, of whatever model it is.

        The states of tasks, tickets, opportunities: each is a model of another app.
        """
        self.env["customer.portal.module"]._check_not_kept(self)
