from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class CustomerPortalCaseFacts(models.AbstractModel):
    """Which cases hold something of their customer that an agent has not read."""

    _inherit = "customer.portal.case.facts"

    portal_unread = fields.Boolean(
        "Unread",
        compute="_compute_portal_unread",
        search="_search_portal_unread",
        help="The customer wrote last, and you have not opened the case since.",
    )

    @api.depends("portal_last_is_customer", "portal_last_message_id")
    @api.depends_context("uid")
    def _compute_portal_unread(self):
        read = self.env["customer.portal.reading"]._get_last_ids(self._origin)
        for case in self:
            last_id = case.portal_last_message_id
            asked = case.portal_last_is_customer and last_id >= 0
            case.portal_unread = asked and read.get(case._origin.id, -1) < last_id

    def _search_portal_unread(self, operator, value):
        if operator != "in":
            return NotImplemented
        asked = Domain("portal_last_is_customer", "=", True)
        asked &= Domain("portal_last_message_id", ">=", 0)
        unread = asked & ~Domain.custom(to_sql=self._make_read_sql)
        wanted = [unread if one else ~unread for one in set(map(bool, value))]
        return Domain.OR(wanted)

    @api.model
    def _make_read_sql(self, model, alias, query):
        return SQL(
            "EXISTS (SELECT 1 FROM customer_portal_reading reading"
            " WHERE reading.user_id = %s AND reading.model_name = %s"
            " AND reading.res_id = %s AND reading.message_id >= %s)",
            model.env.uid,
            model._name,
            model._field_to_sql(alias, "id", query),
            model._field_to_sql(alias, "portal_last_message_id", query),
        )
