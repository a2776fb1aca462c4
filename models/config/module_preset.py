import re

from odoo import api, fields, models
from odoo.fields import Domain

from ...presets import OWN_CODES, PRESETS

# What a preset says of the fields of a module, not of the module itself.
LINE_KEYS = ("fields", "choices")
PLACE = re.compile(r"\{([\w.]+)\}")


class CustomerPortalModule(models.Model):
    """The modules there are from the start."""

    _inherit = "customer.portal.module"

    preset_fields = fields.Char(
        copy=False,
        help="Fields that the addon has published here so far. One that is not there "
        "any more was removed by somebody, so no update brings it back.",
    )

    @api.model
    def _load_presets(self):
        """Add the modules of `const.PRESETS` that are missing; keep all others.

        Also those whose app is not installed: they wait for it. Those that Odoo has
        pages for are visible in the default profile, as they are for portal users
        without this addon. Modules that are there get the fields that are new.
        """
        known = set(
            self.with_context(active_test=False).search(Domain.TRUE).mapped("code")
        )
        missing = [
            {
                "xml_id": xml_id,  # By which their names are translated.
                "values": self._prepare_preset(code, sequence),
                "noupdate": True,
            }
            for sequence, code in enumerate(PRESETS)
            if code not in known
            and not self.env.ref(
                xml_id := f"customer_portal.customer_portal_module_{code}",
                raise_if_not_found=False,
            )
        ]
        modules = self._load_records(missing)
        native = modules.filtered(
            lambda module: module.page == "native" and module.code not in OWN_CODES
        )
        self.env["customer.portal.profile"]._get_default()._permit_as_stock(native)
        for module in self.with_context(active_test=False).search(
            Domain("code", "in", list(PRESETS))
        ):
            module._load_preset_fields()

    def _load_preset_fields(self):
        """Publish the fields that the preset has learned since the last update.

        Each once, and hidden in all profiles like any other that is published later.
        """
        self.ensure_one()
        lines = self._prepare_preset_lines(PRESETS[self.code])
        known = {*(self.preset_fields or "").split(), *self.field_ids.mapped("name")}
        fresh = [line for line in lines if line["name"] not in known]
        names = " ".join(line["name"] for line in lines)
        if fresh or self.preset_fields != names:
            self.preset_fields = names
            self.field_ids = [fields.Command.create(line) for line in fresh]

    @api.model
    def _prepare_preset(self, code, sequence):
        preset = dict(PRESETS[code])
        lines = self._prepare_preset_lines(preset)
        return {
            **{
                key: self._fill_in_ids(value)
                for key, value in preset.items()
                if key not in LINE_KEYS
            },
            "code": code,
            "sequence": sequence,
            "field_ids": [fields.Command.create(line) for line in lines],
        }

    @api.model
    def _prepare_preset_lines(self, preset):
        choices = preset.get("choices", {})
        return [
            {
                "name": name.rstrip("*!#"),
                "sequence": position,
                "in_list": "*" in name,
                "in_create": "!" in name,
                "in_edit": "!" in name,
                "searchable": "*" in name,
                "groupable": "#" in name,
                "choice_domain": self._fill_in_ids(choices.get(name.rstrip("*!#"))),
            }
            for position, name in enumerate(preset["fields"].split())
        ]

    @api.model
    def _fill_in_ids(self, value):
        """Put the id of a record where a text names it in braces."""

        def find(match):
            name = match[1] if "." in match[1] else f"customer_portal.{match[1]}"
            record = self.env.ref(name, raise_if_not_found=False)
            return str(record.id if record else 0)

        return PLACE.sub(find, value) if isinstance(value, str) else value
