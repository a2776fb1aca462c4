import json

from odoo import api, fields, models
from odoo.tools import SQL

# What is published along with a record, and what tells its lines apart.
LINES = {
    "customer.portal.profile": {
        "permission_ids": lambda row: row.module_id.id,
        "widget_ids": lambda row: f"{row.kind}-{row.chart_id.id or ''}",
    },
    "customer.portal.module": {
        "field_ids": lambda line: line.id,
        "permission_ids": lambda row: row.profile_id.id,
    },
    "customer.portal.permission": {"field_ids": lambda line: line.field_id.name},
}
# What is done to a line that is too much: those of all modules, widgets and fields stay
# and permit nothing. Anything else is removed.
TOO_MUCH = {
    "customer.portal.permission": {"visible": False},
    "customer.portal.permission.field": {"access": "hidden"},
    "customer.portal.widget": {"visible": False},
}
# Only these can be missing; all others are added by themselves.
ADDED = "customer.portal.module.field"
# What belongs to one publication alone or is counted by it, and what lines are of.
LEFT_OUT = (
    *models.MAGIC_COLUMNS,
    *("publisher_id", "announcement_version", "is_unpublished", "preset_fields"),
    *("profile_id", "module_id", "permission_id", "field_id"),
)
LEFT_OUT_TYPES = ("one2many", "many2many", "binary", "json", "properties", "reference")


