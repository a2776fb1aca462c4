from odoo import api, models
from odoo.exceptions import ValidationError

from ...const import GROUP_EMPLOYEE, TEXT_LENGTHS
from ...utils import clean_email, clean_line


class MailThread(models.AbstractModel):
    """What stands in the subject of mails and at the top of pages is one line."""

    _inherit = "mail.thread"

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._clean_portal_texts(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._clean_portal_texts(vals))

    @api.model
    def message_parse(self, message, save_original=False):
        """Take a subject and a sender as they can stand in any other mail."""
        values = super().message_parse(message, save_original=save_original)
        subject, sender = values.get("subject"), values.get("email_from")
        if subject:
            values["subject"] = clean_line(subject)[: TEXT_LENGTHS["char"]]
        if sender:
            values["email_from"] = clean_email(sender)
        return values

    @api.model
    def _get_portal_lines(self):
        """Return the fields that are one line, as mails and pages name the record so.

        For a model to have more of them, it must override this method.

        :rtype: tuple[str]
        """
        field = self._fields.get(self._rec_name or "")
        return (field.name,) if field and field.type == "char" else ()

    @api.model
    def _clean_portal_texts(self, vals):
        """Return values as they may be stored, whatever way they come.

        Anything but a dict is returned as it is: core says what is wrong with it, to
        whoever may write at all.

        :raise ValidationError: if a customer or visitor sends a text that is too long
        """
        if not isinstance(vals, dict):
            return vals
        lines = [name for name in self._get_portal_lines() if vals.get(name)]
        if lines:
            vals = {**vals, **{name: clean_line(vals[name]) for name in lines}}
        if not self.env.user._has_group(GROUP_EMPLOYEE):
            self._check_portal_lengths(vals)
        return vals

    @api.model
    def _check_portal_lengths(self, vals):
        """Limit what people write; what Odoo writes for them may be longer."""
        limited = self._get_portal_lines() if self.env.su else vals
        for name in limited:
            field, text = self._fields.get(name), vals.get(name)
            most = field is not None and TEXT_LENGTHS.get(field.type)
            if most and isinstance(text, str) and len(text) > most:
                raise ValidationError(self._get_length_problem(field, most))

    @api.model
    def _get_length_problem(self, field, size):
        """Return what people read of a text that is too long."""
        return self.env._(
            "%(field)s is too long. The limit is %(size)s characters.",
            field=field._description_string(self.env),
            size=size,
        )
