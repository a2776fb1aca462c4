from odoo import api, fields, models
from odoo.tools import SQL

from ...const import PREFETCH


class ProjectTask(models.Model):
    """Cases belong to the organization that they were made for.

    It keeps them when their contact moves to another one, is merged, or is deleted.
    """

    _inherit = "project.task"

    portal_organization_id = fields.Many2one(
        "res.partner",
        "Organization",
        index="btree_not_null",
        copy=False,
        help="The organization the case belongs to, even after its contact has moved "
        "to another one.",
        prefetch=PREFETCH,
    )

    @api.model_create_multi
    def create(self, vals_list):
        tasks = super().create(vals_list)
        tasks._fill_portal_organization()
        return tasks

    def write(self, vals):
        """Take up the organization of another contact whom somebody chooses."""
        before = (
            {task: task.partner_id for task in self} if "partner_id" in vals else {}
        )
        result = super().write(vals)
        if before and "portal_organization_id" not in vals:
            changed = self.filtered(lambda task: task.partner_id != before[task])
            changed._follow_portal_contact()
        if vals.keys() & {"project_id", "parent_id", "partner_id"}:
            self._fill_portal_organization()
        return result

    def _fill_portal_organization(self):
        """Write down the organization of cases that have none yet."""
        cases = self.sudo().filtered("is_portal_case")
        cases.filtered(
            lambda case: case.partner_id and not case.portal_organization_id
        )._follow_portal_contact()

    def _follow_portal_contact(self):
        """Make cases those of the organization in which their contact is now."""
        for case_sudo in self.sudo().filtered("is_portal_case"):
            case_sudo.portal_organization_id = (
                case_sudo.partner_id.commercial_partner_id
            )

    def _get_portal_organization(self):
        """Return the organization that a case belongs to, with all rights."""
        case_sudo = self.sudo()
        owner_sudo = case_sudo.portal_organization_id or case_sudo.partner_id
        return owner_sudo.commercial_partner_id

    @api.model
    def _keep_old_organizations(self):
        """Write the organization on cases that were made before it was kept."""
        project_id = self.env["ir.model.data"]._xmlid_to_res_id(
            "customer_portal.project_cases", raise_if_not_found=False
        )
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE project_task
                   SET portal_organization_id = partner.commercial_partner_id
                  FROM res_partner partner
                 WHERE partner.id = project_task.partner_id
                   AND project_task.project_id = %s
                   AND project_task.portal_organization_id IS NULL
                """,
                project_id or None,
            )
        )
        self.env.invalidate_all()
