import json
from hashlib import sha256

from odoo import api, models


class CustomerPortalGate(models.AbstractModel):
    """What an agent changes while a customer has the form of a record open.

    The form carries a print of each value that it shows. It decides nothing about
    access: whoever makes one up only loses the warning.
    """

    _inherit = "customer.portal.gate"

    @api.private
    def get_form_digests(self, user, module, res_id):
        """Return a print of each value of a form to edit, for its next sending.

        :rtype: str
        """
        prints = {
            name: self._make_digest(text)
            for name, text in self._get_form_texts(user, module, res_id).items()
        }
        return json.dumps(prints, separators=(",", ":"))

    @api.private
    def find_conflicts(self, user, module, res_id, texts, prints):
        """Return what has changed since a form was opened.

        :param dict texts: that the form has sent, by field
        :param prints: that came with it, from anywhere; None warns of nothing
        :return: the present texts of what the customer has left alone, and what to
            tell them by field
        :rtype: tuple[dict, dict]
        """
        known = self._read_digests(prints)
        right = self._get_page_right(user, module)
        fresh, errors = {}, {}
        for name, text in self._get_form_texts(user, module, res_id).items():
            if known.get(name) in (None, self._make_digest(text)):
                continue
            record = self._get_form_record(user, right, "edit", res_id)
            sent = self._get_sent_text(record._fields[name], texts.get(name))
            if sent == text:
                continue
            if sent is None or self._make_digest(sent) == known[name]:
                fresh[name] = text
                errors[name] = self.env._("This is the new value.")
            else:
                errors[name] = self.env._(
                    "This is “%(value)s” now. Save again to replace it with yours.",
                    value=self._quote(record, name),
                )
        if errors:
            errors[""] = self.env._(
                "Somebody else has changed this while you had it open."
            )
        return fresh, errors

    # === INTERNALS === #

    @api.model
    def _get_form_texts(self, user, module, res_id):
        """Return what a form to edit shows now, by field."""
        right = self._get_page_right(user, module)
        record = self._get_form_record(user, right, "edit", res_id)
        if record is None:
            return {}
        return {
            name: self._get_shown_text(user, right, record, name)
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
        return self._shorten(self._render_value(record, name) or self.env._("empty"))
