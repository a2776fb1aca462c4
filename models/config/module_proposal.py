import re
import unicodedata

from lxml import etree

from odoo import api, models
from odoo.fields import Command, Domain

from ...const import VALUE_NAMES
from .module import FIELD_NAMES

CODE_LENGTH = 40
NO_CODE = re.compile(r"[^a-z0-9]+")
# How fields are mostly called, by what they mean for a module; the first that is there
# and can be shown is proposed.
ROLE_NAMES = {
    "title_field": ("name", "x_name", "subject", "display_name"),
    "number_field": ("number", "ticket_ref", "code", "default_code"),
    "state_field": ("state", "stage_id", "status", "x_studio_stage_id"),
    "priority_field": ("priority",),
    "assignee_field": ("user_id", "user_ids"),
}
PARTNER_NAMES = ("partner_id", "customer_id", "x_partner_id", "x_studio_partner_id")
ORGANIZATION_NAMES = ("commercial_partner_id",)
# Values of selections that mostly mean that nothing is left to do.
CLOSED = re.compile(r"(?:\d+_)?(?:done|closed?|cancel|cancell?ed|solved|lost|won)")
# Fields that say nothing to customers, and what a company keeps to itself as a rule.
INTERNAL = re.compile(
    r"activity_.*|my_activity.*|message_.*|active|color|sequence|company_id|currency_id"
    r"|(?:.*_)?(?:cost|margin|probability|revenue|purchase_price|standard_price|internal"
    r"|allow_out_payment)(?:_.*)?"
)
# How many columns a list gets at most, and how many fields a record does.
LIST_LENGTH = 8
RECORD_LENGTH = 20


class CustomerPortalModule(models.Model):
    """What a model tells by itself of how to publish it, proposed in the form."""

    _inherit = "customer.portal.module"

    @api.onchange("model_name")
    def _onchange_model_name(self):
        """Fill in all that can be told; whoever publishes the model changes it."""
        model = self._get_picked_model()
        if model is None or self.page == "native":
            return
        self.update(self._propose_roles(model))
        lines = map(Command.create, self._propose_lines(model))
        self.update({"field_ids": [Command.clear(), *lines]})
        if not self._origin:
            self._propose_name()
            profiles = self.env["customer.portal.profile"]
            self.profile_ids = self.profile_ids or profiles._get_first_shown()

    # === NAME AND CODE === #

    def _propose_name(self):
        """Take the label of the model, also in place of that of another one."""
        known = self.env["ir.model"].sudo()
        if not self.name or known.search_count([("name", "=", self.name)], limit=1):
            self.name = known._get(self.model_name).name

    def _propose_code(self):
        """Make a code of the label, as it can stand in an address, that none has."""
        words = unicodedata.normalize("NFKD", f"{self.name or ''}")
        code = NO_CODE.sub("-", words.encode("ascii", "ignore").decode().lower())
        code = code.strip("-0123456789")[:CODE_LENGTH].strip("-")
        known = self.with_context(active_test=False).search(Domain.TRUE) - self._origin
        return self._make_free_code(code or "module", set(known.mapped("code")))

    # === ROLES === #

    def _propose_roles(self, model):
        """Return what the fields of a model mean, as far as that can be told."""
        shown = {field.name: field for field in self._find_fields(model)}
        values = {name: self._find_role(model, shown, name) for name in FIELD_NAMES}
        order = model._order if isinstance(model._order, str) else ""
        paths = [path for path, _label in self._find_partner_paths(model)]
        partner = next((name for name in PARTNER_NAMES if name in paths), None)
        return {
            **values,
            **dict.fromkeys(VALUE_NAMES, False),
            "partner_field": partner or next(iter(paths), False),
            "organization_field": self._find_organization(paths),
            "domain": "[]",
            "closed_domain": self._find_closed(model, values["state_field"]),
            "order": not self._get_order_problem(model, order) and order,
            "allow_everyone": False,
        }

    @api.model
    def _find_organization(self, paths):
        return next((name for name in ORGANIZATION_NAMES if name in paths), False)

    @api.model
    def _find_role(self, model, shown, role):
        """Return the field that means something for a module, of those that can."""
        names = ROLE_NAMES[role]
        if role == "title_field":
            names = (model._rec_name, *names)
        fits = self._get_role_fits(role)
        return next(
            (name for name in names if name in shown and fits(shown[name])), False
        )

    @api.model
    def _find_closed(self, model, state_name):
        """Return which records count as closed: by folded stages, or usual words."""
        field = model._fields.get(state_name or "")
        if not field:
            return False
        if field.type == "many2one":
            is_folded = "fold" in model.env[field.comodel_name]._fields
            domain = is_folded and f"[('{state_name}.fold', '=', True)]"
            return not self._get_domain_problem(model, domain) and domain
        states = self._try(lambda: field.get_values(model.env), [])
        closed = [value for value in states if CLOSED.fullmatch(value)]
        return bool(closed) and f"[('{state_name}', 'in', {closed})]"

    # === FIELDS === #

    def _propose_lines(self, model):
        """Return the values of the fields to publish, in their order."""
        shown = {
            field.name: field
            for field in self._find_fields(model)
            if not INTERNAL.fullmatch(field.name)
        }
        columns = self._find_columns(model, shown)
        forms = self._find_form_fields(model)
        names = [*columns, *(name for name in forms if name not in columns)]
        return [
            {
                "name": name,
                "sequence": place,
                "in_list": name in columns[:LIST_LENGTH],
                "in_detail": True,
                "in_create": name in forms and model.has_access("create"),
                "in_edit": name in forms and model.has_access("write"),
                "searchable": shown[name].store and shown[name].type == "char",
                "groupable": shown[name].store and name == self.state_field,
            }
            for place, name in enumerate(names)
            if name in shown
        ]

    def _find_columns(self, model, shown):
        """Return the names of what the model's own list shows, after what names it."""
        names = [self.number_field, self.title_field]
        names += self._try(lambda: self._read_list(model), [])
        names.append(self.state_field)
        columns = [
            name
            for name in dict.fromkeys(names)
            if name in shown and shown[name].type != "one2many"
        ]
        return columns[:RECORD_LENGTH]

    @api.model
    def _read_list(self, model):
        """Return the fields that the list of the backend shows at first."""
        arch = etree.fromstring(model.get_view(view_type="list")["arch"])
        hidden = ("1", "True", "true")
        return [
            node.get("name")
            for node in arch.iterfind("field")
            if node.get("column_invisible") not in hidden
            and node.get("invisible") not in hidden
            and node.get("optional") != "hide"
        ]

    def _find_form_fields(self, model):
        """Return what customers must type in a form; nothing if they can't type it all.

        Whose a record is, is known. Its title comes along, else a form could be empty.
        """
        known = {self.partner_field, self.organization_field}
        needed = [
            field
            for field in model._fields.values()
            if field.required
            and not field.compute
            and field.type != "boolean"
            and field.name not in known
        ]
        defaults = self._try(
            lambda: model.sudo().default_get([field.name for field in needed]), {}
        )
        needed = [field for field in needed if not defaults.get(field.name)]
        title = model._fields.get(self.title_field or "")
        wanted = dict.fromkeys([*([title] if title else []), *needed])
        if not all(self._is_asked(model, field) for field in needed):
            return []
        return [field.name for field in wanted if self._is_asked(model, field)]

    def _is_asked(self, model, field):
        types = self.env["customer.portal.module.field"]._get_form_types()
        return (
            field.type in types
            and not INTERNAL.fullmatch(field.name)
            and not self._get_shown_problem(model, field)
            and self._is_writable(model, field)
        )
