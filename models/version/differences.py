from odoo import api, models
from odoo.tools import html2plaintext

from .rows import find_changes
from .snapshot import TOO_MUCH

# Where the lines of a path stand: which model, and whether its key is an id.
PLACES = {
    "customer.portal.profile": {
        "permission_ids": ("customer.portal.permission", "customer.portal.module"),
        "widget_ids": ("customer.portal.widget", None),
    },
    "customer.portal.module": {
        "permission_ids": ("customer.portal.permission", "customer.portal.profile"),
        "field_ids": ("customer.portal.module.field", None),
    },
}
TEXT_LENGTH = 60


class CustomerPortalDifferences(models.AbstractModel):
    """What differs between two snapshots, in words."""

    _name = "customer.portal.differences"
    _description = "Customer Portal Differences"

    @api.model
    def _describe(self, record, before, after):
        """Return a sentence for each difference.

        :param record: the profile or module that both are of
        :rtype: list[str]
        """
        if not before:
            return [self.env._("New: %(name)s", name=record.name)]
        texts = []
        for path, name, old, new in self._find(record, before, after):
            place = self._get_place(record, path, before.get(path) or after[path])
            if name is None:
                texts.append(self._describe_line(place, added=new))
                continue
            model, label = self._get_label(record, path, name)
            texts.append(
                self.env._(
                    "%(place)s: %(before)s → %(after)s",
                    place=" › ".join(filter(None, (place, label))),
                    before=self._get_text(model, name, old),
                    after=self._get_text(model, name, new),
                )
            )
        return texts

    @api.model
    def _find(self, record, before, after):
        """Return what differs, but for lines that permit nothing.

        Each profile gets one for each field that is published, and who reads that it
        was added would take it for something that customers see.

        :rtype: list[tuple]
        """
        return [
            change
            for change in find_changes(before, after)
            if change[1] is not None
            or not self._permits_nothing(
                self._get_model(record, change[0]),
                before.get(change[0]) or after[change[0]],
            )
        ]

    @api.model
    def _permits_nothing(self, model, values):
        nothing = TOO_MUCH.get(model._name, {})
        return bool(nothing) and nothing.items() <= values.items()

    @api.model
    def _get_model(self, record, path):
        """Return the model of the line that a path leads to."""
        parts = path.split("/")[1:]
        if not parts:
            return record
        if len(parts) > 2:
            return self.env["customer.portal.permission.field"]
        return self.env[PLACES[record._name][parts[0]][0]]

    @api.model
    def _describe_line(self, place, added):
        if added:
            return self.env._("%(place)s: added", place=place)
        return self.env._("%(place)s: removed", place=place)

    @api.model
    def _get_place(self, record, path, values):
        """Return what a line is called by those who read the form."""
        parts = path.split("/")[1:]
        if not parts:
            return ""
        _model, owner = PLACES[record._name][parts[0]]
        if owner:
            line = self.env[owner].sudo().browse(int(parts[1])).exists()
            module = line if line._name == "customer.portal.module" else record
            fields = [self._get_field_name(module, name) for name in parts[3:]]
            return " › ".join([line.name or "?", *fields])
        if parts[0] == "field_ids":
            return self._get_field_name(record, values["name"])
        return self._get_widget_name(values)

    @api.model
    def _get_field_name(self, module, name):
        """Return what a field is called, also one that the module no longer has."""
        module_sudo = module.sudo()
        lines = module_sudo.field_ids.filtered(lambda line: line.name == name)
        model = self.env.get(module_sudo.model_name or "")
        field = model is not None and model._fields.get(name)
        label = field and field.get_description(self.env, ["string"])["string"]
        return lines[:1].display_name or label or name

    @api.model
    def _get_widget_name(self, values):
        widgets = self.env["customer.portal.widget"]
        kinds = dict(widgets._fields["kind"]._description_selection(self.env))
        charts = self.env["customer.portal.chart"].sudo()
        chart = charts.browse(values["chart_id"] or ()).exists()
        return ": ".join(
            filter(None, (kinds.get(values["kind"], values["kind"]), chart.name))
        )

    @api.model
    def _get_label(self, record, path, name):
        """Return the model of a line, and what its field is called there."""
        model = self._get_model(record, path)
        if name == "access":  # The place says which field it is.
            return model, ""
        return model, model._fields[name]._description_string(self.env)

    @api.model
    def _get_text(self, model, name, value):
        """Return a value as people read it."""
        field = model._fields[name]
        if isinstance(value, dict):
            value = value.get(self.env.lang or "en_US") or value.get("en_US")
        if field.type == "boolean":
            return self.env._("turned on") if value else self.env._("turned off")
        if field.type == "selection":
            value = dict(field._description_selection(self.env)).get(value, value)
        if field.type == "html":
            value = html2plaintext(value or "")
        if not value and field.type != "integer":
            return self.env._("nothing")
        text = str(value)
        return text if len(text) <= TEXT_LENGTH else f"{text[:TEXT_LENGTH]}…"
