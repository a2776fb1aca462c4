from odoo import api, models
from odoo.fields import Domain

from ...const import PROFILE_CODES
from ..access.res_partner_sync import STRUCTURE_FIELDS
from ..gate.hidden_fields import ADDRESS_FIELDS

CONTACT, ORGANIZATION = PROFILE_CODES
# Context key: the country whose states a form offers.
COUNTRY = "customer_portal_country"


class CustomerPortalGate(models.AbstractModel):
    """My Profile: what is shown of the customer's contact and organization.

    It is what the forms of Odoo let them see and write there
    (``_get_portal_form_access``), and beyond it what an administrator has put into
    the modules ``contacts`` and ``organization``.
    """

    _inherit = "customer.portal.gate"

    @api.private
    def may_set_picture(self):
        """Say whether a customer may change their own picture."""
        return self.may(PROFILE_CODES[0], "edit")

    @api.model
    def _get_profile_names(self, code, record):
        """Return the fields that are shown, in their order, and who may be written.

        :rtype: dict[str, bool]
        """
        right = self._get_rights()[code]
        access = record._get_portal_form_access()
        hidden = self.hidden_partner_fields(record) | {
            name for name, level in access.items() if level == "hidden"
        }
        if record.commercial_partner_id != record:
            # They are the organization's, and stand in its card.
            hidden |= {"company_name", *record._commercial_fields()}
        writable = self._get_profile_writable(right, record, access)
        shown = {*right.names["detail"], *writable}
        return {
            name: name in writable
            for name in right.names["read"]
            if name in shown and name not in hidden
        }

    @api.model
    def _get_profile_writable(self, right, record, access):
        """Return what of a card may be written.

        Of the organization as much as the customer's own form in Odoo changes of it,
        unless the profile opens a form for the organization itself.
        """
        if "edit" not in right.actions:
            return set()
        names = set(right.names["edit"]) - STRUCTURE_FIELDS
        types = self.env["customer.portal.module.field"]._get_form_types()
        names = {n for n in names if record._fields[n].type in types}
        if right.code == ORGANIZATION and not (
            record._can_be_edited_by_current_customer()
        ):
            names &= self._get_lent_names(record)
        return {name for name in names if access.get(name, "write") == "write"}

    @api.model
    def _get_lent_names(self, organization):
        """Return what the form of a contact changes of its organization in Odoo."""
        own = self.env.user._get_portal_partner_sudo()
        if not self.may(CONTACT):
            return set()
        sources = {"name": "company_name"} if organization.is_company else {}
        if own.type == "contact" and own.parent_id == organization:
            sources |= {name: name for name in ADDRESS_FIELDS}
        access = own._get_portal_form_access()
        return {n for n, source in sources.items() if access.get(source) == "write"}

    @api.model
    def _find_choices(self, right, name, ids=None):
        """Offer all countries, as Odoo's forms do, and the states of the chosen one."""
        if right.code not in PROFILE_CODES or name not in ("country_id", "state_id"):
            return super()._find_choices(right, name, ids)
        comodel = self.env["res.partner"]._fields[name].comodel_name
        domain = Domain.TRUE if ids is None else Domain("id", "in", ids)
        if name == "state_id" and ids is None:
            domain = Domain("country_id", "=", self.env.context.get(COUNTRY))
        return self.env[comodel].sudo().search(domain)


class CustomerPortalEmailChange(models.AbstractModel):
    """The profile decides who may change their address."""

    _inherit = "customer.portal.email.change"

    @api.model
    def _may_change(self, user):
        access = user._get_portal_partner_sudo()._get_portal_form_access()
        return access.get("email", "write") == "write" and super()._may_change(user)
