from dateutil.relativedelta import relativedelta

from odoo import SUPERUSER_ID
from odoo.fields import Command

from ..const import PARAM_SUPPORT_OPENS
from ..models.source.entitlement_claims import BY_ORDER
from .common import CustomerPortalCommon


class SourceCommon(CustomerPortalCommon):
    """An organization that buys support for its two portal users."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        companies = cls.env.company.ids
        cls.env = cls.env(user=SUPERUSER_ID)(
            context={**cls.env.context, "allowed_company_ids": companies}
        )
        cls.params = cls.env["ir.config_parameter"].sudo()
        cls.params.set_param(PARAM_SUPPORT_OPENS, BY_ORDER)
        cls.azure, cls.deco = cls.env["res.partner"].create(
            [
                {"name": "Azure", "is_company": True},
                {"name": "Deco", "is_company": True},
            ]
        )
        cls.support, cls.chair = cls.env["product.template"].create(
            [
                {"name": "Support", "type": "service", "support_months": 12},
                {"name": "Chair", "list_price": 100},
            ]
        )
        cls.emma = cls._make_portal_contact(parent_id=cls.azure.id)
        cls.paul = cls._make_portal_contact("paul@example.com", parent_id=cls.azure.id)
        cls.alone = cls.env["res.partner"].create(
            {"name": "Not ticked", "email": "no@example.com", "parent_id": cls.azure.id}
        )
        cls.stranger = cls._make_portal_contact(
            "stranger@example.com", parent_id=cls.deco.id
        )
        cls.proposed = cls.today, cls._later(12)

    @classmethod
    def _later(cls, months):
        return cls.today + relativedelta(months=months)

    @classmethod
    def _quote(cls, partner=None, product=None, quantity=1, **values):
        line = {
            "product_id": (product or cls.support).product_variant_id.id,
            "product_uom_qty": quantity,
        }
        return cls.env["sale.order"].create(
            {
                "partner_id": (partner or cls.azure).id,
                "order_line": [Command.create(line)],
                **values,
            }
        )

    def _commit(self):
        """Do what is done shortly before a commit."""
        self.env.cr.flush()
        self.env.invalidate_all()

    def _order(self, *args, **kwargs):
        order = self._quote(*args, **kwargs)
        order.action_confirm()
        self._commit()
        return order

    def _period(self, partner):
        return partner.support_start_date, partner.support_end_date

    def _rows(self, document):
        return self.env["customer.portal.entitlement"].search(
            [
                ("document_model", "=", document._name),
                ("document_id", "=", document.id),
            ]
        )
