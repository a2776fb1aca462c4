from odoo import models


class ProjectTask(models.Model):
    _inherit = "project.task"

    def action_see_as_customer(self):
        """Open the case as its customer sees it, or their home page if they do not."""
        self.ensure_one()
        partner = self.partner_id
        self.env["customer.portal.viewing"]._open(partner)
        users = partner._get_portal_users_sudo().filtered("active")
        gate = self.env["customer.portal.gate"]
        gate = gate.with_user(users._get_main_portal_users())
        url = gate.get_page_url(self._name, self.id)
        return partner._get_viewing_action(url or "/my")
