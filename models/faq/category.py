from odoo import api, fields, models


class CustomerPortalFaqCategory(models.Model):
    """A heading that FAQs are found below."""

    _name = "customer.portal.faq.category"
    _description = "FAQ Category"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    faq_ids = fields.One2many("customer.portal.faq", "category_id", "FAQs")
    faq_count = fields.Integer("FAQ Count", compute="_compute_faq_count")

    _name_uniq = models.Constraint(
        "UNIQUE (name)", "A category with this name already exists."
    )

    def _compute_faq_count(self):
        counts = dict(
            self.env["customer.portal.faq"]._read_group(
                [("category_id", "in", self.ids)], ["category_id"], ["__count"]
            )
        )
        for category in self:
            category.faq_count = counts.get(category, 0)


class CustomerPortalPublishing(models.AbstractModel):
    """FAQs name their categories."""

    _inherit = "customer.portal.publishing"

    @api.model
    def _get_named_models(self):
        return super()._get_named_models() | {"customer.portal.faq.category"}
