from odoo.http import request

from odoo.addons.portal.controllers.mail import MailController


class CustomerPortalMail(MailController):
    @classmethod
    def _redirect_to_record(cls, model, res_id, access_token=None, **kwargs):
        """Lead customers to the page on which their profile shows the record.

        Core sends them home if they may not read the model, which they need not.
        """
        user = request.env["res.users"].sudo().browse(request.session.uid or [])
        gate = request.env["customer.portal.gate"]
        url = user and model and res_id and gate.get_page_url(user, model, res_id)
        if url:
            return request.redirect(url)
        return super()._redirect_to_record(
            model, res_id, access_token=access_token, **kwargs
        )
