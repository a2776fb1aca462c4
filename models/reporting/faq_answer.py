from odoo import fields, models
from odoo.tools import SQL

KINDS = [
    ("avoided", "Case Avoided"),
    ("helpful", "Helpful"),
    ("not_helpful", "Not Helpful"),
]


class CustomerPortalFaqAnswer(models.Model):
    """What customers say of FAQs: that one spared them a case, or helped, or did not.

    Of each contact and FAQ, what they said last counts.
    """

    _name = "customer.portal.faq.answer"
    _description = "Answered by FAQs"
    _auto = False
    _order = "date DESC, id DESC"
    _rec_name = "faq_id"

    faq_id = fields.Many2one("customer.portal.faq", "FAQ", readonly=True)
    category_id = fields.Many2one("customer.portal.faq.category", readonly=True)
    organization_id = fields.Many2one("res.partner", readonly=True)
    profile_id = fields.Many2one("customer.portal.profile", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    date = fields.Date(readonly=True)
    kind = fields.Selection(KINDS, "Answer", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT said.id, said.faq_id, said.date, said.kind, faq.category_id,
                   partner.commercial_partner_id AS organization_id,
                   partner.portal_profile_id AS profile_id, partner.company_id
              FROM (
                   SELECT 2 * id AS id, faq_id, partner_id, date, 'avoided' AS kind
                     FROM customer_portal_faq_reading
                    WHERE counter = 'solved_count'
                    UNION ALL
                   SELECT 2 * id + 1, faq_id, partner_id, write_date::date,
                          CASE WHEN helpful THEN 'helpful' ELSE 'not_helpful' END
                     FROM customer_portal_faq_vote
                   ) said
              JOIN customer_portal_faq faq ON faq.id = said.faq_id
              JOIN res_partner partner ON partner.id = said.partner_id
            """
        )