class CustomerPortalSnapshot(models.AbstractModel):
    """A profile or a module with all its lines, as values that can be kept.

    Of this database: with ids, and texts in all languages. A snapshot is a dict of
    paths, such as ``/permission_ids/5/field_ids/name``, that each hold the values of a
    line; the record itself has the path ``""``. So what differs between two is told
    value by value, and a draft and what was published meanwhile can be put together.
    """

    _name = "customer.portal.snapshot"
    _description = "Customer Portal Snapshot"

    # === TAKE === #

    @api.model
    def _take(self, record):
        """Return a snapshot of a profile or a module.

        :rtype: dict[str, dict]
        """
        record = record.sudo()
        record.env.flush_all()
        return {
            path: self._read_line(line) for path, line in self._walk(record).items()
        }

    @api.model
    def _walk(self, record, path=""):
        """Return the record and all its lines by path."""
        found = {path: record}
        for name, key in LINES.get(record._name, {}).items():
            for line in record[name]:
                found |= self._walk(line, f"{path}/{name}/{key(line)}")
        return found

    @api.model
    def _read_line(self, line):
        return {name: self._read_value(line, name) for name in self._get_names(line)}

    @api.model
    def _read_value(self, line, name):
        """Return a value as JSON can hold it; of translated texts all languages."""
        field = line._fields[name]
        if field.translate:
            texts = field._get_stored_translations(line) or {}
            return {lang: text for lang, text in texts.items() if text}
        value = line[name]
        if field.type == "many2one":
            return value.id
        if field.type in ("date", "datetime"):
            return field.to_string(value)
        return value or False if field.type in ("char", "text", "html") else value

    @api.model
    def _get_names(self, line):
        """Return the fields of a line that are published."""
        return [
            name
            for name, field in line._fields.items()
            if field.store
            and not field.related
            and not (field.compute and field.readonly)
            and field.type not in LEFT_OUT_TYPES
            and name not in LEFT_OUT
        ]

    # === APPLY === #

    @api.model
    def _apply(self, record, rows):
        """Make a record what a snapshot says, by one write as its form does it.

        What is gone from the database stays away.

        :return: ids of the lines that were added, by the key they have in the snapshot
        :rtype: dict[str, int]
        """
        made = {}
        for names in self._get_steps(record):
            if vals := self._make_vals(record, rows, names=names):
                record.write(vals)
            made |= self._find_made(record, rows) if "field_ids" in names else {}
        self._write_texts(record, rows)
        return made

    @api.model
    def _get_steps(self, record):
        """Return the lines that are written one after the other.

        Only once a module has its fields can a profile say something about them.
        """
        if record._name == "customer.portal.module":
            return [("field_ids",), ("permission_ids",)]
        return [tuple(LINES[record._name])]

    @api.model
    def _make_vals(self, line, rows, path="", names=None):
        """Return the values by which a line becomes what a snapshot says."""
        known, wanted = self._read_line(line), rows[path]
        vals = {
            name: self._get_written(line, name, value)
            for name, value in wanted.items()
            if name in known and known[name] != value
        }
        for name in names if names is not None else LINES.get(line._name, ()):
            if commands := self._make_commands(line, name, rows, path):
                vals[name] = commands
        return vals

    @api.model
    def _get_written(self, line, name, value):
        """Return what is written of a value: of texts one, the others come later."""
        if line._fields[name].translate:
            return value.get(line.env.lang or "en_US") or value.get("en_US") or False
        return value

    @api.model
    def _make_commands(self, line, name, rows, path):
        lines, commands = line[name], []
        matched = self._match(line, name, rows, path)
        for child, found in matched.items():
            if found:
                vals = self._make_vals(found, rows, child)
                commands += [fields.Command.update(found.id, vals)] if vals else []
            elif lines._name == ADDED and self._is_there(rows[path], rows[child]):
                commands.append(
                    fields.Command.create(self._make_new(lines, rows[child]))
                )
        for found in lines - lines.browse().union(*matched.values()):
            vals = TOO_MUCH.get(found._name)
            known = vals and {key: found[key] for key in vals}
            if not vals:
                commands.append(fields.Command.delete(found.id))
            elif vals != known:
                commands.append(fields.Command.update(found.id, vals))
        return commands

    @api.model
    def _is_there(self, module_values, values):
        """Say whether the model has a field; one that waits for its app has them all.

        :param dict module_values: of the module, as it becomes
        """
        model_name = module_values["model_name"]
        model, meant = self.env.get(model_name), values.get("for_model") or model_name
        return model is None or meant != model_name or values["name"] in model._fields

    @api.model
    def _make_new(self, lines, values):
        return {
            name: self._get_written(lines, name, value)
            for name, value in values.items()
            if name in lines._fields
        }

    @api.model
    def _match(self, line, name, rows, path):
        """Return the lines there are for the paths of a snapshot; none for a new one.

        A field that was removed and is back has another id, but the same name.
        """
        key, start = LINES[line._name][name], f"{path}/{name}/"
        paths = [one for one in rows if one.startswith(start)]
        paths = [one for one in paths if "/" not in one.removeprefix(start)]
        lines = {f"{start}{key(one)}": one for one in line[name]}
        matched = {one: lines.pop(one, line[name].browse()) for one in paths}
        if line[name]._name == ADDED:
            left = {one.name: one for one in lines.values()}
            for one in (one for one, found in matched.items() if not found):
                matched[one] = left.pop(rows[one]["name"], line[name].browse())
        return matched

    @api.model
    def _find_made(self, record, rows):
        """Return the ids of fields whose key in the snapshot is not theirs."""
        matched = (
            self._match(record, "field_ids", rows, "") if "field_ids" in record else {}
        )
        keys = {path.rpartition("/")[2]: line.id for path, line in matched.items()}
        return {key: id_ for key, id_ in keys.items() if id_ and key != str(id_)}

    # === TEXTS === #

    @api.model
    def _write_texts(self, record, rows):
        """Write the texts of all languages as they were, where they differ.

        Odoo takes one language after the other, and would have each change the others.
        """
        record = record.sudo()
        record.env.flush_all()
        lines = self._walk(record) | self._find_moved(record, rows)
        for path, line in lines.items():
            for name, texts in rows.get(path, {}).items():
                field = line._fields.get(name)
                is_text = field is not None and field.translate
                if is_text and self._read_value(line, name) != texts:
                    self._write_text(line, name, texts)

    @api.model
    def _find_moved(self, record, rows):
        if record._name != "customer.portal.module":
            return {}
        matched = self._match(record, "field_ids", rows, "")
        return {path: line for path, line in matched.items() if line}

    @api.model
    def _write_text(self, line, name, texts):
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET %s = %s::jsonb WHERE id = %s",
                SQL.identifier(line._table),
                SQL.identifier(name),
                json.dumps(texts) if texts else None,
                line.id,
            )
        )
        line.invalidate_recordset([name])
        line.modified([name])
