from odoo.http import request, route
from odoo.tools import consteq

from odoo.addons.project.controllers.portal import ProjectCustomerPortal


class CustomerPortalProject(ProjectCustomerPortal):
    @route()
    def portal_my_project_task(
        self, project_id=None, task_id=None, access_token=None, **kw
    ):
        """Take notice of the project's own token only.

        With any other text for a token, core shows whoever sees the project all its
        tasks.
        """
        project_sudo = request.env["project.project"].sudo().browse(project_id)
        token = project_sudo.exists().access_token
        if access_token and not consteq(token or "", access_token):
            access_token = None
        if not access_token and not self._may_read_task(project_id, task_id):
            return request.redirect("/my")
        return super().portal_my_project_task(
            project_id=project_id, task_id=task_id, access_token=access_token, **kw
        )

    def _may_read_task(self, project_id, task_id):
        """Say whether the page has a task to show: core fails without one."""
        tasks = request.env["project.task"]
        domain = [("project_id", "=", project_id), ("id", "=", task_id)]
        return tasks.has_access("read") and tasks.search_count(domain, limit=1)
