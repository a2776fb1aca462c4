from odoo import fields, models


class CustomerPortalModuleMixin(models.AbstractModel):
    """What a module says of its model; a preset says the same of a new module."""

    _name = "customer.portal.module.mixin"
    _description = "Customer Portal Definition of a Module"

    code = fields.Char(
        required=True,
        help="Stands in the addresses of the portal, such as /my/p/deliveries.",
    )
    name = fields.Char("Label", required=True, translate=True)
    icon = fields.Char(help="A Font Awesome 4 icon, such as fa-truck.")
    sequence = fields.Integer(default=10)
    model_name = fields.Char(
        "Model", required=True, help="The records that customers see."
    )
    page = fields.Selection(
        [("native", "Odoo's Own"), ("generated", "Made by the Portal")],
        required=True,
        default="generated",
        help="Some apps bring a page of their own, which is kept and narrowed. For all "
        "other models the portal makes one.",
    )
    paths = fields.Char(
        "Addresses",
        help="The lists of Odoo's own pages, such as /my/orders, separated by spaces.",
    )
    partner_field = fields.Char(
        "Customer Field",
        help="Whose a record is: the field that leads to the customer. Without it, "
        "nobody sees any record.",
    )
    organization_field = fields.Char(
        help="Where a record keeps the organization that it was made for, which stays "
        "when the contact moves to another one. Empty: that of the contact.",
    )
    allow_everyone = fields.Boolean(
        "Catalogue",
        help="Profiles may show all records to everyone, whoever they belong to.",
    )
    domain = fields.Char(
        "Filter", default="[]", help="Only these records belong to the module."
    )
    order = fields.Char(help="How lists begin, such as: date desc, id")
    title_field = fields.Char("Title", help="Names a record.")
    number_field = fields.Char("Number", help="What customers quote on the phone.")
    state_field = fields.Char("State")
    closed_domain = fields.Char("Closed", help="Which records are closed.")
    priority_field = fields.Char("Priority")
    assignee_field = fields.Char("Assignee", help="Who works on a record.")
