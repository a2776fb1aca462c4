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
        url = (
            user
            and model
            and res_id
            and gate.with_user(user).get_page_url(model, res_id)
        )
        if url:
            return request.redirect(url)
        if access_token and not cls._takes_token(model, res_id):
            access_token = None
        return super()._redirect_to_record(
            model, res_id, access_token=access_token, **kwargs
        )

    @classmethod
    def _takes_token(cls, model, res_id):
        """Say whether a token opens a record; what is no record, core answers."""
        if not res_id or model not in request.env:
            return True
        gate = request.env["customer.portal.gate"]
        return gate.takes_token(model, res_id)
