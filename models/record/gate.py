from odoo import api, models
from odoo.fields import Domain

from ..base.snapshot_cache import snapshot_cache

# Levels at which all records are those of people who know one another.
KNOWN_LEVELS = ("organization", "subsidiaries")


class CustomerPortalGate(models.AbstractModel):
    """Whose records a list shows, and under whose names."""

    _inherit = "customer.portal.gate"

    @api.private
    def owner_field(self, module):
        """Return the field that names the contact of a record in a list.

        Where all that a user sees belongs to their own organization and those below:
        in a catalogue, nobody is to know of whom others are.

        :rtype: str | None
        """
        right = self._get_page_right(module)
        if not right or right.records_visibility not in KNOWN_LEVELS:
            return None
        field = self.env[right.model_name]._fields.get(right.partner_field)
        is_contact = field and field.store and field.comodel_name == "res.partner"
        return field.name if is_contact and field.type == "many2one" else None

    @api.private
    def own_view_domain(self, module):
        """Return which saved views of a list are a user's own.

        :rtype: odoo.fields.Domain
        """
        if not self._get_page_right(module):
            return Domain.FALSE
        partner = self.env.user.sudo().partner_id
        own = Domain("partner_id", "=", partner.id)
        return own & Domain("module_id", "in", self._get_module_ids(module))

    @api.private
    def view_domain(self, module, to_change=False):
        """Return which saved views of a list a user sees, or may change.

        Their own, and those that are shared within their organization. Whoever may
        share may also take back what a colleague has left behind.

        :rtype: odoo.fields.Domain
        """
        if not self._get_page_right(module):
            return Domain.FALSE
        if to_change and not self.may(module, "share_views"):
            return self.own_view_domain(module)
        partner = self.env.user.sudo().partner_id
        organization = partner.commercial_partner_id
        return self._get_view_domain(module, partner.id, organization.id)

    # === INTERNALS === #

    @api.model
    @snapshot_cache("module", "partner_id", "organization_id")
    def _get_view_domain(self, module, partner_id, organization_id):
        """Keep what each list asks; the key holds all that decides.

        Whose views they are, with whom these are shared, and which list it is. Whether
        a user sees the list at all, it does not say.
        """
        ours = Domain("module_id", "in", self._get_module_ids(module))
        shared = Domain("shared", "=", True)
        # Names and searches are of where they were shared, and of who is still there.
        shared &= Domain("organization_id", "=", organization_id)
        shared &= self._make_organization_domain("partner_id", organization_id)
        seen = Domain("partner_id", "=", partner_id) | shared
        return (ours & seen).optimize(self.env["customer.portal.view"].sudo())

    @api.model
    @snapshot_cache("code")
    def _get_module_ids(self, code):
        """Keep which module a code is of, so that a search need not join them."""
        modules = self.env["customer.portal.module"].sudo()
        return modules.with_context(active_test=False).search([("code", "=", code)]).ids
