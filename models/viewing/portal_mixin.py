from lxml import etree

from odoo import api, models

from ...icons import ICONS

TASK = "project.task"  # its form has the button in a view


class PortalMixin(models.AbstractModel):
    """A button on cases, be they tasks or the tickets of another addon."""

    _inherit = "portal.mixin"

    def action_see_as_customer(self):
        """Open the case as its customer sees it, or their home page if they do not."""
        self.ensure_one()
        partner = self._get_portal_customer()
        viewings = self.env["customer.portal.viewing"]
        viewings._open(partner)
        gate = self.env["customer.portal.gate"]
        gate = gate.with_user(viewings._find_customer(partner))
        url = gate.get_page_url(self._name, self.id)
        return partner._get_viewing_action(url or "/my")

    def _get_portal_customer(self):
        """Return the contact whose case it is, if any."""
        partners = self.env["res.partner"]
        path = partners._get_portal_case_module().partner_field or ""
        is_known = path.split(".")[0] in self._fields
        return self.mapped(path)[:1] if is_known else partners

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        """Tell forms with the button from those made before tickets were the cases."""
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, view_type == "form" and self._is_portal_ticket())

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        boxes = arch.xpath("//div[@name='button_box'][not(ancestor::field)]")
        if view_type == "form" and boxes and self._is_portal_ticket():
            self._add_viewing_button(boxes[0])
        return arch, view

    @api.model
    def _is_portal_ticket(self):
        codes = self.env["customer.portal.gate"]._get_generated_codes(self._name)
        return self._name != TASK and "cases" in codes

    @api.model
    def _add_viewing_button(self, box):
        button = etree.SubElement(
            box,
            "button",
            name="action_see_as_customer",
            type="object",
            icon=ICONS["view"],
        )
        button.set("class", "oe_stat_button")
        button.set("groups", "customer_portal.group_customer_portal_user")
        button.set("string", self.env._("See as Customer"))
