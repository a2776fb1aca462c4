from functools import partial
from typing import NamedTuple

from odoo import api, models
from odoo.tools.misc import format_date

from ...const import DEFAULT_SCOPES, OWN_CODES, PARAM_DEFAULT_SCOPE, PROFILE_CODES
from ..base.snapshot_cache import snapshot_cache

# Records are counted up to here, and pages are offered so far: counting a million takes
# a second, and nobody turns fifty pages. Further ones still have their address.
COUNT_LIMIT = 1000
# Lists of more records sort, and group, only the first of them: sorting a million takes
# half a second, whatever index they have.
SORT_LIMIT = 10000
# The ways to look for a text: among the few records that the customer sees; for all
# that it stands in, and then for theirs; for both at once; or in the order of the list
# until a page is full.
WITHIN, TEXT_FIRST, ALL_AT_ONCE, IN_ORDER = "within", "text", "all", "order"
# Those that read all that is found, however few of it a page shows.
ALL_READ = (TEXT_FIRST, ALL_AT_ONCE)
# Types of fields with few values, each of which is shown alike in all records.
ALIKE_TYPES = ("boolean", "selection", "many2one")
# What stands before the name of a field in an address that is filtered by.
FILTER = "by_"


class ListQuery(NamedTuple):
    """What a customer asks of a list, as it stands in the address."""

    search: str = ""
    search_in: str = ""  # a field, else all that can be searched
    filterby: str = ""  # "open", "closed" or a state
    groupby: str = ""
    sortby: str = ""  # a field, downwards with "-" before it
    scope: str = ""  # "mine" or "all"
    chart: str = ""  # the id of a chart
    slice: str = ""  # a part of it, else all of it
    filters: tuple = ()  # pairs of a field and its value

    def get_args(self, scope=""):
        """Return it as an address says it: what is not the same in each list.

        :param str scope: that a list begins with
        :rtype: dict[str, str]
        """
        *values, filters = self
        pairs = zip(self._fields, values, strict=False)
        args = {name: value for name, value in pairs if value}
        if self.scope == scope:
            args.pop("scope", None)
        return args | {f"{FILTER}{name}": value for name, value in filters}


EMPTY_QUERY = ListQuery()


