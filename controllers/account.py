import json

from lxml import html
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from odoo.exceptions import ValidationError
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..models.account.res_partner import FORM_PARTNER
from ..utils import read_number

INPUTS = ("input", "select", "textarea")
# Of addresses that customers make; core requires fields of these only.
ADDRESS_TYPES = ("billing", "delivery")


class CustomerPortalAccount(CustomerPortal):
    """The forms of the customer's contact and organization, as the profile has them.

    ``_get_portal_form_access`` of contacts decides. Here hidden fields are left out of
    the page, and what may not be written out of what comes back, whatever is sent.
    """

    # === ROUTES === #

    @route()
    def account(self, **kwargs):
        self._get_form_id(request.env.user.partner_id.id)
        return super().account(**kwargs)

    @route()
    def portal_address(self, partner_id=None, **query_params):
        return super().portal_address(self._get_form_id(partner_id), **query_params)

    @route()
    def portal_address_submit(self, partner_id=None, **form_data):
        """Tell in the form why an email address, which is the login, is refused."""
        partner_id = self._get_form_id(partner_id)
        form_data.pop("verify_address_values", None)  # no form has it
        try:
            with request.env.cr.savepoint():
                return super().portal_address_submit(partner_id, **form_data)
        except ValidationError as error:
            writable = request.env["res.partner"]._get_frontend_writable_fields()
            fnames = ["email"] if "email" in writable else []
            return json.dumps({"invalid_fields": fnames, "messages": [str(error)]})

    @route()
    def address_archive(self, partner_id):
        """Keep the organization, though the profile may let customers edit it."""
        partner_id = self._get_form_id(partner_id)
        own = request.env.user.partner_id
        if partner_id in (None, (own.commercial_partner_id - own).id):
            raise NotFound()
        return super().address_archive(partner_id)

    def _get_form_id(self, partner_id):
        """Return the id of a contact whose form the visitor may open.

        :param partner_id: from the address; nothing for a new contact
        :raise NotFound: if there is none, the same for whatever reason
        """
        if not partner_id:
            return None
        gate = request.env["customer.portal.gate"]
        form_id = gate.form_partner_id(partner_id)
        if not form_id:
            raise NotFound()
        return form_id

    # === THE PAGE === #

    def _prepare_address_form_values(self, partner_sudo, *args, **kwargs):
        values = super()._prepare_address_form_values(partner_sudo, *args, **kwargs)
        access = partner_sudo._get_portal_form_access()
        own = values["current_partner"]
        organization = own.commercial_partner_id
        return {
            **values,
            "is_organization": partner_sudo == organization != own,
            "organization_editable": (
                organization != own
                and organization.sudo()._can_be_edited_by_current_customer()
            ),
            "narrow_form": lambda form: _narrow_form(form, access),
        }

    # === WHAT COMES BACK === #

    def _create_or_update_address(
        self, partner_sudo, address_type="billing", *args, **kwargs
    ):
        request.update_context(**{FORM_PARTNER: partner_sudo.id})
        known = address_type if address_type in ADDRESS_TYPES else "billing"
        return super()._create_or_update_address(partner_sudo, known, *args, **kwargs)

    def _parse_form_data(self, form_data):
        """Drop what may not be written; but Odoo saves no contact without a name."""
        form_data.update(self._get_unknown_records(form_data))
        address_values, extra_form_data = super()._parse_form_data(form_data)
        locked = self._get_locked_fields()
        for fname in locked & address_values.keys():
            del address_values[fname]
        partner_sudo = request.env["res.partner"].sudo()._get_portal_form_partner()
        if partner_sudo and "name" in locked:
            address_values["name"] = partner_sudo.name or ""
        return address_values, extra_form_data

    def _get_unknown_records(self, form_data):
        """Return the fields whose record is none, emptied.

        Core reads whatever has digits as an id.
        """
        fields = request.env["res.partner"]._fields
        unknown = {}
        for name, value in form_data.items():
            field = fields.get(name)
            is_id = isinstance(value, str) and value.strip()
            if field and field.type == "many2one" and is_id:
                record_id = read_number(value.strip())
                record_sudo = request.env[field.comodel_name].sudo().browse(record_id)
                if not record_id or not record_sudo.exists():
                    unknown[name] = ""
        return unknown

    def _validate_address_values(self, address_values, partner_sudo, *args, **kwargs):
        """Check what is sent together with what the customer cannot change.

        Nobody shall be kept from saving by what they cannot change.
        """
        locked = self._get_locked_fields()
        model = partner_sudo.browse()
        stored = {
            fname: model._fields[fname].convert_to_cache(partner_sudo[fname], model)
            for fname in (locked if partner_sudo else ())
        }
        checked = {**address_values, **stored}
        invalid, missing, messages = super()._validate_address_values(
            checked, partner_sudo, *args, **kwargs
        )
        kept = {k: v for k, v in checked.items() if k not in locked or k == "name"}
        address_values.clear()
        address_values.update(kept)
        if (invalid | missing) and (invalid | missing) <= locked:
            messages = []
        return invalid - locked, missing - locked, messages

    def _get_locked_fields(self):
        """Return the fields of the form that is sent that the visitor may not write."""
        partners = request.env["res.partner"].sudo()
        access = partners._get_portal_form_partner()._get_portal_form_access()
        return {
            fname
            for fname, level in access.items()
            if level != "write" and fname in partners._fields
        }


def _narrow_form(form, access):
    """Leave in a form what a customer may see; send nothing that they may not write.

    Works on the finished page, so that it holds for the fields of all apps. Fields stay
    there as empty shells: Odoo's script counts on them.

    :param markupsafe.Markup form:
    :param dict access: `hidden`, `read` or `write` by name; others stay as they are
    :rtype: markupsafe.Markup
    """
    root = html.fragment_fromstring(str(form), create_parent="div")
    for element in list(root.iter(*INPUTS)):
        level = access.get(element.get("name"), "write")
        if level == "write":
            continue
        element.set("disabled", "disabled")
        if level == "hidden":
            _hide(element)
    if access and "write" not in access.values():
        for button in root.xpath("//*[@id='save_address']"):
            button.drop_tree()
    return Markup("").join(
        Markup(html.tostring(child, encoding="unicode")) for child in root
    )


def _hide(element):
    parent = element.getparent()
    for sibling in list(parent):
        if sibling is not element and not sibling.get("name"):
            parent.remove(sibling)
    for child in list(element):
        element.remove(child)
    element.attrib.pop("value", None)
    element.text = None
    parent.set("class", "d-none")
