from odoo import api, fields, models


class CustomerPortalModuleField(models.Model):
    """A field that a module publishes; the profile still decides who sees it."""

    _name = "customer.portal.module.field"
    _inherit = "customer.portal.gate.source"
    _description = "Customer Portal Module Field"
    _order = "module_id, sequence, id"

    module_id = fields.Many2one(
        "customer.portal.module", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char("Field", required=True, help="Technical name, such as date_done.")
    label = fields.Char(
        compute="_compute_label",
        store=True,
        readonly=False,
        translate=True,
        help="Empty: the label of the field in Odoo.",
    )
    sequence = fields.Integer(default=10)
    in_list = fields.Boolean()
    in_detail = fields.Boolean(default=True)
    in_create = fields.Boolean()
    in_edit = fields.Boolean()
    required = fields.Boolean()
    searchable = fields.Boolean()
    groupable = fields.Boolean()

    _name_uniq = models.Constraint(
        "UNIQUE (module_id, name)", "The module has this field already."
    )

    @api.depends("name", "module_id.model_name")
    def _compute_label(self):
        for line in self:
            model = self.env.get(line.module_id.model_name)
            field = model is not None and model._fields.get(line.name)
            line.label = line.label or (field and field.string)

    @api.depends("label", "name")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.label or line.name

    @api.constrains("name", "module_id")
    def _check_name(self):
        for line in self:
            line.module_id._check_field_name(line.name)
