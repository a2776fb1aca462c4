import ast

from odoo import api, models
from odoo.fields import Domain

from .gate import LINE_MODELS, MODE_ACTIONS


class CustomerPortalGate(models.AbstractModel):
    """Why somebody sees, or may change, a record of Odoo's own pages."""

    _inherit = "customer.portal.gate"

    @api.model
    def _note_native(self, model_name, mode, domain, narrower):
        """Write down what of the profile, and of Odoo's own rules, a record matches.

        :param domain: what Odoo's own rules permit
        :param narrower: what the profile permits, None if no module says anything
        """
        recorder = self._get_recorder()
        if not recorder or model_name not in recorder.records:
            return
        if narrower is not None and self.env.user._is_portal():
            parent, _link = LINE_MODELS.get(model_name, (model_name, None))
            self._note_nearest(recorder, parent, MODE_ACTIONS.get(mode))
        holds = recorder.holds(model_name, domain)
        self._note("odoo_rule", holds, model=model_name, mode=mode)

    @api.model
    def _note_nearest(self, recorder, model_name, action):
        """Write down what the module that comes nearest says of a record.

        Several can show records of one model, such as quotes and orders; one suffices.
        """
        if model_name not in recorder.records:
            return
        known, found = recorder.steps, []
        for code in self._get_native_codes(recorder, model_name):
            recorder.steps = []
            self._note_native_module(code, action)
            found.append(recorder.steps)
        recorder.steps = known
        refusals = [sum(not step.passed for step in steps) for steps in found]
        for step in found[refusals.index(min(refusals))] if found else ():
            recorder.add(step)

    @api.model
    def _get_native_codes(self, recorder, model_name):
        """Return the modules of a model, those first whose filter holds the record."""
        modules = self._get_native_modules().filtered(
            lambda module: module.model_name == model_name
        )
        return modules.sorted(
            lambda module: (
                not module.active,
                not recorder.holds(
                    model_name, Domain(ast.literal_eval(module.domain or "[]"))
                ),
            )
        ).mapped("code")

    @api.model
    def _note_native_module(self, code, action):
        right = self._get_right(code)
        if not right:
            return
        self._allows(right, action)
        partner = self.env.user.sudo().partner_id
        parts = self._get_native_parts(partner, right, self._get_mine_code())
        self._note_records(right, parts)

    @api.model
    def _note_native_action(self, record, action, permits):
        """Write down which module permits something on a record, or does not."""
        recorder = self._get_recorder()
        if not recorder or recorder.records.get(record._name) != record:
            return
        for right in self._get_rights().values():
            if right.native and right.model_name == record._name:
                decides = recorder.holds(record._name, right.domain)
                if decides and (action in right.actions) == permits:
                    self._note("action", permits, code=right.code, action=action)
