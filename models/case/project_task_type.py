from odoo import api, models


class ProjectTaskType(models.Model):
    _inherit = "project.task.type"

    def write(self, vals):
        """Let nobody wait for us in a stage that counts as closed from now on."""
        result = super().write(vals)
        if "fold" in vals:
            self.env["project.task"]._refresh_portal_waits()
        return result

    @api.constrains("active", "project_ids")
    def _check_cases(self):
        """Keep the states of cases open, and in the project of cases."""
        modules = self.env["customer.portal.module"]
        projects = modules._get_case_projects()
        unfit = projects and self.sudo().filtered(
            lambda stage: not stage.active or not stage.project_ids & projects
        )
        if unfit:
            modules._check_not_kept(unfit)
