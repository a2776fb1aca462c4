from odoo import api, fields, models
from odoo.exceptions import UserError


class CustomerPortalCaseMerge(models.TransientModel):
    """Which of some cases goes on, and who sees more or less by it."""

    _name = "customer.portal.case.merge"
    _inherit = "customer.portal.dialog"
    _description = "Merge Cases"

    case_ids = fields.Many2many("project.task", string="Cases")
    target_id = fields.Many2one("project.task", "Keep")
    warning = fields.Text(compute="_compute_warning")
    is_confirmed = fields.Boolean("I have checked this")

    @api.depends("case_ids", "target_id")
    def _compute_warning(self):
        for wizard in self:
            wizard.warning = "\n".join(wizard._get_warnings())

    @api.onchange("case_ids")
    def _onchange_case_ids(self):
        if self.target_id not in self.case_ids:
            self.target_id = self.case_ids.sorted("id")[:1]

    def action_merge(self):
        """Merge the cases, and open the one that goes on.

        :raise UserError: if there is nothing to merge, or somebody has to look first
        """
        self.ensure_one()
        others = self.case_ids - self.target_id
        if not self.target_id or not others:
            raise UserError(self.env._("Choose at least two cases to merge."))
        if not all((self.case_ids | self.target_id).mapped("is_portal_case")):
            raise UserError(self.env._("Only cases can be merged."))
        if self.warning and not self.is_confirmed:
            raise UserError(
                self.env._(
                    "Merging changes who sees what was written. Check it, then confirm."
                )
            )
        self.target_id._merge_portal_cases(others)
        return {
            "type": "ir.actions.act_window",
            "name": self.target_id.display_name,
            "res_model": "project.task",
            "res_id": self.target_id.id,
            "views": [(self.env.ref("project.view_task_form2").id, "form")],
        }

    def _get_warnings(self):
        """Return what the agent must know before: who sees more, and who less.

        :rtype: list[str]
        """
        others = self.case_ids - self.target_id if self.target_id else ()
        return [text for case in others for text in self._get_case_warnings(case)]

    def _get_case_warnings(self, case):
        target = self.target_id
        names = {
            "case": self._get_number(case),
            "target": self._get_number(target),
            "owner": case._get_portal_organization().display_name
            or self.env._("no customer"),
            "customer": case.partner_id.display_name,
            "reader": target.partner_id.display_name,
        }
        is_foreign = (
            case._get_portal_organization() != target._get_portal_organization()
        )
        if is_foreign:
            yield self.env._(
                "%(case)s belongs to %(owner)s. Everyone who sees %(target)s will be "
                "able to read it.",
                **names,
            )
        elif self._sees(target, target) and not self._sees(target, case):
            yield self.env._(
                "%(reader)s can't see %(case)s now, and will be able to read what was "
                "written on it.",
                **names,
            )
        if self._sees(case, case) and not self._sees(case, target):
            yield self.env._(
                "%(customer)s can't see %(target)s, and will no longer see what was "
                "written on %(case)s.",
                **names,
            )

    def _get_number(self, case):
        return case.portal_number or case.display_name or ""

    def _sees(self, whose, case):
        """Say whether the customer of a case sees another one in the portal."""
        users = whose.sudo().partner_id.user_ids
        user = users.filtered(lambda user: user._is_portal())[:1]
        gate = self.env["customer.portal.gate"].with_user(user or self.env.user)
        return bool(user and gate.get_page_url(case._name, case._origin.id))
