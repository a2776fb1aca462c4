import logging
from collections import Counter

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import mute_logger

from .module import FIELD_NAMES

_logger = logging.getLogger(__name__)

# Beside what a form can ask for, what a list and a record can show.
LIST_TYPES = ("many2many", "one2many")
# What a field can be, by what it means for a module.
ROLE_TYPES = {
    "title_field": ("char", "many2one", "selection", "text"),
    "number_field": ("char", "integer"),
    "state_field": ("many2one", "selection"),
    "priority_field": ("integer", "selection"),
}
# Models of who works on a record.
WORKERS = ("hr.employee", "res.partner", "res.users")
# Whose contacts are the company's own.
OWN_CONTACTS = ("res.company", "res.users")
# How many records are offered as states, at most.
STATE_LIMIT = 200


class CustomerPortalModule(models.Model):
    """What can be picked in the form of a module, by its label: only what can work.

    What is stored stays the technical name, which other addons know. Whoever picks is
    who publishes, so their rights count.
    """

    _inherit = "customer.portal.module"

    model_choices = fields.Json(compute="_compute_model_choices")
    choices = fields.Json(
        compute="_compute_choices",
        help="The values and labels to choose from, by field.",
    )
    refused_fields = fields.Html(
        "Fields That Can't Be Shown", compute="_compute_choices"
    )
    is_readable = fields.Boolean(compute="_compute_choices")

    # === COMPUTE METHODS === #

    @api.depends("model_name")
    @api.depends_context("uid", "lang")
    def _compute_model_choices(self):
        """Offer what the user may publish, and what the module has already."""
        names = {name for name in self.env if self._is_pickable(name)}
        for module in self:
            own = {module.model_name} & set(self.env)
            module.model_choices = self._label_models(names | own)

    @api.depends("model_name", "page", "code", "state_field")
    @api.depends_context("uid", "lang")
    def _compute_choices(self):
        for module in self:
            model = module._get_picked_model()
            module.is_readable = model is not None
            module.choices = {} if model is None else module._get_choices(model)
            module.refused_fields = model is not None and module._list_refused(model)

    # === MODELS === #

    @api.model
    def _is_pickable(self, model_name):
        """Say whether the user may publish a model: it keeps records that they read."""
        model = self.env.get(model_name)
        return (
            model is not None
            and not (model._abstract or model._transient)
            and not self._get_forbidden_problem(model_name)
            and model.has_access("read")
        )

    def _get_picked_model(self):
        """Return the model with the rights of whoever picks; None without any right."""
        self.ensure_one()
        if self.model_name in self.env and self._is_shown_by_odoo():
            return self.env[self.model_name].sudo()
        return self.env[self.model_name] if self._is_pickable(self.model_name) else None

    @api.model
    def _label_models(self, names):
        domain = Domain("model", "in", list(names))
        found = self.env["ir.model"].sudo().search_fetch(domain, ["model", "name"])
        return self._label_pairs([(model.model, model.name) for model in found])

    @api.model
    def _label_pairs(self, pairs):
        """Return pairs by their label; the value tells those of one label apart."""
        counts = Counter(label for _value, label in pairs)
        labelled = [
            [value, f"{label} ({value})" if counts[label] > 1 else label]
            for value, label in pairs
        ]
        return sorted(labelled, key=lambda pair: pair[1].lower())

    # === FIELDS === #

    def _get_choices(self, model):
        shown = self._find_fields(model)
        paths = self._label_pairs(self._find_partner_paths(model))
        roles = {
            name: self._label_fields(filter(self._get_role_fits(name), shown))
            for name in FIELD_NAMES
        }
        return {
            **roles,
            "number_field": [["id", self.env._("ID")], *roles["number_field"]],
            "partner_field": paths,
            "organization_field": paths,
            "state": self._find_states(model),
            "field": self._label_fields(shown),
        }

    @api.model
    def _get_role_fits(self, role):
        """Return what says whether a field can mean something for a module."""
        types = ROLE_TYPES.get(role, ())
        if role == "assignee_field":
            return lambda field: field.comodel_name in WORKERS
        if role == "state_field":
            return lambda field: field.type in types and field.store
        return lambda field: field.type in types

    @api.model
    def _label_fields(self, found):
        return self._label_pairs([(field.name, self._label(field)) for field in found])

    @api.model
    def _label(self, field):
        label = field.get_description(self.env, ["string"])["string"]
        return label or field.name

    def _find_fields(self, model):
        """Return the fields of a model that can be published, but for its id."""
        return [
            field
            for field in model._fields.values()
            if field.name != "id" and not self._get_shown_problem(model, field)
        ]

    def _get_shown_problem(self, model, field):
        """Say why neither a list nor a record can show a field."""
        lines = self.env["customer.portal.module.field"]
        if field.type not in (*lines._get_form_types(), *LIST_TYPES):
            return self.env._("The portal can't show this kind of field.")
        return self._get_field_problem(field, False) or self._get_named_problem(
            model, field
        )

    def _list_refused(self, model):
        """Return the fields that are not offered, each with the reason."""
        refused = [
            {"label": label, "reason": self._get_shown_problem(model, field)}
            for field in model._fields.values()
            if (label := self._label(field)) and field.name != "id"
        ]
        rows = sorted(
            (row for row in refused if row["reason"]), key=lambda row: row["label"]
        )
        return self.env["ir.qweb"]._render(
            "customer_portal.module_refused_fields", {"rows": rows}
        )

    # === PATHS === #

    def _find_partner_paths(self, model):
        """Return the ways to a contact, over one other record at most.

        :return: direct ones first, pairs of a path and its labels
        :rtype: list
        """
        own = [("id", self.env._("The contact itself"))]
        found = own if model._name == "res.partner" else []
        for field in self._find_links(model):
            found += self._find_paths_over(model, field)
        found.sort(key=lambda pair: "." in pair[0])
        return [pair for pair in found if not self._get_partner_problem(model, pair[0])]

    @api.model
    def _find_links(self, model):
        """Return the stored links to one record, but for who made and changed it."""
        return [
            field
            for field in model._fields.values()
            if field.type == "many2one"
            and field.store
            and field.name not in models.MAGIC_COLUMNS
            and field.comodel_name in self.env
            and field.comodel_name not in OWN_CONTACTS
        ]

    @api.model
    def _find_paths_over(self, model, field):
        if field.comodel_name == "res.partner":
            return [(field.name, self._label(field))]
        comodel = model.env[field.comodel_name]
        return [
            (f"{field.name}.{last.name}", f"{self._label(field)} > {self._label(last)}")
            for last in self._find_links(comodel)
            if last.comodel_name == "res.partner"
        ]

    # === STATES === #

    def _find_states(self, model):
        """Return what the state of a record can be, by its name."""
        field = model._fields.get(self.state_field or "")
        if not field or self._get_shown_problem(model, field):
            return []
        return self._try(lambda: self._list_states(field), [])

    @api.model
    def _list_states(self, field):
        """Return the states whose names whoever picks may read.

        Not with the rights of the model: of Odoo's own pages it has all.
        """
        if field.type == "selection":
            return [list(pair) for pair in field._description_selection(self.env)]
        if field.type != "many2one":
            return []
        comodel = self.env[field.comodel_name].sudo(False)
        if not comodel.has_access("read"):
            return []
        states = comodel.search([], limit=STATE_LIMIT)
        return self._label_pairs([(str(one.id), one.display_name) for one in states])

    @api.model
    def _try(self, ask, instead):
        """Return what a model of anybody answers, whatever is wrong with it.

        :param ask: what reads, and changes nothing
        :param instead: the answer if that fails
        """
        try:
            with self.env.cr.savepoint(flush=False), mute_logger("odoo.sql_db"):
                return ask()
        except Exception:
            _logger.info("A model cannot answer about itself", exc_info=True)
            return instead
