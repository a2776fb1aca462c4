from werkzeug.urls import url_decode, url_encode

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..base import lock

# How many views a customer saves of one list, and how many of colleagues are shown.
VIEW_LIMIT = 20
# The longest name of a view, and the longest address that is kept, in characters.
NAME_LENGTH = 40
QUERY_LENGTH = 1000
# What lists show of a view.
COLUMNS = ("id", "name", "query", "shared", "partner_id", "organization_id")
# Where the gate's cache of a page keeps them.
FOUND_VIEWS = "views"
# What a view does not keep: charts come and go.
FLEETING = ("chart", "slice")


class CustomerPortalView(models.Model):
    """A list as a customer has narrowed it, under a name.

    It holds what an address holds, and is parsed like one each time: so it means what
    the list of whoever looks lets it mean, and never shows more.
    """

    _name = "customer.portal.view"
    _description = "Customer Portal Saved View"
    _order = "id"

    name = fields.Char(required=True, size=NAME_LENGTH)
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, ondelete="cascade"
    )
    module_id = fields.Many2one(
        "customer.portal.module", required=True, ondelete="cascade"
    )
    query = fields.Char(size=QUERY_LENGTH, help="The parameters in the list's address.")
    shared = fields.Boolean(help="Customers of the same organization see it, too.")
    organization_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        ondelete="set null",
        help="The organization whose customers see a shared view. It stays the same "
        "when the customer moves to another one.",
    )

    _name_uniq = models.Constraint(
        "UNIQUE (partner_id, module_id, name)",
        "The customer already has a view with this name.",
    )

    @api.private
    def find_views(self, module):
        """Return the views of a list that a user sees, their own first.

        :return: dicts with ``id``, ``name``, ``asked`` (a ListQuery), ``is_shared``,
            ``is_mine`` and ``may_change``
        :rtype: list
        """
        rows = self._find_rows(module)
        if not rows:
            return []
        own = self.env.user.sudo().partner_id
        own_id, organization_id = own.id, own.commercial_partner_id.id
        mine = [row for row in rows if row["partner_id"] == own_id]
        others = [row for row in rows if row["partner_id"] != own_id]
        may_share = self.env["customer.portal.gate"].may(module, "share_views")
        return [
            {
                "id": row["id"],
                "name": row["name"],
                "asked": self._parse(module, row["query"]),
                "is_shared": bool(row["shared"])
                and row["organization_id"] == organization_id,
                "is_mine": row["partner_id"] == own_id,
                "may_change": row["partner_id"] == own_id or may_share,
            }
            for row in mine[:VIEW_LIMIT] + others[:VIEW_LIMIT]
        ]

    @api.private
    def save_view(self, module, name, query, shared=False):
        """Keep what a list is narrowed to; a view of the same name is replaced.

        :param str name: from anybody, as all that follows
        :param str query: of an address
        :return: the id of the view
        :rtype: int
        :raise UserError: for no name, and for too many views
        """
        self._check_seen(module)
        values = {
            **self._clean_values(module, name, shared),
            "query": url_encode(self._parse(module, query).get_args())[:QUERY_LENGTH],
        }
        own = self.sudo().search(
            self.env["customer.portal.gate"].own_view_domain(module)
        )
        if same := own.filtered(lambda view: view.name == values["name"]):
            same.write(values)
            self._check_shared(module)
            return same.id
        self._check_limit(module)
        modules = self.env["customer.portal.module"].sudo()
        values["module_id"] = modules.search([("code", "=", module)]).id
        values["partner_id"] = self.env.user.sudo().partner_id.id
        view = self.sudo().create(values)
        self._check_shared(module)
        return view.id

    @api.private
    def change_view(self, module, view_id, name, shared=False):
        """Rename a view, and share it or not.

        :raise AccessError: if it is not the user's to change
        :raise UserError: for no name, and for one that another view has
        """
        view = self._get_changeable(module, view_id)
        values = self._clean_values(module, name, shared)
        domain = [
            ("partner_id", "=", view.partner_id.id),
            ("module_id", "=", view.module_id.id),
            ("name", "=", values["name"]),
            ("id", "!=", view.id),
        ]
        if view.search_count(domain, limit=1):
            raise UserError(self.env._("There is already a view with this name."))
        view.write(values)
        self._check_shared(module)

    @api.private
    def delete_view(self, module, view_id):
        """Delete a view.

        :raise AccessError: if it is not the user's to change
        """
        self._get_changeable(module, view_id).unlink()

    # === INTERNALS === #

    @api.model
    def _find_rows(self, module):
        """Return the views that a user sees as plain values, oldest first.

        The list's own query brings them, for the user and the module that are asked.

        :return: dicts of the columns; None or empty if there are none
        :rtype: list | None
        """
        found = self.env["customer.portal.gate"]._get_found()
        key = FOUND_VIEWS, self.env.uid, module
        if key not in found:
            select = SQL("SELECT %s", self._get_rows_select(module))
            [[found[key]]] = self.env.execute_query(select)
        return found[key]

    @api.model
    def _get_rows_select(self, module):
        """Return the views that a user sees as a column with all of them.

        :rtype: odoo.tools.SQL
        """
        domain = self.env["customer.portal.gate"].view_domain(module)
        query = self.sudo()._search(domain, limit=10 * VIEW_LIMIT, order="id")
        columns = [
            self.sudo()._field_to_sql(self._table, name, query) for name in COLUMNS
        ]
        rows = query.select(*columns)
        return SQL("(SELECT JSON_AGG(views) FROM (%s) AS views)", rows)

    @api.model
    def _parse(self, module, query):
        """Return what a query asks of the list, for whoever looks.

        :rtype: odoo.addons.customer_portal.models.record.record.ListQuery
        """
        args = url_decode((query or "")[:QUERY_LENGTH], errors="replace").to_dict()
        args = {name: text for name, text in args.items() if name not in FLEETING}
        return self.env["customer.portal.record"].parse_list_query(module, **args)

    @api.model
    def _clean_values(self, module, name, shared):
        name = " ".join(str(name or "").replace("\0", "").split())[:NAME_LENGTH]
        if not name:
            raise UserError(self.env._("Give the view a name."))
        may_share = self.env["customer.portal.gate"].may(module, "share_views")
        organization = self.env.user.sudo().partner_id.commercial_partner_id
        return {
            "name": name,
            "shared": bool(shared) and may_share,
            "organization_id": organization.id,
        }

    @api.model
    def _check_limit(self, module):
        """Refuse one view too many, also of several that are saved at once."""
        domain = self.env["customer.portal.gate"].own_view_domain(module)
        with lock.alone(self.env, "view", module, self.env.uid) as env:
            views = (one[self._name].sudo() for one in (self.env, env))
            if all(one.search_count(domain) < VIEW_LIMIT for one in views):
                return
        raise UserError(
            self.env._(
                "You can save %(limit)s views of a list. Delete one first.",
                limit=VIEW_LIMIT,
            )
        )

    @api.model
    def _check_shared(self, module):
        """Keep the tabs of an organization few enough to be read."""
        domain = self.env["customer.portal.gate"].view_domain(module)
        domain &= Domain("shared", "=", True)
        if self.sudo().search_count(domain, limit=VIEW_LIMIT + 1) > VIEW_LIMIT:
            raise UserError(
                self.env._(
                    "Your organization can share %(limit)s views of a list. Stop "
                    "sharing one first.",
                    limit=VIEW_LIMIT,
                )
            )

    @api.model
    def _check_seen(self, module):
        if not self.env["customer.portal.gate"]._get_page_right(module):
            raise AccessError(self.env._("This list does not exist."))

    @api.model
    def _get_changeable(self, module, view_id):
        gate = self.env["customer.portal.gate"]
        ids = [view_id] if gate._is_id(view_id) else []
        domain = gate.view_domain(module, to_change=True) & Domain("id", "in", ids)
        view = self.sudo().search(domain)
        if not view:
            raise AccessError(self.env._("This view does not exist."))
        return view


class CustomerPortalRecord(models.AbstractModel):
    """Lists read their saved views with all else that they need to know."""

    _inherit = "customer.portal.record"

    @api.model
    def _get_fact_selects(self, right):
        views = self.env["customer.portal.view"]
        selects = super()._get_fact_selects(right)
        return {**selects, FOUND_VIEWS: views._get_rows_select(right.code)}
