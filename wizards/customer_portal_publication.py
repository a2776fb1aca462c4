from odoo import fields, models
from odoo.exceptions import UserError

MODES = [
    ("publish", "Publish"),
    ("schedule", "Publish Later"),
    ("roll_back", "Roll Back"),
]


class CustomerPortalPublication(models.TransientModel):
    """What a draft or a former version changes, and what to say of publishing it."""

    _name = "customer.portal.publication"
    _inherit = "customer.portal.dialog"
    _description = "Publication"

    draft_id = fields.Many2one("customer.portal.draft", ondelete="cascade")
    version_id = fields.Many2one("customer.portal.version", ondelete="cascade")
    mode = fields.Selection(MODES, required=True, default="publish")
    is_stale = fields.Boolean(related="draft_id.is_stale")
    # Found before the dialog opens: for that the draft is applied and undone.
    differences = fields.Html(readonly=True)
    blockers = fields.Html(readonly=True)
    reason = fields.Char(
        "Why", size=500, help="Kept with the version, for those who ask later."
    )
    override = fields.Char(
        "Publish Nevertheless Because",
        size=500,
        help="Kept with the version. Leave empty to publish only once nothing speaks "
        "against it.",
    )
    publish_at = fields.Datetime()
    mark = fields.Char(
        "What Was Shown",
        readonly=True,
        help="What the dialog was opened with: that alone is published.",
    )

    def _open(self, title):
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _check_reason(self):
        self.ensure_one()
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why you publish this."))

    def _get_draft(self):
        self._check_reason()
        self.draft_id._check_exists()
        self.draft_id._check_mark(self.mark)
        return self.draft_id

    def action_publish(self):
        draft = self._get_draft()
        record = draft._get_record()
        draft._publish(self.reason, override=self.override)
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
            "target": "main",
        }

    def action_schedule(self):
        draft = self._get_draft()
        if not self.publish_at:
            raise UserError(self.env._("Choose when to publish this."))
        draft._schedule(self.publish_at, self.reason)
        return {
            "type": "ir.actions.client",
            "tag": "soft_reload",
        }

    def action_roll_back(self):
        self._check_reason()
        return self.version_id._roll_back(self.reason, override=self.override)
