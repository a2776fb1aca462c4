from odoo import api, models
from odoo.fields import Domain


class ProjectTask(models.Model):
    """Cases know who wrote last, and since when their customer waits."""

    _name = "project.task"
    _inherit = ["project.task", "customer.portal.case.facts"]

    def _filter_portal_cases(self):
        return self.sudo().filtered("is_portal_case")

    @api.model
    def _get_portal_case_domain(self):
        project_id = self.env["ir.model.data"]._xmlid_to_res_id(
            "customer_portal.project_cases", raise_if_not_found=False
        )
        return Domain("project_id", "in", [project_id] if project_id else [])

    @api.model
    def _get_portal_wait_names(self):
        return super()._get_portal_wait_names() | {"project_id", "parent_id"}
