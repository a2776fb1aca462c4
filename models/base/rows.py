"""Rows of a log, many at once."""

from odoo import models
from odoo.tools import SQL


def add_rows(model, vals_list):
    """Create records of which nothing is kept in memory.

    Odoo keeps all values of a new record there, and writes a hundred at once. Of a
    thousand ends of support that took half of the time, for rows that nobody reads
    back. Where anybody has to hear of each record, Odoo creates them.

    :param model: of which there may be many rows, as the server
    :param list vals_list: of the same fields each
    :return: the records
    """
    if not vals_list or not _is_plain(model):
        return model.create(vals_list)
    common = {**model.default_get(list(model._fields)), **_get_log_values(model)}
    names = {*common, *vals_list[0]} & {*_get_columns(model)}
    columns = {
        name: [
            model._fields[name].convert_to_column_insert(
                vals.get(name, common.get(name)), model
            )
            for vals in vals_list
        ]
        for name in sorted(names)
    }
    records = model.browse(_insert(model, columns))
    _forget_others(model)
    return records


def _is_plain(model):
    """Say whether nothing follows from a new record, but what is in its columns.

    An addon that extends ``create``, an automation rule, a constraint, an inverse or a
    stored field that is computed of it has to hear of each.
    """
    creating = {
        one
        for one in type(model).__mro__
        if "create" in vars(one) or "_create" in vars(one)
    }
    columns = _get_columns(model).values()
    return not (
        creating != {models.BaseModel}
        or model._constraint_methods
        or any(one.compute or one.translate or one.inverse for one in columns)
        or any(field.store for field in _get_dependents(model))
    )


def _get_dependents(model):
    """Return the fields of other models that are computed of a model's columns."""
    tree = model.pool.get_trigger_tree(
        _get_columns(model).values(),
        select=lambda field: field.model_name != model._name,
    )
    return [field for part in tree.depth_first() for field in part.root]


def _get_columns(model):
    return {
        name: field
        for name, field in model._fields.items()
        if field.store and field.column_type and name != "id"
    }


def _get_log_values(model):
    """Return what Odoo notes of each record: who has created it, and when."""
    now, uid = model.env.cr.now(), model.env.uid
    return {
        **dict.fromkeys(("create_date", "write_date"), now),
        **dict.fromkeys(("create_uid", "write_uid"), uid),
    }


def _insert(model, columns):
    """Insert a row for each place in the columns' values.

    :rtype: list[int]
    """
    arrays = (
        SQL("%s::%s[]", values, SQL(model._fields[name].column_type[0]))
        for name, values in columns.items()
    )
    query = SQL(
        "INSERT INTO %s (%s) SELECT * FROM unnest(%s) RETURNING id",
        SQL.identifier(model._table),
        SQL(", ").join(map(SQL.identifier, columns)),
        SQL(", ").join(arrays),
    )
    return [row_id for [row_id] in model.env.execute_query(query)]


def _forget_others(model):
    """Let what other models say of these records be read anew."""
    inverses = model.pool.field_inverses
    links = [field for field in model._fields.values() if field.type == "many2one"]
    others = [inverse for field in links for inverse in inverses[field]]
    for field in {*others, *_get_dependents(model)}:
        model.env[field.model_name].invalidate_model([field.name])
