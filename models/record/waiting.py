from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...icons import ICONS

# How many of a kind are told one by one; of the others, that there are more.
LIMIT = 3
# How many of a customer's own records are asked whether they wait, the last ones.
ASKED = 5000
# In which order they are told: what is late first.
LATE, TO_ANSWER, TO_SIGN, TO_PAY, SUPPORT_END, TO_READ, TO_COMPLETE = range(7)


class WaitingItem(NamedTuple):
    """Something that waits for a customer, and the one thing to do about it."""

    place: int  # one of those above
    icon: str
    title: str = ""
    note: str = ""
    action: str = ""  # what the button says
    url: str = ""  # where it leads
    amount: str = ""
    posts: bool = False  # the button changes something
    template: str = ""  # which shows it instead


class WaitingSearch(NamedTuple):
    """Records that may wait for a customer, and what is told of those that do."""

    model: models.BaseModel  # with all rights
    domain: Domain  # within what the gate shows
    order: str
    make_items: Callable  # of the records that are found
    limit: int = LIMIT + 1
    among: Domain | None = None  # of very many such records, the last ones are asked


class CustomerPortalWaiting(models.AbstractModel):
    """What waits for a customer: found anew each time, so what is done is gone.

    Each source finds what it is about, within what the gate shows, and offers nothing
    that the profile refuses. What is looked for in the database, all of them look for
    in one query: mostly nothing waits, and the home page asks each time.
    """

    _name = "customer.portal.waiting"
    _description = "Customer Portal For You"

    @api.model
    def _get_items(self):
        """Return what waits for a user, in the order in which they should do it.

        :rtype: list[WaitingItem]
        """
        if not self.env.user._is_portal():
            return []
        items = [
            *self._search_items(self._get_searches()),
            *(item for find in self._get_sources() for item in find()),
        ]
        return sorted(items, key=lambda item: item.place)

    @api.model
    def _get_sources(self):
        """Return the methods that find something. To be extended.

        :return: callables without arguments, which return a list of ``WaitingItem``
        :rtype: list
        """
        return []

    @api.model
    def _get_searches(self):
        """Return what is looked for in the database, in one query. To be extended.

        :rtype: list[WaitingSearch]
        """
        return self._get_record_searches()

    @api.model
    def _search_items(self, searches):
        """Look for all of them at once, and read of the records that are found."""
        if not searches:
            return []
        arrays = [SQL("ARRAY(%s)", self._make_query(one).select()) for one in searches]
        rows = self.env.execute_query(SQL("SELECT %s", SQL(", ").join(arrays)))
        return [
            item
            for search, ids in zip(searches, rows[0], strict=True)
            if ids
            for item in search.make_items(search.model.browse(ids))
        ]

    @api.model
    def _make_query(self, search):
        """Return what finds the records of a search.

        Whoever has half a million cases waited half a second until all were asked.
        """
        model, pages = search.model, self.env["customer.portal.record"]
        if search.among is None:
            query = model._search(search.domain)
        else:
            last = model._search(search.among, order="id desc", limit=ASKED)
            last = pages._make_query_of(model, last)
            query = pages._narrow(model, last, search.domain)
        query.order = model._order_to_sql(search.order, query)
        query.limit = search.limit
        return query

    @api.model
    def _get_alert_pages(self):
        """Return the pages of which the items tell all that Odoo's alerts do.

        :rtype: set[str]
        """
        return set()

    # === RECORDS THAT WAIT FOR AN ANSWER === #

    @api.model
    def _get_record_searches(self):
        """Look for the customer's own records whose state waits for them."""
        pages = self.env["customer.portal.record"]
        rights = self.env["customer.portal.gate"]._get_rights().values()
        return [
            self._make_record_search(right, state)
            for right in rights
            if not right.native
            and right.values["waiting_value"]
            and (state := pages._get_state_name(right))
        ]

    @api.model
    def _make_record_search(self, right, state):
        gate = self.env["customer.portal.gate"]
        waits = Domain(state, "=", right.values["waiting_value"])
        return WaitingSearch(
            gate._get_model_sudo(right),
            waits,
            "write_date desc, id desc",
            partial(self._make_waiting_records, right),
            among=gate.domain(right.code, "mine"),
        )

    @api.model
    def _make_waiting_records(self, right, records):
        gate = self.env["customer.portal.gate"]
        names = self.env["customer.portal.record"]._get_row_names(right, "list")
        records.fetch(sorted(names))
        label = gate._get_labels(right.code, self.env.lang).name
        value = right.values["waiting_value"]
        url = f"{gate._make_page_url(right.code)}?filterby={value}&scope=mine"
        items = [self._make_waiting_record(right, record) for record in records]
        return self._shorten(items, label, url)

    @api.model
    def _make_waiting_record(self, right, record):
        pages, shown = self.env["customer.portal.record"], set(right.names["read"])
        title = pages._get_title(right, record, shown)
        number = pages._get_number(right, record, shown)
        may_answer = "comment" in right.actions
        url = self.env["customer.portal.gate"]._make_page_url(right.code, record.id)
        return WaitingItem(
            TO_ANSWER,
            right.icon,
            title,
            self._join(self.env._("Waiting for you"), number != title and number),
            self.env._("Reply") if may_answer else self.env._("Show"),
            f"{url}#o_cp_comment_body" if may_answer else url,
        )

    # === HELPERS === #

    @api.model
    def _shorten(self, items, label, url):
        """Return the first items, and where there are more, a way to all of them."""
        if len(items) <= LIMIT:
            return items
        more = WaitingItem(
            items[LIMIT].place,
            ICONS["more"],
            self.env._("More in %(module)s", module=label),
            "",
            self.env._("Show all"),
            url,
        )
        return [*items[:LIMIT], more]

    @api.model
    def _join(self, *words):
        return " · ".join(filter(None, words))
