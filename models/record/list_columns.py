from odoo import api, models

from .record import EMPTY_QUERY

# What people look for in a list, most wanted first; all else stands behind it.
PARTS = ("title", "state", "changed", "number", "who")
# What the layout of pages reads of the customer's organization.
ORGANIZATION_FIELDS = ("user_id", "parent_id")
# How many columns there are where a table does not fit.
MAIN_COLUMNS = 3


class CustomerPortalRecord(models.AbstractModel):
    """The columns of a list, in the order in which people look for them."""

    _inherit = "customer.portal.record"

    @api.private
    def list_columns(self, module, asked=EMPTY_QUERY):
        """Return the columns of a list, those of ``PARTS`` first.

        :return: dicts as of ``columns``, with ``part`` (one of ``PARTS``, or empty) and
            ``is_main``: it also stands where there is little room
        :rtype: list
        """
        right = self.env["customer.portal.gate"]._get_page_right(module)
        if not right:
            return []
        parts = self._get_parts(right, asked)
        columns = self.columns(module)
        known = {column["name"] for column in columns}
        columns += [
            self._make_part_column(right, name, part)
            for name, part in parts.items()
            if part in ("number", "who") and name not in known
        ]
        columns = [{**one, "part": parts.get(one["name"], "")} for one in columns]
        columns.sort(key=lambda one: PARTS.index(one["part"]) if one["part"] else 99)
        return self._mark_main_columns(columns)

    # === INTERNALS === #

    @api.model
    def _get_parts(self, right, asked):
        """Return what fields are to a list.

        :rtype: dict[str, str]
        """
        roles = self._get_shown_roles(right)
        names = {
            "who": self._get_who_name(right, asked),
            "changed": self._get_changed_name(right),
            "number": roles.get("number"),
            "state": roles.get("state"),
            "title": roles.get("title"),
        }
        return {name: part for part, name in names.items() if name}

    @api.model
    def _get_changed_name(self, right):
        """Return the field that says when a record was changed last. To be extended."""
        return "write_date" if "write_date" in right.names["list"] else None

    @api.model
    def _get_who_name(self, right, asked):
        """Return the field that says whose a record is, in a list of several people's.

        :return: None where it does not lead to one contact
        """
        if asked.scope != "all":
            return None
        return self.env["customer.portal.gate"].owner_field(right.code)

    @api.model
    def _make_part_column(self, right, name, part):
        """Return a column that no field is published for, but that each list has."""
        labels = {"number": self.env._("Number"), "who": self.env._("Contact")}
        return {
            "name": name,
            "label": labels[part],
            "type": "char",
            "sortable": False,
            "is_title": False,
        }

    @api.model
    def _mark_main_columns(self, columns):
        """Choose what stands where there is little room: title, state, last change."""
        wanted = [one["name"] for one in columns if one["part"] in PARTS[:3]]
        others = [one["name"] for one in columns if one["name"] not in wanted]
        main = (wanted + others)[:MAIN_COLUMNS]
        return [{**one, "is_main": one["name"] in main} for one in columns]

    @api.model
    def _get_list_names(self, right, asked):
        """Return the fields that the rows of a list are made of."""
        names = self._get_row_names(right, "list")
        if "close" in right.actions:
            names |= self._get_closed_names(right)
        return names | {*filter(None, [self._get_who_name(right, asked)])}

    @api.model
    def _get_closed_names(self, right):
        """Return the fields that say whether a record is closed."""
        return {one.field_expr.split(".")[0] for one in right.closed.iter_conditions()}

    @api.model
    def _add_unread(self, records, rows):
        """Say in which records somebody wrote since the user last read them."""
        unread = self.env["customer.portal.thread"]._get_unread_ids(records)
        for row in rows:
            row["is_unread"] = row["id"] in unread

    @api.model
    def _add_closable(self, right, records, rows):
        """Say which records the user may close, and which are not closed yet."""
        may_close = "close" in right.actions
        closed = records.filtered_domain(right.closed) if may_close else records
        ids = set(records._ids) - set(closed._ids)
        for row in rows:
            row["may_close"] = row["id"] in ids

    @api.model
    def _add_part_cells(self, right, asked, records, rows):
        """Fill the columns that are no published fields."""
        number, who = right.roles["number"], self._get_who_name(right, asked)
        names = self._get_owner_names(records[who]) if who else {}
        for row, record in zip(rows, records, strict=True):
            row["cells"].setdefault(number, row["number"])
            if who:
                row["cells"][who] = names.get(record[who].id, "")

    @api.model
    def _get_owner_names(self, owners):
        """Return what contacts are called in a list, by their ids.

        Read with what the page's layout shows of the organization, in one query.
        """
        if not owners:
            return {}
        own = self.env.user.sudo().partner_id
        people = owners | own.commercial_partner_id
        people.fetch(["name", *ORGANIZATION_FIELDS])
        names = {owner.id: owner.name or "" for owner in owners}
        return {**names, own.id: self.env._("You")}
