import ast
import json

from odoo import api, models
from odoo.fields import Domain

from ...utils import read_number
from ..config.publishing_definition import DOMAIN_ERRORS
from .portable import LINE, MODULE

# What narrows down records of one name: the records that they belong to.
SCOPES = {"project.task.type": "project_ids"}
# Records whose names are those of people, which no file holds.
PEOPLE = ("res.partner", "res.users")
# How many records of one name are looked at.
SAME_NAMES = 100


class CustomerPortalPortable(models.AbstractModel):
    """Ids become names and back; a name that leads to no one record leads nowhere."""

    _inherit = "customer.portal.portable"

    # === VALUES TO NAMES === #

    @api.model
    def _name_values(self, record):
        names = self._get_carried()[record._name]
        return {name: self._name_value(record, name) for name in names}

    @api.model
    def _name_value(self, record, name):
        """Return the value of a field as a file holds it; None for an empty text."""
        kind = self._get_kind(record._name, name)
        naming = getattr(self, f"_name_{kind}", None)
        if naming:
            return naming(record, name)
        is_plain = kind in ("boolean", "integer", "float")
        return record[name] if is_plain else record[name] or None

    @api.model
    def _name_labels(self, record, name):
        """Return a translated text: as it is, or by language where it has several."""
        source = record.with_context(lang=None)[name] or None
        texts = {
            code: record.with_context(lang=code)[name]
            for code, _name in self.env["res.lang"].get_installed()
            if code != "en_US"
        }
        others = {
            code: text for code, text in texts.items() if text not in (source, False)
        }
        return {"en_US": source, **others} if others else source

    @api.model
    def _name_line(self, record, name):
        return record[name].name or None

    @api.model
    def _name_record_of(self, record):
        """Return how a file names a record: by its XML ID and its name.

        Of people there is no name, and of what the user may not read neither.

        :rtype: dict
        """
        record = record.exists()
        readable = record._filtered_access("read")
        named = {}
        if xml_id := self._get_xml_id(record):
            named["xml_id"] = xml_id
        if readable and self._is_named(record):
            named["name"] = readable.with_context(lang=None)[record._rec_name] or None
            if names := self._get_scope_names(readable):
                named["in"] = names
        return named or {"name": None}

    @api.model
    def _name_record(self, record, name):
        return self._name_record_of(record[name]) if record[name] else None

    @api.model
    def _name_state(self, module, name):
        states = self._get_states_model(module.model_name, module.state_field)
        value = module[name] or None
        if not value or states is None:
            return value
        state = states.browse(read_number(value) or ()).exists()
        return self._name_record_of(state) if state else None

    @api.model
    def _name_domain(self, record, name):
        text = record[name] or None
        parsed = self._parse_domain(text)
        if parsed is None:
            return text
        model = self._get_domain_model(record, name)
        if model is None:
            return parsed
        return self._map_domain(model, parsed, self._name_ids)

    @api.model
    def _name_ids(self, model, _operator, value):
        if isinstance(value, list):
            return [self._name_ids(model, None, one) for one in value]
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            return value
        return self._name_record_of(model.browse(value))

    @api.model
    def _get_domain_model(self, record, name):
        """Return the model whose records a domain chooses; None if it is not there."""
        model_name = record.model_name
        if record._name == LINE:
            return self._get_comodel(model_name, record.name)
        return self.env.get(model_name)

    @api.model
    def _get_xml_id(self, record):
        """Return the XML ID that an addon has given; none of imports and exports."""
        found = record._get_external_ids().get(record.id, ()) if record else ()
        return min((one for one in found if not one.startswith("__")), default=None)

    @api.model
    def _is_named(self, model):
        field = model._fields.get(model._rec_name or "")
        is_text = bool(field) and field.store and field.type == "char"
        return is_text and model._name not in PEOPLE

    @api.model
    def _get_scope_names(self, record):
        scope = self._get_scopes().get(record._name)
        found = record[scope]._filtered_access("read") if scope else ()
        return sorted(one.with_context(lang=None).display_name for one in found)

    @api.model
    def _get_scopes(self):
        """Return what tells records of one name apart. To be extended.

        :return: by model, the field with what they belong to
        :rtype: dict[str, str]
        """
        return SCOPES

    # === NAMES TO RECORDS === #

    @api.model
    def _find_record(self, model, named):
        """Return the record that a file names; None if there is no one such record.

        :param model: without the records
        :param dict named: with ``xml_id``, ``name`` and ``in``, as far as known
        """
        if not model.has_access("read"):
            return None
        found = self._find_by_xml_id(model, named.get("xml_id"))
        return found or self._find_by_name(model, named)

    @api.model
    def _find_by_xml_id(self, model, xml_id):
        is_full = xml_id and xml_id.count(".") == 1
        data = self.env["ir.model.data"]
        known = data._xmlid_to_res_model_res_id(xml_id) if is_full else (False, False)
        if known[0] != model._name:
            return None
        return model.browse(known[1]).exists()._filtered_access("read") or None

    @api.model
    def _find_by_name(self, model, named):
        name = named.get("name")
        if not name or not self._is_named(model):
            return None
        every = model.with_context(lang=None, active_test=False)
        found = every.search(Domain(model._rec_name, "=", name), limit=SAME_NAMES)
        if len(found) > 1:
            places = named.get("in") or []
            found = found.filtered(lambda one: self._get_scope_names(one) == places)
        return model.browse(found.id) if len(found) == 1 else None

    # === DOMAINS === #

    @api.model
    def _parse_domain(self, text):
        """Return a domain as lists of plain values, None if it is none.

        :rtype: list | None
        """
        try:
            parsed = ast.literal_eval(text or "")
            parsed = json.loads(json.dumps(parsed, allow_nan=False))
        except DOMAIN_ERRORS:
            return None
        return parsed if isinstance(parsed, list) else None

    @api.model
    def _map_domain(self, model, domain, translate):
        """Return a domain of which all values that name records are translated.

        :param translate: gets the model of the records, the operator and the value
        """
        return [
            self._map_condition(model, *one, translate)
            if isinstance(one, list) and len(one) == 3
            else one
            for one in domain
        ]

    @api.model
    def _map_condition(self, model, path, operator, value, translate):
        comodel = self._get_comodel(model._name, path)
        if comodel is None:
            return [path, operator, value]
        if isinstance(operator, str) and "any" in operator and isinstance(value, list):
            return [path, operator, self._map_domain(comodel, value, translate)]
        return [path, operator, translate(comodel, operator, value)]

    @api.model
    def _get_comodel(self, model_name, path):
        """Return the model of the records to which a path leads; None for values."""
        if model_name not in self.env or not isinstance(path, str):
            return None
        fields = self.env[MODULE]._walk_fields(model_name, path)
        if not fields or len(fields) < len(path.split(".")):
            return None
        last = fields[-1]
        name = last.model_name if last.name == "id" else last.comodel_name
        return self.env.get(name) if name else None

    @api.model
    def _get_states_model(self, model_name, state_field):
        """Return the model of states that are records; None for those of a list."""
        return self._get_comodel(model_name, state_field) if state_field else None
