from operator import methodcaller

from odoo import api, fields, models

from ..base.lock import answer_each, report_failure

CRON = "customer_portal.ir_cron_answer_resets"
# The longest login that is looked for, in characters.
LOGIN_LENGTH = 254
BATCH = 100


class CustomerPortalReset(models.Model):
    """Somebody has asked for a link to choose a new password.

    The request only notes it, so that it does and takes the same for any login, known
    or not. A scheduled action looks who it is, and writes the mail, at once.
    """

    _name = "customer.portal.reset"
    _description = "Customer Portal Password Reset"
    _rec_name = "login"
    _order = "id"

    login = fields.Char(required=True)
    lang = fields.Char()
    ip_address = fields.Char("IP Address")
    user_agent = fields.Char("Browser")

    @api.model
    def _ask(self, login):
        """Note what somebody asks for.

        :param str login: of anybody
        """
        origin = self.env["customer.portal.touchpoint"]._get_origin()
        login = str(login or "").replace("\0", "").strip()[:LOGIN_LENGTH]
        values = {**origin, "login": login or " ", "lang": self.env.lang}
        self.sudo().create(values)
        self.env.ref(CRON).sudo()._trigger()

    @api.model
    def _cron_answer(self):
        """Answer what was asked; what fails is reported and stops nobody."""
        asked = self.search([], limit=BATCH)
        answer_each(asked, methodcaller("_answer"), CRON, BATCH)

    def _answer(self):
        lang = self.env["res.lang"]._get_code(self.lang)
        users = self.env["res.users"].with_context(lang=lang or self.env.lang)
        origin = {name: self[name] for name in ("ip_address", "user_agent")}
        report_failure(self.env, users._send_reset_link, self.login, origin)
        self.unlink()
