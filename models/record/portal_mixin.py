from lxml import etree

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

FIELDS = ("portal_source", "portal_created_by", "portal_updated_by")
# Where a transaction keeps which model a customer makes a record of, and their name.
MAKING = "customer_portal_making"


class OriginField(fields.Char):
    """A text about a record that stands in the origins, not in a column of the record.

    So models of other addons get no column, and lists can be grouped by it all the
    same. Each value is found by the index of the origins.
    """

    def to_sql(self, model, alias):
        origins = model.env["customer.portal.origin"]
        origin_alias = f"{alias}__{self.name}"
        return SQL(
            "(SELECT %s FROM %s AS %s WHERE %s = %s AND %s = %s)",
            model._get_origin_sql(origin_alias, self.name),
            SQL.identifier(origins._table),
            SQL.identifier(origin_alias),
            SQL.identifier(origin_alias, "model_name"),
            model._name,
            SQL.identifier(origin_alias, "res_id"),
            SQL.identifier(alias, "id"),
        )


class PortalMixin(models.AbstractModel):
    """Fields that tell employees what of a record came through the portal.

    Forms of models whose records customers make show them by themselves: those of
    other addons, such as tickets of a helpdesk, may be installed or not, so no view of
    this addon can name them.
    """

    _inherit = "portal.mixin"

    portal_source = OriginField(
        compute="_compute_portal_source",
        search="_search_portal_source",
        groups="base.group_user",
    )
    portal_created_by = OriginField(
        "Created in the Portal by",
        compute="_compute_portal_source",
        search="_search_portal_created_by",
        groups="base.group_user",
    )
    portal_updated_by = OriginField(
        "Last Updated in the Portal by",
        compute="_compute_portal_source",
        search="_search_portal_updated_by",
        groups="base.group_user",
    )

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        """Tell forms with the mark from those that were made before it was needed."""
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, view_type == "form" and self._is_made_in_portal())

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        sheets = arch.xpath("//sheet[not(ancestor::field)]")
        has_mark = arch.xpath(f"//field[@name='{FIELDS[0]}']")
        is_bare = view_type == "form" and sheets and not has_mark
        if is_bare and self._is_made_in_portal():
            self._add_portal_source(sheets[0])
        return arch, view

    @api.model
    def _is_made_in_portal(self):
        """Say whether customers have pages of these records."""
        return bool(self.env["customer.portal.gate"]._get_generated_codes(self._name))

    @api.model
    def _add_portal_source(self, sheet):
        """Show the mark above the tabs, as the form of a task does."""
        group = etree.Element(
            "group", name="customer_portal_origin", invisible="not portal_source"
        )
        group.set("groups", "base.group_user")
        inner = etree.SubElement(group, "group")
        for name in FIELDS:
            etree.SubElement(inner, "field", name=name, invisible=f"not {name}")
        notebooks = sheet.xpath("./notebook")
        place = sheet.index(notebooks[0]) if notebooks else len(sheet)
        sheet.insert(place, group)

    @api.depends_context("lang")
    def _compute_portal_source(self):
        origins = self.env["customer.portal.origin"]._find(self._origin)
        by_id = origins.grouped("res_id")
        for record in self:
            origin = by_id.get(record._origin.id, origins.browse())
            maker = False if origin else record._get_portal_maker()
            is_marked = bool(origin) or bool(maker)
            record.portal_source = is_marked and self._get_source_label()
            record.portal_created_by = origin.partner_name or maker
            record.portal_updated_by = origin.updated_partner_name

    def _get_portal_maker(self):
        """Return who makes the record in the portal just now, before it has its mark.

        Automation rules ask as soon as it is there.
        """
        model_name, name = self.env.cr.cache.get(MAKING, ("", False))
        if model_name != self._name or not self.id:
            return False
        return name if self.create_date == self.env.cr.now() else False

    @api.model
    def _get_source_label(self):
        return self.env._("Customer Portal")

    # --- search and groups --- #

    def _search_portal_source(self, operator, value):
        """Find what has a mark; by its words, or as something that is true."""
        if operator == "in":
            label = self._get_source_label()
            wanted = {bool(one) for one in value if one in (True, False, label)}
        elif operator in ("like", "ilike", "=like", "=ilike"):
            text = (value or "").strip("%").lower()
            wanted = {True} if text in self._get_source_label().lower() else set()
        else:
            return NotImplemented
        marked = self._make_origin_domain(Domain.TRUE)
        domains = {True: marked, False: ~marked}
        return Domain.OR(domains[one] for one in wanted)

    def _search_portal_created_by(self, operator, value):
        return self._search_origin("partner_name", operator, value)

    def _search_portal_updated_by(self, operator, value):
        return self._search_origin("updated_partner_name", operator, value)

    def _search_origin(self, fname, operator, value):
        """Find records by a name in their origin; nothing means there is none."""
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        if operator != "in":
            return self._make_origin_domain(Domain(fname, operator, value))
        names = [name for name in value if name]
        domain = self._make_origin_domain(Domain(fname, "in", names))
        if len(names) < len(value):
            domain |= ~self._make_origin_domain(Domain(fname, "!=", False))
        return domain

    @api.model
    def _make_origin_domain(self, domain):
        """Return the records of whose origins something is true; employees may ask."""
        self._check_field_access(self._fields[FIELDS[0]], "read")
        origins = self.env["customer.portal.origin"].sudo()
        query = origins._search(Domain("model_name", "=", self._name) & domain)
        ids = query.subselect(SQL.identifier(query.table, "res_id"))
        return Domain("id", "in", ids)

    @api.model
    def _get_origin_sql(self, alias, fname):
        """Return what a field shows of an origin."""
        if fname == "portal_source":
            return SQL("%s", self._get_source_label())
        names = {
            "portal_created_by": "partner_name",
            "portal_updated_by": "updated_partner_name",
        }
        origins = self.env["customer.portal.origin"].sudo()
        return origins._field_to_sql(alias, names[fname])
