from markupsafe import Markup

from odoo import api, models
from odoo.http import request
from odoo.tools import html2plaintext
from odoo.tools.mail import email_split_tuples

from ...const import TICKETS
from ...utils import get_zone
from ...utils_content import clean_content
from ..gate.values import REFERENCE_TYPES

# The length of a text in a list, in characters.
LIST_TEXT = 120
# Types in which nothing is a value, too.
NUMBER_TYPES = ("integer", "float", "monetary")
# One element each: on a phone the label of a cell stands at the other end of its line.
DOT = Markup(
    '<span><span class="o_cp_dot o_cp_dot_%s" aria-hidden="true"></span>%s</span>'
)
STARS = Markup('<span>%s <span class="o_cp_stars" aria-hidden="true">%s</span></span>')
BADGE = Markup('<span class="badge text-bg-light border me-1">%s</span>')
# Rich text on Odoo's own pages that customers and their mails write.
WRITTEN_FIELDS = {"project.task": ("description",), TICKETS: ("description",)}


# What tells who somebody is, and whose colleague.
AUTHOR_FIELDS = ("name", "partner_share", "commercial_partner_id")


class CustomerPortalRecord(models.AbstractModel):
    """Values as HTML, as Odoo renders them in the customer's language and time zone."""

    _inherit = "customer.portal.record"

    @api.model
    def _render_value(self, record, name, mode="detail"):
        """Return one value of a record that the gate has found.

        :param str mode: ``list`` shortens long texts to one line
        :rtype: str | Markup
        """
        field, value = record._fields[name], record[name]
        if name == "id":
            return f"#{record.id}"
        if field.type == "boolean":
            return self.env._("Yes") if value else self.env._("No")
        if not value and field.type not in NUMBER_TYPES:
            return ""
        if field.type in REFERENCE_TYPES:
            gate = self.env["customer.portal.gate"]
            return gate._get_referenced(record, name).display_name or ""
        if mode == "list" and field.type in ("html", "text"):
            return self._shorten(value)
        if field.type in ("many2many", "one2many"):
            self._read_names(value)
            return Markup().join(BADGE % one.display_name for one in value)
        if field.type == "datetime":
            return self._get_time_text(value, self.env.tz)
        html = self._get_converter(field).value_to_html(
            value, self._get_converter_options(record, field)
        )
        return self._clean_content(html) if field.type == "html" else html

    @api.model
    def _clean_content(self, text):
        """Return rich text that somebody has written as pages show it: harmless.

        Nothing else leads from a text of people or mails into a page.

        :param str text: HTML, or nothing
        :rtype: Markup
        """
        return clean_content(text)

    @api.model
    def _mark_value(self, right, record, name, html):
        """Add what the backend shows of a state and a priority: a colour, and stars."""
        value = record[name]
        if name == right.roles["state"]:
            html = self._get_state_label(right, value) or html
            color = "color" in getattr(value, "_fields", ()) and value.color
            return DOT % (color, html) if color else html
        stars = value if name == right.roles["priority"] else ""
        if str(stars).isdecimal() and int(stars):
            return STARS % (html, "★" * int(stars))
        return html

    @api.model
    def _get_state_label(self, right, value):
        """Return a state in the words of the customer.

        What waits for them says so; to agents it is "Waiting for Customer".

        :param right: of the module
        :param value: of the field of the state
        :return: empty for a state that has been nothing yet
        :rtype: str
        """
        name, waiting = right.roles["state"], right.values["waiting_value"]
        if not name or not value:
            return ""
        stored = value.id if isinstance(value, models.BaseModel) else value
        if waiting and stored == waiting:
            return self.env._("Waiting for you")
        if isinstance(value, models.BaseModel):
            return value.display_name
        field = self.env[right.model_name]._fields[name]
        return dict(field._description_selection(self.env)).get(value) or str(value)

    @api.model
    def _format_time(self, value):
        """Return a time in the language and the time zone of a customer."""
        zone = get_zone(self.env.user.sudo().tz, self.env.context.get("tz"))
        return value and self._get_time_text(value, zone)

    @api.model
    def _shorten(self, value):
        text = " ".join(html2plaintext(value).split())
        return text if len(text) <= LIST_TEXT else f"{text[:LIST_TEXT]}…"

    @api.model
    def _get_converter_options(self, record, field):
        if field.type == "selection":
            return {"selection": dict(field._description_selection(self.env))}
        if field.type == "float":
            return {"precision": (field.get_digits(self.env) or (None, None))[1]}
        if field.type == "monetary":
            name = field.get_currency_field(record)
            currency = (name and record[name]) or self.env.company.currency_id
            return {"display_currency": currency}
        return {}

    @api.model
    def _get_converter(self, field):
        model = f"ir.qweb.field.{field.type}"
        return self.env[model if model in self.env else "ir.qweb.field"]

    @api.model
    def _make_author(self, partner, email_from=None, module=None):
        """Return who did something, as a customer is told.

        :param str module: in which they are told
        :rtype: dict
        """
        [name, email] = [*email_split_tuples(email_from or ""), ("", "")][0]
        return {
            "name": partner.name or name or email or self.env._("Someone"),
            "is_support": bool(partner) and not partner.partner_share,
            "is_mine": partner == self.env.user.sudo().partner_id,
        }

    @api.model
    def _fetch_authors(self, partners):
        """Read what ``_make_author`` wants of contacts, not their 150 columns."""
        partners.sudo().fetch(AUTHOR_FIELDS)

    @api.model
    def _get_partners(self, users):
        """Return the contacts of users, of whom nothing else is read."""
        users.fetch(["partner_id"])
        return users.partner_id

    @api.model
    def _read_names(self, records):
        """Read of users what they are called, instead of their 100 columns."""
        if records._name == "res.users" and records.env.su:
            self._get_partners(records).fetch(["name"])


class IrQwebFieldHtml(models.AbstractModel):
    _inherit = "ir.qweb.field.html"

    @api.model
    def attributes(self, record, field_name, options, values=None):
        """Keep rich text on Odoo's pages for customers to its place."""
        attributes = super().attributes(record, field_name, options, values)
        if self._is_on_portal_page():
            attributes["data-cp-content"] = "1"
        return attributes

    @api.model
    def record_to_html(self, record, field_name, options):
        """Show nothing there as customers and mails have written it."""
        html = super().record_to_html(record, field_name, options)
        written = WRITTEN_FIELDS.get(record._name, ())
        if field_name in written and self._is_on_portal_page():
            return self.env["customer.portal.record"]._clean_content(html)
        return html

    @api.model
    def _is_on_portal_page(self):
        is_frontend = request and getattr(request, "is_frontend", False)
        return bool(is_frontend and self.env["ir.http"]._get_portal_page())
