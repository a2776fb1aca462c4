from odoo import models


class CustomerPortalModule(models.Model):
    _inherit = "customer.portal.module"

    def _get_offers(self):
        offers = super()._get_offers()
        if self.model_name == "portal.visit":
            return [*offers, "confirm"]
        if self.model_name == "project.task" and self.page == "native":
            return [*offers, "assignees"]
        return offers
