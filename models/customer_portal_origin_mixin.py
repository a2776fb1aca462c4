from lxml import etree

from odoo import api, fields, models

FIELDS = ("portal_source", "portal_created_by", "portal_updated_by")


class CustomerPortalOriginMixin(models.AbstractModel):
    """Fields that tell employees what of a record came through the portal.

    Forms of models whose records customers make show them by themselves: those of
    other addons, such as tickets of a helpdesk, may be installed or not, so no view of
    this addon can name them.
    """

    _name = "customer.portal.origin.mixin"
    _description = "Customer Portal Origin Mixin"

    portal_source = fields.Char(
        compute="_compute_portal_source", groups="base.group_user"
    )
    portal_created_by = fields.Char(
        "Created in the Portal by",
        compute="_compute_portal_source",
        groups="base.group_user",
    )
    portal_updated_by = fields.Char(
        "Last Updated in the Portal by",
        compute="_compute_portal_source",
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
            record.portal_source = bool(origin) and self.env._("Customer Portal")
            record.portal_created_by = origin.partner_name
            record.portal_updated_by = origin.updated_partner_name
