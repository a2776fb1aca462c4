from odoo import api, fields, models

from .reason import DOUBTS, LEAKS, REASONS
from .reason_named import FIELD

# How many records a line names, and how many of them it can open.
NAMES, IDS = 5, 100


class CustomerPortalLeakLine(models.Model):
    """Records of one kind that customers see for one reason, or without any."""

    _name = "customer.portal.leak.line"
    _description = "Result of a Leak Check"
    _order = "check_id, sequence, id"

    check_id = fields.Many2one(
        "customer.portal.leak.check", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer()
    verdict = fields.Selection(
        [("leak", "Leak"), ("doubt", "To Look At"), ("reason", "Explained")],
        required=True,
    )
    module_id = fields.Many2one("customer.portal.module", ondelete="set null")
    model_name = fields.Char("Model")
    thing = fields.Char("What", compute="_compute_thing")
    ways = fields.Char("Ways In (Codes)")
    ways_text = fields.Char("Where", compute="_compute_ways_text")
    seen_by = fields.Selection(
        [
            ("new", "A new organization"),
            ("customers", "Customers"),
            ("both", "Both"),
        ],
    )
    reason = fields.Selection(
        [*REASONS.items(), *DOUBTS.items(), *LEAKS.items()], required=True
    )
    count = fields.Integer("Records", aggregator=None)
    res_ids = fields.Json()
    record_names = fields.Char("Examples", compute="_compute_record_names")

    @api.depends("module_id", "model_name")
    @api.depends_context("lang")
    def _compute_thing(self):
        models_sudo = self.env["ir.model"].sudo()
        for line in self:
            model_sudo = models_sudo._get(line.model_name) if line.model_name else None
            label = model_sudo.name if model_sudo else self.env._("Home Page")
            line.thing = line.module_id.name or label

    @api.depends("ways")
    @api.depends_context("lang")
    def _compute_ways_text(self):
        names = self._get_way_names()
        for line in self:
            codes = (line.ways or "").split()
            texts = [names.get(code) or line._get_field_way(code) for code in codes]
            line.ways_text = ", ".join(texts)

    def _get_field_way(self, code):
        """Return what a way is called that is a field: its name on the page."""
        if not code.startswith(FIELD):
            return code
        model_name, name = code.removeprefix(FIELD).split(":")
        lines = self.module_id.field_ids.filtered(lambda one: one.name == name)
        model = self.env.get(model_name)
        field = model._fields.get(name) if model is not None else None
        label = field and field._description_string(self.env)
        label = lines[:1].display_name or label or name
        return self.env._("field %(field)s", field=label)

    @api.model
    def _get_way_names(self):
        """Return what the ways in are called. To be extended with them.

        :rtype: dict[str, str]
        """
        return {
            "list": self.env._("list"),
            "page": self.env._("page"),
            "count": self.env._("count"),
            "chart": self.env._("chart"),
            "export": self.env._("export"),
            "search": self.env._("search"),
            "file": self.env._("file"),
            "public_file": self.env._("address of the file"),
            "comment": self.env._("comment"),
            "home": self.env._("home page"),
            "rpc": self.env._("API search"),
            "rpc_read": self.env._("API read"),
            "rpc_count": self.env._("API count"),
            "rpc_names": self.env._("API names"),
        }

    @api.depends("model_name", "res_ids")
    @api.depends_context("uid", "lang")
    def _compute_record_names(self):
        """Name the records that the user may read, and no others."""
        for line in self:
            names = line._get_readable_records(NAMES).mapped("display_name")
            line.record_names = ", ".join(filter(None, names))

    def _get_readable_records(self, limit=IDS):
        self.ensure_one()
        model = self.env.get(self.model_name or "")
        if model is None:
            return self.browse()
        ids = (self.res_ids or [])[:limit]
        records = model.with_context(active_test=False).browse(ids).exists()
        return records._filtered_access("read")

    def action_open_records(self):
        """Open the records, with the rights of the user."""
        self.ensure_one()
        self.check_access("read")
        records = self._get_readable_records()
        return {
            "type": "ir.actions.act_window",
            "name": self.thing,
            "res_model": records._name,
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", records.ids)],
            "context": {"active_test": False, "create": False},
        }
