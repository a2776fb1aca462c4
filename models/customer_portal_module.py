import ast
import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..const import PRESETS, PROFILE_CODES

CODE = re.compile(r"[a-z][a-z0-9_-]*")
# Fields of a module that name a field of its model.
FIELD_NAMES = (
    "title_field",
    "number_field",
    "state_field",
    "priority_field",
    "assignee_field",
)


class CustomerPortalModule(models.Model):
    """A model that can be published in the portal, and how (feature rows 49-51).

    Only what a profile permits of a module is seen. A module whose app is not
    installed waits for it.
    """

    _name = "customer.portal.module"
    _inherit = "customer.portal.gate.source"
    _description = "Customer Portal Module"
    _order = "sequence, id"

    code = fields.Char(
        required=True,
        help="Stands in the addresses of the portal, such as /my/p/deliveries.",
    )
    name = fields.Char("Label", required=True, translate=True)
    icon = fields.Char(help="A Font Awesome icon, such as fa-truck.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    model_name = fields.Char(
        "Model", required=True, help="Technical name, such as stock.picking."
    )
    available = fields.Boolean(
        compute="_compute_available",
        search="_search_available",
        help="Whether the app of the model is installed.",
    )
    page = fields.Selection(
        [("native", "Page of Odoo"), ("generated", "Made Here")],
        required=True,
        default="generated",
    )
    paths = fields.Char(
        "Addresses",
        help="The lists of Odoo's own pages, such as /my/orders, separated by spaces.",
    )
    partner_field = fields.Char(
        "Path to the Contact",
        help="How a record reaches its customer: a stored field, or several joined by "
        "dots, such as order_id.partner_id. Without it nobody sees any record.",
    )
    allow_everyone = fields.Boolean(
        "Catalogue",
        help="Profiles may show all records to everyone, whoever they belong to.",
    )
    domain = fields.Char(
        default="[]", help="Only these records belong to the module."
    )
    order = fields.Char(help="Such as: date desc, id")
    title_field = fields.Char()
    number_field = fields.Char()
    state_field = fields.Char()
    closed_domain = fields.Char(help="Which records are closed.")
    priority_field = fields.Char()
    assignee_field = fields.Char()
    field_ids = fields.One2many(
        "customer.portal.module.field", "module_id", "Fields", copy=True
    )
    permission_ids = fields.One2many("customer.portal.permission", "module_id")

    _code_uniq = models.Constraint(
        "UNIQUE (code)", "There is a module with this code already."
    )

    # === COMPUTE METHODS === #

    @api.depends("model_name")
    def _compute_available(self):
        for module in self:
            module.available = module.model_name in self.env

    def _search_available(self, operator, value):
        if operator != "in":
            return NotImplemented
        names = {module.model_name for module in self.search([])} & set(self.env)
        return Domain("model_name", "in" if True in value else "not in", list(names))

    # === CONSTRAINT METHODS === #

    @api.constrains("code")
    def _check_code(self):
        for module in self:
            if not CODE.fullmatch(module.code):
                raise ValidationError(
                    self.env._(
                        "“%(code)s” cannot stand in an address: use small letters, "
                        "digits, - and _.",
                        code=module.code,
                    )
                )

    @api.constrains("model_name", "domain", "closed_domain")
    def _check_domain(self):
        for module in self.filtered("available"):
            for text in (module.domain, module.closed_domain):
                try:
                    domain = Domain(ast.literal_eval(text or "[]"))
                    domain.validate(self.env[module.model_name])
                except (ValueError, SyntaxError, TypeError, KeyError) as error:
                    raise ValidationError(
                        self.env._(
                            "%(module)s: the domain %(domain)s does not fit "
                            "%(model)s: %(error)s",
                            module=module.name,
                            domain=text,
                            model=module.model_name,
                            error=error,
                        )
                    ) from error

    @api.constrains("model_name", "partner_field")
    def _check_partner_field(self):
        """The path must lead to contacts over stored fields, or rules would be slow."""
        for module in self.filtered("available").filtered("partner_field"):
            model = self.env[module.model_name]
            for name in module.partner_field.split("."):
                field = model._fields.get(name)
                if not field or not field.store and not (field.type == "one2many"):
                    raise ValidationError(
                        self.env._(
                            "%(module)s: %(field)s is no stored field of %(model)s.",
                            module=module.name,
                            field=name,
                            model=model._name,
                        )
                    )
                model = self.env[field.comodel_name] if field.relational else model
            if model._name != "res.partner":
                raise ValidationError(
                    self.env._(
                        "%(module)s: %(path)s leads to %(model)s, not to a contact.",
                        module=module.name,
                        path=module.partner_field,
                        model=model._name,
                    )
                )

    @api.constrains("model_name", "order", *FIELD_NAMES)
    def _check_field_names(self):
        for module in self.filtered("available"):
            for fname in FIELD_NAMES:
                module._check_field_name(module[fname])
            for part in (module.order or "").split(","):
                words = part.split()
                module._check_field_name(words and words[0])
                if words[1:] and (words[2:] or words[1].lower() not in ("asc", "desc")):
                    raise ValidationError(
                        self.env._(
                            "%(module)s: “%(order)s” is no order.",
                            module=module.name,
                            order=module.order,
                        )
                    )

    def _check_field_name(self, name):
        self.ensure_one()
        if name and self.available and name not in self.env[self.model_name]._fields:
            raise ValidationError(
                self.env._(
                    "%(module)s: %(model)s has no field %(field)s.",
                    module=self.name,
                    model=self.model_name,
                    field=name,
                )
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Show the new module in every profile as a row that permits nothing."""
        modules = super().create(vals_list)
        profiles = self.env["customer.portal.profile"].with_context(active_test=False)
        profiles.search([])._add_permissions(modules)
        return modules

    # === BUSINESS METHODS === #

    @api.model
    def _load_presets(self):
        """Add the modules of `const.PRESETS` that are missing; keep all others.

        Those that Odoo has pages for are visible in the default profile, as they are
        for portal users without this addon.
        """
        known = set(self.with_context(active_test=False).search([]).mapped("code"))
        project = self.env.ref("customer_portal.project_cases", raise_if_not_found=False)
        missing = [
            self._prepare_preset(code, sequence, str(project.id if project else 0))
            for sequence, code in enumerate(PRESETS)
            if code not in known
        ]
        modules = self.create(missing)
        native = modules.filtered(lambda module: module.page == "native")
        self.env["customer.portal.profile"]._get_default()._permit_as_stock(native)

    @api.model
    def _prepare_preset(self, code, sequence, cases_project):
        preset = dict(PRESETS[code])
        names = preset.pop("fields").split()
        for key in ("domain", "closed_domain"):
            if key in preset:
                preset[key] = preset[key].replace("{cases_project}", cases_project)
        lines = [
            {
                "name": name.rstrip("*!"),
                "sequence": position,
                "in_list": "*" in name,
                "in_create": "!" in name,
                "in_edit": "!" in name,
                "searchable": "*" in name,
            }
            for position, name in enumerate(names)
        ]
        return {
            **preset,
            "code": code,
            "sequence": sequence,
            "field_ids": [fields.Command.create(line) for line in lines],
        }

    def _is_profile_page(self):
        self.ensure_one()
        return self.code in PROFILE_CODES
