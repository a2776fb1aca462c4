from odoo import api, models
from odoo.exceptions import UserError, ValidationError


class ProjectProject(models.Model):
    _inherit = "project.project"

    # Who sees a project may reply there, as on its tasks; of customers, the profile
    # says who.
    _mail_post_access = "read"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_cases(self):
        """Keep the project of cases: customers would lose them all."""
        if cases := self & self.env["customer.portal.module"]._get_case_projects():
            raise UserError(
                self.env._(
                    "“%(projects)s” contains your customers' cases, so it can't be "
                    "deleted. To hide cases from customers, turn off Cases in their "
                    "profiles.",
                    projects=", ".join(cases.mapped("display_name")),
                )
            )

    @api.constrains("active", "type_ids")
    def _check_cases(self):
        """Keep it open, and its states in it, too."""
        modules = self.env["customer.portal.module"]
        cases = self & modules._get_case_projects()
        if archived := cases.filtered(lambda project: not project.active):
            raise ValidationError(
                self.env._(
                    "“%(projects)s” contains your customers' cases, so it can't be "
                    "archived. To hide cases from customers, turn off Cases in their "
                    "profiles.",
                    projects=", ".join(archived.mapped("display_name")),
                )
            )
        if cases:
            states = modules._get_kept_states().get("project.task.type", ())
            self.env["project.task.type"].browse(states).exists()._check_cases()
