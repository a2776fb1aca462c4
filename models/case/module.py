from odoo import api, fields, models
from odoo.fields import Command, Domain
from odoo.tools import sql

from ...const import CASE_FIELD_MAP, CASE_MODELS, GROUP_AGENT, TICKETS, VALUE_NAMES
from ..config.module import FITTING_NAMES

# What agents need to work on cases, by model, as `group_customer_portal_user` implies
# for tasks.
CASE_GROUPS = {
    TICKETS: ("helpdesk_mgmt.group_helpdesk_user", "helpdesk.group_helpdesk_user")
}
# What the name of an index of cases by contact ends with, where no field makes it.
CONTACT_INDEX = "contact"


class CustomerPortalModule(models.Model):
    """Which model holds the cases, as Settings choose.

    What belongs to the other model is kept, and comes back with it. Profiles keep what
    they say of fields that both have.
    """

    _inherit = "customer.portal.module"

    kept_values = fields.Json(
        copy=False, help="Settings of the module for models it published before."
    )

    def _is_replaced(self):
        """Say whether the records are cases, so that there is only one list of them."""
        self.ensure_one()
        own_page = self.code == "tickets" and self.page == "native"
        is_case = own_page and self._get_cases().model_name == self.model_name
        return is_case or super()._is_replaced()

    def _change_case_model(self, model_name):
        """Publish the records of another model as cases.

        :param str model_name: one of ``const.CASE_MODELS``
        """
        self.ensure_one()
        self._leave_case_mails()
        old, kept = self.model_name, dict(self.kept_values or {})
        fresh = model_name not in kept
        self._imply_case_group(old, Command.unlink)
        kept[old] = {name: self[name] for name in FITTING_NAMES}
        self.write(self._get_case_values(model_name) | {"kept_values": kept})
        self._move_case_fields(old, model_name, fresh)
        self._imply_case_group(model_name, Command.link)
        self._heal_cases()
        self._take_case_mails()
        self._index_contact()
        modules = self.with_context(active_test=False).search(Domain.TRUE)
        modules.invalidate_recordset(["problem", "available"])

    def _index_contact(self):
        """Keep lists fast: each asks for a contact, whom OCA's tickets do not index.

        In the order of the list, or all tickets of a contact are read for its first
        page.
        """
        model = self.env.get(self.model_name)
        field = model is not None and model._fields.get(self.partner_field or "")
        if field and field.store and field.column_type and not field.index:
            name = sql.make_index_name(model._table, CONTACT_INDEX)
            columns = [f'"{field.name}"', "id"]
            sql.create_index(self.env.cr, name, model._table, columns)

    @api.model
    def _forget_contact_indexes(self):
        """Drop the indexes that no field makes: no uninstallation drops them."""
        for name in CASE_MODELS:
            if name in self.env:
                table = self.env[name]._table
                index = sql.make_index_name(table, CONTACT_INDEX)
                sql.drop_index(self.env.cr, index, table)

    @api.model
    def _publish_case_number(self):
        """Let cases that were made before they had a number show it.

        Where their number was the id, as it was from the start; also of tasks that wait
        while cases are tickets.
        """
        cases, tasks, number = self._get_cases(), "project.task", "portal_number"
        kept = dict(cases.kept_values or {})
        if kept.get(tasks, {}).get("number_field") == "id":
            kept[tasks] = {**kept[tasks], "number_field": number}
            cases.kept_values = kept
        if cases.model_name != tasks or cases.number_field != "id":
            return
        names = cases.field_ids.mapped("name")
        if number not in names:
            cases._publish_case_fields(
                tasks, {*cases._get_preset_names(tasks)} - {number}
            )
        cases.number_field = number

    @api.model
    def _publish_case_organization(self):
        """Let cases of before keep their organization; tasks that wait, too."""
        cases, tasks = self._get_cases(), "project.task"
        preset = cases._get_presets(tasks)[:1]
        values = {"organization_field": preset.organization_field}
        kept = dict(cases.kept_values or {})
        if tasks in kept:
            kept[tasks] = {**values, **kept[tasks]}
            cases.kept_values = kept
        if cases.model_name == tasks and not cases.organization_field:
            cases.write(values)

    @api.model
    def _publish_case_change(self):
        """Let cases of before show in lists when they were changed last."""
        cases = self._get_cases()
        line = cases.field_ids.filtered(lambda one: one.name == "portal_change_date")
        for permission in cases.permission_ids:
            permission._permit_moved_fields(line, {})

    # --- values --- #

    def _get_case_values(self, model_name):
        """Return what was kept of a model if it still fits, else what fits it best."""
        kept = (self.kept_values or {}).get(model_name)
        if kept and not self.new(kept)._get_problem():
            return kept
        presets = self._get_presets(model_name)
        values = {}
        for name in FITTING_NAMES:
            values[name] = self._choose_case_value(values, name, presets)
        return values

    def _choose_case_value(self, values, name, presets):
        """Return the first that fits the model, beside the values chosen so far."""
        options = (self._get_preset_value(preset, name) for preset in presets)
        for value in filter(None, options):
            if not self.new({**values, name: value})._get_problem():
                return value
        return name in VALUE_NAMES and self._guess_state(values, name)

    def _guess_state(self, values, name):
        """Tell states apart by what is closed and by their order; none waits then."""
        field = self.env[values["model_name"]]._fields[values["state_field"]]
        states = self.env[field.comodel_name].sudo().search(Domain.TRUE)
        closed = states.filtered("closed" if "closed" in states._fields else "fold")
        opened = states - closed
        found = {
            "new_value": opened[:1],
            "open_value": opened[1:2] or opened,
            "closed_value": closed[:1],
        }.get(name)
        return bool(found) and str(found.id)

    # --- fields --- #

    def _move_case_fields(self, old, new, fresh):
        """Publish what the new model has; withdraw what only the old one means so.

        A field of the same name can mean something else: assignees here, all members of
        the team there.

        :param bool fresh: whether the model is published for the first time; later on
            a field that is missing was taken away
        """
        lines = {name: self._get_preset_names(name) for name in CASE_MODELS}
        for line in self.field_ids:
            if line.name in lines[new]:
                line.for_model = False
            elif line.name in lines[old]:
                line.for_model = old
        if fresh:
            known = {*lines[old], *self.field_ids.mapped("name")}
            self._publish_case_fields(new, known)

    def _get_preset_names(self, model_name):
        return self._get_presets(model_name).field_ids.mapped("name")

    def _publish_case_fields(self, model_name, known):
        """Publish new fields: in the place of those that meant the same, else first."""
        model = self.env[model_name]
        places = {line.name: line.sequence for line in self.field_ids}
        fresh = [
            {
                **line,
                "module_id": self.id,
                "sequence": places.get(CASE_FIELD_MAP.get(line["name"]), -1),
            }
            for line in self._get_presets(model_name).field_ids._prepare_lines()
            if line["name"] in model._fields and line["name"] not in known
        ]
        lines = self.env["customer.portal.module.field"].create(fresh)
        for permission in self.permission_ids:
            permission._permit_moved_fields(lines, CASE_FIELD_MAP)

    # --- agents --- #

    @api.model
    def _imply_case_group(self, model_name, command):
        """Give agents what they need to work on the records, or take it back."""
        groups = [self.env.ref(n, False) for n in CASE_GROUPS.get(model_name, ())]
        commands = [command(group.id) for group in groups if group]
        if commands:
            self.env.ref(GROUP_AGENT).sudo().implied_ids = commands
