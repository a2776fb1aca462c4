from odoo import api, fields, models

from ..utils import read_number

PREVIEW_SIZE = 20


class CustomerPortalModulePreview(models.TransientModel):
    """The list and a record of a module, as a customer sees them.

    All of it comes through the gate, as that customer. Of that, it shows what whoever
    looks may read themselves. Nothing is changed.
    """

    _name = "customer.portal.module.preview"
    _inherit = "customer.portal.dialog"
    _description = "Module Preview"

    module_id = fields.Many2one(
        "customer.portal.module", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner",
        "View As",
        domain=[("portal_user", "=", True)],
        ondelete="cascade",
        help="The customer whose view is shown.",
    )
    record = fields.Char(help="The record to show.")
    records = fields.Json(compute="_compute_preview")
    notice = fields.Char(compute="_compute_preview")
    list_html = fields.Html("List", compute="_compute_preview")
    record_html = fields.Html("Record Page", compute="_compute_preview")

    @api.depends("module_id", "partner_id", "record")
    @api.depends_context("uid")
    def _compute_preview(self):
        for preview in self:
            preview.notice = preview._get_notice()
            rows = [] if preview.notice else preview._find_rows()
            if not preview.notice and not rows:
                preview.notice = preview._get_empty_notice()
            preview.records = [[str(row["id"]), f"{row['title']}"] for row in rows]
            preview.list_html = preview._render_list(rows)
            preview.record_html = preview._render_record(rows)

    # === WHO SEES IT === #

    def _get_user(self):
        """Return the portal user of the contact, as far as one may be looked at."""
        partner = self.partner_id._filtered_access("read")
        return partner.user_ids.filtered(lambda user: user._is_portal())[:1]

    def _get_notice(self):
        """Say why there is nothing to be seen."""
        if not self.partner_id:
            return self.env._("Choose a customer.")
        if problem := self.module_id.problem:
            return problem
        if problem := self.module_id._get_permit_problem(["read"]):
            return problem
        user = self._get_user()
        if not user:
            return self.env._("This contact has no portal access.")
        if not self._ask("customer.portal.gate").may(self.module_id.code):
            return self.env._(
                "The profile of %(customer)s doesn't show %(module)s. Add their "
                "profile to Shown In.",
                customer=user.partner_id.name,
                module=self.module_id.name,
            )
        return None

    def _get_empty_notice(self):
        return self.env._(
            "Nothing in %(module)s can be seen by both %(customer)s and you.",
            customer=self.partner_id.name,
            module=self.module_id.name,
        )

    def _ask(self, service):
        """Return the gate, or a service, as a page of the customer asks it."""
        user = self._get_user()
        context = {"lang": user.lang, "tz": user.tz}
        return self.env(user=user.id, su=False, context=context)[service]

    # === WHAT THEY SEE === #

    def _find_rows(self):
        """Return the first rows of the list that may be read by whoever looks, too."""
        pages = self._ask("customer.portal.record")
        rows = pages.find_rows(self.module_id.code, limit=PREVIEW_SIZE)
        model = self.env[self.module_id.model_name]
        readable = model.browse(row["id"] for row in rows)._filtered_access("read")
        return [row for row in rows if row["id"] in readable.ids]

    def _render_list(self, rows):
        if not rows:
            return False
        pages = self._ask("customer.portal.record")
        columns = pages.columns(self.module_id.code)
        return self.env["ir.qweb"]._render(
            "customer_portal.module_preview_list", {"columns": columns, "rows": rows}
        )

    def _render_record(self, rows):
        """Show the chosen record, else the first one."""
        ids = [row["id"] for row in rows]
        chosen = read_number(self.record)
        res_id = chosen if chosen in ids else next(iter(ids), None)
        if not res_id:
            return False
        pages, code = self._ask("customer.portal.record"), self.module_id.code
        return self.env["ir.qweb"]._render(
            "customer_portal.module_preview_record",
            {
                "columns": pages.columns(code, "detail"),
                "row": pages.get_row(code, res_id),
            },
        )
