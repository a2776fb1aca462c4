from odoo import api, models

from .portable import CHART, LINE, MODULE, PERMISSION, PROFILE, PROMISE


class CustomerPortalPortable(models.AbstractModel):
    """What differs between two states, each as a file holds it, in sentences.

    A difference is a dict: ``kind`` of what differs, ``change`` (created, changed or
    removed), ``path`` of keys to it, ``group`` under which to show it, ``label``, the
    values ``before`` and ``after``, and ``text``, the sentence.
    """

    _inherit = "customer.portal.portable"

    @api.model
    def _compare(self, data, profiles=None):
        """Return what would be different in the database if a file was applied.

        :param dict data: as ``_export`` returns it
        :param dict profiles: by their key in the data, profiles that are known already
        :rtype: list[dict]
        """
        plan = self._make_plan(data, profiles)
        return self._get_differences(plan.before, plan.after)

    @api.model
    def _get_differences(self, before, after):
        """Return what differs between two states, such as two versions of a profile.

        What the second one does not name does not differ.

        :rtype: list[dict]
        """
        found = []
        for part, compare in (
            ("modules", self._compare_module),
            ("profiles", self._compare_profile),
        ):
            for key, new in sorted(after.get(part, {}).items()):
                found += compare((part, key), before.get(part, {}).get(key), new)
        return found

    @api.model
    def _compare_module(self, path, old, new):
        label = self._get_label_text(new.get("name") or path[-1])
        place = self._make_place("module", path, label, label)
        found = self._compare_object(place, MODULE, old, new)
        lines = (self._key_items(one, "fields", "name") for one in (old or {}, new))
        found += self._compare_items(place, "field", LINE, "fields", *lines)
        if old:
            found += self._compare_order(place, "fields", "name", old, new)
        charts = (one.get("charts", {}) for one in (old or {}, new))
        return found + self._compare_items(place, "chart", CHART, "charts", *charts)

    @api.model
    def _compare_profile(self, path, old, new):
        label = self._get_label_text(new.get("name") or path[-1])
        place = self._make_place("profile", path, label, label)
        found = self._compare_object(place, PROFILE, old, new)
        if "permissions" in new:
            found += self._compare_permissions(place, old or {}, new)
        if "promises" in new:
            promises = (
                self._key_promises(one.get("promises", ())) for one in (old or {}, new)
            )
            found += self._compare_items(
                place, "promise", PROMISE, "promises", *promises
            )
        if "widgets" in new:
            found += self._compare_widgets(place, old or {}, new)
        return found

    # === OBJECTS AND LISTS === #

    @api.model
    def _make_place(self, kind, path, label, group):
        """Return what all differences of one thing have in common."""
        return {"kind": kind, "path": path, "label": label, "group": group}

    @api.model
    def _differ(self, place, change, before, after, text, name=None):
        path = [*place["path"], *([name] if name else [])]
        values = {"change": change, "before": before, "after": after, "text": text}
        return {**place, **values, "path": path}

    @api.model
    def _compare_object(self, place, model_name, old, new):
        """Return the values that differ; of something new that it is new."""
        if not old:
            text = self._say_created(place)
            return [self._differ(place, "created", None, new, text)]
        return [
            self._differ(
                {**place, "label": self._get_field_label(model_name, name)},
                "changed",
                old.get(name),
                new[name],
                self._say_value(place, model_name, name, old.get(name), new[name]),
                name,
            )
            for name in self._get_carried()[model_name]
            if name in new and new[name] != old.get(name)
        ]

    @api.model
    def _compare_items(self, place, kind, model_name, part, old, new):
        """Return what differs between the items of two lists, by their keys."""
        found = []
        for key in [*new, *(key for key in old if key not in new)]:
            if old.get(key) == new.get(key):
                continue
            name = key if isinstance(key, str) else key[0]
            item = old.get(key) if key not in new else new[key]
            label = self._get_item_label(kind, name, item, place)
            path = (*place["path"], part, name or "")
            below = self._make_place(kind, path, label, place["group"])
            if key not in new:
                text = self._say_removed(below, place)
                found.append(self._differ(below, "removed", old[key], None, text))
            elif key not in old:
                text = self._say_added(below, place)
                found.append(self._differ(below, "created", None, new[key], text))
            else:
                both = {**below, "label": f"{place['group']}, {label}"}
                found += self._compare_object(both, model_name, old[key], new[key])
        return found

    @api.model
    def _key_items(self, values, part, name):
        return {item[name]: item for item in values.get(part, ())}

    @api.model
    def _compare_order(self, place, part, name, old, new):
        """Say that what both lists have stands in another order."""
        both = [[item[name] for item in one.get(part, ())] for one in (old, new)]
        shared = set(both[0]) & set(both[1])
        orders = [[item for item in one if item in shared] for one in both]
        if orders[0] == orders[1]:
            return []
        text = self._say_order(place, part)
        return [self._differ(place, "changed", *orders, text, part)]

    # === PROFILES === #

    @api.model
    def _compare_permissions(self, place, old, new):
        rows = [self._key_items(one, "permissions", "module") for one in (old, new)]
        found = []
        for code in [*rows[1], *(code for code in rows[0] if code not in rows[1])]:
            empty = self._get_empty_row(code)
            before, after = rows[0].get(code, empty), rows[1].get(code, empty)
            found += self._compare_permission(place, code, before, after)
        if old:
            found += self._compare_order(place, "permissions", "module", old, new)
        return found

    @api.model
    def _compare_permission(self, place, code, before, after):
        path = (*place["path"], "permissions", code)
        label = f"{place['group']}, {self._get_module_label(code)}"
        below = self._make_place("permission", path, label, place["group"])
        actions = [set(one["actions"]) for one in (before, after)]
        found = [
            self._differ(
                {**below, "kind": "action", "label": self._get_action_label(action)},
                "changed",
                action in actions[0],
                action in actions[1],
                self._say_action(label, action, action in actions[1]),
                action,
            )
            for action in self.env[PERMISSION]._get_action_fields()
            if (action in actions[0]) != (action in actions[1])
        ]
        if "records_visibility" in before or "records_visibility" in after:
            level = before.get("records_visibility")
            known = {"records_visibility": level or after.get("records_visibility")}
            found += self._compare_object(below, PERMISSION, known, after)
        return found + self._compare_accesses(below, code, before, after)

    @api.model
    def _compare_accesses(self, place, code, before, after):
        names = {**before["fields"], **after["fields"]}
        pairs = {
            name: [one["fields"].get(name, "hidden") for one in (before, after)]
            for name in sorted(names)
        }
        return [
            self._differ(
                {**place, "kind": "access", "label": label},
                "changed",
                *pair,
                self._say_access(place["label"], label, *pair),
                name,
            )
            for name, pair in pairs.items()
            if pair[0] != pair[1] and (label := self._get_line_label(code, name))
        ]

    @api.model
    def _compare_widgets(self, place, old, new):
        known = [
            {self._get_widget_key(one): one for one in values.get("widgets", ())}
            for values in (old, new)
        ]
        found = [
            self._differ(
                {**place, "kind": "widget", "label": self._get_widget_label(key)},
                "changed",
                key in known[0],
                key in known[1],
                self._say_widget(place, key, key in known[1]),
                "widgets",
            )
            for key in {**known[0], **known[1]}
            if (key in known[0]) != (key in known[1])
        ]
        lists = [
            {"widgets": [{"key": key} for key in one if key in known[1 - place_]]}
            for place_, one in enumerate(known)
        ]
        return found + self._compare_order(place, "widgets", "key", *lists)

    @api.model
    def _get_widget_key(self, widget):
        """Return what tells widgets apart: a kind, or a chart and its module."""
        return widget if isinstance(widget, str) else (widget["module"], widget["chart"])
