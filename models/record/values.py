import re
from datetime import date, datetime

import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import html2plaintext, plaintext2html

from ...const import TEXT_LENGTHS
from ...utils import MAX_INTEGER, clean_line
from .rendering import NUMBER_TYPES

# How long a text can be, by the type of its field: what is typed has no marks yet.
PLAIN_LENGTHS = {**TEXT_LENGTHS, "html": TEXT_LENGTHS["text"]}

INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
# Linear in time, and no number that fits is longer.
NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
NUMBER_LENGTH = 400


class CustomerPortalForm(models.AbstractModel):
    """Values as texts that an input holds, and texts as values to write."""

    _inherit = "customer.portal.form"

    # === WHAT IS SHOWN === #

    @api.model
    def _get_shown_text(self, right, record, name):
        """Return a value as the input of its field holds it.

        :rtype: str | list[str]
        """
        gate = self.env["customer.portal.gate"]
        field, value = record._fields[name], record[name]
        if field.type == "many2many":
            linked = set(value.ids)
            choices = gate._find_choices(right, name).ids
            return sorted(str(choice) for choice in choices if choice in linked)
        if field.type in NUMBER_TYPES:
            return self._format_number(record, field, value)
        formatters = {
            "boolean": lambda value: "1",
            "date": fields.Date.to_string,
            "datetime": self._format_local,
            "html": lambda value: html2plaintext(value).strip(),
            "many2one": lambda value: str(*value.ids),
            "text": self._clean_text,
        }
        return formatters.get(field.type, str)(value) if value else ""

    @api.model
    def _format_number(self, record, field, value):
        if not value and not record.ids:
            return ""
        if field.type == "integer":
            return str(value)
        pages = self.env["customer.portal.record"]
        options = pages._get_converter_options(record, field)
        digits = options.get("precision")
        if field.type == "monetary":
            digits = options["display_currency"].decimal_places
        return repr(value) if digits is None else f"{value:.{digits}f}"

    @api.model
    def _format_local(self, value):
        local = pytz.utc.localize(value).astimezone(self.env.tz)
        return local.replace(tzinfo=None).isoformat(timespec="minutes")

    # === CHOICES === #

    @api.model
    def _get_choices(self, right, record, name):
        """Return pairs of what an input sends and what the customer reads.

        What a field holds already is among them, whether it could be chosen or not.
        """
        field = record._fields[name]
        if field.type == "selection":
            return field._description_selection(self.env)
        if field.type not in ("many2one", "many2many"):
            return []
        choices = self.env["customer.portal.gate"]._find_choices(right, name)
        pairs = [(str(choice.id), choice.display_name) for choice in choices]
        current = record[name]
        if field.type == "many2one" and current and current.ids[0] not in choices.ids:
            pairs.insert(0, (str(current.ids[0]), current.display_name))
        return pairs

    # === WHAT IS TYPED === #

    @api.model
    def _parse_texts(self, right, record, names, texts):
        """Return the values that differ from what was shown, and what is wrong."""
        values, errors = {}, {}
        for name in names:
            shown = self._get_shown_text(right, record, name)
            sent = self._get_sent_text(record._fields[name], texts.get(name))
            text = shown if sent is None else sent
            try:
                self._check_required(right, record._fields[name], text)
                if text != shown:
                    values[name] = self._parse_text(right, name, text)
            except ValidationError as error:
                errors[name] = str(error)
        return values, errors

    @api.model
    def _clean_text(self, text):
        return "\n".join(text.splitlines()).strip()

    @api.model
    def _get_sent_text(self, field, sent):
        """Return what was sent in the shape in which it is shown; None if nothing.

        A box that is not ticked is not sent: an empty text stands before it.
        """
        if sent is None:
            return None
        texts = [sent] if isinstance(sent, str) else sent
        texts = [self._clean_text(text) for text in texts]
        if field.type == "many2many":
            return sorted(filter(None, set(texts)))
        return texts[-1] if texts else ""

    @api.model
    def _check_required(self, right, field, text):
        if not text and self._is_required(right, field):
            raise ValidationError(self.env._("This field is required."))

    @api.model
    def _parse_text(self, right, name, text):
        """Return the value of a text.

        :raise ValidationError: with what the customer reads at the field
        """
        field = self.env[right.model_name]._fields[name]
        if field.type == "boolean":
            return bool(text)
        if field.type == "many2many":
            return self._parse_choices(right, name, text)
        if not text:
            return 0 if field.type in NUMBER_TYPES else False
        if field.type == "many2one":
            return self._parse_choices(right, name, [text])[0]
        parse = {
            "integer": self._parse_integer,
            "float": self._parse_number,
            "monetary": self._parse_number,
            "date": self._parse_date,
            "datetime": self._parse_local,
            "selection": lambda text: self._parse_selection(field, text),
            "html": lambda text: plaintext2html(self._parse_plain(field, text)),
        }.get(field.type, lambda text: self._parse_plain(field, text))
        return parse(text)

    @api.model
    def _parse_plain(self, field, text):
        if "\0" in text:
            raise ValidationError(
                self.env._("This text contains characters that can't be saved.")
            )
        size = self._get_size(field)
        if len(text) > size:
            raise ValidationError(
                self.env._("Please use no more than %(size)s characters.", size=size)
            )
        return clean_line(text) if field.type == "char" else text

    @api.model
    def _get_size(self, field):
        """Return how many characters can be written into a field; None of others."""
        most = PLAIN_LENGTHS.get(field.type)
        return most and min(getattr(field, "size", None) or most, most)

    @api.model
    def _parse_integer(self, text):
        if not INTEGER.fullmatch(text) or abs(int(text)) > MAX_INTEGER:
            raise ValidationError(self.env._("Please enter a whole number, such as 7."))
        return int(text)

    @api.model
    def _parse_number(self, text):
        is_number = len(text) <= NUMBER_LENGTH and NUMBER.fullmatch(text)
        if not is_number or abs(float(text)) == float("inf"):
            raise ValidationError(self.env._("Please enter a number, such as 12.50."))
        return float(text)

    @api.model
    def _parse_date(self, text):
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            message = self.env._("Please enter a date, such as 2026-12-31.")
            raise ValidationError(message) from error

    @api.model
    def _parse_local(self, text):
        """Read a time of the customer's own time zone; Odoo keeps UTC."""
        try:
            local = datetime.fromisoformat(text).replace(tzinfo=None)
            utc = self.env.tz.localize(local).astimezone(pytz.utc)
            return utc.replace(tzinfo=None, microsecond=0)
        except (ValueError, OverflowError) as error:
            message = self.env._(
                "Please enter a date and time, such as 2026-12-31T14:30."
            )
            raise ValidationError(message) from error

    @api.model
    def _parse_selection(self, field, text):
        if text not in dict(field._description_selection(self.env)):
            raise ValidationError(
                self.env._("Please choose one of the available options.")
            )
        return text

    @api.model
    def _parse_choices(self, right, name, texts):
        """Return the ids of records that the customer may choose."""
        gate = self.env["customer.portal.gate"]
        ids = [int(text) for text in texts if INTEGER.fullmatch(text)]
        ids = [res_id for res_id in ids if gate._is_id(res_id)]
        found = gate._find_choices(right, name, ids).ids
        if len(found) != len(texts):
            raise ValidationError(
                self.env._("Please choose one of the available options.")
            )
        return found
