from odoo import api, models
from odoo.exceptions import AccessError


class CustomerPortalDialog(models.AbstractModel):
    """A dialog that names only records that whoever opens it may read.

    Odoo shows what a field leads to by its name, whatever rights there are to it. So
    who typed one number after the other would read the names of all contacts, files and
    private tasks there are.
    """

    _name = "customer.portal.dialog"
    _description = "Customer Portal Dialog"

    @api.model_create_multi
    def create(self, vals_list):
        dialogs = super().create(vals_list)
        links = self._get_links()
        for dialog in dialogs:
            dialog._check_named({name: dialog.sudo()[name].id for name in links})
        return dialogs

    def write(self, vals):
        result = super().write(vals)
        self._check_named(vals)
        return result

    def onchange(self, values, field_names, fields_spec):
        """Look at what Odoo has added to the values, too: what the dialog proposes."""
        result = super().onchange(values, field_names, fields_spec)
        self._check_named(values)
        return result

    # === INTERNALS === #

    @api.model
    def _get_links(self):
        """Return the fields that lead to a record which somebody chooses."""
        return [
            name
            for name, field in self._fields.items()
            if field.type == "many2one"
            and field.store
            and name not in models.MAGIC_COLUMNS
        ]

    @api.model
    def _check_named(self, values):
        """Refuse values that lead to a record which may not be read, or is not there.

        :param dict values: from anywhere
        :raise AccessError: the same for both
        """
        for name in self._get_links():
            field, value = self._fields[name], values.get(name)
            cached = value and field.convert_to_cache(value, self, validate=False)
            record = cached and field.convert_to_record(cached, self)
            if record and not self.env.su and not self._may_name(record):
                raise AccessError(
                    self.env._(
                        "This record doesn't exist, or you don't have access to it."
                    )
                )

    @api.model
    def _may_name(self, record):
        """Say whether the user may know what a record is called. To be extended."""
        return bool(record.exists()) and record.has_access("read")
