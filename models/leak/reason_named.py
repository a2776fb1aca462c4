from odoo import api, models
from odoo.fields import Domain

from .reason import REASONS

# What the ways in are called by which a record is not opened, but named.
FIELD, COMMENT = "field:", "comment"


def is_named(ways):
    """Say whether a record is not seen itself, but what others name of it.

    :param set ways: all ways by which it is seen
    """
    return all(way.startswith((FIELD, COMMENT)) for way in ways)


class CustomerPortalLeakReason(models.AbstractModel):
    """Whose the records are that fields of other records name."""

    _inherit = "customer.portal.leak.reason"

    @api.model
    def _get_named_domain(self, viewer, model_name):
        """Return the records of other customers that a field should not name.

        Employees and your own companies are no customers, and what is above an
        organization is no other one.

        :return: None if the records of the model name nobody
        :rtype: odoo.fields.Domain | None
        """
        domain = self._get_foreign_domain(viewer, model_name)
        if domain is None:
            return None
        path = self._get_customer_paths(model_name)[0]
        is_shared = "partner_share" if path == "id" else f"{path}.partner_share"
        known = viewer.own_ids | self._get_line_ids(viewer)
        return domain & Domain(path, "not in", known) & Domain(is_shared, "=", True)

    @api.model
    def _get_named_reason(self, ways, reason, code, model_name, res_id):
        """Return why a record is named, whose reason to be opened is known.

        :param set ways: all ways by which it is seen
        :param str code: of the module that publishes the field; empty where Odoo does
        :rtype: str
        """
        if reason in REASONS or not is_named(ways):
            return reason
        is_shown = code and any(way.startswith(FIELD) for way in ways)
        record_sudo = self.env[model_name].sudo().browse(res_id)
        if is_shown and self._is_of_customer(record_sudo):
            return "field"
        return "named"

    @api.model
    def _is_of_customer(self, record_sudo):
        """Say whether anybody of a record's organization has access to the portal."""
        path = self._get_customer_paths(record_sudo._name)[0]
        partners = record_sudo if path == "id" else record_sudo.mapped(path)
        ids = frozenset().union(*map(self._get_organization_ids, partners))
        domain = Domain("id", "in", ids) & Domain("portal_user", "=", True)
        return bool(partners.search_count(domain, limit=1))
