from odoo import api, fields, models
from odoo.exceptions import UserError


class CustomerPortalCaseMerge(models.TransientModel):
    """Which of some cases goes on, and who sees more or less by it."""

    _name = "customer.portal.case.merge"
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
        others = self.case_ids - self.target_id
        strangers = others.filtered(
            lambda case: self._get_family(case) != self._get_family(self.target_id)
        )
        warnings = [
            self.env._(
                "%(case)s belongs to %(owner)s. Whoever sees %(target)s will be able "
                "to read it.",
                case=self._get_number(case),
                owner=self._get_family(case).display_name or self.env._("nobody"),
                target=self._get_number(self.target_id),
            )
            for case in strangers
        ]
        return warnings + [
            self.env._(
                "%(customer)s can't see %(target)s, and will no longer see what was "
                "written on %(case)s.",
                customer=case.partner_id.display_name,
                target=self._get_number(self.target_id),
                case=self._get_number(case),
            )
            for case in others
            if self._loses_sight(case)
        ]

    def _get_family(self, case):
        organization = case.sudo().portal_organization_id
        return organization or case.sudo().partner_id.commercial_partner_id

    def _get_number(self, case):
        return case.portal_number or case.display_name or ""

    def _loses_sight(self, case):
        """Say whether the customer of a case sees it now, but not where it goes."""
        users = case.sudo().partner_id.user_ids
        user = users.filtered(lambda user: user._is_portal())[:1]
        gate = self.env["customer.portal.gate"].with_user(user or self.env.user)
        target = self.target_id
        return bool(
            user
            and target
            and gate.get_page_url(case._name, case._origin.id)
            and not gate.get_page_url(target._name, target._origin.id)
        )
