from odoo import api, fields, models
from odoo.tools import SQL


class CustomerPortalFaq(models.Model):
    """A question that customers ask again and again, and its answer."""

    _name = "customer.portal.faq"
    _inherit = ["mail.thread"]
    _description = "FAQ"
    _order = "sequence, id"
    _rec_name = "question"

    question = fields.Char(required=True, translate=True)
    answer = fields.Html(translate=True, sanitize=True)
    category_id = fields.Many2one(
        "customer.portal.faq.category", index=True, ondelete="restrict"
    )
    sequence = fields.Integer(default=10)
    is_published = fields.Boolean("Published", help="Customers see it.")
    profile_ids = fields.Many2many(
        "customer.portal.profile",
        string="Profiles",
        help="Only customers with these profiles see it. Empty: all of them.",
    )
    is_restricted = fields.Boolean(compute="_compute_is_restricted", store=True)
    valid_until = fields.Date(help="The last day that customers see it.")
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Documents", help="Customers download them."
    )
    vote_ids = fields.One2many("customer.portal.faq.vote", "faq_id", "Votes")
    vote_count = fields.Integer("Votes Count", compute="_compute_vote_count")
    helpful_count = fields.Integer("Found Helpful", compute="_compute_vote_count")
    view_count = fields.Integer(
        "Views", readonly=True, copy=False, help="Each contact counts once a day."
    )
    solved_count = fields.Integer(
        "Cases Avoided",
        readonly=True,
        copy=False,
        help="How often it answered somebody who was about to open a case.",
    )

    # Lists begin with it, however many FAQs there are.
    _order_idx = models.Index("(sequence, id)")
    _published_idx = models.Index("(sequence, id) WHERE is_published")

    @api.depends("profile_ids")
    def _compute_is_restricted(self):
        """Keep it: so no search has to read who sees which of all FAQs.

        It stays when the last of the profiles is deleted: then nobody sees the FAQ
        until an agent says who does, rather than everybody.
        """
        for faq in self:
            faq.is_restricted = bool(faq.profile_ids)

    @api.depends("vote_ids.helpful")
    def _compute_vote_count(self):
        groups = self.env["customer.portal.faq.vote"]._read_group(
            [("faq_id", "in", self.ids)], ["faq_id", "helpful"], ["__count"]
        )
        counts = {(faq.id, helpful): count for faq, helpful, count in groups}
        for faq in self:
            faq.helpful_count = counts.get((faq.id, True), 0)
            faq.vote_count = faq.helpful_count + counts.get((faq.id, False), 0)

    @api.constrains("attachment_ids")
    def _check_attachments(self):
        """Let nobody publish a document that they may not read."""
        # Odoo runs constraints with all rights.
        self.attachment_ids.sudo(False).check_access("read")

    @api.model_create_multi
    def create(self, vals_list):
        faqs = super().create(vals_list)
        faqs._keep_attachments()
        return faqs

    def write(self, vals):
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._keep_attachments()
        return result

    def _keep_attachments(self):
        """Make what was uploaded into a new FAQ its own: other agents read it, too."""
        for faq in self:
            loose = faq.attachment_ids.filtered(lambda one: not one.res_id)
            loose.write({"res_model": self._name, "res_id": faq.id})

    def _count(self, name):
        """Add one to a counter, unless somebody else is changing the FAQ just now.

        Past the ORM: the FAQ is not changed by being read.
        """
        self.ensure_one()
        column = SQL.identifier(name)
        self.env.cr.execute(
            SQL(
                """
                UPDATE customer_portal_faq SET %(column)s = COALESCE(%(column)s, 0) + 1
                 WHERE id IN (SELECT id FROM customer_portal_faq
                               WHERE id = %(id)s FOR NO KEY UPDATE SKIP LOCKED)
                """,
                column=column,
                id=self.id,
            )
        )
        self.invalidate_recordset([name], flush=False)
