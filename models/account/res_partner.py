from odoo import api, models

from ...const import GROUP_CUSTOMER
from ..access.res_partner import LOGGING_IN
from ..gate.hidden_fields import ADDRESS_FIELDS

LEVELS = ("hidden", "read", "write")

# What a contact's own form has of its organization without this addon: the name as
# ``company_name``, the VAT, and the address, which Odoo copies from contacts to their
# parent. A profile that lets write more opens a form for the organization itself.
ORGANIZATION_FIELDS = ADDRESS_FIELDS | {"name", "vat"}

# Context key by which the controllers say whose form is sent: an id, False if new.
FORM_PARTNER = "customer_portal_form_partner"
# Context key: what does Odoo let write, whatever the profiles say?
STOCK = "customer_portal_stock_fields"


class ResPartner(models.Model):
    """Which fields of the forms of contacts in the portal a customer sees and edits.

    The record decides whose word counts: the module ``contacts`` for their own contact,
    ``organization`` for their commercial partner, if that is another record. All other
    addresses stay as in stock Odoo. What a form shows or changes of the organization
    meanwhile needs the word of both.
    """

    _inherit = "res.partner"

    @api.model
    def _get_frontend_writable_fields(self):
        """Leave out what the visitor's profile does not let them write in this form.

        Apps that are loaded after this one add their fields to the answer. The
        controllers ask `_get_portal_form_access`, which knows these too.
        """
        fnames = super()._get_frontend_writable_fields()
        if self.env.context.get(STOCK):
            return fnames
        access = self._get_portal_form_partner()._get_portal_form_access()
        return {fname for fname in fnames if access.get(fname, "write") == "write"}

    def _can_be_edited_by_current_customer(self, **kwargs):
        editable = super()._can_be_edited_by_current_customer(**kwargs)
        if not self.env.user._is_portal():
            return editable
        user, gate = self.env.user, self.env["customer.portal.gate"]
        if self == user.partner_id:
            return editable and gate.may("contacts")
        if self == user.partner_id.commercial_partner_id:
            writable = set(gate.fields("organization", "write"))
            may_edit = gate.may("organization", "edit")
            return editable or may_edit and bool(writable - ORGANIZATION_FIELDS)
        return editable

    @api.model
    def _get_portal_form_partner(self):
        """Return whose form is sent: the visitor's, unless the controller says so."""
        own = self.env.user.partner_id
        return self.browse(self.env.context.get(FORM_PARTNER, own.id))

    def _get_portal_form_access(self):
        """Return how the visitor reaches the fields of the form of this contact.

        An empty record stands for a new address.

        :return: ``hidden``, ``read`` or ``write`` by name, for all fields that stock
            Odoo lets customers write; nothing if no profile has a say
        :rtype: dict
        """
        if not self.env.user._is_portal():
            return {}
        own = self.env.user.partner_id
        organization = own.commercial_partner_id
        mine = theirs = self._get_portal_module_access("contacts")
        if organization != own:
            theirs = self._get_portal_module_access("organization")
        if self == own:
            access = dict(mine)
        elif self == organization:
            # This field is for the contacts below; the organization's is its name.
            return {**theirs, "company_name": "hidden"}
        else:
            access = dict.fromkeys(mine, "write")
        for fname, source in self._get_portal_shared_fields(own).items():
            if fname in access:
                access[fname] = min(access[fname], theirs[source], key=LEVELS.index)
        return access

    def _get_portal_shared_fields(self, own):
        """Return which fields of this form are the organization's own.

        :return: name in the organization by name in the form
        :rtype: dict
        """
        organization = own.commercial_partner_id
        has_other = organization != own and organization.is_company
        shared = {name: name for name in own._commercial_fields()}
        shared["company_name"] = "name" if has_other else "company_name"
        if self == own != organization and own.type == "contact":
            shared |= {name: name for name in [*own._address_fields(), "zipcode"]}
        return shared

    @api.model
    def _get_portal_module_access(self, code):
        """Return what the visitor's profile says of the fields of one module.

        While a page is made it is found once: the home page asks for two modules twice.
        """
        found = self.env["customer.portal.gate"]._get_found()
        key = "form_access", self.env.uid, code
        if key not in found:
            found[key] = self._find_portal_module_access(code)
        return dict(found[key])

    @api.model
    def _find_portal_module_access(self, code):
        """Find what the visitor's profile says of the fields of one module.

        Fields that the module does not name, such as those of a localization, are as in
        stock Odoo while the profile takes nothing away; else they are hidden.
        """
        gate = self.env["customer.portal.gate"]
        stock_model = self.with_context(**{STOCK: True})
        stock = stock_model._get_frontend_writable_fields()
        readable = stock.intersection(gate.fields(code))
        writable = stock.intersection(gate.fields(code, "write"))
        if not gate.may(code, "edit"):
            writable = set()
        published = stock.intersection(gate._get_published_names(code))
        usual = ORGANIZATION_FIELDS if code == "organization" else stock
        whole = gate.may(code) and published <= readable
        whole = whole and published & usual <= writable
        access = dict.fromkeys(stock, "write" if whole else "hidden")
        access |= dict.fromkeys(readable, "read") | dict.fromkeys(writable, "write")
        return {**access, "zipcode": access["zip"]}

    def _get_portal_card_fields(self):
        """Return what the card of an address shows of it in the portal.

        The name has that of the organization in front.

        :rtype: list
        """
        access = self._get_portal_form_access()
        own = self.env.user.partner_id
        names = {"name", "company_name"}
        if self == own.commercial_partner_id != own:
            names = {"name"}
        parts = {"name": names, "address": ADDRESS_FIELDS}
        return [
            part
            for part, fnames in parts.items()
            if all(access.get(fname) != "hidden" for fname in fnames)
        ]

    def _get_portal_side_fields(self):
        """Return what stands beside the pages of the customer's account.

        :rtype: list
        """
        parts = {"email": "email", "phone": "phone", "address": "contact_address"}
        return [
            part for part, fname in parts.items() if not self._is_portal_hidden(fname)
        ]

    def _track_get_fields(self):
        """Track all that customers change about themselves, with who did it."""
        names = super()._track_get_fields()
        if self.env.user._has_group(GROUP_CUSTOMER):
            names = names | self.env["customer.portal.account"]._get_tracked_fields()
            if self.env.context.get(LOGGING_IN):
                names = names - {"tz"}  # The browser said it, and nobody chose it.
        return names
