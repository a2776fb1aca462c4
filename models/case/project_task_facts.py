from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column

from ...const import PREFETCH


class ProjectTask(models.Model):
    """Cases know who wrote last, since when their customer waits, and what changed.

    What changed is what their customer notices.
    """

    _name = "project.task"
    _inherit = ["project.task", "customer.portal.case.facts"]

    portal_change_date = fields.Datetime(
        "Last Change",
        compute="_compute_portal_change_date",
        store=True,
        help="When someone last wrote something that the customer can read, or the "
        "stage changed.",
        prefetch=PREFETCH,
    )

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

    def _auto_init(self):
        """Make the column empty: there may be a million tasks, few of them cases."""
        name = "portal_change_date"
        if not column_exists(self.env.cr, self._table, name):
            create_column(self.env.cr, self._table, name, "timestamp")
        return super()._auto_init()

    @api.depends("portal_last_message_date", "date_last_stage_update")
    def _compute_portal_change_date(self):
        for task in self:
            written, moved = task.portal_last_message_date, task.date_last_stage_update
            task.portal_change_date = written and max(written, moved or written)

    @api.model
    def _note_old_messages(self):
        """Note it on the cases there are, too."""
        result = super()._note_old_messages()
        self.env.cr.execute(
            SQL(
                "UPDATE project_task SET portal_change_date ="
                " GREATEST(portal_last_message_date, date_last_stage_update)"
                " WHERE portal_last_message_date IS NOT NULL"
            )
        )
        self.invalidate_model(["portal_change_date"])
        return result
