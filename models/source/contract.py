from odoo import api, fields, models
from odoo.fields import Domain

from .span import SupportPeriod

SOURCE = "contract"
LINES = "contract.line"
# What is read of a line; where an addon of that name has other fields, it says nothing.
LINE_FIELDS = ("contract_id", "product_id", "date_start", "date_end")
CONTRACT_FIELDS = ("commercial_partner_id", "company_id", "active")
# What other addons add: lines that no longer count, though they keep their dates.
CANCELED = "is_canceled"
# What tells contracts with customers from those with vendors, and its value.
CONTRACT_TYPE, SOLD = "contract_type", "sale"


class ResPartner(models.Model):
    """Contracts of the community's addon ``contract``: support ends with the line.

    Only lines with a support product count, in a contract with a customer: one for
    something else, or with a vendor, opens nothing. A line without an end goes on until
    it gets one.
    """

    _inherit = "res.partner"

    support_source = fields.Selection(
        selection_add=[(SOURCE, "Contract")], ondelete={SOURCE: "set null"}
    )

    def _get_support_periods(self):
        periods = super()._get_support_periods()
        found = self._find_contract_periods(self.commercial_partner_id)
        self._add_support_periods(periods, found)
        return periods

    @api.model
    def _get_sourced_domain(self):
        domain = super()._get_sourced_domain()
        ids = [
            organization.id for organization, *_rest in self._find_contract_periods()
        ]
        return domain | Domain("commercial_partner_id", "in", ids)

    @api.model
    def _find_contract_periods(self, organizations=None):
        """Return what contracts say, of some organizations or of all.

        :return: organization, company and :class:`SupportPeriod` of each line
        :rtype: list[tuple]
        """
        templates = self._get_support_templates()
        if not templates or not self._has_contracts():
            return []
        organization, company, active = CONTRACT_FIELDS
        domain = self._get_contract_domain(templates)
        domain &= Domain(f"{LINE_FIELDS[0]}.{active}", "=", True)
        if organizations is not None:
            path = f"{LINE_FIELDS[0]}.{organization}"
            domain &= Domain(path, "in", organizations.ids)
        found = []
        for line in self.env[LINES].sudo().search(domain):
            contract, _product, start, end = (line[name] for name in LINE_FIELDS)
            name = contract.display_name
            period = SupportPeriod(
                SOURCE, start, end, contract._name, contract.id, name
            )
            found.append((contract[organization], contract[company], period))
        return found

    @api.model
    def _get_contract_domain(self, templates):
        _contract, product, start, _end = LINE_FIELDS
        domain = Domain(f"{product}.product_tmpl_id", "in", templates)
        domain &= Domain(start, "!=", False)
        lines = self.env[LINES]._fields
        if CANCELED in lines:
            domain &= Domain(CANCELED, "=", False)
        if CONTRACT_TYPE in self.env[lines[LINE_FIELDS[0]].comodel_name]._fields:
            domain &= Domain(f"{LINE_FIELDS[0]}.{CONTRACT_TYPE}", "=", SOLD)
        return domain

    @api.model
    def _is_source_there(self, source):
        if source == SOURCE:
            return self._has_contracts()
        return super()._is_source_there(source)

    @api.model
    def _has_contracts(self):
        """Say whether there are contracts, with the fields that we know."""
        if LINES not in self.env:
            return False
        known = self.env[LINES]._fields
        if not all(name in known for name in LINE_FIELDS):
            return False
        contracts = self.env[known[LINE_FIELDS[0]].comodel_name]
        return all(name in contracts._fields for name in CONTRACT_FIELDS)
