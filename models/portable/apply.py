from psycopg2 import IntegrityError

from odoo import api, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tools import mute_logger

from ...const import VALUE_NAMES
from ..base.undone import undone
from .portable import CHART, DOMAINS, LINE, MODULE, Applied


class CustomerPortalPortable(models.AbstractModel):
    """A file is written: what differs alone, so that all else stays as it was.

    Who publishes what did not change stays, too.
    """

    _inherit = "customer.portal.portable"

    @api.model
    def _apply(self, data, profiles=None):
        """Make the database as a file says, or change nothing at all.

        Modules and profiles that the file does not name stay. Of those it names, it
        says all: what a list of it does not hold is removed.

        :param dict data: as ``_export`` returns it
        :param dict profiles: by their key in the data, profiles that are known already
        :raise ValidationError: that says why the file is refused
        :rtype: Applied
        """
        plan = self._make_plan(data, profiles)
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                modules = self._apply_modules(plan)
                applied = Applied(self._apply_profiles(plan), modules)
                self.env.invalidate_all()  # Lists keep their old order otherwise.
        except IntegrityError as error:
            raise ValidationError(self._get_database_text(error)) from error
        return applied

    @api.model
    def _find_refusal(self, data):
        """Say why a file would be refused, by applying it and undoing that.

        :rtype: str | None
        """
        try:
            with undone(self.env):
                self._apply(data)
        except UserError as error:
            return f"{error}"
        return None

    @api.model
    def _get_database_text(self, error):
        """Say what a rule of the database refuses, as Odoo does."""
        tables = {model._table: model for model in self.env.values()}
        model = tables.get(error.diag.table_name, self.env["base"])
        return model._sql_error_to_message(error)

    @api.model
    def _apply_modules(self, plan):
        modules = dict(plan.modules)
        for code, new in plan.after["modules"].items():
            old = plan.before["modules"].get(code, {})
            if old != new:
                modules[code] = self._write_module(modules[code], code, old, new)
        return modules

    @api.model
    def _write_module(self, module, code, old, new):
        values = self._find_values(MODULE, old, new)
        lines = {line.name: line for line in module.field_ids}
        commands = self._get_line_commands(lines, old, new)
        if commands:
            values["field_ids"] = commands
        if not module:
            module = self.env[MODULE].create({**values, "code": code})
        elif values:
            module.write(values)
        self._write_labels(module, old, new)
        self._write_line_labels(module, old, new)
        names = [line["name"] for line in new.get("fields", ())]
        lines = {line.name: line for line in module.field_ids}
        self._put_in_order([lines[name] for name in names])
        self._write_charts(module, old, new)
        return module

    # === FIELDS OF MODULES === #

    @api.model
    def _get_line_commands(self, lines, old, new):
        known = self._key_items(old, "fields", "name")
        wanted = self._key_items(new, "fields", "name")
        commands = [
            Command.delete(lines[name].id) for name in known if name not in wanted
        ]
        for name, line in wanted.items():
            placed = {**line, "model_name": new["model_name"]}
            values = self._find_values(LINE, known.get(name, {}), placed)
            if name not in known:
                commands.append(Command.create({"name": name, **values}))
            elif values:
                commands.append(Command.update(lines[name].id, values))
        return commands

    @api.model
    def _write_line_labels(self, module, old, new):
        known = self._key_items(old, "fields", "name")
        lines = {line.name: line for line in module.field_ids}
        for line in new.get("fields", ()):
            name = line["name"]
            self._write_labels(lines[name], known.get(name, {}), line)

    @api.model
    def _put_in_order(self, records):
        """Number records if they do not stand in this order already."""
        if records == sorted(records, key=self._get_place):
            return
        for place, record in enumerate(records, 1):
            if record.sequence != 10 * place:
                record.sequence = 10 * place

    # === CHARTS === #

    @api.model
    def _write_charts(self, module, old, new):
        known, wanted = old.get("charts", {}), new.get("charts", {})
        if known == wanted:
            return
        charts = self._get_charts().get(module.code, {})
        lines = {line.name: line.id for line in module.field_ids}
        for key in known.keys() - wanted.keys() & charts.keys():
            charts[key].unlink()
        for key, chart in wanted.items():
            self._write_chart(module, lines, charts.get(key), known.get(key, {}), chart)

    @api.model
    def _write_chart(self, module, lines, chart, old, new):
        values = self._find_values(CHART, old, new)
        for name in ("group_field_id", "measure_field_id"):
            if name in values:
                values[name] = lines.get(values[name], False)
        if not chart:
            chart = self.env[CHART].create({**values, "module_id": module.id})
        elif values:
            chart.write(values)
        self._write_labels(chart, old, new)

    # === VALUES === #

    @api.model
    def _find_values(self, model_name, old, new):
        """Return the values to write: those that differ, with ids for names."""
        return {
            name: self._find_value(model_name, name, new)
            for name in self._get_carried()[model_name]
            if name in new
            and new[name] != old.get(name, ...)
            and not (old and self._get_kind(model_name, name) == "labels")
        }

    @api.model
    def _find_value(self, model_name, name, values):
        value, kind = values[name], self._get_kind(model_name, name)
        if kind == "labels" and isinstance(value, dict):
            return value["en_US"]
        if name in DOMAINS:
            model = self._get_chosen_model(model_name, values)
            return False if value is None else self._find_domain(model, value)
        if not isinstance(value, dict):
            return False if value is None else value
        if name in VALUE_NAMES:
            model = self.env.get(values["model_name"])
            states = model is not None and self._get_states_model(
                values["model_name"], values.get("state_field")
            )
            return self._find_state(states, value)
        field = self.env[model_name]._fields[name]
        return self._find_record(self.env[field.comodel_name], value).id

    @api.model
    def _find_state(self, states, named):
        """Return the id of a state as text, as modules hold it."""
        if states is None or states is False:
            return False
        state = self._find_record(states, named)
        return f"{state.id}" if state else False

    @api.model
    def _find_domain(self, model, value):
        """Return a domain as text, with ids for the names in it."""
        if isinstance(value, str):
            return value
        if model is not None:
            value = self._map_domain(model, value, self._find_ids)
        conditions = [tuple(one) if isinstance(one, list) else one for one in value]
        return f"{conditions}"

    @api.model
    def _find_ids(self, model, operator, value):
        if isinstance(value, list):
            return [self._find_ids(model, operator, one) for one in value]
        return self._find_record(model, value).id if isinstance(value, dict) else value

    @api.model
    def _write_labels(self, record, old, new):
        """Write translated texts, each in the languages in which it has one."""
        for name in self._get_carried()[record._name]:
            is_text = self._get_kind(record._name, name) == "labels"
            if is_text and name in new and new[name] != old.get(name):
                texts = new[name]
                if not isinstance(texts, dict):
                    texts = {"en_US": texts}
                self._translate(record, name, texts)

    @api.model
    def _translate(self, record, name, texts):
        """Write the text of each installed language; others show the source."""
        source = texts["en_US"] or False
        record.with_context(lang=None)[name] = source
        if source:
            known = [code for code, _name in self.env["res.lang"].get_installed()]
            others = {code: texts.get(code, False) for code in known if code != "en_US"}
            record.update_field_translations(name, {**others, "en_US": source})
