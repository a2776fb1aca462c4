from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

# What a form of the portal can ask for. Lists of records are not among them, unless the
# module says which records: their values are commands, which could reach others.
FORM_TYPES = (
    "boolean",
    "char",
    "date",
    "datetime",
    "float",
    "html",
    "integer",
    "many2one",
    "monetary",
    "selection",
    "text",
)
CHOICE_TYPES = ("many2one", "many2many")


class CustomerPortalModuleField(models.Model):
    """A field that a module publishes; the profile still decides who sees it."""

    _name = "customer.portal.module.field"
    _inherit = "customer.portal.publishing"
    _description = "Customer Portal Module Field"
    _order = "module_id, sequence, id"
    _definition_names = ("name", "module_id", "for_model", "choice_domain")
    _opening_names = (
        *("in_list", "in_detail", "in_create", "in_edit"),
        *("searchable", "groupable"),
    )

    module_id = fields.Many2one(
        "customer.portal.module", required=True, index=True, ondelete="cascade"
    )
    model_name = fields.Char(related="module_id.model_name")
    problem = fields.Char(compute="_compute_available")
    available = fields.Boolean(
        compute="_compute_available",
        help="Whether the model has the field and its settings are valid.",
    )
    name = fields.Char(
        "Field", required=True, help="Technical name of the field, such as date_done."
    )
    label = fields.Char(
        translate=True,
        help="Leave empty to use the field's label in Odoo. On portal pages, the "
        "status field is called Status.",
    )
    default_label = fields.Char(compute="_compute_display_name")
    sequence = fields.Integer(default=10)
    in_list = fields.Boolean("List", help="Shown as a column in the list.")
    in_detail = fields.Boolean(
        "Record", default=True, help="Shown on the record's page."
    )
    in_create = fields.Boolean(
        "In Create Form", help="Shown in the form for new records."
    )
    in_edit = fields.Boolean(
        "In Edit Form", help="Shown in the form for editing records."
    )
    for_model = fields.Char(
        help="The model the module must publish for this field to be used, or empty. "
        "Cases can switch to another model and back."
    )
    required = fields.Boolean(help="Customers must fill in this field.")
    searchable = fields.Boolean(help="Customers can search and filter by this field.")
    groupable = fields.Boolean(help="Customers can group by this field.")
    choice_domain = fields.Char(
        "Choices",
        help="Which records the forms offer in this field, such as [('active', '=', "
        "True)]. Leave empty to offer the records that Odoo lets customers read.",
    )

    _name_uniq = models.Constraint(
        "UNIQUE (module_id, name)", "The module already has this field."
    )

    # === COMPUTE METHODS === #

    @api.depends("name", "model_name", "for_model", "publisher_id")
    def _compute_available(self):
        for line in self:
            line.problem = line._get_problem() if line._is_meant() else None
            line.available = line._is_meant() and not line.problem

    @api.depends(
        "label", "name", "model_name", "module_id.page", "module_id.state_field"
    )
    @api.depends_context("lang")
    def _compute_display_name(self):
        for line in self:
            line.default_label = line._get_default_label()
            line.display_name = line.label or line.default_label

    @api.model
    def _search_display_name(self, operator, value):
        """Find fields by the label that is shown, and by their technical name."""
        if operator != "ilike" or not isinstance(value, str):
            return super()._search_display_name(operator, value)
        text = value.lower()
        found = self.search(Domain.TRUE).filtered(
            lambda line: text in line.display_name.lower() or text in line.name
        )
        return Domain("id", "in", found.ids)

    # === CONSTRAINT METHODS === #

    @api.constrains(*_definition_names)
    def _check_fits(self):
        for line in self.filtered(lambda line: line._is_meant()):
            if problem := line._get_problem() or line._get_search_problem():
                raise ValidationError(
                    self.env._(
                        "%(module)s: %(problem)s",
                        module=line.module_id.name,
                        problem=problem,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Show the new field in every profile as hidden."""
        lines = super().create(vals_list)
        for module, fresh in lines.grouped("module_id").items():
            module.permission_ids._add_fields(fresh)
        return lines

    def write(self, vals):
        """Take from the profiles what the forms of a module offer no longer."""
        result = super().write(vals)
        gone = self.filtered(lambda line: not line._is_in_forms())
        permitted = self.env["customer.portal.permission.field"].search(
            [("field_id", "in", gone.ids), ("access", "=", "write")]
        )
        permitted.access = "read"
        return result

    # === BUSINESS METHODS === #

    def _is_meant(self):
        """Say whether the field counts for the model, whose app is installed."""
        meant = bool(self.name) and self.for_model in (False, self.model_name)
        return meant and self.model_name in self.env

    def _is_in_forms(self):
        return self.in_create or self.in_edit

    def _is_needed(self):
        """Say whether a new record of the portal needs a value that customers type.

        Not where Odoo has one to begin with.
        """
        self.ensure_one()
        if not self.in_create or not self.available or self.module_id.page == "native":
            return False
        field = self._get_field()
        model = self.env[self.model_name].sudo()
        is_asked = (self.required or field.required) and field.type != "boolean"
        return is_asked and not model.default_get([field.name]).get(field.name)

    def _get_field(self):
        model = self.env.get(self.model_name)
        return None if model is None else model._fields.get(self.name)

    def _get_default_label(self):
        """Return what a field is called that has no label of its own.

        The state of a record is its status on all pages that the portal makes, as in
        their filters and in emails. Odoo's own pages keep Odoo's word, such as Stage.
        """
        module, field = self.module_id, self._get_field()
        if self.name and self.name == module.state_field and module.page != "native":
            return self.env._("Status")
        label = field and field.get_description(self.env, ["string"])["string"]
        return label or self.name

    def _get_problem(self):
        """Return why the field cannot be published so, and nothing if it can.

        Whoever publishes the module answers for its fields, too: it could have got
        another model since.
        """
        self.ensure_one()
        for source in (self.module_id, self):
            model = self._get_model_as(source)
            if model is None:
                return self._get_nobody_problem()
            if problem := self._get_field_problem_in(model):
                return problem
        return None

    def _get_model_as(self, source):
        """Return the model with the rights of whoever publishes the module or field."""
        model = self.env[self.model_name]
        is_odoos = self.module_id._is_shown_by_odoo()
        return model.sudo() if is_odoos else source._as_publisher(model)

    def _get_field_problem_in(self, model):
        field = self._get_field()
        if not field or self._is_for_groups(field):
            return self._get_path_problem(model, self.name)
        problem = (
            self._get_field_problem(field, stored=False)
            or self._get_named_problem(model, field)
            or self._get_access_problem(model, self._get_needed_modes())
            or self._get_use_problem(model, field)
        )
        return problem and f"“{self.display_name}” ({self.name}): {problem}"

    def _get_needed_modes(self):
        """Return what the publisher must be able to do with the records."""
        modes = {"read": True, "write": self.in_edit, "create": self.in_create}
        return tuple(mode for mode in modes if modes[mode])

    def _get_use_problem(self, model, field):
        if self._is_in_forms() and not self._is_writable(model, field):
            return self.env._("Customers can't edit this field.")
        if self.searchable and not (field.store or field.search):
            return self.env._("Odoo can't search by this field.")
        if self.groupable and not field.store:
            return self.env._("Odoo can't group by this field.")
        return self._get_choice_problem(model, field) if self.choice_domain else None

    def _get_choice_problem(self, model, field):
        if field.type not in CHOICE_TYPES:
            return self.env._(
                "This field doesn't link to other records, so its choices can't be "
                "filtered."
            )
        comodel = model.env[field.comodel_name]
        return self._get_model_problem(comodel) or self._get_domain_problem(
            comodel, self.choice_domain
        )

    def _get_search_problem(self):
        if not self.choice_domain:
            return None
        model = self.env[self._get_field().comodel_name]
        return self._try_search(model, self.choice_domain, None)

    def _has_choices(self):
        """Say whether customers may set links to the records that the module offers."""
        return bool(self.choice_domain) and self._get_field().type == "many2many"

    def _is_writable(self, model, field):
        """Say whether customers may ever write a field."""
        is_asked = field.type in self._get_form_types() or self._has_choices()
        return is_asked and self.module_id._is_writable(model, field)

    @api.model
    def _get_form_types(self):
        """Return the types of fields that a form can ask for.

        For a module to add one, it must also extend how the gate shows and reads it.

        :rtype: tuple[str]
        """
        return FORM_TYPES

    @api.model
    def _get_structure_fields(self, model_name):
        """Return the fields that say whose a record is, or what somebody may do.

        No customer writes them, whatever a module publishes. To be extended.

        :rtype: frozenset
        """
        return frozenset()
