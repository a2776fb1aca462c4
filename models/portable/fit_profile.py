from odoo import api, models

from .portable import PERMISSION, PROFILE, PROMISE


class CustomerPortalPortable(models.AbstractModel):
    """What a file says of profiles, fitted to the modules that there are, or will be."""

    _inherit = "customer.portal.portable"

    @api.model
    def _fit_profile(self, plan, key, given):
        """Return what becomes of a profile, as a file holds it."""
        old = plan.before["profiles"].get(key, {})
        new = {**old, "name": key, **given}
        new.pop("xml_id", None)  # By which it was found.
        if "xml_id" in old:
            new["xml_id"] = old["xml_id"]
        label = self._get_label_text(new["name"])
        names = self._get_carried()[PROFILE]
        new |= self._fit_values(plan, PROFILE, label, old, new, names)
        parts = {
            "permissions": self._fit_permissions,
            "promises": self._fit_promises,
            "widgets": self._fit_widgets,
        }
        fitted = {
            name: fit(plan, label, old, new)
            for name, fit in parts.items()
            if name in new
        }
        return {**new, **fitted}

    # === PERMISSIONS === #

    @api.model
    def _fit_permissions(self, plan, label, old, new):
        known = {row["module"]: row for row in old.get("permissions", ())}
        rows = []
        for given in new["permissions"]:
            code = given["module"]
            row = {**self._get_empty_row(code), **known.get(code, {}), **given}
            if row == known.get(code):
                rows.append(row)
            elif code in plan.known:
                rows.append(self._fit_permission(plan, label, row, plan.known[code]))
            else:
                plan.notices.append(
                    self.env._(
                        "%(profile)s: the module “%(module)s” is not in this database. "
                        "What the profile permits there is left out.",
                        profile=label,
                        module=code,
                    )
                )
        return rows

    @api.model
    def _get_empty_row(self, code):
        return {"module": code, "actions": [], "fields": {}}

    @api.model
    def _fit_permission(self, plan, label, row, module):
        place = f"{label}, {self._get_label_text(module['name'])}"
        published = {line["name"] for line in module.get("fields", ())}
        fields = {
            name: access
            for name, access in row["fields"].items()
            if access != "hidden" and name in published
        }
        known = self.env[PERMISSION]._get_action_fields()
        actions = sorted({*row["actions"]} & known.keys())
        hidden = {name for name, access in row["fields"].items() if access == "hidden"}
        for name in sorted(row["fields"].keys() - fields.keys() - hidden):
            plan.notices.append(
                self.env._(
                    "%(place)s: the field “%(field)s” is not published here. What the "
                    "profile permits of it is left out.",
                    place=place,
                    field=name,
                )
            )
        for name in sorted({*row["actions"]} - known.keys()):
            plan.notices.append(
                self.env._(
                    "%(place)s: the action “%(action)s” is not in this database. It is "
                    "left out.",
                    place=place,
                    action=name,
                )
            )
        actions = self._fit_waiting(plan, place, actions, module)
        return {**row, "actions": actions, "fields": fields}

    @api.model
    def _fit_waiting(self, plan, place, actions, module):
        """Show no module that waits for its app: nobody can answer for that yet."""
        is_there = module["model_name"] in self.env or module.get("page") == "native"
        if self.env.su or is_there or "see" not in actions:
            return actions
        plan.notices.append(
            self.env._(
                "%(place)s: the module waits for its app, so it stays off.", place=place
            )
        )
        return [action for action in actions if action != "see"]

    # === PROMISES === #

    @api.model
    def _fit_promises(self, plan, label, old, new):
        """Return the promised times, without those of priorities that are not there."""
        priorities = {value for value, _label in self.env[PROMISE]._get_priorities()}
        known = self._key_promises(old.get("promises", ()))
        names = self._get_carried()[PROMISE]
        promises = []
        for key, given in self._key_promises(new["promises"]).items():
            promise = {"priority": None, **known.get(key, {}), **given}
            if promise["priority"] not in {None, *priorities} and key not in known:
                plan.notices.append(
                    self.env._(
                        "%(profile)s: cases have no priority “%(priority)s” here. The "
                        "times promised for it are left out.",
                        profile=label,
                        priority=promise["priority"],
                    )
                )
                continue
            values = self._fit_values(
                plan, PROMISE, label, known.get(key, {}), promise, names
            )
            promises.append({**promise, **values})
        return promises

    @api.model
    def _key_promises(self, promises):
        """Return promised times by priority; several of one are told apart by place.

        :rtype: dict[tuple, dict]
        """
        keyed, counts = {}, {}
        for promise in promises:
            priority = promise.get("priority")
            counts[priority] = counts.get(priority, 0) + 1
            keyed[priority, counts[priority]] = promise
        return keyed

    # === WIDGETS === #

    @api.model
    def _fit_widgets(self, plan, label, old, new):
        kinds = self.env["customer.portal.widget"]._get_kinds()
        widgets = []
        for widget in new["widgets"]:
            name = widget if isinstance(widget, str) else widget["chart"]
            if widget in widgets:
                continue
            if isinstance(widget, str):
                is_there = widget in kinds and widget != "chart"
            else:
                module = plan.known.get(widget["module"], {})
                is_there = name in module.get("charts", {})
            if is_there:
                widgets.append(widget)
                continue
            plan.notices.append(
                self.env._(
                    "%(profile)s: the widget “%(widget)s” is not in this database. It "
                    "is left out.",
                    profile=label,
                    widget=name,
                )
            )
        return widgets
