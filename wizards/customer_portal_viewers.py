from odoo import api, fields, models

from ..models.explain.explain import Question


class CustomerPortalViewers(models.TransientModel):
    """Which contacts see a record, and by which profile."""

    _name = "customer.portal.viewers"
    _inherit = "customer.portal.dialog"
    _description = "Who Sees This"

    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", readonly=True)
    record_name = fields.Char(compute="_compute_viewers")
    module_id = fields.Many2one(
        "customer.portal.module",
        domain="[('model_name', '=', res_model)]",
        ondelete="cascade",
        help="The module in which customers see it.",
    )
    field_id = fields.Many2one(
        "customer.portal.module.field",
        domain="[('module_id', '=', module_id)]",
        ondelete="cascade",
        help="Leave empty to ask about the record as a whole.",
    )
    count = fields.Integer("Contacts", compute="_compute_viewers")
    notice = fields.Char(compute="_compute_viewers")
    groups_html = fields.Html("Profiles", compute="_compute_viewers")
    partner_ids = fields.Many2many("res.partner", compute="_compute_viewers")

    @api.model
    def default_get(self, fields):
        """Ask about the record that the dialog is opened from."""
        values = super().default_get(fields)
        name, res_id = (
            self.env.context.get(f"active_{key}") for key in ("model", "id")
        )
        record = self.env.get(name or "")
        if record is None or not res_id:
            return values
        record = record.browse(res_id).exists()
        module = self.env["customer.portal.explanation"]._find_module(record)
        return {
            **values,
            "res_model": name,
            "res_id": record.id,
            "module_id": module.id,
        }

    @api.depends("res_model", "res_id", "module_id", "field_id")
    @api.depends_context("uid", "lang")
    def _compute_viewers(self):
        for wizard in self:
            wizard.update(
                {
                    "record_name": False,
                    "count": 0,
                    "notice": False,
                    "groups_html": False,
                    "partner_ids": False,
                }
            )
            if wizard.res_model in self.env and wizard.res_id and wizard.module_id:
                wizard._find()
            else:
                wizard.notice = self.env._("No module shows this to customers.")

    def _find(self):
        explain = self.env["customer.portal.explain"]
        record = self.env[self.res_model].browse(self.res_id)
        found = explain.find_viewers(
            Question(
                kind="field" if self.field_id else "record",
                code=self.module_id.code,
                model=self.res_model,
                res_id=self.res_id,
                field=self.field_id.name or "",
            )
        )
        self.record_name = record.display_name
        self.count = len(found.ids)
        self.partner_ids = found.ids
        self.notice = self._get_notice(found)
        self.groups_html = self.env["ir.qweb"]._render(
            "customer_portal.viewer_groups", {"groups": found.groups}
        )

    def _get_notice(self, found):
        if found.is_part:
            return self.env._(
                "There are many portal users. Those of the customer's organization and "
                "some others were checked, %(count)s in all.",
                count=found.asked,
            )
        if not found.ids:
            return self.env._("No portal user sees this right now.")
        return False

    def action_view_partners(self):
        """Open the contacts as a list."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_portal.res_partner_action_portal"
        )
        return {**action, "domain": [("id", "in", self.partner_ids.ids)], "context": {}}
