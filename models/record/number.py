import re

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.sql import escape_psql

# What mails put before their subjects, and nobody types: [#CS-2026-00094], [HT00094].
MARK = re.compile(r"\[#?([^\[\]\s#]{0,64}[0-9])\]")
# A number alone, maybe with a word before it: 94, #94, case 94, CS 94.
SHORT = re.compile(r"[\[(#\s]*([^\W\d_]*)[\s#.:-]*([0-9]{1,18})[\])\s]*")
# Anything that could be one: at most a word, and digits with marks between them.
LIKELY = re.compile(r"\W*[^\W\d_]*[\W\d_]*[0-9]\W*")
# The digits at the end, as many as a number of PostgreSQL holds; indexes say the same.
LAST_DIGITS = "[0-9]{1,18}$"


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
