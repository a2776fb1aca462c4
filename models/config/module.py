import ast

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...const import DECISIONS, OWN_OFFERS, PAGE_MODELS, PROFILE_CODES, VALUE_NAMES
from ..base.snapshot_cache import snapshot_cache

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
    _inherit = ["customer.portal.publishing", "customer.portal.module.mixin"]
    _description = "Customer Portal Module"
    _order = "sequence, id"
    _definition_names = (*FITTING_NAMES, "page")
    _opening_names = ("active", "allow_everyone")

    code = fields.Char(
        compute="_compute_code", store=True, readonly=False, precompute=True
    )
    active = fields.Boolean(default=True)
    problem = fields.Char(compute="_compute_problem")
    available = fields.Boolean(
        compute="_compute_problem",
        search="_search_available",
        help="Whether the app that provides the model is installed and the definition "
        "is valid.",
    )
    is_profile_page = fields.Boolean(compute="_compute_is_profile_page")
    is_own_page = fields.Boolean(compute="_compute_page_text")
    page_text = fields.Char("Page Type", compute="_compute_page_text")
    new_value = fields.Char(
        "Status When New",
        help="The status given to records that customers create. Leave empty to let "
        "Odoo choose.",
    )
    open_value = fields.Char(
        "Status When Open",
        help="The status set when customers reopen a record, or reply while it is "
        "waiting for them.",
    )
    waiting_value = fields.Char(
        "Status When Waiting",
        help="The status of records that are waiting for the customer.",
    )
    closed_value = fields.Char(
        "Status When Closed",
        help="The status set when customers close a record.",
    )
    field_ids = fields.One2many(
        "customer.portal.module.field", "module_id", "Fields", copy=True
    )
    permission_ids = fields.One2many("customer.portal.permission", "module_id")
    profile_ids = fields.Many2many(
        "customer.portal.profile",
        string="Shown In",
        compute="_compute_profile_ids",
        inverse="_inverse_profile_ids",
        help="Customers with these profiles see the module. The profile determines "
        "whose records they see and what they can do.",
    )

    _code_uniq = models.Constraint(
        "UNIQUE (code)", "A module with this code already exists."
    )

    # === COMPUTE METHODS === #

    @api.depends("name")
    def _compute_code(self):
        """Follow the label until the module is saved; addresses stay what they are."""
        for module in self:
            if module.name and not (module.code and module._origin):
                module.code = module._propose_code()

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

    @api.depends("code", "page")
    @api.depends_context("lang")
    def _compute_page_text(self):
        """Say who makes the page; those of the portal itself are none of Odoo's."""
        texts = dict(self._fields["page"]._description_selection(self.env))
        for module in self:
            module.is_own_page = module.code in PAGE_MODELS
            page = "generated" if module.is_own_page else module.page
            module.page_text = texts.get(page)

    @api.depends("permission_ids.visible")
    def _compute_profile_ids(self):
        for module in self:
            module.profile_ids = module.permission_ids.filtered("visible").profile_id

    def _inverse_profile_ids(self):
        """Switch the rows of the profiles on and off."""
        chosen = {module: module.profile_ids for module in self}
        for module, profiles in chosen.items():
            profiles._add_permissions(module)
            for row in module.permission_ids:
                visible = row.profile_id in profiles
                if row.visible != visible:
                    row.visible = visible

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
            if module._get_presets():
                raise UserError(
                    self.env._(
                        "%(module)s comes with the portal, so the next update would "
                        "restore it. Archive it instead, or hide it in the profiles.",
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

    def action_preview(self):
        """Show list and record as a customer sees them, of a profile that has them."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_portal.customer_portal_module_preview_action"
        )
        profiles = self.permission_ids.filtered("visible").profile_id
        customer = self.env["res.partner"].search(
            [("portal_user", "=", True), ("portal_profile_id", "in", profiles.ids)],
            limit=1,
        )
        values = {"default_module_id": self.id, "default_partner_id": customer.id}
        return {**action, "context": values}

    # === BUSINESS METHODS === #

    def _get_free_code(self, codes):
        """Return a code like this module's that none has, and add it to `codes`."""
        code = self._make_free_code(self.code, codes | {self.code})
        codes.add(code)
        return code

    @api.model
    def _make_free_code(self, code, codes):
        """Return a code, with a number behind it if it is one of `codes`."""
        number, free = 1, code
        while free in codes:
            number += 1
            free = f"{code}_{number}"
        return free

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
        always = ("documents", "export", "share_views", "fields")
        return [*filter(offers.get, offers), *always]

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

    @api.model
    @snapshot_cache("model_name")
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
