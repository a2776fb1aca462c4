import ast
from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain

from ..models.explain.explain import Question

THINGS = [
    ("login", "Log in"),
    ("page", "Open an address"),
    ("module", "See a module"),
    ("record", "See a record"),
    ("field", "See a field"),
    ("edit", "Edit a field"),
    ("action", "Do something"),
    ("file", "Download a file"),
]
WAYS = [("page", "In the portal"), ("rpc", "Through the API")]
ICONS = {True: "fa-check-circle", False: "fa-times-circle", None: "fa-lock"}
COLORS = {True: "text-success", False: "text-danger", None: "text-muted"}


class CustomerPortalExplanation(models.TransientModel):
    """Why a customer can do something or not, for the agents who are asked."""

    _name = "customer.portal.explanation"
    _inherit = "customer.portal.dialog"
    _description = "Explain Access"

    partner_id = fields.Many2one("res.partner", "Customer", ondelete="cascade")
    thing = fields.Selection(
        THINGS, "Can They", required=True, default="login", help="What to explain."
    )
    address = fields.Char(
        help="The address of a portal page, as the customer's browser shows it."
    )
    module_id = fields.Many2one("customer.portal.module", ondelete="cascade")
    record = fields.Reference(
        selection="_select_models", help="The record that the question is about."
    )
    field_id = fields.Many2one(
        "customer.portal.module.field",
        domain="[('module_id', '=', module_id)]",
        ondelete="cascade",
    )
    action = fields.Selection(selection="_select_actions")
    attachment_id = fields.Many2one(
        "ir.attachment", "File", domain=[("res_field", "=", False)], ondelete="cascade"
    )
    way = fields.Selection(
        WAYS,
        "How",
        required=True,
        default="page",
        help="Programs that log in as the customer only get what Odoo's own rules and "
        "the profile allow.",
    )
    allowed = fields.Selection(
        [("yes", "Yes"), ("no", "No"), ("unknown", "Unknown")],
        compute="_compute_answer",
    )
    answer = fields.Char(compute="_compute_answer")
    steps_html = fields.Html("Steps", compute="_compute_answer", sanitize=False)

    # === WHAT IS OFFERED === #

    @api.model
    def _select_models(self):
        """Return the models that whoever asks may read, of those that are published."""
        modules = self.env["customer.portal.module"].sudo().search(Domain.TRUE)
        names = defaultdict(list)
        for module in modules:
            names[module.model_name].append(module.name)
        labels = {name: ", ".join(sorted(found)) for name, found in names.items()}
        return [
            (name, label)
            for name, label in sorted(labels.items(), key=lambda pair: pair[1])
            if name in self.env and self.env[name].has_access("read")
        ]

    @api.model
    def _select_actions(self):
        permissions = self.env["customer.portal.permission"]
        return [
            (action, permissions._fields[fname]._description_string(self.env))
            for action, fname in permissions._get_action_fields().items()
            if action != "see"
        ]

    @api.model
    def default_get(self, fields):
        """Begin with what the dialog is opened from."""
        values = super().default_get(fields)
        model_name = self.env.context.get("active_model")
        record = self.env.get(model_name or "")
        if record is None or not self.env.context.get("active_id"):
            return values
        record = record.browse(self.env.context["active_id"]).exists()
        if model_name == "res.partner":
            return {**values, "partner_id": record.id}
        module = self._find_module(record)
        if not module:
            return values
        owner = self._get_customer(record, module)
        return {
            **values,
            "thing": "record",
            "module_id": module.id,
            "record": f"{model_name},{record.id}",
            "partner_id": owner._filtered_access("read").id,
        }

    @api.model
    def _find_module(self, record):
        """Return the module whose records these are; the one with the page first."""
        modules = self.env["customer.portal.module"].search(
            [("model_name", "=", record._name)]
        )
        same = modules.filtered(
            lambda one: (
                one.available
                and record.filtered_domain(ast.literal_eval(one.sudo().domain or "[]"))
            )
        )
        return (same or modules).sorted(lambda one: one.page == "native")[:1]

    @api.model
    def _get_customer(self, record, module):
        path = module.sudo().partner_field
        partners = record.mapped(path) if path and path != "id" else record.browse()
        is_one = partners._name == "res.partner" and len(partners) == 1
        return partners if is_one else self.env["res.partner"]

    @api.onchange("record")
    def _onchange_record(self):
        if self.record:
            known = self.module_id.model_name == self.record._name
            self.module_id = self.module_id if known else self._find_module(self.record)

    @api.onchange("module_id")
    def _onchange_module_id(self):
        if self.field_id.module_id != self.module_id:
            self.field_id = False
        if self.record and self.record._name != self.module_id.model_name:
            self.record = False

    @api.onchange("thing")
    def _onchange_thing(self):
        """Offer the file of the document that was asked about."""
        if self.thing == "file" and self._is_document():
            self.attachment_id = self.record.attachment_id

    @api.onchange("attachment_id")
    def _onchange_attachment_id(self):
        """Forget the document that another file belongs to."""
        file = self.attachment_id
        if file and self._is_document() and self.record.attachment_id != file:
            self.record = self.module_id = False

    def _is_document(self):
        return self.record and self.record._name == "customer.portal.document"

    @api.model
    def _may_name(self, record):
        """Name the file of a document, too, which agents see without reading it."""
        if super()._may_name(record):
            return True
        if record._name != "ir.attachment":
            return False
        documents = self.env["customer.portal.document"]
        shared = documents._find_by_files_sudo(record.ids).sudo(False)
        return bool(shared._filtered_access("read"))

    # === THE ANSWER === #

    @api.depends(
        *("partner_id", "thing", "address", "module_id", "record", "field_id"),
        *("action", "attachment_id", "way"),
    )
    @api.depends_context("uid", "lang")
    def _compute_answer(self):
        for wizard in self:
            wizard.allowed = wizard.steps_html = False
            wizard.answer = wizard._get_missing()
            if not wizard.answer:
                wizard._explain()

    def _get_missing(self):
        """Say what has to be chosen first."""
        needs = {
            "page": (self._is_portal_address(), self._get_address_need()),
            "module": (self.module_id, self.env._("Choose a module.")),
            "record": (self.record, self.env._("Choose a record.")),
            "field": (self.record and self.field_id, self._get_field_need()),
            "edit": (self.record and self.field_id, self._get_field_need()),
            "action": (
                self.action and (self.record or self._is_without_record()),
                self.env._("Choose an action, and a record."),
            ),
            "file": (self.attachment_id, self.env._("Choose a file.")),
        }
        if not self.partner_id:
            return self.env._("Choose a customer.")
        is_there, text = needs.get(self.thing, (True, ""))
        return None if is_there else text

    def _is_portal_address(self):
        return self.env["customer.portal.explain"].is_portal_address(self.address)

    def _get_address_need(self):
        if not self.address:
            return self.env._("Paste an address.")
        return self.env._("Paste the address of a portal page. It has /my in it.")

    def _get_field_need(self):
        return self.env._("Choose a record and a field.")

    def _is_without_record(self):
        return self.action in ("create", "export") and bool(self.module_id)

    def _make_question(self):
        """Return what is asked.

        :rtype: Question
        """
        explain = self.env["customer.portal.explain"]
        if self.thing == "page":
            return explain.read_address(self.address)
        if self.thing == "login":
            return Question()
        record = self.record if self.thing != "module" else None
        actions = {"edit": "edit", "action": self.action}
        return Question(
            kind="field" if self.thing == "edit" else self.thing,
            code=self.module_id.code or "",
            model=record._name if record else "",
            res_id=record.id if record else 0,
            field=self.field_id.name or "",
            action=actions.get(self.thing, "see"),
            file_id=self.attachment_id.id if self.thing == "file" else 0,
            way=self.way if self.thing in ("record", "field", "edit") else "page",
        )

    def _explain(self):
        explain = self.env["customer.portal.explain"]
        partner = self.partner_id._origin or self.partner_id
        told = explain.explain(partner, self._make_question())
        self.allowed = {True: "yes", False: "no", None: "unknown"}[told.allowed]
        name = {"name": self.partner_id.name}
        self.answer = {
            "yes": self.env._("Yes, %(name)s can.", **name),
            "no": self.env._("No, %(name)s can't.", **name),
            "unknown": self.env._("You don't have access to all of the answer."),
        }[self.allowed]
        self.steps_html = self.env["ir.qweb"]._render(
            "customer_portal.explanation_steps",
            {"steps": [self._make_step(step, told) for step in told.steps]},
        )

    def _make_step(self, step, told):
        """Return what the page shows of a step."""
        words = {
            True: self.env._("Yes:"),
            False: self.env._("No:"),
            None: self.env._("Hidden:"),
        }
        model, res_id, _field, label = step.link or (None, None, None, None)
        return {
            "icon": f"{ICONS[step.passed]} {COLORS[step.passed]}",
            "word": words[step.passed],
            "text": step.text,
            "url": model and self._get_url(model, res_id),
            "label": label,
            "is_reason": step == told.reason,
        }

    def _get_url(self, model, res_id):
        """Return the address of what decides; a profile's form holds its rows."""
        record_sudo = self.env[model].sudo().browse(res_id)
        for fname in ("permission_id", "profile_id"):
            if model.startswith("customer.portal.permission") and (
                fname in record_sudo._fields
            ):
                record_sudo = record_sudo[fname]
        return f"/odoo/{record_sudo._name}/{record_sudo.id}"
