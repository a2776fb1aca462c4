from odoo import models

from ...const import FAQ_URL


class CustomerPortalFaq(models.Model):
    """Comments on FAQs, which all customers read who see the FAQ.

    So nobody is told of what they may not see: customers get the answers of support, as
    long as they see the FAQ, and never the comments of other customers, whose names
    and addresses would come along.
    """

    _inherit = "customer.portal.faq"

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
        threads = self.env["customer.portal.thread"]
        users = self.env["res.users"].sudo()
        chosen, author = message.sudo().partner_ids, message.sudo().author_id
        # Of a mail, the name of its author may be a false one.
        is_mail = message.message_type == "email"

        def is_told(recipient):
            if not recipient["share"] or recipient["id"] in chosen.ids:
                return True
            user = users.browse(recipient["uid"] or ())
            is_answer = author and not author.partner_share and not is_mail
            return is_answer and threads._find_thread(user, "faqs", self.id, "comments")

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
