import ast

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...const import VALUE_NAMES
from ..base.snapshot_cache import snapshot_cache

PROJECT = "customer_portal.project_cases"


class CustomerPortalModule(models.Model):
    """What modules rest on, and what must not be deleted below them.

    States are kept as text, and the project of cases stands in a domain: the database
    does not know of it.
    """

    _inherit = "customer.portal.module"

    # === REFUSE === #

    @api.model
    @snapshot_cache()
    def _get_kept_states(self):
        """Return the ids of the records that are states of modules, by model.

        :rtype: dict[str, frozenset[int]]
        """
        kept = {}
        if self.env["ir.model.data"]._is_portal_leaving():
            return kept  # Their tables may be gone already.
        modules = self.sudo().with_context(active_test=False).search(Domain.TRUE)
        for module in modules:
            for values in (module, *(module.kept_values or {}).values()):
                name, ids = module._get_state_ids(values)
                kept[name] = kept.get(name, frozenset()) | ids
        kept.pop(None, None)
        return kept

    def _get_state_ids(self, values):
        """Return the model of the states, and which of them stand in values.

        :param values: of a module, or what was kept of another model
        """
        names = ("model_name", "state_field", *VALUE_NAMES)
        if not all(name in values for name in names):
            return None, frozenset()
        model = self.env.get(values["model_name"])
        field = model is not None and model._fields.get(values["state_field"] or "")
        if not field or field.type != "many2one":
            return None, frozenset()
        texts = filter(None, (values[name] for name in VALUE_NAMES))
        ids = (int(text[:9]) for text in texts if text.isdecimal() and text.isascii())
        return field.comodel_name, frozenset(ids)

    @api.model
    def _check_not_kept(self, records):
        """Refuse to take away what is a state of a module.

        :raise UserError: that names the state, the module, and the way out
        """
        kept = self._get_kept_states().get(records._name)
        states = kept and records.filtered(lambda record: record.id in kept)
        if not states:
            return
        modules = self.sudo().with_context(active_test=False).search(Domain.TRUE)
        ids = set(states._ids)
        using = modules.filtered(lambda one: ids & one._get_states(states._name))
        raise UserError(
            self.env._(
                "“%(states)s” is in use as a status of “%(modules)s” in the customer "
                "portal. First choose another one in Customer Portal > Configuration "
                "> Modules.",
                states=", ".join(states.mapped("display_name")),
                modules=", ".join((using or self._get_cases()).mapped("name")),
            )
        )

    def _get_states(self, model_name):
        name, ids = self._get_state_ids(self)
        return ids if name == model_name else frozenset()

    @api.model
    def _is_kept(self, record):
        """Say whether a record is a state of a module, or the project of cases."""
        if record._name == "project.project":
            return record in self._get_case_projects()
        return record.id in self._get_kept_states().get(record._name, ())

    # === THE PROJECT OF CASES === #

    @api.model
    def _get_case_projects(self):
        """Return the projects in which cases are, as long as they are tasks."""
        projects = self.env["project.project"].sudo().with_context(active_test=False)
        cases = self._get_cases()
        if cases.model_name != "project.task":
            return projects
        ids = self._get_named_projects(cases.domain)
        if own := self.env.ref(PROJECT, False):
            ids |= {own.id}
        return projects.browse(sorted(ids)).exists()

    @api.model
    def _get_named_projects(self, domain):
        """Return the ids of the projects that a domain, as text, names."""
        ids = set()
        for condition in Domain(ast.literal_eval(domain or "[]")).iter_conditions():
            if condition.field_expr in ("project_id", "project_ids"):
                value = condition.value
                ids.update([value] if isinstance(value, int) else value or ())
        return ids

    # === HEAL === #

    @api.model
    def _heal_cases(self):
        """Let the modules find again what was deleted below them.

        At each update, which makes the project and the stages anew, and when tasks
        become cases again.
        """
        modules = self.sudo().with_context(active_test=False).search(Domain.TRUE)
        for module in modules.filtered(lambda m: m.model_name == "project.task"):
            module._heal_module()
        project, cases = self.env.ref(PROJECT, False), self._get_cases()
        if project and project in self._get_case_projects():
            states = self.env["project.task.type"].browse(self._get_state_ids(cases)[1])
            project.sudo().type_ids |= states.sudo().exists()

    def _heal_module(self):
        """Name what the addon has anew, instead of what is gone."""
        preset = self._get_presets("project.task")[:1]
        values = self._get_healed_states(preset) if self.code == "cases" else {}
        if preset and self._names_gone(self.domain):
            values["domain"] = preset.domain
        if values:
            self.write(values)
        choices = {line.name: line.choice_domain for line in preset.field_ids}
        for line in self.field_ids.filtered("choice_domain"):
            if choices.get(line.name) and self._names_gone(line.choice_domain):
                line.choice_domain = choices[line.name]

    def _names_gone(self, domain):
        ids = self._get_named_projects(domain)
        return bool(ids) and not self.env["project.project"].browse(ids).exists()

    def _get_healed_states(self, preset):
        """Return a state of the addon's own in the place of each that is gone."""
        model = self.env[self.model_name]
        values = {}
        for name in VALUE_NAMES:
            if self[name] and self._get_state_problem(model, self[name]):
                value = self._get_preset_value(preset, name)
                fits = not self._get_state_problem(model, value)
                values[name] = value if fits else False
        return values
