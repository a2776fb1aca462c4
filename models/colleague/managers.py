from odoo import models


class ResPartner(models.Model):
    """Who is notified of the access of colleagues: those who manage it."""

    _inherit = "res.partner"

    def _get_portal_managers(self):
        managers = self._find_portal_managers(["active"])
        nobody = super()._get_portal_managers()
        return {one: managers.get(one, nobody[one]) for one in self}
