from odoo import fields, models

# What a touchpoint of a refused attempt is called.
DENIED = "denied"
# What refuses, by the steps of an explanation: the first that says no.
RULES = [
    ("portal_user", "No Portal Access"),
    ("user", "No User"),
    ("period", "Support Period"),
    ("door", "Access Condition"),
    ("module", "Module Not Shown"),
    ("page", "Page Blocked"),
    ("acl", "Odoo Access Rights"),
    ("archived", "Archived"),
    ("filter", "Filter of the Module"),
    ("published", "Not Published"),
    ("valid", "No Longer Valid"),
    ("profiles", "For Other Profiles"),
    ("audience", "Not Shared With Them"),
    ("level", "Records Visibility"),
    ("company", "Other Company"),
    ("odoo_rule", "Odoo Record Rules"),
    ("grace", "Grace"),
    ("field", "Field Not Shown"),
    ("hidden_field", "Field Hidden"),
    ("action", "Action Not Allowed"),
    ("customer", "Not a Customer's Contact"),
    ("form", "No Form"),
    ("open", "Closed"),
    ("file", "File Not Linked"),
    ("missing", "Not Found"),
    ("other", "Other"),
]


class CustomerPortalTouchpoint(models.Model):
    """What a customer asked for and was refused, and which rule refuses it.

    Of what it is about, only the address or the call is kept, never a name: agents who
    may not read a record learn nothing of it here.
    """

    _inherit = "customer.portal.touchpoint"

    kind = fields.Selection(
        selection_add=[(DENIED, "Attempt Refused")],
        ondelete={DENIED: "cascade"},
    )
    subject = fields.Char(
        "Attempted", help="The address that was opened, or the call that was made."
    )
    rule = fields.Selection(
        RULES,
        "Refused By",
        help="The first rule that refuses it, as in Explain Access. Empty until it "
        "has been found out.",
    )
    attempts = fields.Integer(
        default=1, help="How many attempts it stands for: of many, few are kept."
    )
    alerted = fields.Boolean(help="An activity has been created for this attempt.")

    _unexplained_idx = models.Index("(id) WHERE kind = 'denied' AND rule IS NULL")
    _denied_idx = models.Index("(partner_id, date) WHERE kind = 'denied'")

    def action_explain_attempt(self):
        """Open Explain Access for the customer, with the rights of who asks."""
        self.ensure_one()
        self.check_access("read")
        address = self.env["customer.portal.refusal"]._get_address(self.subject)
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "customer_portal.customer_portal_explanation_action"
            ),
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_thing": "page" if address else "login",
                "default_address": address,
            },
        }
