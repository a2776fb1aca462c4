import re

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.sql import escape_psql

from ...utils import read_number
from .record import ListQuery
from .rendering import NUMBER_TYPES

# The longest text that is looked for, in characters.
SEARCH_LENGTH = 120
# How many records behind a field are looked up at most, to search by their ids.
BEHIND_LIMIT = 1000
# What an index of trigrams needs of a text, in any language of the database.
TRIGRAM = re.compile(r"[A-Za-z0-9]{3}")
# Fields that a text is looked for in.
TEXT_TYPES = ("char", "text", "html", "many2one")


class CustomerPortalRecord(models.AbstractModel):
    """What a customer asks of a list, from an address to a domain and an order."""

    _inherit = "customer.portal.record"

    @api.private
    def parse_list_query(self, module, /, **query):
        """Keep what fits; whatever else stands in an address means nothing.

        :param query: texts of anybody
        :rtype: ListQuery
        """
        right = self.env["customer.portal.gate"]._get_page_right(module)
        if not right:
            return ListQuery()
        known = {
            "search_in": right.names["search"],
            "groupby": right.names["group"],
            "sortby": [s + name for name in right.names["sort"] for s in ("", "-")],
            "scope": ("mine", "all") if self.has_scopes(module) else (),
        }
        asked = self._clean_texts(ListQuery, query)
        for name, values in known.items():
            if asked[name] not in values:
                asked[name] = ""
        asked["scope"] = asked["scope"] or self.default_scope(module)
        if not self._is_state(right, asked["filterby"]):
            asked["filterby"] = ""
        asked["filters"] = self._parse_filters(right, query)
        return self._clean_query(right, ListQuery(**asked))

    # === INTERNALS === #

    @api.model
    def _clean_texts(self, kind, query):
        """Return texts by the fields of a tuple: none too long, none without end.

        :param kind: a class of named tuples
        :rtype: dict[str, str]
        """
        return {
            name: str(query.get(name) or "").replace("\0", "").strip()[:SEARCH_LENGTH]
            for name in kind._fields
        }

    @api.model
    def _get_list_domain(self, right, asked):
        gate = self.env["customer.portal.gate"]
        return (
            gate.domain(right.code, asked.scope or None)
            & self._get_filter_domain(right, asked.filterby)
            & self._get_filters_domain(right, asked.filters)
            & self._get_search_domain(right, asked.search, asked.search_in)
            & self._get_query_domain(right, asked)
        )

    @api.model
    def _clean_query(self, right, asked):
        """Drop what no other part of the portal knows. To be extended by those.

        :param ListQuery asked: whose fields of this file are checked already
        :rtype: ListQuery
        """
        return asked._replace(chart="", slice="")

    @api.model
    def _get_query_domain(self, right, asked):
        """Return what narrows a list beside its search and filters. To be extended.

        :rtype: odoo.fields.Domain
        """
        return Domain.TRUE

    @api.model
    def _is_state(self, right, text):
        """Say whether a list can be filtered by a state; there may be none in it."""
        if text in ("open", "closed") and not right.closed.is_false():
            return True
        name = self._get_state_name(right)
        return bool(name) and self._is_choice(
            self.env[right.model_name]._fields[name], text
        )

    @api.model
    def _get_filter_domain(self, right, filterby):
        if filterby in ("open", "closed") and not right.closed.is_false():
            return right.closed if filterby == "closed" else ~right.closed
        name = self._get_state_name(right)
        if not name or not filterby:
            return Domain.TRUE
        if self.env[right.model_name]._fields[name].type == "selection":
            return Domain(name, "=", filterby)
        number = read_number(filterby)
        return Domain(name, "=", number) if number else Domain.TRUE

    @api.model
    def _get_search_domain(self, right, text, search_in):
        if not text:
            return Domain.TRUE
        names = right.names["search"]
        names = [search_in] if search_in in names else names
        behind = {} if right.native else self._find_behind(right, names, text)
        if names and not search_in and right.roles["number"] == "id":
            names = {*names, "id"}  # Each list shows it, whatever it publishes.
        return Domain.OR(
            Domain(name, "in", behind[name])
            if name in behind
            else self._get_match(right, name, text)
            for name in names
        )

    @api.model
    def _find_behind(self, right, names, text):
        """Return the ids of the records behind fields that a text fits, by field.

        In one query a page: the list and its number ask alike, so it saves one of 12.
        With them PostgreSQL can look for the text by an index; Odoo's joins would have
        it read all records, and take 5.3 times as long to find one of 100,000 cases.
        Where many fit, those do.
        """
        model = self.env[right.model_name].sudo().with_context(active_test=False)
        links = [n for n in names if model._fields[n].type == "many2one"]
        limits = dict.fromkeys(links, BEHIND_LIMIT)
        if links and self._is_number_looked_up(right, names, text):
            limits[right.roles["number"]] = 1
        key = ("customer_portal", right.model_name, tuple(limits), text, self.env.lang)
        cache = self.env.cr.cache
        if limits and key not in cache:
            queries = [self._get_behind_query(model, n, text) for n in limits]
            cache[key] = {name: [] for name in limits}
            for name, res_id in self.env.execute_query(
                SQL(" UNION ALL ").join(queries)
            ):
                cache[key][name].append(res_id)
        found = cache[key] if limits else {}
        return {name: ids for name, ids in found.items() if len(ids) < limits[name]}

    @api.model
    def _is_number_looked_up(self, right, names, text):
        """Say whether to ask first if any number has a text, as few texts are in one.

        Where none has it, it is not looked for in each of them: a third of the time to
        count a word among a million cases. Only where an index tells.
        """
        name = right.roles["number"]
        field = self.env[right.model_name]._fields.get(name)
        is_indexed = name in names and field.type == "char" and field.index == "trigram"
        return (
            is_indexed
            and bool(TRIGRAM.search(text))
            and not self.env["customer.portal.number"]._is_number(text)
        )

    @api.model
    def _get_behind_query(self, model, name, text):
        """Return the ids of what a text fits behind a field; of numbers, one alone."""
        if model._fields[name].type == "many2one":
            model, limit, order = model[name], BEHIND_LIMIT, "id"
            domain = Domain(self._get_shown_name(model), "ilike", escape_psql(text))
        else:
            domain = self.env["customer.portal.number"]._get_domain(name, text)
            limit, order = 1, None
        query = model._search(domain, limit=limit, order=order)
        return SQL(
            "(%s)",
            query.select(SQL("%s", name), SQL.identifier(query.table, "id")),
        )

    @api.model
    def _get_shown_name(self, model):
        """Return the field that records behind others are searched by.

        Contacts and users by what is shown of them alone: Odoo finds them by email
        address, tax number, and login, too.
        """
        names = {
            "res.partner": "complete_name",
            "res.users": "partner_id.complete_name",
        }
        return names.get(model._name, "display_name")

    @api.model
    def _get_match(self, right, name, text):
        """Return which records a text fits, by one field."""
        field = self.env[right.model_name]._fields[name]
        if name == right.roles["number"] and field.type == "char":
            return self.env["customer.portal.number"]._get_domain(name, text)
        if field.type == "many2one":
            name = f"{name}.{self._get_shown_name(self.env[field.comodel_name])}"
        if field.type in TEXT_TYPES:
            return Domain(name, "ilike", escape_psql(text))
        if field.type == "selection":
            options = field._description_selection(self.env)
            like = [key for key, label in options if text.lower() in label.lower()]
            return Domain(name, "in", like)
        number = read_number(text.lstrip("#"))
        if number and (field.type in NUMBER_TYPES or name == "id"):
            return Domain(name, "=", number)
        return Domain.FALSE

    @api.model
    def _get_list_order(self, right, asked):
        name = asked.sortby.lstrip("-")
        order = right.order
        if name:
            order = self.env["customer.portal.gate"]._get_order(
                right, f"{name} desc" if asked.sortby.startswith("-") else name
            )
        if asked.groupby:
            kind = self.env[right.model_name]._fields[asked.groupby].type
            down = " desc" if kind in ("date", "datetime") else ""
            order = f"{asked.groupby}{down}, {order}"
        return order

    @api.model
    def _get_state_name(self, right):
        name = right.roles["state"]
        field = name in right.names["read"] and self.env[right.model_name]._fields[name]
        is_state = field and field.store and field.type in ("selection", "many2one")
        return name if is_state else None
