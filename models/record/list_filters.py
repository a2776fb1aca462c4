from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...utils import read_number
from .record import COUNT_LIMIT, EMPTY_QUERY, FILTER, ListQuery

# How many fields a list is filtered by at most, beside its state.
FILTER_LIMIT = 4
# Types of fields with few values, of which one is chosen.
FILTER_TYPES = ("selection", "many2one")


class ListFacts(NamedTuple):
    """What there is in a list before it is narrowed."""

    total: int  # of records, counted up to COUNT_LIMIT + 1
    ids: dict  # of the records behind each field that it can be narrowed by
    fits: list | None  # how common a text is that is searched, of the list and of all


class CustomerPortalRecord(models.AbstractModel):
    """What a list can be narrowed to: its states, and values of other fields."""

    _inherit = "customer.portal.record"

    @api.private
    def get_states(self, module, asked=EMPTY_QUERY):
        """Return the states a list can be filtered by, each thing once.

        What is open and what is closed first. Where one state alone is closed, it is
        what is closed.

        :return: pairs of value and label, as texts
        :rtype: list
        """
        right = self.env["customer.portal.gate"]._get_page_right(module)
        name = right and self._get_state_name(right)
        if not name:
            return []
        paths = self._get_closed_paths(right, name)
        values = self._find_values(right, name, asked, paths)
        if right.closed.is_false():
            return values
        keys = self._get_closed_keys(right, name, values)
        opened = [pair for pair in values if pair[0] not in keys]
        closed = [pair for pair in values if pair[0] in keys]
        closed = self._join_closed(closed, asked.filterby)
        return [("open", self.env._("Open")), *opened, *closed]

    @api.private
    def get_filters(self, module, asked=EMPTY_QUERY):
        """Return the fields a list can be filtered by, beside its state.

        :return: dicts with ``name`` in an address, ``label``, ``value`` that is chosen
            and ``options``: pairs of value and label, as texts
        :rtype: list
        """
        gate = self.env["customer.portal.gate"]
        right = gate._get_page_right(module)
        chosen = dict(asked.filters)
        labels = right and gate._get_labels(right.code, self.env.lang).fields
        return [
            {
                "name": f"{FILTER}{name}",
                "label": labels[name],
                "value": chosen.get(name, ""),
                "options": self._find_values(right, name, asked),
            }
            for name in self._get_filter_names(right)
        ]

    # === INTERNALS === #

    @api.model
    def _get_filter_names(self, right):
        """Return the fields that a list is filtered by: those it is grouped by, too."""
        if not right:
            return []
        known, state = self.env[right.model_name]._fields, self._get_state_name(right)
        names = [
            name
            for name in right.names["group"]
            if name != state and known[name].store and known[name].type in FILTER_TYPES
        ]
        return names[:FILTER_LIMIT]

    @api.model
    def _parse_filters(self, right, query):
        """Keep the values that can be in their fields.

        :param dict query: texts of anybody
        :rtype: tuple[tuple[str, str]]
        """
        known = self.env[right.model_name]._fields
        asked = {n: str(query.get(f"{FILTER}{n}") or "") for n in right.names["group"]}
        return tuple(
            (name, asked[name])
            for name in self._get_filter_names(right)
            if self._is_choice(known[name], asked[name])
        )

    @api.model
    def _is_choice(self, field, text):
        if field.type == "selection":
            return text in field.get_values(self.env)
        return bool(read_number(text))

    @api.model
    def _get_filters_domain(self, right, filters):
        known = self.env[right.model_name]._fields
        return Domain.AND(
            Domain(n, "=", v if known[n].type == "selection" else read_number(v))
            for n, v in filters
        )

    @api.model
    def _find_values(self, right, name, asked, paths=()):
        """Return the values of a field; records, if the first ones of the user have it.

        :param paths: more to fetch of records
        :return: pairs of value and label, as texts
        :rtype: list
        """
        model = self.env["customer.portal.gate"]._get_model_sudo(right)
        field = model._fields[name]
        if field.type == "selection":
            pairs = field._description_selection(self.env)
        else:
            found = self._find_records_behind(right, model, field, asked, paths)
            pairs = [(one, one.display_name) for one in found]
        is_state = name == self._get_state_name(right)
        return [
            (
                str(getattr(value, "id", value)),
                self._get_state_label(right, value) if is_state else label,
            )
            for value, label in pairs
        ]

    @api.model
    def _find_records_behind(self, right, model, field, asked, paths):
        comodel = model.env[field.comodel_name]
        ids = self._get_list_facts(right, asked).ids[field.name]
        names = (comodel._rec_name, "color", *paths)
        names = [name for name in names if name in comodel._fields]
        return comodel.search_fetch([("id", "in", ids)], names) if ids else comodel

    # --- what there is, in one query --- #

    @api.model
    def _get_list_facts(self, right, asked):
        """Return what there is in a list, once for all that a page asks of it.

        :rtype: ListFacts
        """
        found = self.env["customer.portal.gate"]._get_found()
        searched = asked.search and asked._replace(sortby="", groupby="")
        key = "facts", self.env.uid, right.code, asked.scope, searched
        if key not in found:
            found[key] = self._read_list_facts(right, asked)
        return found[key]

    @api.model
    def _read_list_facts(self, right, asked):
        """Read in one query what took one for each field, the number and the views.

        To prepare each of them took Odoo longer than PostgreSQL to answer: together
        they saved 2 of 11 queries, and 2 of 23 ms. What else is in it, its owner finds
        in the gate's cache of the page.
        """
        gate = self.env["customer.portal.gate"]
        names, others = self._get_behind_names(right), self._get_fact_selects(right)
        facts = self._get_facts_select(right, asked.scope, names)
        fits = self._get_fits_select(right, asked)
        columns = SQL(", ").join([fits, SQL("facts.*"), *others.values()])
        query = SQL("SELECT %s FROM (%s) AS facts", columns, facts)
        [row] = self.env.execute_query(query)
        fits, total, *arrays = row[: len(names) + 2]
        found = gate._get_found()
        for name, value in zip(others, row[len(names) + 2 :], strict=True):
            found[name, self.env.uid, right.code] = value
        ids = [array or [] for array in arrays]  # Of no record, there is no array.
        return ListFacts(total, dict(zip(names, ids, strict=True)), fits)

    @api.model
    def _get_facts_select(self, right, scope, names):
        """Count the first records of a list, and say what is behind them.

        :rtype: odoo.tools.SQL
        """
        model = self.env["customer.portal.gate"]._get_model_sudo(right)
        domain = self._get_list_domain(right, ListQuery(scope=scope))
        query = model._search(domain, limit=COUNT_LIMIT + 1)
        first = query.select(
            SQL("1"),
            *(
                SQL(
                    "%s AS %s",
                    model._field_to_sql(model._table, name, query),
                    SQL.identifier(name),
                )
                for name in names
            ),
        )
        arrays = [
            SQL(
                "ARRAY_REMOVE(ARRAY_AGG(DISTINCT %(name)s), NULL) AS %(name)s",
                name=SQL.identifier(name),
            )
            for name in names
        ]
        columns = SQL(", ").join([SQL("COUNT(*) AS _total"), *arrays])
        return SQL("SELECT %s FROM (%s) AS records", columns, first)

    @api.model
    def _get_behind_names(self, right):
        """Return the fields of which a list offers the records behind."""
        known = self.env[right.model_name]._fields
        names = [self._get_state_name(right), *self._get_filter_names(right)]
        return [name for name in names if name and known[name].type == "many2one"]

    @api.model
    def _get_fact_selects(self, right):
        """Return what else is read in the same query. To be extended.

        :return: a column each, by the name under which the gate's cache keeps it
        :rtype: dict[str, odoo.tools.SQL]
        """
        return {}

    # --- open and closed --- #

    @api.model
    def _get_closed_paths(self, right, name):
        """Return the fields of a state that say whether it is closed."""
        paths = [one.field_expr.split(".") for one in right.closed.iter_conditions()]
        return [path[1] for path in paths if path[0] == name and path[1:]]

    @api.model
    def _get_closed_keys(self, right, name, values):
        """Return the states that are closed; none where more than the state says so."""
        paths = [one.field_expr.split(".") for one in right.closed.iter_conditions()]
        if any(path[0] != name for path in paths):
            return set()
        model = self.env["customer.portal.gate"]._get_model_sudo(right)
        keys, field = [key for key, _label in values], model._fields[name]
        if all(path[1:] for path in paths):  # Of the states alone: ask them at once.
            states = model.env[field.comodel_name].browse(map(int, keys))
            closed = right.closed.map_conditions(self._get_state_condition)
            return {str(state.id) for state in states.filtered_domain(closed)}
        read = str if field.type == "selection" else int
        return {
            key
            for key in keys
            if model.new({name: read(key)}).filtered_domain(right.closed)
        }

    @api.model
    def _get_state_condition(self, condition):
        """Return what a condition on the state of a record asks of the state itself."""
        path = condition.field_expr.partition(".")[2]
        return Domain(path, condition.operator, condition.value)

    @api.model
    def _join_closed(self, closed, chosen):
        """Return how a list of what is closed is offered.

        :param str chosen: what is chosen, which can name the state itself
        """
        if len(closed) == 1:
            [(key, label)] = closed
            return [(key if chosen == key else "closed", label)]
        label = self.env._("All closed") if closed else self.env._("Closed")
        return [("closed", label), *closed]
