from odoo import api, fields, models
from odoo.fields import Domain

from ...const import VALUE_NAMES


class CustomerPortalModule(models.Model):
    """The modules there are from the start."""

    _inherit = "customer.portal.module"

    preset_fields = fields.Char(
        copy=False,
        help="Fields that the app has published here so far. If you remove one, "
        "updates don't bring it back.",
    )

    @api.model
    def _load_presets(self):
        """Add the modules of presets that are missing; keep all others.

        Also those whose app is not installed: they wait for it. Modules that are there
        get the fields that are new.
        """
        modules = self.with_context(active_test=False)
        known = set(modules.search(Domain.TRUE).mapped("code"))
        presets = self.env["customer.portal.preset"].search(Domain.TRUE)
        missing = [
            {
                "xml_id": xml_id,  # By which their names are translated.
                "values": self._prepare_preset(same[0]),
                "noupdate": True,
            }
            for code, same in presets.grouped("code").items()
            if code not in known
            and not self.env.ref(
                xml_id := f"customer_portal.customer_portal_module_{code}",
                raise_if_not_found=False,
            )
        ]
        self._load_records(missing)
        for module in modules.search(Domain("code", "in", presets.mapped("code"))):
            module._load_preset_fields()

    def _load_preset_fields(self):
        """Publish the fields that the preset has learned since the last update.

        Each once, and hidden in all profiles like any other that is published later.
        """
        self.ensure_one()
        lines = self._get_presets()[:1].field_ids._prepare_lines()
        known = {*(self.preset_fields or "").split(), *self.field_ids.mapped("name")}
        fresh = [line for line in lines if line["name"] not in known]
        names = " ".join(line["name"] for line in lines)
        if fresh or self.preset_fields != names:
            self.preset_fields = names
            self.field_ids = [fields.Command.create(line) for line in fresh]

    def _get_presets(self, model_name=None):
        """Return what comes with the addon for a module, best first.

        :param str model_name: only what is for that model
        """
        domain = Domain("code", "=", self.code)
        if model_name:
            domain &= Domain("model_name", "=", model_name)
        return self.env["customer.portal.preset"].sudo().search(domain)

    @api.model
    def _get_document_words(self, model_name):
        """Return what people call the records of a model whose app is not installed.

        Odoo knows nothing of it then; the modules that wait for the app do.

        :rtype: str
        """
        presets = self.env["customer.portal.preset"].sudo()
        codes = presets.search(Domain("model_name", "=", model_name)).mapped("code")
        modules_sudo = self.sudo().with_context(active_test=False)
        found = modules_sudo.search(
            Domain("code", "in", codes) & Domain("model_name", "=", model_name), limit=1
        )
        if found:
            return f"“{found.name}”"
        return self.env._("these records (%(model)s)", model=model_name)

    @api.model
    def _prepare_preset(self, preset):
        """Return the values of a module that is made of a preset."""
        [values] = preset.copy_data()
        states = {name: self._get_preset_value(preset, name) for name in VALUE_NAMES}
        lines = preset.field_ids._prepare_lines()
        return {
            **values,
            **states,
            "field_ids": [fields.Command.create(line) for line in lines],
        }

    @api.model
    def _get_preset_value(self, preset, name):
        """Return what a preset says; of a state its id as text, 0 if it is gone."""
        value = preset[name]
        if not value or name not in VALUE_NAMES:
            return value
        state = self.env.ref(value, raise_if_not_found=False)
        return str(state.id if state else 0)
