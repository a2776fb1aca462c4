import re

from markupsafe import Markup

from odoo import api, models

# What customers open by links in mails, beside what these pages show.
PORTAL_PATH = (
    r"(?=/(?:my|rate|mail/(?:view|unfollow)|logo(?:\.png)?"
    r"|web/(?:login|signup|reset_password|image|content))(?![\w-]))"
)


class CustomerPortalLink(models.AbstractModel):
    """Lets links in mails to customers begin with the Portal URL of the company.

    ``get_base_url`` does not know for whom a link is: the agents' mails about the same
    record lead to the backend, which customers' hosts need not serve. So addresses of
    portal pages are changed where it is known who gets them, and no others.
    """

    _name = "customer.portal.link"
    _description = "Customer Portal Email Links"

    @api.model
    def _replace_base_url(self, record, text):
        """Let links to portal pages in a text begin with the Portal URL.

        :param record: whose company decides; that of the user for a contact without one
        :param text: an address, or a text with addresses, such as the body of a mail
        :return: the text, of the same type
        """
        portal_url = text and self._get_company(record).sudo().portal_url
        if not portal_url:
            return text
        bases = {record.get_base_url(), self.env.company.get_base_url()}
        anywhere = "|".join(re.escape(base.rstrip("/")) for base in bases)
        led = re.sub(f"(?:{anywhere}){PORTAL_PATH}", portal_url, str(text))
        return Markup(led) if isinstance(text, Markup) else led

    @api.model
    def _replace_base_url_in_mails(self, mails, records):
        """Do it in the bodies of queued mails, one for each record."""
        for mail, record in zip(mails, records, strict=True):
            mail.body_html = self._replace_base_url(record, mail.body_html)

    @api.model
    def _get_company(self, record):
        if record._name == "res.partner":
            return record._get_portal_company()
        return record.sudo()._mail_get_companies(default=self.env.company)[record.id]

    @api.model
    def _has_page(self, record):
        """Say whether customers see a record in the portal, if they see it at all."""
        url = "access_url" in record and record.sudo().access_url
        gate = self.env["customer.portal.gate"]
        return (url or "").startswith("/my/") or bool(
            gate._get_generated_codes(record._name)
        )
