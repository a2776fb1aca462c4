from collections import defaultdict
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .span import SupportPeriod, add_months
from .support_product import MOST_MONTHS

SOURCE = "product"
# After so many digits a part of a month is what computers make of a decimal number.
ROUNDED = 6


class Claim(NamedTuple):
    """What a line of an order or an invoice brings as things are now."""

    line: models.BaseModel
    document: models.BaseModel
    organization: models.BaseModel
    unit_months: int
    quantity: float

    def get_values(self, unit_months):
        """Return what an entitlement says of it.

        Parts of a month are not given, and what is too much is cut off.
        """
        months = int(round(unit_months * max(self.quantity, 0), ROUNDED))
        return {
            "partner_id": self.organization.id,
            "company_id": self.document.company_id.id,
            "document_name": self.document.name or "",
            "months": min(months, MOST_MONTHS),
        }


class CustomerPortalEntitlement(models.Model):
    """Months of support that an organization has bought: one row a line, ever.

    The period is what the rows add up to, so it does not matter how often, or by how
    many at once, a line is looked at. What a product brought when it was sold stays,
    whatever it brings later.
    """

    _name = "customer.portal.entitlement"
    _description = "Support Entitlement"
    _order = "date DESC, id DESC"
    _rec_name = "document_name"

    partner_id = fields.Many2one(
        "res.partner", "Organization", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", index="btree_not_null")
    model_id = fields.Many2one("ir.model", required=True, ondelete="cascade")
    res_id = fields.Integer("Line ID", required=True)
    document_model = fields.Char(required=True)
    document_id = fields.Many2oneReference(
        "Document ID", model_field="document_model", required=True
    )
    document_name = fields.Char("Document")
    date = fields.Date("Counted From", required=True)
    unit_months = fields.Integer("Months Each", required=True)
    months = fields.Integer(
        required=True, help="0 = canceled, credited, or no longer paid."
    )

    _line_uniq = models.Constraint(
        "UNIQUE (model_id, res_id)", "A line brings support once."
    )
    _document_idx = models.Index("(document_model, document_id)")

    # === ACTION METHODS === #

    def action_open_document(self):
        """Open what was bought.

        :raise AccessError: for those who may not read it in Odoo
        """
        self.ensure_one()
        self.check_access("read")
        document = self.env[self.document_model].browse(self.document_id)
        document.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": document._name,
            "res_id": document.id,
            "views": [(False, "form")],
        }

    # === BUSINESS METHODS === #

    @api.model
    def _book(self, documents):
        """Write down what orders or invoices bring, or no longer bring.

        :param documents: with all rights
        :return: the organizations for which something is different now
        :rtype: res.partner
        """
        claims = self._get_claims(documents)
        rows = self._find(documents)
        self._queue_up(rows.partner_id.union(*(one.organization for one in claims)))
        kept = {(row.model_id.model, row.res_id): row for row in rows}
        changed = self.env["res.partner"]
        for claim in claims:
            row = kept.pop((claim.line._name, claim.line.id), None)
            changed |= self._book_claim(claim, row)
        for row in kept.values():
            if row.months:
                row.months = 0
                changed |= row.partner_id
        return changed

    @api.model
    def _queue_up(self, organizations):
        """Let one transaction after the other count what an organization has bought.

        Touching the contact makes one that has waited here fail, which Odoo then
        repeats: it adds to what the one before it has written down.
        """
        if organizations:
            self.env.cr.execute(
                SQL(
                    "UPDATE res_partner SET support_source = support_source"
                    " WHERE id = ANY(%s)",
                    sorted(organizations.ids),
                )
            )

    @api.model
    def _book_claim(self, claim, row):
        if not row:
            values = claim.get_values(claim.unit_months)
            if not values["months"]:
                return self.env["res.partner"]
            return self.create({**self._prepare_row(claim), **values}).partner_id
        values = claim.get_values(row.unit_months)
        before = row._convert_to_write({name: row[name] for name in values})
        if values.items() <= before.items():
            return self.env["res.partner"]
        former = row.partner_id
        row.write(values)
        return former | row.partner_id

    @api.model
    def _prepare_row(self, claim):
        return {
            "model_id": self.env["ir.model"]._get_id(claim.line._name),
            "res_id": claim.line.id,
            "document_model": claim.document._name,
            "document_id": claim.document.id,
            "unit_months": claim.unit_months,
            "date": claim.document.company_id._get_portal_today(),
        }

    @api.model
    def _find(self, documents):
        return self.search(
            [
                ("document_model", "=", documents._name),
                ("document_id", "in", documents.ids),
            ]
        )

    @api.model
    def _filter_counted(self, lines):
        """Return those of some lines that bring support, or did once.

        :param lines: of orders or of invoices
        """
        rows = self.search(
            [("model_id.model", "=", lines._name), ("res_id", "in", lines.ids)]
        )
        return lines.browse(rows.mapped("res_id"))

    @api.model
    def _get_periods(self, contacts):
        """Return the period that has been bought for each contact, if any.

        :rtype: dict
        """
        organizations = contacts.commercial_partner_id
        by_organization = defaultdict(self.browse)
        domain = Domain("partner_id", "in", organizations.ids)
        for row in self.search(domain & Domain("months", ">", 0), order="date, id"):
            by_organization[row.partner_id] |= row
        periods = {}
        for contact in contacts:
            rows = by_organization.get(contact.commercial_partner_id, self)
            company = contact.company_id
            mine = rows.filtered(
                lambda row, company=company: not company or row.company_id == company
            )
            if mine:
                periods[contact] = mine._add_up()
        return periods

    def _add_up(self):
        """Return the period that these rows make: each adds to the end of the former.

        What comes after a gap begins anew. All months count from one day, or the end
        would wander with each short month.
        """
        start = end = last = None
        months = 0
        for row in self:
            if end is None or row.date > end:
                start, months = row.date, 0
            months += row.months
            end, last = add_months(start, months), row
        return SupportPeriod(
            SOURCE,
            start,
            end,
            last.document_model,
            last.document_id,
            last.document_name,
        )
