import re

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_datetime

from ...utils_content import clean_content
from ..record.thread import EMPTY_BODIES

# How many comments are shown below one of Odoo's own pages.
MOST_COMMENTS = 100
# What opens a page in a link, whoever has it.
TOKEN_IN_LINK = re.compile(r"((?:access_)?token=)[^&\"'<>\s]+")


class CustomerPortalViewing(models.Model):
    """What is written on Odoo's own pages, for an agent who sees as the customer.

    Odoo's script loads it by a POST, which a view refuses.
    """

    _inherit = "customer.portal.viewing"

    @api.model
    def _find_comments(self, record):
        """Return the comments that the customer reads on a page, newest first.

        With the customer's rights, whatever rights the record of the page has.

        :return: dicts with ``author``, ``date``, ``body`` and the names of ``files``
        :rtype: list[dict]
        """
        model = self.env[record._name]
        thread = model._get_thread_with_access(record.id)
        if not thread or not self._get_current():
            return []
        messages = self.env["mail.message"].search(
            self._get_comments_domain(thread),
            order="id desc",
            limit=MOST_COMMENTS,
        )
        return [self._make_comment(message.sudo()) for message in messages]

    @api.model
    def _get_comments_domain(self, record):
        """Return what Odoo's script would load."""
        messages = self.env["mail.message"]
        website = record._fields["website_message_ids"]
        return (
            Domain(website.get_comodel_domain(record))
            & Domain("res_id", "=", record.id)
            & Domain("subtype_id", "=", self.env.ref("mail.mt_comment").id)
            & messages._get_search_domain_share()
            & (
                Domain("body", "not in", EMPTY_BODIES)
                | Domain("attachment_ids", "!=", False)
            )
        )

    @api.model
    def _make_comment(self, message_sudo):
        author = message_sudo.author_id.name or message_sudo.email_from or ""
        return {
            "author": author,
            "date": format_datetime(self.env, message_sudo.date, dt_format="short"),
            "body": clean_content(TOKEN_IN_LINK.sub(r"\1", message_sudo.body or "")),
            "files": message_sudo.attachment_ids.mapped("name"),
        }
