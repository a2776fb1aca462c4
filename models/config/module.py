import ast
import re

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import ormcache

from ...const import DECISIONS, PROFILE_CODES, VALUE_NAMES
from ...presets import OWN_CODES, OWN_OFFERS, PRESETS
from ...utils import read_number
from .definition import NEVER_WRITTEN, OWN_MODELS

CODE = re.compile(r"[a-z][a-z0-9_-]*")
ICON = re.compile(r"fa-[a-z0-9-]+")
# Fields of a module that name a field of its model.
FIELD_NAMES = (
    "title_field",
    "number_field",
    "state_field",
    "priority_field",
    "assignee_field",
)
DOMAIN_NAMES = ("domain", "closed_domain")
# What must fit the model.
FITTING_NAMES = (
    *("model_name", "partner_field", "organization_field", "order"),
    *FIELD_NAMES,
    *DOMAIN_NAMES,
    *VALUE_NAMES,
)


class CustomerPortalModule(models.Model):
    """A model that can be published in the portal, and how.

    Only what a profile permits of a module is seen. A module whose app is not
    installed waits for it. What was typed here can cease to fit when apps come, go and
    change: then the module is unavailable, which hides it, and says why.
    """

    _name = "customer.portal.module"
    _inherit = ["customer.portal.publishing"]
    _description = "Customer Portal Module"
    _order = "sequence, id"
    _definition_names = (*FITTING_NAMES, "page")
    _opening_names = ("active", "allow_everyone")

    code = fields.Char(
        required=True,
        help="Stands in the addresses of the portal, such as /my/p/deliveries.",
    )
    name = fields.Char("Label", required=True, translate=True)
    icon = fields.Char(help="A Font Awesome 4 icon, such as fa-truck.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    model_name = fields.Char(
        "Model", required=True, help="Technical name, such as stock.picking."
    )
    problem = fields.Char(compute="_compute_problem")
    available = fields.Boolean(
        compute="_compute_problem",
        search="_search_available",
        help="Whether the app of the model is installed, and all below fits it.",
    )
    page = fields.Selection(
        [("native", "Odoo's Own"), ("generated", "Made by the Portal")],
        required=True,
        default="generated",
        help="Some apps bring a page of their own, which is kept and narrowed. For all "
        "other models the portal makes one.",
    )
    is_profile_page = fields.Boolean(compute="_compute_is_profile_page")
    paths = fields.Char(
        "Addresses",
        help="The lists of Odoo's own pages, such as /my/orders, separated by spaces.",
    )
    partner_field = fields.Char(
        "Path to the Contact",
        help="How a record reaches its customer: a stored field, or several joined by "
        "dots, such as order_id.partner_id. Without it nobody sees any record.",
    )
    organization_field = fields.Char(
        "Path to the Organization",
        help="Where a record keeps the organization that it was made for, which stays "
        "when the contact moves to another one. Empty: that of the contact.",
    )
    allow_everyone = fields.Boolean(
        "Catalogue",
        help="Profiles may show all records to everyone, whoever they belong to.",
    )
    domain = fields.Char(default="[]", help="Only these records belong to the module.")
    order = fields.Char(help="How lists begin, such as: date desc, id")
    title_field = fields.Char("Title", help="Names a record.")
    number_field = fields.Char("Number", help="What customers quote on the phone.")
    state_field = fields.Char("State")
    closed_domain = fields.Char("Closed", help="Which records are closed.")
    new_value = fields.Char(
        "State when New",
        help="What the state of records is that customers create: the id of a stage, "
        "or the key of a selection. Empty: what Odoo chooses.",
    )
    open_value = fields.Char(
        "State when Open",
        help="What the state becomes when customers reopen a record, or answer while "
        "it waits for them: the id of a stage, or the key of a selection.",
    )
    waiting_value = fields.Char(
        "State when Waiting", help="The state of records that wait for the customer."
    )
    closed_value = fields.Char(
        "State when Closed",
        help="What the state becomes when customers close a record.",
    )
    priority_field = fields.Char("Priority")
    assignee_field = fields.Char("Assignee", help="Who works on a record.")
    field_ids = fields.One2many(
        "customer.portal.module.field", "module_id", "Fields", copy=True
    )
    permission_ids = fields.One2many("customer.portal.permission", "module_id")

    _code_uniq = models.Constraint(
        "UNIQUE (code)", "There is a module with this code already."
    )

    # === COMPUTE METHODS === #

    @api.depends(*FITTING_NAMES, "code", "page", "publisher_id")
    def _compute_problem(self):
        for module in self:
            module.problem = module._get_problem() or module._get_replaced_problem()
            module.available = not module.problem

    def _search_available(self, operator, value):
        if operator != "in":
            return NotImplemented
        modules = self.with_context(active_test=False).search(
            [("model_name", "in", list(self.env))]
        )
        available = modules.filtered("available")
        return Domain("id", "in" if True in value else "not in", available.ids)

    @api.depends("code")
    def _compute_is_profile_page(self):
        for module in self:
            module.is_profile_page = module.code in PROFILE_CODES

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

    @api.constrains("icon")
    def _check_icon(self):
        for module in self:
            if module.icon and not ICON.fullmatch(module.icon):
                raise ValidationError(
                    self.env._(
                        "%(module)s: “%(icon)s” is no icon. Icons are named like "
                        "fa-truck.",
                        module=module.name,
                        icon=module.icon,
                    )
                )

    @api.constrains("paths")
    def _check_paths(self):
        for module in self:
            for path in (module.paths or "").split():
                if not path.startswith("/my/"):
                    raise ValidationError(
                        self.env._(
                            "%(module)s: “%(path)s” is no page of the portal: they "
                            "begin with /my/.",
                            module=module.name,
                            path=path,
                        )
                    )

    @api.constrains("code", *_definition_names)
    def _check_fits(self):
        """Refuse what does not fit the model, as soon as there is one."""
        for module in self:
            problem = module._get_page_problem()
            if module.model_name in self.env:
                problem = (
                    module._get_problem()
                    or module._get_lines_problem()
                    or module._get_search_problem()
                )
            if problem:
                raise ValidationError(
                    self.env._(
                        "%(module)s: %(problem)s", module=module.name, problem=problem
                    )
                )

    def _get_search_problem(self):
        model = self.env[self.model_name]
        problems = (
            self._try_search(model, self[name], self.order) for name in DOMAIN_NAMES
        )
        return next(filter(None, problems), None)

    def _get_lines_problem(self):
        """Say why the publisher may not let customers write what the forms hold."""
        modes = {line._get_needed_modes() for line in self.field_ids}
        model = self._get_publisher_model()
        return self._get_access_problem(model, sorted(set().union(*modes)))

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Show the new module in every profile as a row that permits nothing."""
        modules = super().create(vals_list)
        profiles = self.env["customer.portal.profile"].with_context(active_test=False)
        profiles.search(Domain.TRUE)._add_permissions(modules)
        return modules

    def write(self, vals):
        """Take from the profiles what a module offers no longer."""
        result = super().write(vals)
        if "allow_everyone" in vals and not vals["allow_everyone"]:
            self.permission_ids._leave_everyone()
        return result

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        if "code" not in (default or {}):
            codes = set(
                self.with_context(active_test=False).search(Domain.TRUE).mapped("code")
            )
            for module, vals in zip(self, vals_list, strict=True):
                vals["code"] = module._get_free_code(codes)
                vals["name"] = self.env._("%(name)s (copy)", name=module.name)
        return vals_list

    @api.ondelete(at_uninstall=False)
    def _unlink_except_preset(self):
        for module in self:
            if module.code in PRESETS:
                raise UserError(
                    self.env._(
                        "%(module)s comes with the portal, so the next update would "
                        "bring it back. Archive it, or hide it in the profiles.",
                        module=module.name,
                    )
                )

    # === ACTION METHODS === #

    def action_publish(self):
        """Publish the module as it is in the name of the current user."""
        for module in self:
            module.model_name = module.model_name
            for line in module.field_ids:
                line.name = line.name

    # === BUSINESS METHODS === #

    def _get_free_code(self, codes):
        """Return a code like this module's that none has, and add it to `codes`."""
        number = 2
        while f"{self.code}_{number}" in codes:
            number += 1
        codes.add(f"{self.code}_{number}")
        return f"{self.code}_{number}"

    def _get_problem(self):
        """Return why the module cannot be shown, and nothing if it can.

        :rtype: str | None
        """
        self.ensure_one()
        if problem := self._get_page_problem():
            return problem
        if self.model_name not in self.env:
            return self.env._(
                "The app of %(model)s is not installed.", model=self.model_name
            )
        model = self._get_publisher_model()
        if model is None:
            return self._get_nobody_problem()
        if model._abstract or model._transient:
            return self.env._("%(model)s keeps no records.", model=self.model_name)
        problems = (
            self._get_access_problem(model, self._get_needed_modes()),
            self._get_partner_problem(model, self.partner_field),
            self._get_partner_problem(model, self.organization_field),
            *(self._get_domain_problem(model, self[name]) for name in DOMAIN_NAMES),
            self._get_order_problem(model, self.order),
            *(self._get_path_problem(model, name) for name in self._get_field_names()),
            *(self._get_state_problem(model, self[name]) for name in VALUE_NAMES),
        )
        return next(filter(None, problems), None)

    def _get_page_problem(self):
        """Say why the portal has no page for the model, whoever publishes it.

        Of what the portal itself is made of, its own pages are published alone.
        """
        if self.page not in self._fields["page"].get_values(self.env):
            return self.env._("“%(page)s” is no kind of page.", page=self.page)
        if self.code in (*PROFILE_CODES, *OWN_CODES):
            model_name = PRESETS[self.code]["model_name"]
            if (self.page, self.model_name) != ("native", model_name):
                return self.env._(
                    "“%(code)s” is a page of the portal itself, of %(model)s alone. "
                    "Use another code.",
                    code=self.code,
                    model=model_name,
                )
        if self.page == "native" and self.model_name in OWN_MODELS:
            return None
        return self._get_forbidden_problem(self.model_name)

    def _get_publisher_model(self):
        """Return the model with the rights of whoever publishes it.

        With all rights where Odoo itself shows the records to customers: they are
        narrowed here, and nobody gains anything.

        :return: None if there is nobody any more
        """
        model = self.env[self.model_name]
        return model.sudo() if self._is_shown_by_odoo() else self._as_publisher(model)

    def _is_shown_by_odoo(self):
        """Say whether portal users read the model by Odoo's own rights, on its pages.

        My Profile is made by the portal.
        """
        is_odoos = self.page == "native" and self.code not in PROFILE_CODES
        return is_odoos and "read" in self._get_portal_modes(self.model_name)

    @api.model
    @ormcache("model_name")
    def _get_portal_modes(self, model_name):
        """Return what Odoo's own rights let portal users do with a model."""
        rights = self.env["ir.model.access"].sudo()
        portal_id = self.env.ref("base.group_portal").id
        domain = [("model_id.model", "=", model_name), ("group_id", "=", portal_id)]
        found = rights.search(domain)
        modes = ("read", "write", "create")
        return [mode for mode in modes if any(found.mapped(f"perm_{mode}"))]

    def _get_needed_modes(self):
        """Return what the publisher must be able to do with the records."""
        changes = any(self[name] for name in VALUE_NAMES)
        return ("read", "write") if changes else ("read",)

    def _get_permit_problem(self, modes):
        """Say why the current user may not permit customers what the module offers.

        :param modes: what customers would be permitted to do with the records
        """
        if self.env.su or self._is_shown_by_odoo():
            return None
        if self.model_name not in self.env:  # Odoo's own pages come with their rights.
            return None if self.page == "native" else self._get_problem()
        return self._get_access_problem(self.env[self.model_name], modes)

    def _get_replaced_problem(self):
        if not self._is_replaced():
            return None
        return self.env._("Cases are tickets, so they have one list: that of cases.")

    def _get_possible_levels(self):
        """Return the levels of records visibility that make sense, narrowest first."""
        self.ensure_one()
        levels = ["own", "organization", "subsidiaries"] if self.partner_field else []
        bought = ["bought"] if self._is_bought() else []
        everyone = ["everyone"] if self.allow_everyone else []
        return levels + bought + everyone or ["own"]

    def _is_bought(self):
        """Say whether something tells who has bought the records. To be extended."""
        return False

    def _get_offers(self):
        """Return what a profile can permit in the module beside seeing it.

        Odoo's own pages do the rest as they always did. Forms need fields, closing
        needs to know what closed is, comments need a model that has some.
        """
        self.ensure_one()
        if self.is_profile_page:
            return ["edit", "fields"]
        if self.code in OWN_OFFERS:
            return list(OWN_OFFERS[self.code])
        model = self.env.get(self.model_name)
        has_comments = model is not None and "message_ids" in model._fields
        if self.page == "native":
            return [*self._get_native_offers(), "comments", "documents"]
        offers = {
            "create": any(self.field_ids.mapped("in_create")),
            "edit": any(self.field_ids.mapped("in_edit")),
            "close": bool(self.closed_domain and self.closed_value),
            "comments": has_comments,
            "updates": has_comments,
        }
        return [*filter(offers.get, offers), "documents", "export", "fields"]

    def _get_native_offers(self):
        """Return what Odoo lets portal users do, such as edit tasks they share.

        Signing and declining a quote is editing, too.
        """
        modes = self._get_portal_modes(self.model_name)
        offers = {"create": "create" in modes, "edit": "write" in modes}
        if self.model_name in DECISIONS.values():
            offers["edit"] = True
        return [*filter(offers.get, offers)]

    def _get_field_names(self):
        return [self[name] for name in FIELD_NAMES if self[name]]

    def _get_state_problem(self, model, value):
        """Say why a value cannot stand in the field of the state."""
        if not value:
            return None
        field = model._fields.get(self.state_field or "")
        if field and field.name in NEVER_WRITTEN:
            return self.env._("“%s” is no state.", field.name)
        if field and field.type == "selection" and value in field.get_values(self.env):
            return None
        number = field and field.type == "many2one" and read_number(value)
        if number:
            states = model.env[field.comodel_name]
            state = states.browse(number).exists()._filtered_access("read")
            return None if state else self.env._("There is no state %s.", value)
        return self.env._("“%s” cannot stand in the field of the state.", value)

    @api.model
    @ormcache("model_name")
    def _get_waiting(self, model_name):
        """Return what records of a model are when they wait for their customer.

        :return: tuples of the domain, the field, its value, and what it becomes when
            they answer
        :rtype: tuple
        """
        modules = self.sudo().search(
            [("model_name", "=", model_name), ("waiting_value", "!=", False)]
        )
        return tuple(
            (
                Domain(ast.literal_eval(module.domain or "[]")),
                module.state_field,
                module._get_state_value("waiting_value"),
                module._get_state_value("open_value"),
            )
            for module in modules
            if module.available and module.open_value
        )

    def _get_state_value(self, name):
        """Return what stands in the field of the state when a record is such.

        :param str name: of ``VALUE_NAMES``
        :rtype: int | str | bool
        """
        field = self.env[self.model_name]._fields.get(self.state_field or "")
        value = self[name] or False
        return int(value) if value and field.type == "many2one" else value

    @api.model
    def _get_cases(self):
        """Return the module of cases, also if it is archived."""
        modules = self.sudo().with_context(active_test=False)
        return self.sudo().browse(modules.search(Domain("code", "=", "cases")).ids)

    def _is_replaced(self):
        """Say whether another module lists the records already. To be extended."""
        return False
