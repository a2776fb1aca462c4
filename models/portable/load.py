from pathlib import Path

from odoo import api, models
from odoo.tools import file_open

from .portable import MODULE, PROFILE
from .text import FILE_LIMIT

# What stands in the XML IDs of records that a file of an addon has made.
KINDS = {PROFILE: "portal_profile", MODULE: "portal_module"}


class CustomerPortalPortable(models.AbstractModel):
    """Files that come with an addon, as data."""

    _inherit = "customer.portal.portable"

    @api.model
    def _load_file(self, path):
        """Apply a file of an addon, when it is installed and updated.

        What it makes gets an XML ID of the addon, by which it leaves with the addon, and
        is found again though somebody has renamed it.

        :param str path: such as ``my_addon/data/portal.json``
        """
        with file_open(path, "rb", filter_ext=(".json",)) as file:
            data = self._read_text(file.read(FILE_LIMIT + 1))
        self._check_shape(data)
        addon = Path(path).parts[0]
        names = {key: self._get_loaded_name(addon, PROFILE, key) for key in data.get("profiles", ())}
        known = {
            key: profile
            for key, name in names.items()
            if (profile := self.env.ref(name, raise_if_not_found=False))
        }
        there = {model_name: self._find_all(model_name) for model_name in KINDS}
        applied = self._apply(data, known)
        self._keep_loaded(addon, there[PROFILE], applied.profiles)
        self._keep_loaded(addon, there[MODULE], applied.modules)
        return True

    @api.model
    def _get_loaded_name(self, addon, model_name, key):
        slug = self.env["ir.http"]._slugify(key).replace("-", "_")
        return f"{addon}.{KINDS[model_name]}_{slug}"

    @api.model
    def _keep_loaded(self, addon, there, records):
        """Let records leave with their addon that were not there before."""
        made = [
            {
                "xml_id": self._get_loaded_name(addon, record._name, key),
                "record": record,
                "noupdate": True,
            }
            for key, record in records.items()
            if record not in there
        ]
        self.env["ir.model.data"]._update_xmlids(made)
