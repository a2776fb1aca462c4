import json

from odoo import api, models

from .portable import LINE, MODULE, PERMISSION, PROMISE

# How much of a value a sentence quotes.
QUOTE_LENGTH = 120


class CustomerPortalPortable(models.AbstractModel):
    """How a difference is said to people, in their language."""

    _inherit = "customer.portal.portable"

    # === LABELS === #

    @api.model
    def _get_label_text(self, label):
        """Return a text that can stand in several languages in that of the user."""
        if not isinstance(label, dict):
            return label
        return label.get(self.env.lang) or label["en_US"]

    @api.model
    def _get_field_label(self, model_name, name):
        field = self.env[model_name]._fields[name]
        return field.get_description(self.env, ["string"])["string"]

    @api.model
    def _get_action_label(self, action):
        name = self.env[PERMISSION]._get_action_fields()[action]
        return self._get_field_label(PERMISSION, name)

    @api.model
    def _get_module_label(self, code):
        [module, *_others] = [*self._find_all(MODULE, [("code", "=", code)]), None]
        return module.name if module else code

    @api.model
    def _get_line_label(self, code, name):
        lines = self.env[LINE].search(
            [("module_id.code", "=", code), ("name", "=", name)], limit=1
        )
        return lines.display_name or name

    @api.model
    def _get_widget_label(self, key):
        if isinstance(key, tuple):
            return key[1]
        return self.env["customer.portal.widget"]._get_kinds()[key]["name"]

    @api.model
    def _get_item_label(self, kind, name, item, place):
        if kind == "field":
            label = self._get_label_text(item.get("label"))
            return label or self._get_line_label(place["path"][-1], name)
        if kind == "promise":
            labels = dict(self.env[PROMISE]._get_priorities())
            return labels.get(name) or self.env._("Any priority")
        return self._get_label_text(item.get("name") or name)

    @api.model
    def _quote(self, model_name, name, value):
        """Return a value as people read it."""
        if isinstance(value, bool):
            return self.env._("yes") if value else self.env._("no")
        if value in (None, ""):
            return self.env._("nothing")
        field = self.env[model_name]._fields[name]
        if field.type == "selection":
            value = dict(field._description_selection(self.env)).get(value, value)
        elif self._get_kind(model_name, name) == "labels":
            value = self._get_label_text(value)
        elif isinstance(value, dict):
            value = self._get_named_text(value)
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        return f"“{text if len(text) <= QUOTE_LENGTH else text[:QUOTE_LENGTH] + '…'}”"

    # === SENTENCES === #

    @api.model
    def _say_created(self, place):
        if place["kind"] == "module":
            return self.env._("The module “%(name)s” is new.", name=place["label"])
        return self.env._("The profile “%(name)s” is new.", name=place["label"])

    @api.model
    def _say_added(self, place, parent):
        values = {"place": parent["group"], "name": place["label"]}
        if place["kind"] == "field":
            return self.env._("%(place)s: the field “%(name)s” is published.", **values)
        if place["kind"] == "chart":
            return self.env._("%(place)s: the chart “%(name)s” is new.", **values)
        return self.env._("%(place)s: times are promised for “%(name)s”.", **values)

    @api.model
    def _say_removed(self, place, parent):
        values = {"place": parent["group"], "name": place["label"]}
        if place["kind"] == "field":
            return self.env._(
                "%(place)s: the field “%(name)s” is no longer published.", **values
            )
        if place["kind"] == "chart":
            return self.env._("%(place)s: the chart “%(name)s” is removed.", **values)
        return self.env._(
            "%(place)s: no times are promised for “%(name)s” any more.", **values
        )

    @api.model
    def _say_value(self, place, model_name, name, before, after):
        return self.env._(
            "%(place)s: %(label)s changes from %(before)s to %(after)s.",
            place=place["label"],
            label=self._get_field_label(model_name, name),
            before=self._quote(model_name, name, before),
            after=self._quote(model_name, name, after),
        )

    @api.model
    def _say_order(self, place, part):
        texts = {
            "fields": self.env._("the order of the fields changes"),
            "permissions": self.env._("the order of the modules in the menu changes"),
            "widgets": self.env._("the order of the home page changes"),
        }
        return self.env._(
            "%(place)s: %(change)s.", place=place["group"], change=texts[part]
        )

    @api.model
    def _say_action(self, label, action, is_on):
        if action == "see":
            if is_on:
                return self.env._("%(place)s: customers see the module.", place=label)
            return self.env._(
                "%(place)s: customers no longer see the module.", place=label
            )
        values = {"place": label, "action": self._get_action_label(action)}
        if is_on:
            return self.env._("%(place)s: %(action)s is turned on.", **values)
        return self.env._("%(place)s: %(action)s is turned off.", **values)

    @api.model
    def _say_access(self, place, label, before, after):
        access = "customer.portal.permission.field"
        return self.env._(
            "%(place)s: the field “%(field)s” changes from %(before)s to %(after)s.",
            place=place,
            field=label,
            before=self._quote(access, "access", before),
            after=self._quote(access, "access", after),
        )

    @api.model
    def _say_widget(self, place, key, is_on):
        values = {"profile": place["group"], "widget": self._get_widget_label(key)}
        if is_on:
            return self.env._(
                "%(profile)s: the home page shows “%(widget)s”.", **values
            )
        return self.env._(
            "%(profile)s: the home page no longer shows “%(widget)s”.", **values
        )
