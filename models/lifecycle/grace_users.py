import json

from odoo import api, models


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model
    def _check_uid_passwd(self, uid, passwd):
        """Let calls of XML-RPC and JSON-RPC write nothing in grace.

        Each proves anew who calls, on the cursor that it then has.
        """
        result = super()._check_uid_passwd(uid, passwd)
        if self.env["customer.portal.grace"].with_user(uid)._is_on():
            self.env.cr.commit()  # What the login itself has noted stays.
            self.env["customer.portal.lock"]._refuse_writing(self.env.cr)
        return result


class ResUsersIdentitycheck(models.TransientModel):
    _inherit = "res.users.identitycheck"

    def run_check(self):
        """Do in grace only what is permitted without a password, too.

        It calls whatever was asked for before, maybe before support ended.
        """
        grace = self.env["customer.portal.grace"]
        if grace._is_on():
            _context, model_name, _ids, method, *_more = json.loads(self.sudo().request)
            if not grace._is_kept_call(model_name, method):
                grace._check_writing()
        return super().run_check()
