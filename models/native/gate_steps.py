import ast
from functools import partial

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
        if model_name in recorder.records:
            codes = self._get_native_codes(recorder, model_name)
            self._ask_ways(
                [partial(self._note_native_module, code, action) for code in codes]
            )

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
        """Write down what a module says of a record.

        :return: whether it shows it, and permits the action
        :rtype: bool
        """
        right = self._get_right(code)
        if not right:
            return False
        permits = self._allows(right, action)
        partner = self.env.user.sudo().partner_id
        parts = self._get_native_parts(partner, right, self._get_mine_code())
        return self._note_records(right, parts) and permits

    @api.model
    def _note_native_action(self, record, action):
        """Write down which modules permit something on a record, or that none does."""
        recorder = self._get_recorder()
        if recorder and recorder.records.get(record._name) == record:
            self._note_nearest(recorder, record._name, action)
