from odoo import models
from odoo.http import request

from ..access.ir_http import SESSION_LANG, SESSION_LANG_UID


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _frontend_pre_dispatch(cls):
        """Begin each session in the customer's language, or the one just chosen.

        Core takes that of a cookie, which the login page has set.
        """
        user = cls._get_portal_visitor()
        if (
            user
            and request.session.uid
            and (request.session.get(SESSION_LANG_UID) != user.id)
        ):
            chosen = request.session.pop(SESSION_LANG, None)
            if chosen:
                user.env["customer.portal.account"].with_user(
                    user
                )._set_language_in_new_transaction(chosen)
            cls._keep_in_session(SESSION_LANG_UID, user.id)
            code = request.env["ir.http"].get_nearest_lang(chosen or user.lang)
            if code:
                request.lang = request.env["res.lang"]._get_data(code=code)
        return super()._frontend_pre_dispatch()

    @classmethod
    def _set_portal_language(cls, code):
        """Show all pages in a language from now on; customers keep it.

        :param str code: ignored if it is none of those that pages have
        """
        lang = request.env["res.lang"]._get_frontend().get(code)
        if not lang:
            return
        if user := cls._get_portal_visitor():
            user.env["customer.portal.account"].with_user(user)._set_preferences(
                {"lang": code}
            )
        else:
            request.session[SESSION_LANG] = code
        request.lang = lang
        request.session.context = {**request.session.context, "lang": code}
        request.update_context(lang=code)
        request.future_response.set_cookie("frontend_lang", code)
