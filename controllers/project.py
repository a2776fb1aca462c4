from odoo.http import request, route

from odoo.addons.project.controllers.portal import ProjectCustomerPortal


class CustomerPortalProject(ProjectCustomerPortal):
    @route()
    def portal_my_project(self, project_id=None, access_token=None, **kw):
        """Take notice of the project's own token only, where it opens something.

        With any other text for a token, core shows whoever sees the project all its
        tasks.
        """
        token = self._get_project_token(project_id, access_token)
        return super().portal_my_project(
            project_id=project_id, access_token=token, **kw
        )

    @route()
    def portal_my_project_task(
        self, project_id=None, task_id=None, access_token=None, **kw
    ):
        """Take notice of the project's own token only, too."""
        access_token = self._get_project_token(project_id, access_token)
        if not access_token and not self._may_read_task(project_id, task_id):
            request.env.registry["ir.http"]._note_refusal()
            return request.redirect("/my")
        return super().portal_my_project_task(
            project_id=project_id, task_id=task_id, access_token=access_token, **kw
        )

    @route()
    def portal_my_task(self, task_id, **kw):
        """Lead customers from the link of a case to the page that shows it."""
        response = super().portal_my_task(task_id, **kw)
        if getattr(response, "status_code", 200) != 303:
            return response
        gate = request.env["customer.portal.gate"]
        url = gate.get_page_url("project.task", task_id)
        return request.redirect(url) if url else response

    def _get_project_token(self, project_id, access_token):
        """Return a token that opens a project for the visitor, None for any other."""
        gate = request.env["customer.portal.gate"]
        is_good = gate.has_token("project.project", project_id, access_token)
        is_taken = is_good and gate.takes_token("project.project", project_id)
        return access_token if is_taken else None

    def _prepare_tasks_values(
        self,
        page,
        date_begin,
        date_end,
        sortby,
        search,
        search_in,
        groupby,
        url="/my/tasks",
        domain=None,
        su=False,
        project=False,
    ):
        """Sort and group only by what the page offers.

        Core hands anything to the database, and with all rights: the order would tell
        of fields that the customer may not read.
        """
        if sortby not in self._task_get_searchbar_sortings(True, project):
            sortby = None
        if groupby not in self._task_get_searchbar_groupby(True, project):
            groupby = "stage_id" if project else None
        values = super()._prepare_tasks_values(
            page,
            date_begin,
            date_end,
            sortby,
            search,
            search_in,
            groupby,
            url=url,
            domain=domain,
            su=su,
            project=project,
        )
        if values["groupby"] not in values["searchbar_groupby"]:
            values["groupby"] = "none"  # Where milestones are not in use.
        return values

    def _may_read_task(self, project_id, task_id):
        """Say whether the page has a task to show: core fails without one."""
        tasks = request.env["project.task"]
        domain = [("project_id", "=", project_id), ("id", "=", task_id)]
        return tasks.has_access("read") and tasks.search_count(domain, limit=1)
