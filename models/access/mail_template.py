from odoo import models

from .res_users import SILENT, SILENT_VALUE

# What Odoo sends when somebody has signed up.
WELCOME = "auth_signup.mail_template_user_signup_account_created"


class MailTemplate(models.Model):
    _inherit = "mail.template"

    def send_mail(self, res_id, *args, **kwargs):
        """Do not welcome whom the login details have welcomed already."""
        is_silent = self.env.context.get(SILENT) is SILENT_VALUE
        if is_silent and self == self.env.ref(WELCOME, raise_if_not_found=False):
            return False
        return super().send_mail(res_id, *args, **kwargs)
