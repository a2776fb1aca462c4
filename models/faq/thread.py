from odoo import api, models
from odoo.fields import Domain

from .gate import CODE


class CustomerPortalThread(models.AbstractModel):
    """Comments on FAQs."""

    _inherit = "customer.portal.thread"

    @api.model
    def _get_comment_domain(self, record):
        """Show of a FAQ's comments no mails, as all customers read them.

        Whoever answers a comment by email does not mean to publish their signature; and
        nobody has checked who they are, or whether they may comment.
        """
        domain = super()._get_comment_domain(record)
        if record._name == "customer.portal.faq":
            domain &= Domain("message_type", "=", "comment")
        return domain

    @api.model
    def _find_thread(self, module, res_id, action):
        """Find FAQs, too, in the name of the user."""
        gate = self.env["customer.portal.gate"]
        if module != CODE:
            return super()._find_thread(module, res_id, action)
        if not gate.may(CODE, action):
            return None
        return gate._get_visible_faq(res_id).with_user(self.env.user).sudo() or None
