from lxml import etree

from odoo import api, models

from ...const import TICKETS

# What lists, forms and searches of tickets get: those of tasks stand in views.
LIST = """
<list>
    <field name="portal_due" optional="show"
        decoration-danger="portal_urgency == 'overdue'"
        decoration-warning="portal_urgency == 'today'" />
    <field name="portal_urgency" widget="badge" optional="show"
        invisible="portal_urgency == 'later'"
        decoration-danger="portal_urgency == 'overdue'"
        decoration-warning="portal_urgency == 'today'" />
</list>
"""
FORM = """
<form>
    <group name="customer_portal_promise" groups="base.group_user"
        invisible="not portal_answer_state and not portal_solution_state">
        <group>
            <field name="portal_answer_state" invisible="not portal_answer_state" />
            <field name="portal_answer_due" invisible="not portal_answer_due" />
        </group>
        <group>
            <field name="portal_solution_state" invisible="not portal_solution_state" />
            <field name="portal_solution_due" invisible="not portal_solution_due" />
        </group>
    </group>
</form>
"""
SEARCH = """
<search>
    <separator />
    <filter name="promise_overdue" domain="[('portal_due', '&lt;', 'now')]" />
    <filter name="promise_today"
        domain="[
            ('portal_due', '&gt;=', 'now'), ('portal_due', '&lt;', 'today +1d')]" />
</search>
"""
# Into what they go, or before what.
INTO, BEFORE_TABS = ".", ".//sheet[not(ancestor::field)]/notebook"
PLACES = {
    "list": (LIST, INTO),
    "form": (FORM, BEFORE_TABS),
    "search": (SEARCH, INTO),
}


class PortalMixin(models.AbstractModel):
    """Views of tickets show what was promised, and lists of tasks only then.

    Those of tickets are another addon's, which may be installed or not, so no view of
    this addon can name them.
    """

    _inherit = "portal.mixin"

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, self._has_promises())

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type in PLACES and self._shows_promises():
            self._add_promises(arch, *PLACES[view_type])
        if view_type == "list" and not self._has_promises():
            self._hide_promises(arch)
        return arch, view

    @api.model
    def _shows_promises(self):
        return self._name == TICKETS and self._has_promises()

    @api.model
    def _has_promises(self):
        """Say whether anything is promised of such records."""
        promises = self.env["customer.portal.promise"]
        return bool(promises._get_followed(self._name))

    @api.model
    def _hide_promises(self, arch):
        """Leave the room of columns that would be empty to the titles."""
        for node in arch.xpath("//field[@name='portal_due' or @name='portal_urgency']"):
            node.set("column_invisible", "True")

    @api.model
    def _add_promises(self, arch, addition, path):
        """Add what a view lacks: above the tabs of a form, at the end of others."""
        nodes = etree.fromstring(addition)
        labels = {
            "promise_overdue": self.env._("Promise Overdue"),
            "promise_today": self.env._("Promise Due Today"),
        }
        for place in arch.xpath(path)[:1]:
            for node in list(nodes):
                if node.get("name") in labels:
                    node.set("string", labels[node.get("name")])
                place.append(node) if path == INTO else place.addprevious(node)
