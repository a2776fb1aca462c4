import base64
import json

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

ACTIONS = {
    True: "customer_portal.customer_portal_profile_action",
    False: "customer_portal.customer_portal_module_action",
}


class CustomerPortalImport(models.TransientModel):
    """A file with profiles and modules: first what it would change, then the change."""

    _name = "customer.portal.import"
    _description = "Customer Portal Import"

    file = fields.Binary(attachment=False)
    file_name = fields.Char()
    state = fields.Selection(
        [("upload", "Choose File"), ("preview", "Preview")],
        "Status",
        required=True,
        default="upload",
        readonly=True,
    )
    summary = fields.Json(readonly=True)
    can_import = fields.Boolean(compute="_compute_preview")
    preview = fields.Html(compute="_compute_preview", sanitize=False)

    @api.depends("summary")
    def _compute_preview(self):
        for wizard in self:
            summary = wizard.summary or {}
            is_fit = not summary.get("problem")
            wizard.can_import = is_fit and bool(summary.get("differences"))
            wizard.preview = summary and self.env["ir.qweb"]._render(
                "customer_portal.import_preview", wizard._get_preview_values()
            )

    def _get_preview_values(self):
        """Return what the preview shows: differences by what they are about."""
        groups = {}
        for one in self.summary["differences"]:
            groups.setdefault((one["path"][0], one["group"]), []).append(one)
        return {
            **self.summary,
            "groups": [
                {"title": title, "is_profile": part == "profiles", "rows": rows}
                for (part, title), rows in groups.items()
            ],
        }

    def action_preview(self):
        """Show what the file would change; it changes nothing yet."""
        self.ensure_one()
        self.write({"state": "preview", "summary": self._summarize()})
        return self._reopen()

    def action_back(self):
        self.ensure_one()
        self.write({"state": "upload", "summary": False, "file": False})
        return self._reopen()

    def action_import(self):
        """Apply the file, if it still changes what the preview has shown."""
        self.ensure_one()
        summary = self._summarize()
        if summary["problem"] or self._is_stale(summary):
            self.write({"state": "preview", "summary": {**summary, "is_stale": True}})
            return self._reopen()
        applied = self.env["customer.portal.portable"]._apply(self._read_file())
        name = ACTIONS[bool(applied.profiles)]
        action = self.env["ir.actions.act_window"]._for_xml_id(name)
        return {**action, "target": "main"}

    def _is_stale(self, summary):
        """Say whether the preview has shown something else than what would happen."""
        seen = {**(self.summary or {}), "is_stale": False}
        return json.loads(json.dumps(summary)) != seen

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def _read_file(self):
        content = self.with_context(bin_size=False, bin_size_file=False).file
        if not content:
            raise ValidationError(self.env._("Choose a file first."))
        return self.env["customer.portal.portable"]._read_text(
            base64.b64decode(content)
        )

    def _summarize(self):
        """Return what the file would change, what is missing, and what is wrong.

        :rtype: dict
        """
        portable = self.env["customer.portal.portable"]
        summary = {"problem": "", "notices": [], "differences": []}
        summary["is_stale"] = False
        try:
            data = self._read_file()
            plan = portable._make_plan(data)
            found = portable._get_differences(plan.before, plan.after)
            summary["notices"] = plan.notices
            summary["differences"] = [
                {name: one[name] for name in ("path", "group", "change", "text")}
                for one in found
            ]
            summary["problem"] = portable._find_refusal(data) or ""
        except UserError as error:
            summary["problem"] = f"{error}"
        return summary
