import psycopg2

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...const import PROFILE_CODES
from ...utils import read_number
from ..access.res_partner_sync import STRUCTURE_FIELDS
from ..base.snapshot_cache import snapshot_cache
from ..gate.hidden_fields import ADDRESS_FIELDS
from .gate_user import PREFERENCES

CONTACT, ORGANIZATION = PROFILE_CODES
# What cannot be changed any more once Odoo has made a document with it.
DOCUMENTED = ("country_id", "vat")
# Context key: the country whose states a form offers.
COUNTRY = "customer_portal_country"


class CustomerPortalGate(models.AbstractModel):
    """My Profile: the customer's contact and organization.

    No id comes from an address: there is one contact, and one organization at most.
    What is shown and may be written is what the forms of Odoo let them see and write
    there (``customer.portal.form.mixin``), and beyond it what an administrator has put
    into the modules ``contacts`` and ``organization``.
    """

    _inherit = "customer.portal.gate"

    # === WHAT IS SHOWN === #

    @api.private
    def profile_cards(self, user):
        """Return the customer's details as the customer reads them.

        :return: dicts with ``code``, ``title``, ``editable`` and ``rows``: label and
            value as HTML
        :rtype: list
        """
        pages = self.env["customer.portal.record"]
        cards = []
        for code, record in self._get_profile_records(user).items():
            names = self._get_profile_names(user, code, record)
            if not names:
                continue
            labels = self._get_words(code, self.env.lang)[1]
            # One is enough to say that there is a form.
            writable = sorted(
                (name for name in names if names[name]), key=DOCUMENTED.__contains__
            )[:1]
            cards.append(
                {
                    "code": code,
                    "editable": bool(self._without_documented(record, writable)),
                    "rows": [
                        {
                            "name": name,
                            "label": labels[name],
                            "html": pages._render_value(record, name),
                        }
                        for name in names
                    ],
                }
            )
        return cards

    @api.private
    def profile_form(self, user, code, texts=None):
        """Return what can be written of a card, as ``form_fields`` does.

        :param dict texts: what the customer has typed already
        :rtype: list
        """
        record, names = self._get_profile_card(user, code)
        texts = texts or {}
        forms = self.env["customer.portal.form"]
        sent = forms._get_sent_text(
            self._fields_of_partner("zip"), texts.get("country_id")
        )
        country_id = read_number(sent) or record.country_id.id
        forms = forms.with_context(**{COUNTRY: country_id})
        right = self._get_rights(user).get(code)
        return [
            forms._make_form_field(user, right, record, name, texts.get(name))
            for name in names
        ]

    # === WHAT IS TAKEN === #

    @api.private
    def parse_profile(self, user, code, texts):
        """Read what a customer has typed into a card.

        :param dict texts: a text, or a list of them, by field; others are ignored
        :return: the values that differ from what was shown, and what is wrong by field
        :rtype: tuple[dict, dict]
        """
        forms = self.env["customer.portal.form"]
        record, names = self._get_profile_card(user, code)
        right = self._get_rights(user).get(code)
        values, errors = forms._parse_texts(user, right, record, names, texts)
        if "state_id" in names and not errors:
            self._match_state(record, values, errors)
        return values, errors

    @api.private
    def save_profile(self, user, code, values):
        """Write a card, all of it or nothing.

        :param dict values: of ``parse_profile``
        :return: what is wrong by field, with the whole at ``""``
        :rtype: dict
        """
        record, names = self._get_profile_card(user, code)
        right = self._get_rights(user).get(code)
        place = ""  # where what goes wrong is told
        try:
            if set(values) - set(names):
                raise AccessError(self.env._("This is not permitted."))
            values = self._clean_values(user, right, values, record)
            email = {k: values.pop(k) for k in ("email",) if k in values}
            with self.env.cr.savepoint():
                record.write(values)
                if email:
                    place = "email"
                    record.write(email)
                self.env.flush_all()
        except UserError as error:
            return {place: str(error)}
        except (psycopg2.IntegrityError, psycopg2.DataError):
            return {"": self.env._("One of these values cannot be saved.")}
        return {}

    @api.private
    @snapshot_cache()
    def get_profile_tracked(self):
        """Return the fields whose changes by customers are kept on the contact.

        Odoo tracks name, email, phone, VAT and address by itself.
        """
        modules = self.env["customer.portal.module"].sudo()
        lines = modules.search([("code", "in", PROFILE_CODES)]).field_ids
        names = set(lines.filtered("in_edit").mapped("name")) - ADDRESS_FIELDS
        known = self.env["res.partner"]._fields
        types = lines._get_form_types()
        return frozenset(PREFERENCES) | {
            name
            for name in names
            if name in known and known[name].store and known[name].type in types
        }

    # === INTERNALS === #

    @api.model
    def _fields_of_partner(self, name):
        return self.env["res.partner"]._fields[name]

    @api.model
    def _get_profile_records(self, user):
        """Return whose details the profile shows, by the code of their module."""
        own = self._get_profile_partner(user)
        both = own.browse(dict.fromkeys([own.id, own.commercial_partner_id.id]))
        both.mapped("street")  # reads all columns of both, at once
        records = {CONTACT: both[0], ORGANIZATION: both[1:]}
        rights = self._get_rights(user)
        return {code: one for code, one in records.items() if one and code in rights}

    @api.model
    def _get_profile_card(self, user, code):
        """Return the record of a card, and the fields that may be written.

        :return: nothing where the card cannot be edited
        """
        record = self._get_profile_records(user).get(code)
        if not record:
            return self.env["res.partner"].sudo(), []
        names = self._get_profile_names(user, code, record)
        writable = [name for name, writable in names.items() if writable]
        return record, self._without_documented(record, writable)

    @api.model
    def _without_documented(self, record, names):
        """Leave out what Odoo keeps once there are orders or invoices with it."""
        locked = set()
        if "vat" in names and not record.can_edit_vat():
            locked.add("vat")
        if "country_id" in names and record.country_id:
            locked |= set() if record._can_edit_country() else {"country_id"}
        return [name for name in names if name not in locked]

    @api.model
    def _get_profile_names(self, user, code, record):
        """Return the fields that are shown, in their order, and who may be written.

        :rtype: dict[str, bool]
        """
        right = self._get_rights(user)[code]
        access = record._get_portal_form_access()
        hidden = self.hidden_partner_fields(user, record) | {
            name for name, level in access.items() if level == "hidden"
        }
        if record.commercial_partner_id != record:
            # They are the organization's, and stand in its card.
            hidden |= {"company_name", *record._commercial_fields()}
        writable = self._get_profile_writable(user, right, record, access)
        shown = {*right.names["detail"], *writable}
        return {
            name: name in writable
            for name in right.names["read"]
            if name in shown and name not in hidden
        }

    @api.model
    def _get_profile_writable(self, user, right, record, access):
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
            names &= self._get_lent_names(user, record)
        return {name for name in names if access.get(name, "write") == "write"}

    @api.model
    def _get_lent_names(self, user, organization):
        """Return what the form of a contact changes of its organization in Odoo."""
        own = self._get_profile_partner(user)
        if not self.may(user, CONTACT):
            return set()
        sources = {"name": "company_name"} if organization.is_company else {}
        if own.type == "contact" and own.parent_id == organization:
            sources |= {name: name for name in ADDRESS_FIELDS}
        access = own._get_portal_form_access()
        return {n for n, source in sources.items() if access.get(source) == "write"}

    @api.model
    def _match_state(self, record, values, errors):
        """Refuse a state of another country; forget it with the country it is in."""
        states = self.env["res.country.state"].sudo()
        state = states.browse(values.get("state_id", record.state_id.id))
        country_id = values.get("country_id", record.country_id.id)
        if not state or state.country_id.id == country_id:
            return
        if "state_id" in values:
            errors["state_id"] = self.env._("Please choose one of the values offered.")
        else:
            values["state_id"] = False

    @api.model
    def _find_choices(self, user, right, name, ids=None):
        """Offer all countries, as Odoo's forms do, and the states of the chosen one."""
        if right.code not in PROFILE_CODES or name not in ("country_id", "state_id"):
            return super()._find_choices(user, right, name, ids)
        comodel = self._fields_of_partner(name).comodel_name
        domain = Domain.TRUE if ids is None else Domain("id", "in", ids)
        if name == "state_id" and ids is None:
            domain = Domain("country_id", "=", self.env.context.get(COUNTRY))
        return self.env[comodel].sudo().search(domain)
