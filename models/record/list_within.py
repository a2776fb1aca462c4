import copy
import re

from odoo import api, models
from odoo.tools import SQL, Query

WORDS = re.compile(r"\w+")


def get_named_columns(model, sql):
    """Return the columns of a model that some SQL may name, and the id.

    By the words of it, so that one too many may be among them, but none is missing.

    :rtype: list[odoo.tools.SQL]
    """
    words = {*WORDS.findall(sql.code), "id"}
    return [
        SQL.identifier(model._table, name)
        for name, field in model._fields.items()
        if name in words and field.store and field.column_type
    ]


class QueryWithin(Query):
    """A query of the records of another one, as if there were no others.

    PostgreSQL finds all of these first, and what is asked of them after that: an offset
    keeps both apart. ``search_fetch([("id", "in", first)])`` took 2.2 times as long of
    100,000 tasks. It hands on the columns that are named alone: a task has 150, and for
    all of them ten thousand took twice as long.
    """

    @classmethod
    def of(cls, model, query):
        """Return the query within another one of the same model."""
        within = cls(model.env, model._table)
        within._put_within(model, query)
        return within

    def _put_within(self, model, query):
        self._model, self._inner = model, query
        self._tables[model._table] = self._select_inner(
            SQL("%s.*", SQL.identifier(model._table))
        )

    def select(self, *args):
        table = self._model._table
        asked = copy.copy(self)
        asked._tables = {table: SQL.identifier(table)}
        names = get_named_columns(self._model, super(QueryWithin, asked).select(*args))
        asked._tables = {table: self._select_inner(*names)}
        return super(QueryWithin, asked).select(*args)

    def _select_inner(self, *columns):
        return SQL("(%s OFFSET 0)", self._inner.select(*columns))


class CustomerPortalRecord(models.AbstractModel):
    """The number of a list comes with its page, where both read the same records."""

    _inherit = "customer.portal.record"

    @api.model
    def _fetch_sorted(self, right, asked, first, names, order, limit, offset=0):
        """Fetch a page of a long list that is sorted, and keep its number.

        Of the first records in the usual order, which PostgreSQL reads once, with what
        they are sorted by alone. To count them took half as long as to sort them.

        :param int first: how many are sorted, and counted up to one more
        """
        model = self.env["customer.portal.gate"]._get_model_sudo(right)
        domain = self._get_list_domain(right, asked)
        inner = model._search(domain, order=right.order, limit=first + 1)
        query = Query(
            self.env, model._table, SQL("(SELECT * FROM first LIMIT %s)", first)
        )
        self._page_query(model, query, order, limit, offset)
        record_id = SQL.identifier(query.table, "id")
        found = query.select(record_id, SQL("(SELECT COUNT(*) FROM first)"))
        columns = get_named_columns(model, found)
        with_first = SQL(
            "WITH first AS MATERIALIZED (%s) %s", inner.select(*columns), found
        )
        rows = self.env.execute_query(with_first)
        if rows or not offset:
            self._keep_number(right, asked, rows[0][1] if rows else 0, first + 1)
        records = model.browse(row[0] for row in rows)
        records.fetch(sorted(names))
        return records

    @api.model
    def _keep_number(self, right, asked, number, most=None):
        """Keep how many records there are, for the page that is being made.

        :param int most: up to which they were counted
        """
        found = self.env["customer.portal.gate"]._get_found()
        found[self._get_number_key(right, asked)] = number, most

    @api.model
    def _get_known_number(self, right, asked, limit):
        """Return how many records there are, if that is known as far as it is asked.

        :rtype: int | None
        """
        found = self.env["customer.portal.gate"]._get_found()
        number, most = found.get(self._get_number_key(right, asked), (None, None))
        is_enough = most is None or number < most or (limit and limit <= most)
        return number if is_enough else None

    @api.model
    def _get_number_key(self, right, asked):
        """Return where the page keeps how many there are, however they are sorted."""
        unsorted = asked._replace(sortby="", groupby="")
        return "number", self.env.uid, right.code, unsorted
