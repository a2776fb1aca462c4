import re

from odoo import models

from ...const import TICKETS

# Mails about cases: the template for tasks, and the state it is sent in.
CASE_MAILS = {
    "customer_portal.mail_template_case_received": "new_value",
    "customer_portal.mail_template_case_closed": "closed_value",
}

# Fields of states that hold what customers get when a record reaches them.
TEMPLATE_FIELDS = ("mail_template_id", "template_id")
# Where the English letters say case. Other languages have a word for both.
CASE_WORD = re.compile(r"\b(your|the) case\b")


class CustomerPortalModule(models.Model):
    """What customers get when a case is new and when it is closed.

    The states of tasks that come with the addon have their templates. Those of another
    model get the same words, and what they had back when cases leave it.
    """

    _inherit = "customer.portal.module"

    def _take_case_mails(self):
        """Have the states send this addon's mails, and note what they sent before."""
        former = {}
        for name, value in CASE_MAILS.items():
            state, fname = self._get_mailing_state(value)
            template = self.env.ref(name, False)
            if fname and template and template.model != self.model_name:
                former[str(state.id)] = state[fname].id
                state[fname] = self._get_case_template(name, template)
        if former:
            self.kept_values = {**(self.kept_values or {}), "mails": former}

    def _leave_case_mails(self):
        kept = dict(self.kept_values or {})
        former = kept.pop("mails", {})
        for name, value in CASE_MAILS.items():
            state, fname = self._get_mailing_state(value)
            ours = self.env.ref(self._get_case_template_name(name), False)
            if ours and fname and state[fname] == ours:
                template = ours.browse(former.get(str(state.id)) or [])
                state[fname] = template.exists()
        self.kept_values = kept

    def _get_mailing_state(self, value):
        """Return the state of a value, and its field with the template if it has one.

        :param str value: of ``VALUE_NAMES``
        """
        model = self.env.get(self.model_name)
        field = model is not None and model._fields.get(self.state_field or "")
        if not field or field.type != "many2one":
            return None, None
        states_sudo = self.env[field.comodel_name].sudo()
        state_sudo = states_sudo.browse(self._get_state_value(value) or []).exists()
        names = [name for name in TEMPLATE_FIELDS if name in states_sudo._fields]
        return state_sudo, names[0] if names and state_sudo else None

    def _get_case_template_name(self, name):
        return f"{name}_{self.model_name.replace('.', '_')}"

    def _get_case_template(self, name, template):
        """Return the template for this model, made from that for tasks if need be."""
        own_name = self._get_case_template_name(name)
        if own := self.env.ref(own_name, False):
            return own
        model_id = self.env["ir.model"]._get_id(self.model_name)
        own = template.sudo().copy({"name": template.name, "model_id": model_id})
        if self.model_name == TICKETS:
            english = own.with_context(lang="en_US")
            english.body_html = CASE_WORD.sub(r"\1 ticket", english.body_html or "")
        row = {"xml_id": own_name, "record": own, "noupdate": True}
        self.env["ir.model.data"]._update_xmlids([row])
        return own
