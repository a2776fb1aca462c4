from odoo import api, fields, models
from odoo.tools import SQL, is_html_empty

from ...const import FAQ_URL


class CustomerPortalFaq(models.Model):
    """A question that customers ask again and again, and its answer.

    All customers who see it read the comments on it. So nobody is told of what they
    may not see: customers get the answers of support, as long as they see the FAQ, and
    never the comments of other customers, whose names and addresses would come along.
    """

    _name = "customer.portal.faq"
    _inherit = ["mail.thread"]
    _description = "FAQ"
    _order = "sequence, id"
    _rec_name = "question"

    question = fields.Char(required=True, translate=True)
    answer = fields.Html(translate=True, sanitize=True)
    is_unanswered = fields.Boolean(compute="_compute_is_unanswered")
    category_id = fields.Many2one(
        "customer.portal.faq.category", index=True, ondelete="restrict"
    )
    sequence = fields.Integer(default=10)
    is_published = fields.Boolean("Published", help="Visible to customers.")
    profile_ids = fields.Many2many(
        "customer.portal.profile",
        string="Profiles",
        help="Only customers with these profiles see it. Leave empty for all "
        "customers.",
    )
    is_restricted = fields.Boolean(compute="_compute_is_restricted", store=True)
    valid_until = fields.Date(help="The last day on which customers see it.")
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Documents", help="Customers can download these files."
    )
    vote_ids = fields.One2many("customer.portal.faq.vote", "faq_id", "Votes")
    vote_count = fields.Integer("Votes Count", compute="_compute_vote_count")
    helpful_count = fields.Integer("Found Helpful", compute="_compute_vote_count")
    view_count = fields.Integer(
        "Views", readonly=True, copy=False, help="Each contact is counted once a day."
    )
    solved_count = fields.Integer(
        "Cases Avoided",
        readonly=True,
        copy=False,
        help="How often it answered the question of a customer who was about to "
        "create a case.",
    )

    # Lists begin with it, however many FAQs there are.
    _order_idx = models.Index("(sequence, id)")
    _published_idx = models.Index("(sequence, id) WHERE is_published")

    @api.depends("answer")
    def _compute_is_unanswered(self):
        """What an editor leaves behind is no answer: an empty paragraph, say."""
        for faq in self:
            faq.is_unanswered = is_html_empty(faq.answer)

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

    # === COMMENTS === #

    def _message_post_after_hook(self, message, msg_values):
        """Let a customer follow what they have commented on."""
        author = message.author_id.sudo()
        if author.partner_share and not message.subtype_id.internal:
            self.message_subscribe(author.ids)
        return super()._message_post_after_hook(message, msg_values)

    def _has_portal_agents(self):
        return True

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        users = self.env["res.users"].sudo()
        chosen, author = message.sudo().partner_ids, message.sudo().author_id
        # Of a mail, the name of its author may be a false one.
        is_mail = message.message_type == "email"

        def is_told(recipient):
            if not recipient["share"] or recipient["id"] in chosen.ids:
                return True
            user = users.browse(recipient["uid"] or ())
            is_answer = author and not author.partner_share and not is_mail
            return is_answer and self.env["customer.portal.thread"].with_user(
                user
            )._find_thread("faqs", self.id, "comments")

        return [recipient for recipient in recipients if is_told(recipient)]

    def _make_portal_page_groups(self):
        """Let the button of a mail lead customers to the page of the FAQ."""
        url = f"{self.get_base_url()}{FAQ_URL}/{self.id}"
        values = {
            "active": True,
            "has_button_access": True,
            "button_access": {"url": url},
        }
        return [
            ("customer_portal_faq", lambda pdata: pdata["type"] == "portal", values)
        ]