class CustomerPortalRecord(models.AbstractModel):
    """Records as a page shows them: their values rendered as Odoo renders them.

    Whatever counts, lists, groups, exports or draws records asks here with the same
    ``ListQuery``, so a total is the total of the list behind it.
    """

    _name = "customer.portal.record"
    _description = "Customer Portal Record"

    @api.private
    def modules(self):
        """Return the generated modules of a user's menu, in its order.

        :return: dicts with ``code``, ``name``, ``icon``, ``url``, ``actions``,
            ``roles`` (what fields mean, of those they see) and ``has_closed``
        :rtype: list
        """
        gate = self.env["customer.portal.gate"]
        return [
            {
                **gate._make_card(right, gate._make_page_url(right.code)),
                "roles": self._get_shown_roles(right),
                "has_closed": not right.closed.is_false(),
            }
            for right in gate._get_rights().values()
            if not right.native
        ]

    @api.private
    def columns(self, module, mode="list"):
        """Return the fields of a page, with the words the customer reads.

        :return: dicts with ``name``, ``label``, ``type``, ``sortable`` and
            ``is_title``: it names the record, so that it leads there
        :rtype: list
        """
        gate = self.env["customer.portal.gate"]
        right = gate._get_page_right(module)
        if not right:
            return []
        known = self.env[right.model_name]._fields
        labels = gate._get_labels(right.code, self.env.lang).fields
        return [
            {
                "name": name,
                "label": labels[name],
                "type": known[name].type,
                "sortable": name in right.names["sort"],
                "is_title": name == right.roles["title"],
            }
            for name in right.names[mode]
        ]

    @api.private
    def count_rows(self, module, asked=EMPTY_QUERY, limit=COUNT_LIMIT):
        """Count the records of a list, up to a limit.

        :rtype: int
        """
        gate = self.env["customer.portal.gate"]
        right = gate._get_page_right(module)
        if not right:
            return 0
        if limit and not self._is_narrowed(asked):
            total = self._get_list_facts(right, asked).total
            if total <= COUNT_LIMIT or limit <= COUNT_LIMIT + 1:
                return min(total, limit)
        return self._count_list(right, asked, limit)

    @api.model
    def _is_narrowed(self, asked):
        """Say whether a list shows but a part of what its scope has."""
        return asked._replace(sortby="", groupby="") != ListQuery(scope=asked.scope)

    @api.private
    def find_rows(self, module, asked=EMPTY_QUERY, limit=20, offset=0, part=False):
        """Return the records of a list.

        :param bool part: sort only the first ``SORT_LIMIT`` in the usual order; their
            number comes with them, for ``count_rows``
        :return: dicts with ``id``, ``url``, ``title``, ``group``, the ``cells`` by
            field as HTML, ``may_close`` and ``is_unread``
        :rtype: list
        """
        right = self.env["customer.portal.gate"]._get_page_right(module)
        if not right:
            return []
        way = self._get_search_way(right, asked)
        records, rows = self._find_rows(right, asked, limit, offset, part, way)
        self._add_unread(records, rows)
        return rows

    @api.model
    def _find_rows(self, right, asked, limit, offset=0, part=False, way=None):
        """Return the records of a list, and its rows without what is unread.

        :param way: in which a search looks, see ``_get_search_way``
        """
        records = self._fetch_page(right, asked, limit, offset, part, way)
        known = {}
        rows = [
            self._make_row(right, record, asked.groupby, known=known)
            for record in records
        ]
        self._add_part_cells(right, asked, records, rows)
        self._add_closable(right, records, rows)
        return records, rows

    @api.model
    def _fetch_page(self, right, asked, limit, offset, part, way):
        """Fetch the records of a page in the way that reads the fewest for it."""
        model = self.env["customer.portal.gate"]._get_model_sudo(right)
        first = SORT_LIMIT if part and self._is_long(right, asked) else None
        names, order = (
            self._get_list_names(right, asked),
            self._get_list_order(right, asked),
        )
        if first and limit:
            return self._fetch_sorted(right, asked, first, names, order, limit, offset)
        query = self._make_list_query(right, asked, first, way)
        if limit and not first and way in ALL_READ:
            fetch = partial(self._fetch_counted, right, asked)
        else:
            fetch = partial(self._fetch_found, model)
        return fetch(query, names, order, limit, offset)

    @api.model
    def _is_long(self, right, asked):
        """Say whether a list may have more records than are sorted."""
        return self._get_list_facts(right, asked).total > min(COUNT_LIMIT, SORT_LIMIT)

    @api.private
    def get_row(self, module, res_id):
        """Return one record with all that its page shows; None if the user sees none.

        :rtype: dict | None
        """
        gate = self.env["customer.portal.gate"]
        right = gate._get_page_right(module)
        if not right:
            return None
        names = self._get_row_names(right, "detail")
        names |= self._get_closed_names(right) | self._get_heading_names(right)
        record = gate._get_visible_records(right, [res_id], sorted(names))
        if not record:
            return None
        row = self._make_row(right, record, "", "detail")
        row["closed"] = bool(record.filtered_domain(right.closed))
        return {**row, **self._make_heading(right, record)}

    # === THEIR OWN RECORDS OR ALL === #

    @api.private
    def has_scopes(self, module):
        """Say whether a user can switch a list between their own records and all.

        Not where both are the same, nor in a catalogue, where no record is anybody's.

        :rtype: bool
        """
        right = self.env["customer.portal.gate"]._get_rights().get(module)
        return (
            bool(right)
            and right.records_visibility != "own"
            and bool(right.partner_field)
        )

    @api.private
    def native_list(self, path, asked=""):
        """Return how a list of Odoo's own shows records, where a customer can choose.

        :param str path: of the address
        :param str asked: the scope in the address, from anywhere
        :return: dict with ``code``, ``url`` and ``scope``; None for other pages, and
            for lists that can show but one
        :rtype: dict | None
        """
        url = path.partition("/page/")[0].rstrip("/")
        for right in self.env["customer.portal.gate"]._get_rights().values():
            known = right.native and right.code not in (*PROFILE_CODES, *OWN_CODES)
            if known and url in right.paths and self.has_scopes(right.code):
                scope = asked if asked in dict(DEFAULT_SCOPES) else ""
                scope = scope or self.default_scope(right.code)
                return {"code": right.code, "url": url, "scope": scope}
        return None

    @api.private
    def default_scope(self, module):
        """Return the scope that a list starts with: as the profile, else Settings say.

        :return: ``"mine"`` or ``"all"``; where there is no choice, all there is
        :rtype: str
        """
        if not self.has_scopes(module):
            return "all"
        profile_id = self.env["customer.portal.gate"]._get_profile_id()
        scope = self._get_profile_scope(profile_id)
        params = self.env["ir.config_parameter"]
        scope = scope or params._get_portal_text(PARAM_DEFAULT_SCOPE)
        return scope if scope in dict(DEFAULT_SCOPES) else "mine"

    @api.model
    @snapshot_cache("profile_id")
    def _get_profile_scope(self, profile_id):
        profile = self.env["customer.portal.profile"].sudo().browse(profile_id)
        return profile.default_scope

    # === INTERNALS === #

    @api.model
    def _get_shown_roles(self, right):
        return {
            role: name
            for role, name in right.roles.items()
            if name == "id" or name in right.names["read"]
        }

    @api.model
    def _get_row_names(self, right, mode):
        """Return the fields that a row is made of, to fetch them all at once."""
        names = {*right.names[mode], right.roles["title"], right.roles["number"]}
        return names & set(right.names["read"])

    @api.model
    def _get_heading_names(self, right):
        """Return the fields that a page's heading is made of. To be extended.

        :rtype: set[str]
        """
        return {self._get_state_name(right)} - {None, ""}

    @api.model
    def _make_row(self, right, record, groupby="", mode="list", known=None):
        """Return a record as a page shows it.

        :param dict known: cells that other rows of the list have made already
        """
        gate = self.env["customer.portal.gate"]
        shown = set(right.names["read"])
        known = {} if known is None else known
        cells = {
            name: self._find_cell(right, record, name, mode, known)
            for name in right.names[mode]
        }
        return {
            "id": record.id,
            "url": gate._make_page_url(right.code, record.id),
            "title": self._get_title(right, record, shown),
            "number": self._get_number(right, record, shown),
            "group": groupby and self._get_group_label(right, record, groupby),
            "cells": cells,
        }

    @api.model
    def _find_cell(self, right, record, name, mode, known):
        """Return a value as HTML, made once for all rows that show the same."""
        if not self._is_alike(record._fields[name]):
            return self._make_cell(right, record, name, mode)
        key = name, record[name]
        if key not in known:
            known[key] = self._make_cell(right, record, name, mode)
        return known[key]

    @api.model
    def _make_cell(self, right, record, name, mode):
        html = self._render_value(record, name, mode)
        return self._mark_value(right, record, name, html)

    @api.model
    def _is_alike(self, field):
        """Say whether records that have the same value of a field show the same.

        Where it has few values, they are made once a list: half of all cells of cases,
        and a third of the time for them. To be extended by what shows more of a record.
        """
        return field.type in ALIKE_TYPES

    @api.model
    def _get_title(self, right, record, shown):
        name = right.roles["title"]
        title = name in shown and record[name]
        return title or self._get_number(right, record, shown) or f"#{record.id}"

    @api.model
    def _get_number(self, right, record, shown):
        """Return what customers quote on the phone; of cases their id."""
        name = right.roles["number"]
        if name == "id":
            return f"#{record.id}"
        return (name in shown and record[name]) or ""

    @api.model
    def _get_group_label(self, right, record, name):
        field, value = record._fields[name], record[name]
        if value and name == right.roles["state"]:
            return self._get_state_label(right, value)
        if value and field.type in ("date", "datetime"):
            return format_date(self.env, value, date_format="MMMM yyyy")
        html = self._render_value(record, name, "list")
        return html or self.env._("None")
