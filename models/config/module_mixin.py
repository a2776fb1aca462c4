from odoo import fields, models


class CustomerPortalModuleMixin(models.AbstractModel):
    """What a module says of its model; a preset says the same of a new module."""

    _name = "customer.portal.module.mixin"
    _description = "Customer Portal Module Definition"

    code = fields.Char(
        required=True,
        help="Used in portal addresses, such as /my/p/deliveries.",
    )
    name = fields.Char("Label", required=True, translate=True)
    record_name = fields.Char(
        "Label of One Record",
        translate=True,
        help="Used on buttons such as New Case. Leave empty for New alone.",
    )
    icon = fields.Char(help="A Font Awesome 4 icon, such as fa-truck.")
    sequence = fields.Integer(default=10)
    model_name = fields.Char(
        "Model", required=True, help="The records that customers can see."
    )
    page = fields.Selection(
        [("native", "Standard Odoo page"), ("generated", "Portal page")],
        required=True,
        default="generated",
        help="Some apps have their own portal pages, which are kept and restricted. "
        "For all other models, the portal creates the pages.",
    )
    paths = fields.Char(
        "Page Addresses",
        help="Addresses of Odoo's own list pages, such as /my/orders, separated by "
        "spaces.",
    )
    partner_field = fields.Char(
        "Customer Field",
        help="The field that links a record to its customer. Without it, customers "
        "see no records.",
    )
    organization_field = fields.Char(
        help="The field with the organization the record was created for. It stays "
        "the same if the contact moves to another organization. Leave empty to "
        "use the organization of the contact.",
    )
    allow_everyone = fields.Boolean(
        "Visible to Everyone",
        help="Profiles can show all records to everyone, no matter which customer "
        "they belong to.",
    )
    domain = fields.Char(
        "Filter",
        default="[]",
        help="Only records that match this filter belong to the module.",
    )
    order = fields.Char(help="Default sort order of lists, such as: date desc, id")
    title_field = fields.Char("Title", help="The field with the title of the record.")
    number_field = fields.Char(
        "Number", help="The field with the number that customers quote on the phone."
    )
    state_field = fields.Char("Status")
    closed_domain = fields.Char("Closed", help="Filter for closed records.")
    priority_field = fields.Char("Priority")
    assignee_field = fields.Char(
        "Assignee", help="The field with the people who work on the record."
    )
