from odoo import api, models

from .letter import LISTS


class MailTemplate(models.Model):
    """Letters that follow from the end of a period; each lists what is its own."""

    _inherit = "mail.template"

    @api.model
    def _get_portal_templates(self):
        """Settings say it, too, when one of these has lost its template."""
        own = "customer_portal.mail_template"
        overview, answer = (
            self.env._("Support ends overview"),
            self.env._("Answer to an extension request"),
        )
        return [
            *super()._get_portal_templates(),
            (None, overview, f"{own}_ends_manager"),
            (None, overview, f"{own}_ends_representative"),
            (None, self.env._("Extension request"), f"{own}_extension_asked"),
            (None, answer, f"{own}_extension_granted"),
            (None, answer, f"{own}_extension_refused"),
            (None, self.env._("Ended access"), f"{own}_receipt"),
        ]

    @api.model
    def _render_template_qweb(
        self, template_src, model, res_ids, add_context=None, options=None
    ):
        lists = self.env.context.get(LISTS)
        rest = template_src, model, res_ids, add_context, options
        if lists is None:
            return super()._render_template_qweb(*rest)
        rendered, letter = {}, self.env["customer.portal.letter"]
        for res_id in res_ids:
            own = self.with_context(**letter._get_list(lists.get(res_id, ())))
            rendered |= super(MailTemplate, own)._render_template_qweb(
                template_src, model, [res_id], add_context, options
            )
        return rendered
