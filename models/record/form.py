import json
from hashlib import sha256

import psycopg2

from odoo import api, models
from odoo.exceptions import AccessError, UserError

# What stands in a form beside the fields. No field of Odoo begins so.
FILES, TOKEN, DIGESTS = "_files", "_token", "_prints"


class CustomerPortalForm(models.AbstractModel):
    """Forms: values as texts that a browser shows, and texts as values to write.

    What a form sends as it was shown is not written. So values that a form cannot
    show whole stay as they are, and defaults are left to Odoo.
    """

    _name = "customer.portal.form"
    _description = "Customer Portal Form"

    @api.private
    def form_fields(self, module, mode, res_id=None, texts=None):
        """Return the fields of a form as a page shows them.

        :param str mode: ``create`` or ``edit``
        :param dict texts: what the customer has typed already
        :return: dicts; nothing if the user may not open the form
        :rtype: list
        """
        right = self.env["customer.portal.gate"]._get_page_right(module)
        record = self._get_form_record(right, mode, res_id)
        if record is None:
            return []
        texts = texts or {}
        return [
            self._make_form_field(right, record, name, texts.get(name))
            for name in right.names[mode]
        ]

    @api.private
    def parse_form(self, module, mode, texts, res_id=None):
        """Read what a customer has typed.

        :param dict texts: a text, or a list of them, by field; others are ignored
        :return: the values that differ from what was shown, and what is wrong by field
        :rtype: tuple[dict, dict]
        """
        right = self.env["customer.portal.gate"]._get_page_right(module)
        record = self._get_form_record(right, mode, res_id)
        if record is None:
            return {}, {"": self.env._("You are not allowed to do this.")}
        return self._parse_texts(right, record, right.names[mode], texts)

    @api.private
    def save_form(self, module, mode, texts, res_id=None, token=None, files=()):
        """Write a form, all of it or nothing.

        :param token: of a form for a new record; sent twice, it makes one record
        :param files: of the request, for a new record
        :return: id of the record, and what is wrong by field; what is wrong with the
            files is at ``FILES``, with the whole at ``""``
        :rtype: tuple[int | None, dict]
        """
        origins = self.env["customer.portal.origin"]
        if mode == "create" and (known := origins.find_created(module, token)):
            return known, {}
        values, errors = self.parse_form(module, mode, texts, res_id)
        if errors:
            return None, errors
        place = ""  # where what goes wrong is told
        try:
            with self.env.cr.savepoint():
                if mode == "edit":
                    self.write_record(module, res_id, values)
                else:
                    res_id = self.create_record(module, values, token)
                    place = FILES
                    self._add_form_files(module, res_id, files)
        except AccessError:
            return None, {place: self.env._("You are not allowed to do this.")}
        except UserError as error:
            return None, {place: str(error)}
        except (psycopg2.IntegrityError, psycopg2.DataError) as error:
            return None, {"": self._get_database_message(module, error)}
        return res_id, {}

    # === THE RECORD BEHIND A FORM === #

    @api.model
    def _get_form_record(self, right, mode, res_id):
        """Return what a form shows: a record, or a new one with Odoo's defaults.

        :return: None if the user may not open the form
        """
        gate = self.env["customer.portal.gate"]
        if not right or mode not in right.actions or not right.names[mode]:
            return None
        if mode == "edit":
            return gate._get_changeable_record(right, res_id) or None
        model = gate._get_model_sudo(right)
        try:
            values = self._get_new_values(right)
        except AccessError:
            return None
        return model.new({**model.default_get(list(right.names[mode])), **values})

    @api.model
    def _add_form_files(self, module, res_id, files):
        """Add files from their beginning: Odoo may try a request again."""
        for file in files:
            file.seek(0)
        if files:
            self.env["customer.portal.file"]._add_files(module, res_id, files)

    @api.model
    def _get_database_message(self, module, error):
        gate = self.env["customer.portal.gate"]
        if isinstance(error, psycopg2.DataError):
            return self.env._("One of these values can't be saved.")
        right = gate._get_rights()[module]
        return gate._get_model_sudo(right)._sql_error_to_message(error)

    # === WHAT IS SHOWN === #

    @api.model
    def _make_form_field(self, right, record, name, sent=None):
        gate = self.env["customer.portal.gate"]
        field = record._fields[name]
        description = field.get_description(self.env, ["help"])
        sent = self._get_sent_text(field, sent)
        shown = self._get_shown_text(right, record, name)
        return {
            "name": name,
            "type": field.type,
            "label": gate._get_labels(right.code, self.env.lang).fields[name],
            "help": description.get("help"),
            "required": self._is_required(right, field),
            "size": self._get_size(field),
            "text": shown if sent is None else sent,
            "choices": self._get_choices(right, record, name),
            "unit": self._get_unit(record, field),
        }

    @api.model
    def _is_required(self, right, field):
        """A box need not be ticked, but all else must be filled in."""
        return field.name in right.names["required"] and field.type != "boolean"

    @api.model
    def _get_unit(self, record, field):
        """Return what a value is counted in: a currency or a time zone."""
        pages = self.env["customer.portal.record"]
        if field.type == "datetime":
            return str(self.env.tz)
        if field.type == "monetary":
            options = pages._get_converter_options(record, field)
            return options["display_currency"].symbol
        return None

    # === WHAT SOMEBODY ELSE HAS CHANGED === #

    # The form carries a print of each value that it shows. It decides nothing about
    # access: whoever makes one up only loses the warning.

    @api.private
    def get_form_digests(self, module, res_id):
        """Return a print of each value of a form to edit, for its next sending.

        :rtype: str
        """
        prints = {
            name: self._make_digest(text)
            for name, text in self._get_form_texts(module, res_id).items()
        }
        return json.dumps(prints, separators=(",", ":"))

    @api.private
    def find_conflicts(self, module, res_id, texts, prints):
        """Return what has changed since a form was opened.

        :param dict texts: that the form has sent, by field
        :param prints: that came with it, from anywhere; None warns of nothing
        :return: the present texts of what the customer has left alone, and what to
            tell them by field
        :rtype: tuple[dict, dict]
        """
        known = self._read_digests(prints)
        right = self.env["customer.portal.gate"]._get_page_right(module)
        fresh, errors = {}, {}
        for name, text in self._get_form_texts(module, res_id).items():
            if known.get(name) in (None, self._make_digest(text)):
                continue
            record = self._get_form_record(right, "edit", res_id)
            sent = self._get_sent_text(record._fields[name], texts.get(name))
            if sent == text:
                continue
            if sent is None or self._make_digest(sent) == known[name]:
                fresh[name] = text
                errors[name] = self.env._("This is the new value.")
            else:
                errors[name] = self.env._(
                    "This is now “%(value)s”. Save again to replace it with your "
                    "value.",
                    value=self._quote(record, name),
                )
        if errors:
            errors[""] = self.env._("Someone else changed this while you had it open.")
        return fresh, errors

    @api.model
    def _get_form_texts(self, module, res_id):
        """Return what a form to edit shows now, by field."""
        right = self.env["customer.portal.gate"]._get_page_right(module)
        record = self._get_form_record(right, "edit", res_id)
        if record is None:
            return {}
        return {
            name: self._get_shown_text(right, record, name)
            for name in right.names["edit"]
        }

    @api.model
    def _make_digest(self, text):
        """Browsers send line breaks in their own way."""
        if isinstance(text, str):
            text = self._clean_text(text)
        return sha256(repr(text).encode(errors="replace")).hexdigest()[:12]

    @api.model
    def _read_digests(self, prints):
        try:
            known = json.loads(prints or "{}")
        except (ValueError, RecursionError):
            return {}
        return known if isinstance(known, dict) else {}

    @api.model
    def _quote(self, record, name):
        pages = self.env["customer.portal.record"]
        return pages._shorten(pages._render_value(record, name) or self.env._("empty"))
