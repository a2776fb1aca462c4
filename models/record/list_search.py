from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .list_within import QueryWithin
from .record import ALL_AT_ONCE, ALL_READ, COUNT_LIMIT, IN_ORDER, TEXT_FIRST, WITHIN

# How many of the first records are looked through before, to learn how common a text
# is; and in how many of them a common one stands at least.
FIRST = 500
COMMON = 5


class CustomerPortalRecord(models.AbstractModel):
    """How a text is looked for among millions of records.

    PostgreSQL takes what fits for spread evenly, so it reads a list from its beginning
    until a page is full. Where but old ones fit that is nearly all: 1.3 s for two words
    among a million cases. And it looks for a word among all cases also where a customer
    sees twenty. What it cannot know is found out before, with the facts of the list.
    """

    _inherit = "customer.portal.record"

    @api.model
    def _get_search_way(self, right, asked):
        """Return in which way a text is looked for; None where none is.

        :rtype: str | None
        """
        if not asked.search:
            return None
        facts = self._get_list_facts(right, asked)
        if facts.total <= COUNT_LIMIT:
            return WITHIN
        here, anywhere = facts.fits
        if here >= COMMON:
            return IN_ORDER
        return TEXT_FIRST if anywhere < COMMON else ALL_AT_ONCE

    @api.model
    def _count_list(self, right, asked, limit):
        """Count the records of a list that is narrowed, up to a limit.

        All that a rare text fits, as with a limit PostgreSQL would read the table
        until there are so many.
        """
        number = self._get_known_number(right, asked, limit)
        if number is None:
            way = self._get_search_way(right, asked)
            query = self._make_list_query(right, asked, way=way)
            query.limit = None if way in ALL_READ else limit
            number = len(query)
        return min(number, limit or number)

    @api.model
    def _fetch_found(self, model, query, names, order, limit, offset=0):
        """Fetch the records of a query in an order; where none can be, nobody asks."""
        if query.is_empty():
            return model.browse()
        self._page_query(model, query, order, limit, offset)
        fields = model._determine_fields_to_fetch(sorted(names))
        return model._fetch_query(query, fields)

    @api.model
    def _page_query(self, model, query, order, limit, offset):
        query.order = model._order_to_sql(order, query)
        query.offset, query.limit = offset, limit

    @api.model
    def _fetch_counted(self, right, asked, query, names, order, limit, offset):
        """Fetch a page of what a rare text fits, and keep the number of all for it.

        Both read all that it fits, which takes nearly all of the time: 30 ms for each
        of them, of 18,000 among two million cases.
        """
        model = self.env["customer.portal.gate"]._get_model_sudo(right)
        if query.is_empty():
            return model.browse()
        self._page_query(model, query, order, limit, offset)
        record_id = SQL.identifier(query.table, "id")
        rows = self.env.execute_query(query.select(record_id, SQL("COUNT(*) OVER ()")))
        if rows or not offset:
            self._keep_number(right, asked, rows[0][1] if rows else 0)
        records = model.browse(row[0] for row in rows)
        records.fetch(sorted(names))
        return records

    # === QUERIES === #

    @api.model
    def _make_list_query(self, right, asked, first=None, way=None):
        """Return what finds the records of a list, without an order.

        :param int first: only so many, the first ones in the usual order
        :rtype: odoo.tools.Query
        """
        model = self.env["customer.portal.gate"]._get_model_sudo(right)
        if first:
            return self._make_first_query(right, asked, first)
        if way == WITHIN:
            everything = self._make_first_query(right, asked._replace(search=""))
            return self._narrow(model, everything, self._get_fits(right, asked))
        if way == TEXT_FIRST:
            return self._make_text_query(right, asked)
        query = model._search(self._get_list_domain(right, asked))
        return self._make_query_of(model, query) if way == ALL_AT_ONCE else query

    @api.model
    def _make_text_query(self, right, asked):
        """Return all that a text fits, narrowed to the records of a list.

        Where the list says itself which archived records it has, so for the text.
        """
        model = self.env["customer.portal.gate"]._get_model_sudo(right)
        others = self._get_list_domain(right, asked._replace(search=""))
        names = {condition.field_expr for condition in others.iter_conditions()}
        query = model._search(
            self._get_fits(right, asked), active_test=model._active_name not in names
        )
        return self._narrow(model, self._make_query_of(model, query), others)

    @api.model
    def _make_first_query(self, right, asked, number=None):
        """Return the first records of a list in its usual order, or all of them."""
        model = self.env["customer.portal.gate"]._get_model_sudo(right)
        domain = self._get_list_domain(right, asked)
        order = right.order if number else None
        query = model._search(domain, order=order, limit=number)
        return self._make_query_of(model, query)

    @api.model
    def _make_query_of(self, model, query):
        """Return a query of the records of another one, as if there were no others."""
        return QueryWithin.of(model, query)

    @api.model
    def _narrow(self, model, query, domain):
        """Narrow a query to what fits a domain, too."""
        domain = domain.optimize_full(model)
        query.add_where(domain._to_sql(model, model._table, query))
        return query

    # === HOW COMMON A TEXT IS === #

    @api.model
    def _get_fits(self, right, asked):
        return self._get_search_domain(right, asked.search, asked.search_in)

    @api.model
    def _get_fits_select(self, right, asked):
        """Return in how many a text stands, as a column: of the list, and of all.

        Of the first records of each. All are those that were made last. Of a short list
        nobody asks, and PostgreSQL does not look.
        """
        if not asked.search:
            return SQL("NULL")
        model = self.env["customer.portal.gate"]._get_model_sudo(right)
        last = model._search(Domain.TRUE, order="id desc", limit=FIRST)
        queries = (
            self._make_first_query(right, asked._replace(search=""), FIRST),
            self._make_query_of(model, last),
        )
        fits = self._get_fits(right, asked)
        here, anywhere = (
            self._narrow(model, query, fits).select("COUNT(*)") for query in queries
        )
        return SQL(
            "CASE WHEN facts._total > %s THEN ARRAY[(%s), (%s)] END",
            COUNT_LIMIT,
            here,
            anywhere,
        )
