from urllib.parse import urlencode

from odoo import api, fields, models
from odoo.tools import clean_context

# Field of the block "Other Address" -> field of the child contact.
OTHER_FIELDS = {
    "other_street": "street",
    "other_po_box": "po_box",
    "other_city": "city",
    "other_state_id": "state_id",
    "other_zip": "zip",
}


class ResPartner(models.Model):
    """The block "Address Information" of a contact: two addresses side by side.

    The mailing address is the contact's own; the other one is its first child
    contact of type Other Address, so that all of Odoo knows it too.
    """

    _inherit = "res.partner"

    po_box = fields.Char("PO Box")
    other_address_id = fields.Many2one(
        "res.partner",
        compute="_compute_other_address_id",
        help="The first child contact of type Other Address.",
    )
    other_street = fields.Char(
        compute="_compute_other_address", inverse="_inverse_other_address"
    )
    other_po_box = fields.Char(
        "Other PO Box",
        compute="_compute_other_address",
        inverse="_inverse_other_address",
    )
    other_city = fields.Char(
        compute="_compute_other_address", inverse="_inverse_other_address"
    )
    other_state_id = fields.Many2one(
        "res.country.state",
        compute="_compute_other_address",
        inverse="_inverse_other_address",
    )
    other_zip = fields.Char(
        "Other Postal Code",
        compute="_compute_other_address",
        inverse="_inverse_other_address",
    )

    @api.depends("child_ids.type", "child_ids.active")
    def _compute_other_address_id(self):
        for partner in self:
            partner.other_address_id = partner.child_ids.filtered(
                lambda child: child.type == "other"
            ).sorted("id")[:1]

    @api.depends(
        "other_address_id",
        *(f"child_ids.{fname}" for fname in OTHER_FIELDS.values()),
    )
    def _compute_other_address(self):
        for partner in self:
            for other_field, fname in OTHER_FIELDS.items():
                partner[other_field] = partner.other_address_id[fname]

    def _inverse_other_address(self):
        for partner in self:
            values = {
                fname: partner._fields[other_field].convert_to_write(
                    partner[other_field], partner
                )
                for other_field, fname in OTHER_FIELDS.items()
            }
            if partner.other_address_id:
                partner.other_address_id.write(values)
            elif any(values.values()):
                country = partner.other_state_id.country_id or partner.country_id
                values |= {"type": "other", "parent_id": partner.id}
                clean = self.with_context(clean_context(self.env.context))
                clean.create({**values, "country_id": country.id})

    @api.model
    def _address_fields(self):
        """Let the PO Box go wherever the address goes, to child contacts too."""
        return [*super()._address_fields(), "po_box"]

    def _prepare_display_address(self, without_company=False):
        """Print the PO Box with the street, where all countries' formats have room."""
        address_format, args = super()._prepare_display_address(without_company)
        if self.po_box:
            po_box = self.env._("PO Box %(number)s", number=self.po_box)
            args["street2"] = ", ".join(filter(None, [args["street2"], po_box]))
        return address_format, args

    def action_locate_map(self):
        """Show the mailing address on a map, in a new browser tab.

        Maps do not find what is printed beside it, such as a PO Box.
        """
        self.ensure_one()
        names = (self.street, self.zip, self.city)
        names += (self.state_id.name, self.country_id.name)
        address = ", ".join(filter(None, names))
        return {
            "type": "ir.actions.act_url",
            "url": "https://www.openstreetmap.org/search?"
            + urlencode({"query": address}),
            "target": "new",
        }
