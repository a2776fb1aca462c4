from lxml import etree

from odoo import api, models

from ...const import GROUP_AGENT, TICKETS

# What views of tickets get, by type: those of tasks stand in views.
DOT = """
<list>
    <field name="portal_desk_unread" widget="customer_portal_unread" nolabel="1"
        width="20px" />
</list>
"""
LIST = """
<list>
    <field name="portal_desk_author_id" optional="show"
        context="{'partner_display_name_hide_company': True}" />
    <field name="portal_desk_waiting_since" widget="customer_portal_since"
        optional="show" />
</list>
"""
FORM = """
<form>
    <widget name="customer_portal_next_case" invisible="not id" />
</form>
"""
CARD = """
<form>
    <field name="portal_desk_customer" readonly="1"
        invisible="not portal_desk_customer" />
</form>
"""
SEARCH = """
<search>
    <separator />
    <filter name="waiting_us" domain="[('portal_desk_waiting_since', '!=', False)]" />
    <filter name="waiting_customer"
        domain="[
            ('portal_desk_waiting_since', '=', False), ('closed', '=', False)]" />
    <filter name="portal_unread" domain="[('portal_desk_unread', '=', True)]" />
</search>
"""
ROOT, FIRST, LAST = ".", 0, 1000
# Type of a view -> what goes where, and at which place there.
PLACES = {
    "list": ((DOT, ROOT, FIRST), (LIST, ROOT, LAST)),
    "form": (
        (FORM, "./header", LAST),
        (CARD, ".//group[field[@name='partner_id']][not(ancestor::field)]", LAST),
    ),
    "search": ((SEARCH, ROOT, LAST),),
}


class PortalMixin(models.AbstractModel):
    """Views of tickets are the agent's desk while cases are tickets.

    They are another addon's, which may be installed or not, so no view of this addon
    can name them.
    """

    _inherit = "portal.mixin"

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, self._has_ticket_desk())

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type in PLACES and self._has_ticket_desk():
            for addition, path, index in PLACES[view_type]:
                for place in arch.xpath(path)[:1]:
                    place[index:index] = self._make_desk_nodes(addition)
        return arch, view

    @api.model
    def _has_ticket_desk(self):
        modules = self.env["customer.portal.module"]
        return (
            self._name == TICKETS and not modules._get_case_domain(TICKETS).is_false()
        )

    @api.model
    def _make_desk_nodes(self, addition):
        labels = {
            "portal_desk_waiting_since": self.env._("Waiting"),
            "waiting_us": self.env._("Waiting for Us"),
            "waiting_customer": self.env._("Waiting for Customer"),
            "portal_unread": self.env._("Unread"),
        }
        nodes = list(etree.fromstring(addition))
        for node in nodes:
            if node.get("name") in labels:
                node.set("string", labels[node.get("name")])
            if node.tag in ("widget", "field"):
                node.set("groups", GROUP_AGENT)
        return nodes
