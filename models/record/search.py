import re

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.sql import escape_psql

from .list_query import SEARCH_LENGTH
from .record import ListQuery

# Shorter texts are in everything, and say too little to answer.
MIN_LENGTH = 3
# How many records of each module are shown.
FOUND_LIMIT = 5
# What mails put before their subjects, and nobody types: [#CS-2026-00094], [HT00094].
MARK = re.compile(r"\[#?([^\[\]\s#]{0,64}[0-9])\]")
# A number alone, maybe with a word before it: 94, #94, case 94, CS 94.
SHORT = re.compile(r"[\[(#\s]*([^\W\d_]*)[\s#.:-]*([0-9]{1,18})[\])\s]*")
# Anything that could be one: at most a word, and digits with marks between them.
LIKELY = re.compile(r"\W*[^\W\d_]*[\W\d_]*[0-9]\W*")
# The digits at the end, as many as a number of PostgreSQL holds; indexes say the same.
LAST_DIGITS = "[0-9]{1,18}$"


class CustomerPortalRecord(models.AbstractModel):
    """One search over all modules that a profile shows, and answers to questions."""

    _inherit = "customer.portal.record"

    @api.private
    def search_everything(self, text):
        """Return the first records that a text fits, module by module.

        A number is looked for however short it is, but among numbers alone.

        :return: dicts with ``name``, ``icon``, ``url`` of the whole list, and ``rows``
            with ``title``, ``number`` and ``url``; none for a text that is too short
        :rtype: list
        """
        gate = self.env["customer.portal.gate"]
        text = (text or "").replace("\0", "").strip()[:SEARCH_LENGTH]
        is_short = len(text) < MIN_LENGTH
        if is_short and not self.env["customer.portal.number"]._is_number(text):
            return []
        find = self._search_numbers if is_short else self._search_module
        found = []
        for right in gate._get_rights().values():
            rows = find(right, text)
            if rows:
                name = gate._get_labels(right.code, self.env.lang).name
                url = None if right.native else gate._make_page_url(right.code)
                found.append(
                    {"name": name, "icon": right.icon, "url": url, "rows": rows}
                )
        return found

    @api.model
    def _search_module(self, right, text):
        if not right.names["search"]:
            return []
        return self._search_fields(right, text)

    @api.model
    def _search_numbers(self, right, text):
        name = right.roles["number"]
        if name not in right.names["search"]:
            return []
        return self._search_fields(right, text, name)

    @api.model
    def _search_fields(self, right, text, search_in=""):
        """Search by all fields that customers search by, or by one of them."""
        if right.native:
            return self._search_native(right, text, search_in)
        asked = ListQuery(search=text, search_in=search_in, scope="all")
        _records, rows = self._find_rows(right, asked, FOUND_LIMIT)
        return [{key: row[key] for key in ("title", "number", "url")} for row in rows]

    @api.model
    def _search_native(self, right, text, search_in=""):
        """Search Odoo's own pages with the user's rights, which the gate narrows."""
        model = self.env[right.model_name].sudo(False)
        if "access_url" not in model._fields or not model.has_access("read"):
            return []
        domain = right.domain & self._get_search_domain(right, text, search_in)
        records = model.search(domain, limit=FOUND_LIMIT)
        shown = set(right.names["read"])
        return [
            {
                "title": self._get_title(right, record, shown),
                "number": "",
                "url": record.access_url,
            }
            for record in records.sudo()
        ]

    # === ANSWERS === #

    @api.private
    def propose_answers(self, module, text):
        """Return what may answer a question before it is asked.

        :param str text: the title of a new record, as far as it is typed
        :return: dicts with ``title`` and ``url``, the best one first
        :rtype: list
        """
        text = text.strip()[:SEARCH_LENGTH]
        if not self.env["customer.portal.gate"].may(module, "create"):
            return []
        numbered = self._find_numbered(module, text)
        if len(text) < MIN_LENGTH:
            return numbered
        return numbered + self._find_answers(text)

    @api.model
    def _find_numbered(self, module, text):
        """Return the records of the module whose number somebody has typed."""
        right = self.env["customer.portal.gate"]._get_page_right(module)
        if not right or not self.env["customer.portal.number"]._is_number(text):
            return []
        return [
            {"title": f"{row['number']} {row['title']}", "url": row["url"]}
            for row in self._search_numbers(right, text)
        ]

    @api.model
    def _find_answers(self, text):
        """Hook: whatever knows answers adds them here, such as FAQs."""
        return []


class CustomerPortalNumber(models.AbstractModel):
    """What people type for the number of a record, and which records they mean.

    Numbers are written like CS-2026-00094. Whoever quotes one says "94", "#94" or "case
    94", and means that one, not all that have a 94 in them.
    """

    _name = "customer.portal.number"
    _description = "Customer Portal Number"

    @api.model
    def _is_number(self, text):
        """Say whether a text may be but a number, however short it is.

        :rtype: bool
        """
        return bool(LIKELY.fullmatch(text) or MARK.search(text))

    @api.model
    def _get_domain(self, fname, text):
        """Return which records a text fits by their number.

        :param str fname: the field with the number, a text
        :param str text: from anywhere
        :rtype: odoo.fields.Domain
        """
        mark = MARK.search(text)
        if mark and not mark[1].isdecimal():
            return Domain(fname, "=", mark[1])
        text = mark[1] if mark else text  # [#94]: as mails of before call case 94.
        short = SHORT.fullmatch(text)
        if not short:
            return Domain(fname, "ilike", escape_psql(text.strip("#[]() ")))
        word, digits = short.groups()
        domain = self._make_last_digits_domain(fname, int(digits))
        if word.lower() not in ("", *self._get_words()):
            domain &= Domain(fname, "=ilike", f"{escape_psql(word)}%")
        return domain

    @api.model
    def _get_words(self):
        """Return what people say before a number without meaning a part of it."""
        own = (self.env._("case"), self.env._("ticket"), self.env._("number"))
        return {"case", "ticket", "no", "nr", *map(str.lower, own)}

    @api.model
    def _make_last_digits_domain(self, fname, number):
        def to_sql(model, alias, query):
            return SQL(
                "CAST(SUBSTRING(%s FROM %s) AS bigint) = %s",
                model._field_to_sql(alias, fname, query),
                # A literal, or PostgreSQL would not know the index again.
                SQL(f"'{LAST_DIGITS}'"),
                number,
            )

        def has_it(record):
            digits = re.search(LAST_DIGITS, record[fname] or "")
            return bool(digits) and int(digits[0]) == number

        return Domain.custom(to_sql=to_sql, predicate=has_it)
