from odoo import api, models
from odoo.fields import Command

from .portable import PERMISSION, PROFILE, PROMISE


class CustomerPortalPortable(models.AbstractModel):
    """Profiles are written, each with what it permits, shows and promises."""

    _inherit = "customer.portal.portable"

    @api.model
    def _apply_profiles(self, plan):
        profiles = dict(plan.profiles)
        for key, new in plan.after["profiles"].items():
            old = plan.before["profiles"].get(key, {})
            if old != new:
                profiles[key] = self._write_profile(profiles[key], old, new)
        return profiles

    @api.model
    def _write_profile(self, profile, old, new):
        values = self._find_values(PROFILE, old, new)
        if not profile:
            # What it is a preset for would be permitted first, and may be refused.
            preset = values.pop("preset", False)
            profile = self.env[PROFILE].create(values)
            values = {"preset": preset} if preset else {}
        if values:
            profile.write(values)
        self._write_labels(profile, old, new)
        if "permissions" in new:
            self._write_permissions(profile, new)
        if "promises" in new:
            self._write_promises(profile, old, new)
        if "widgets" in new:
            self._write_widgets(profile, new)
        return profile

    # === PERMISSIONS === #

    @api.model
    def _write_permissions(self, profile, new):
        """Write what each row permits; a row that is not named permits nothing."""
        wanted = self._key_items(new, "permissions", "module")
        rows = {row.module_id.code: row for row in profile.permission_ids}
        for code, row in rows.items():
            self._write_permission(row, wanted.get(code, self._get_empty_row(code)))
        self._put_in_order([rows[code] for code in wanted if code in rows])

    @api.model
    def _write_permission(self, row, wanted):
        columns = row._get_action_fields()
        values = {name: action in wanted["actions"] for action, name in columns.items()}
        [first, *_others] = row.module_id._get_possible_levels()
        carried = {name: wanted[name] for name in wanted.keys() & self._get_row_names()}
        values |= {"records_visibility": first, **carried}
        changed = {name: value for name, value in values.items() if row[name] != value}
        lines = [
            Command.update(line.id, {"access": access})
            for line in row.field_ids
            if (access := wanted["fields"].get(line.field_id.name, "hidden"))
            != line.access
        ]
        if lines:
            changed["field_ids"] = lines
        if changed:
            # Else a module that is switched on shows all its fields.
            row.write({"field_ids": [], **changed})

    @api.model
    def _get_row_names(self):
        return {*self._get_carried()[PERMISSION]}

    # === PROMISES === #

    @api.model
    def _write_promises(self, profile, old, new):
        found = self._get_promises(profile).get(profile, self.env[PROMISE])
        records = dict(
            zip(self._key_promises(old.get("promises", ())), found, strict=True)
        )
        wanted = self._key_promises(new["promises"])
        known = self._key_promises(old.get("promises", ()))
        for key in records.keys() - wanted.keys():
            self._end_promise(records[key])
        for key, promise in wanted.items():
            values = self._find_values(PROMISE, known.get(key, {}), promise)
            if key not in records:
                values["profile_id"] = profile.id
                records[key] = self.env[PROMISE].create(values)
            elif values:
                records[key].write(values)
        self._put_in_order([records[key] for key in wanted])

    @api.model
    def _end_promise(self, promise):
        """Archive promised times, as by hand: the report counts what they promised."""
        promise.active = False

    # === WIDGETS === #

    @api.model
    def _write_widgets(self, profile, new):
        names = self._get_widget_names()
        widgets = {
            self._get_widget_key(
                names[widget.chart_id] if widget.chart_id else widget.kind
            ): widget
            for widget in profile.widget_ids
        }
        wanted = [self._get_widget_key(widget) for widget in new["widgets"]]
        for key, widget in widgets.items():
            if widget.visible != (key in wanted):
                widget.visible = key in wanted
        self._put_in_order([widgets[key] for key in wanted if key in widgets])
