from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...const import PREFETCH
from ..record.search import LAST_DIGITS


class ProjectTask(models.Model):
    """Cases have a number of their own, which customers quote."""

    _inherit = "project.task"

    portal_number = fields.Char(
        "Case Number",
        index="trigram",
        copy=False,
        help="The number that customers quote. Any part of it finds the case, such as "
        "94.",
        prefetch=PREFETCH,
    )
    portal_number_company_id = fields.Many2one(
        "res.company",
        "Case Number Company",
        copy=False,
        help="The company whose numbering the case uses. This never changes.",
        prefetch=PREFETCH,
    )

    _portal_number_uniq = models.UniqueIndex(
        "(portal_number, portal_number_company_id) WHERE portal_number IS NOT NULL",
        "A case with this number already exists.",
    )
    # Of all tasks: PostgreSQL keeps no statistics on the values of a partial index, and
    # would rather read a million cases in their order.
    _portal_number_digits = models.Index(
        f"(CAST(SUBSTRING(portal_number FROM '{LAST_DIGITS}') AS bigint))"
    )

    # === COMPUTE METHODS === #

    @api.model
    def _search_display_name(self, operator, value):
        """Find cases by their number, too, however it is typed."""
        domain = super()._search_display_name(operator, value)
        if operator not in ("ilike", "like", "=ilike") or not isinstance(value, str):
            return domain
        if not self._has_field_access(self._fields["portal_number"], "read"):
            return domain
        numbers = self.env["customer.portal.number"]
        return Domain(domain) | numbers._get_domain("portal_number", value)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        tasks = super().create(vals_list)
        tasks._give_portal_numbers()
        return tasks

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"project_id", "parent_id", "portal_number"}:
            self._give_portal_numbers()
        return result

    # === BUSINESS METHODS === #

    def _give_portal_numbers(self):
        """Number the cases that have no number yet; what somebody typed counts."""
        cases_sudo = self.sudo().filtered("is_portal_case")
        fresh_sudo = cases_sudo.filtered(lambda case: not case.portal_number_company_id)
        companies = fresh_sudo.grouped(lambda case: case._get_number_company())
        for company_sudo, cases_sudo in companies.items():
            cases_sudo.portal_number_company_id = company_sudo
            bare_sudo = cases_sudo.filtered(lambda case: not case.portal_number)
            numbers = company_sudo._draw_portal_numbers(len(bare_sudo))
            for case_sudo, number in zip(bare_sudo, numbers, strict=True):
                case_sudo.portal_number = number

    def _get_number_company(self):
        return self.company_id or self.partner_id.company_id or self.env.company

    @api.model
    def _number_old_cases(self):
        """Number the cases that were there before numbers were.

        By SQL, as there may be a million. They keep what customers know: case 94
        becomes CS-2026-00094, by the year in which it was made.
        """
        project_id = self.env["ir.model.data"]._xmlid_to_res_id(
            "customer_portal.project_cases", raise_if_not_found=False
        )
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE project_task
                   SET portal_number = CONCAT(
                           'CS-', TO_CHAR(task.create_date, 'YYYY-'),
                           LPAD(task.id::text, GREATEST(5, LENGTH(task.id::text)), '0')
                       ),
                       portal_number_company_id = COALESCE(
                           task.company_id, partner.company_id, %(company_id)s
                       )
                  FROM project_task task
             LEFT JOIN res_partner partner ON partner.id = task.partner_id
                 WHERE project_task.id = task.id
                   AND task.project_id = %(project_id)s
                   AND task.portal_number IS NULL
                """,
                company_id=self.env.company.id,
                project_id=project_id or None,
            )
        )
        self.env.invalidate_all()
        self.env["res.company"].sudo().search(Domain.TRUE)._skip_portal_numbers()
