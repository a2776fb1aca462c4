import logging

import psycopg2
from PIL import Image

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.image import image_process
from odoo.tools.mimetypes import guess_mimetype

from ...const import PROFILE_CODES
from ...utils import read_number, to_binary
from ..base.snapshot_cache import snapshot_cache
from ..gate.hidden_fields import ADDRESS_FIELDS
from ..record.upload import MEGABYTE
from .gate import CONTACT, COUNTRY, ORGANIZATION

_logger = logging.getLogger(__name__)

# What cannot be changed any more once Odoo has made a document with it.
DOCUMENTED = ("country_id", "vat")
# What customers may choose on their own user, as Odoo lets everybody.
PREFERENCES = ("lang", "tz")
# Those that Odoo draws anew.
PICTURE_TYPES = frozenset(("image/jpeg", "image/png", "image/gif"))
JPEG_QUALITY = 90


class CustomerPortalAccount(models.AbstractModel):
    """My Profile: the customer's contact and organization, and what stands beside them.

    No id comes from an address: there is one contact, and one organization at most.
    Which of their fields are shown and may be written is asked of the gate.
    """

    _name = "customer.portal.account"
    _description = "Customer Portal My Profile"

    # === THE CARDS === #

    # === WHAT IS SHOWN === #

    @api.model
    def _get_cards(self):
        """Return the customer's details as the customer reads them.

        :return: dicts with ``code``, ``title``, ``editable`` and ``rows``: label and
            value as HTML
        :rtype: list
        """
        gate = self.env["customer.portal.gate"]
        cards = []
        for code, record in self._get_records().items():
            names = gate._get_profile_names(code, record)
            if not names:
                continue
            labels = gate._get_labels(code, self.env.lang).fields
            cards.append(
                {
                    "code": code,
                    "editable": self._has_form(record, names),
                    "rows": [
                        {
                            "name": name,
                            "label": labels[name],
                            "html": self.env["customer.portal.record"]._render_value(
                                record, name
                            ),
                        }
                        for name in names
                    ],
                }
            )
        return cards

    @api.model
    def _may_edit(self):
        """Say whether there is anything to edit; of others than customers Odoo decides.

        :rtype: bool
        """
        if not self.env.user._is_portal():
            return True
        gate = self.env["customer.portal.gate"]
        return any(
            self._has_form(record, gate._get_profile_names(code, record))
            for code, record in self._get_records().items()
        )

    @api.model
    def _get_form(self, code, form_data=None):
        """Return what can be written of a card, as ``form_fields`` does.

        :param dict form_data: what the customer has typed already
        :rtype: list
        """
        forms = self.env["customer.portal.form"]
        record, names = self._get_writable_fields(code)
        form_data = form_data or {}
        sent = forms._get_sent_text(record._fields["zip"], form_data.get("country_id"))
        country_id = read_number(sent) or record.country_id.id
        forms = forms.with_context(**{COUNTRY: country_id})
        right = self.env["customer.portal.gate"]._get_rights().get(code)
        return [
            forms._make_form_field(right, record, name, form_data.get(name))
            for name in names
        ]

    @api.model
    def _parse(self, code, form_data):
        """Read what a customer has typed into a card.

        :param dict form_data: a text, or a list of them, by field; others are ignored
        :return: the values that differ from what was shown, and what is wrong by field
        :rtype: tuple[dict, dict]
        """
        gate = self.env["customer.portal.gate"]
        record, names = self._get_writable_fields(code)
        right = gate._get_rights().get(code)
        values, errors = self.env["customer.portal.form"]._parse_texts(
            right, record, names, form_data
        )
        if "state_id" in names and not errors:
            self._match_state(record, values, errors)
        return values, errors

    @api.model
    def _save(self, code, values):
        """Write a card, all of it or nothing.

        :param dict values: of ``_parse``
        :return: what is wrong by field, with the whole at ``""``
        :rtype: dict
        """
        gate = self.env["customer.portal.gate"]
        record, names = self._get_writable_fields(code)
        right = gate._get_rights().get(code)
        place = ""  # where what goes wrong is told
        try:
            if set(values) - set(names):
                raise AccessError(self.env._("You are not allowed to do this."))
            values = gate._clean_values(right, values, record)
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
            return {"": self.env._("One of these values can't be saved.")}
        return {}

    @api.model
    @snapshot_cache()
    def _get_tracked_fields(self):
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

    @api.model
    def _get_records(self):
        """Return whose details the profile shows, by the code of their module."""
        own = self.env.user._get_portal_partner_sudo()
        both = own.browse(dict.fromkeys([own.id, own.commercial_partner_id.id]))
        both.mapped("street")  # reads all columns of both, at once
        records = {CONTACT: both[0], ORGANIZATION: both[1:]}
        rights = self.env["customer.portal.gate"]._get_rights()
        return {code: one for code, one in records.items() if one and code in rights}

    @api.model
    def _get_writable_fields(self, code):
        """Return the record of a card, and the fields that may be written.

        :return: nothing where the card cannot be edited
        """
        record = self._get_records().get(code)
        if not record:
            return self.env["res.partner"].sudo(), []
        names = self.env["customer.portal.gate"]._get_profile_names(code, record)
        writable = [name for name, writable in names.items() if writable]
        return record, self._without_documented(record, writable)

    @api.model
    def _has_form(self, record, names):
        """Say whether anything of a card can be written; one field is enough."""
        writable = [name for name, is_writable in names.items() if is_writable]
        first = sorted(writable, key=DOCUMENTED.__contains__)[:1]
        return bool(self._without_documented(record, first))

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
    def _match_state(self, record, values, errors):
        """Refuse a state of another country; forget it with the country it is in."""
        states = self.env["res.country.state"].sudo()
        state = states.browse(values.get("state_id", record.state_id.id))
        country_id = values.get("country_id", record.country_id.id)
        if not state or state.country_id.id == country_id:
            return
        if "state_id" in values:
            errors["state_id"] = self.env._(
                "Please choose one of the available options."
            )
        else:
            values["state_id"] = False

    # === BESIDE THE CARDS === #

    @api.model
    def _get_summary(self):
        """Return what stands beside the cards.

        :return: dict with ``start`` and ``end`` of the support, the last two
            ``logins``, ``lang``, ``tz``, ``picture`` and ``new_email``
        :rtype: dict
        """
        user_sudo = self.env.user.sudo()
        partner_sudo = user_sudo.partner_id
        return {
            "start": partner_sudo.support_start_date,
            "end": partner_sudo.support_end_date,
            "logins": self._get_logins(),
            "lang": dict(self.env["res.lang"].get_installed()).get(user_sudo.lang),
            "tz": user_sudo.tz,
            "has_picture": bool(partner_sudo.image_256),  # what the page draws
            "may_set_picture": self.env["customer.portal.gate"].may_set_picture(),
            "login": user_sudo.login,
            "new_email": self.env["customer.portal.email.change"]._get_waiting(
                self.env.user
            ),
        }

    @api.model
    def _set_preferences(self, form_data):
        """Set language and time zone; what is none of those offered is not written."""
        partner_sudo = self.env.user._get_portal_partner_sudo()
        values = {
            name: form_data[name]
            for name in PREFERENCES
            if form_data.get(name) in dict(self._get_preferences()[name])
        }
        partner_sudo.write(values)

    @api.model
    def _set_language_in_new_transaction(self, code):
        """Set the language in a transaction of its own, so that a page that reads can.

        It may be lost, but keeps nobody from coming in.
        """
        if self.env.cr.readonly:
            self.env.cr.rollback()  # as core does before it opens another one
        try:
            with self.env.registry.cursor() as cr:
                cr.execute("SET LOCAL lock_timeout = '1s'")
                account = self.with_env(api.Environment(cr, SUPERUSER_ID, {}))
                account.with_user(self.env.user.with_env(account.env))._set_preferences(
                    {"lang": code}
                )
        except psycopg2.Error:
            _logger.exception("Language lost: %s", self.env.user.id)

    @api.model
    def _get_preferences(self):
        """Return the languages and time zones to choose from.

        :return: pairs of value and label by field
        :rtype: dict
        """
        partners = self.env["res.partner"]
        return {
            "lang": self.env["res.lang"].get_installed(),
            "tz": partners._fields["tz"]._description_selection(self.env),
        }

    @api.model
    def _set_picture(self, file=None, remove=False):
        """Set the customer's picture, or remove it.

        :param werkzeug.datastructures.FileStorage file: None if none was chosen
        :raise UserError: that says why it cannot be taken
        """
        if not self.env["customer.portal.gate"].may_set_picture():
            raise AccessError(self.env._("You are not allowed to do this."))
        if not remove and not file:
            raise UserError(self.env._("Please choose a file."))
        raw = False if remove else self._read_picture(file)
        partner_sudo = self.env.user._get_portal_partner_sudo()
        with self.env.cr.savepoint():
            partner_sudo.image_1920 = raw
            self.env.flush_all()
            partner_sudo._message_log(
                body=self.env._("Changed the picture in the portal.")
            )

    @api.model
    def _get_logins(self):
        """Return when the customer came in last, and when before that."""
        touchpoints = self.env["customer.portal.touchpoint"].sudo()
        logins = touchpoints.search_fetch(
            [
                ("partner_id", "=", self.env.user.sudo().partner_id.id),
                ("kind", "=", "login"),
            ],
            ["date"],
            limit=2,
        )
        dates = logins.mapped("date") or [self.env.user.sudo().login_date]
        return [
            self.env["customer.portal.record"]._format_time(date)
            for date in dates
            if date
        ]

    @api.model
    def _read_picture(self, file):
        """Return a picture that Odoo can draw; SVG is none, as it can hold scripts."""
        file.stream.seek(0)  # Odoo may try a request again.
        limit = self.env["customer.portal.file"].get_upload_limits().max_mb * MEGABYTE
        raw = file.stream.read(limit + 1 if limit else -1)
        if limit and len(raw) > limit:
            raise UserError(
                self.env._(
                    "The picture is too large. The limit is %(size)s MB.",
                    size=limit // MEGABYTE,
                )
            )
        picture = self._draw_picture(raw)
        if not picture:
            raise UserError(self.env._("Choose a picture: a JPEG, PNG or GIF file."))
        return to_binary(picture)

    @api.model
    def _draw_picture(self, raw):
        """Return a picture as it is kept; None if it is none that can be drawn."""
        mime = guess_mimetype(raw)
        if mime not in PICTURE_TYPES:
            return None
        try:
            image_process(raw, size=(128, 128), verify_resolution=True)
            # Written anew, a photo says no longer where it was taken.
            quality = JPEG_QUALITY if mime == "image/jpeg" else 0
            return image_process(raw, size=(1920, 1920), quality=quality)
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
            return None
