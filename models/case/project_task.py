from odoo import api, fields, models

from ...const import PREFETCH


class ProjectTask(models.Model):
    """Cases are tasks of a project that customers see."""

    _inherit = "project.task"

    portal_category_id = fields.Many2one(
        "project.tags",
        "Category",
        index="btree_not_null",
        prefetch=PREFETCH,
    )

    is_portal_case = fields.Boolean(compute="_compute_is_portal_case")

    # A contact's own cases in the order of their list. By Odoo's index on the contact
    # all of them are read, and sorted, before the first twenty are shown: 32 ms of ten
    # thousand among a million.
    _portal_contact_order = models.Index(
        "(partner_id, id) WHERE partner_id IS NOT NULL"
    )

    @api.depends("project_id")
    def _compute_is_portal_case(self):
        # Not the record: each time Odoo would ask whether it exists.
        project_id = self.env["ir.model.data"]._xmlid_to_res_id(
            "customer_portal.project_cases", raise_if_not_found=False
        )
        for task in self:
            task.is_portal_case = bool(project_id) and task.project_id.id == project_id

    def write(self, vals):
        """Keep a case's state in step with its stage, whoever moves it.

        Customers read the stage; Odoo's own reports ask for the state.
        """
        result = super().write(vals)
        if "stage_id" in vals and "state" not in vals:
            self.sudo().filtered("is_portal_case")._follow_stage()
        return result

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Show agents the customer of a case, where Sales hides the field.

        It does on tasks that are not billed. Here, as the condition depends on the apps
        that are installed.
        """
        arch, view = super()._get_view(view_id, view_type, **options)
        if arch.xpath("//field[@name='is_portal_case']"):
            for node in arch.xpath("//field[@name='partner_id'][@invisible]"):
                hidden = node.get("invisible")
                node.set("invisible", f"not is_portal_case and ({hidden})")
                break
        return arch, view

    def _follow_stage(self):
        for case in self:
            if case.stage_id.fold != case.is_closed:
                case.state = "1_done" if case.stage_id.fold else "01_in_progress"

    def _creation_message(self):
        if self.sudo().is_portal_case:
            return self.env._("The case has been created.")
        return super()._creation_message()

    @api.model
    def _task_message_auto_subscribe_notify(self, users_per_task):
        """Say case, not task, to whoever is assigned to one, and its number.

        Core asks here while it is still creating the tasks.
        """
        self.union(*users_per_task)._give_portal_numbers()
        pages = self.env["customer.portal.gate"]
        cases = [
            task
            for task, users in users_per_task.items()
            if users and pages._get_page(task)
        ]
        if not self.env.context.get("mail_auto_subscribe_no_notify"):
            for case in cases:
                case._notify_portal_assigned(users_per_task[case])
        return super()._task_message_auto_subscribe_notify(
            {task: users for task, users in users_per_task.items() if task not in cases}
        )
