from odoo import models


class ProjectTask(models.Model):
    _name = "project.task"
    _inherit = ["project.task", "customer.portal.origin.mixin"]

    def _get_thread_with_access(
        self, thread_id, *, project_sharing_id=None, token=None, **kwargs
    ):
        """Let who shares a project post on the tasks that he sees in it.

        Core lets him post on all of them.
        """
        gate, user = self.env["customer.portal.gate"], self.env.user
        if not gate.shown(user, self.sudo().browse(thread_id).exists()):
            project_sharing_id = None
        return super()._get_thread_with_access(
            thread_id, project_sharing_id=project_sharing_id, token=token, **kwargs
        )
