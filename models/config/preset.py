from odoo import fields, models


class CustomerPortalPreset(models.Model):
    """What a module is when it is new: data of the addon, which no page changes.

    Modules are made of it once, and keep what an administrator changes in them. It
    names models of apps that need not be installed. A module that can be about one of
    several models has a preset for each, the first of which it begins with; where two
    apps call their model the same, what fits first counts, value by value.
    """

    _name = "customer.portal.preset"
    _inherit = "customer.portal.module.mixin"
    _description = "Customer Portal Module Preset"
    _order = "sequence, id"
    _rec_name = "code"

    name = fields.Char(translate=False)  # That of the module is translated.
    record_name = fields.Char(translate=False)
    sequence = fields.Integer(default=0)
    new_value = fields.Char(help="The XML ID of a stage, as in all values below.")
    open_value = fields.Char()
    waiting_value = fields.Char()
    closed_value = fields.Char()
    field_ids = fields.One2many("customer.portal.preset.field", "preset_id")


class CustomerPortalPresetField(models.Model):
    """A field that a new module publishes."""

    _name = "customer.portal.preset.field"
    _description = "Customer Portal Field Preset"
    _order = "sequence, id"

    preset_id = fields.Many2one(
        "customer.portal.preset", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer()
    name = fields.Char(required=True)
    in_list = fields.Boolean()
    in_create = fields.Boolean()
    in_edit = fields.Boolean()
    searchable = fields.Boolean()
    groupable = fields.Boolean()
    choice_domain = fields.Char()

    def _prepare_lines(self):
        """Return the values of ``customer.portal.module.field`` for each, in order."""
        return [
            {name: value for name, value in vals.items() if name != "preset_id"}
            for vals in self.sorted("sequence").copy_data()
        ]


class CustomerPortalPresetPermission(models.Model):
    """What a profile that comes with the addon permits of a module when it is new."""

    _name = "customer.portal.preset.permission"
    _description = "Customer Portal Permission Preset"
    _order = "profile, id"
    _rec_name = "profile"

    profile = fields.Char(required=True, help="The preset of the profile.")
    module = fields.Char(required=True, help="The code of the module.")
    records_visibility = fields.Char(required=True)
    can_create = fields.Boolean()
    can_edit = fields.Boolean()
    can_close = fields.Boolean()
    show_comments = fields.Boolean()
    can_comment = fields.Boolean()
    show_documents = fields.Boolean()
    can_upload = fields.Boolean()
    show_updates = fields.Boolean()
    can_export = fields.Boolean()
    can_share_views = fields.Boolean()

    def _prepare_permission(self):
        """Return what the row of a new profile permits; without a preset nothing."""
        if not self:
            return {}
        [vals] = self.copy_data()
        names = vals.keys() - {"profile", "module"}
        return {"visible": True, **{name: vals[name] for name in names}}
