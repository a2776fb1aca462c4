import json

from psycopg2.errors import ReadOnlySqlTransaction

from odoo import api, models

from ..base import lock
from .grace import ReadingOnly


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model
    def _check_uid_passwd(self, uid, passwd):
        """Let calls of XML-RPC and JSON-RPC write nothing in grace.

        Each proves anew who calls, on the cursor that it then has.
        """
        result = super()._check_uid_passwd(uid, passwd)
        grace = self.env["customer.portal.grace"].with_user(uid)
        if grace._is_on():
            # What the login itself has noted stays.
            self.env.cr.commit()  # pylint: disable=invalid-commit
            lock.refuse_writing(self.env.cr)
            grace._refuse_in_words(self.env.cr)
        return result


class CustomerPortalGrace(models.AbstractModel):
    _inherit = "customer.portal.grace"

    @api.model
    def _refuse_in_words(self, cr):
        """Let who calls read what is left to do, instead of the database's error.

        At the cursor of the call, as nothing else of an addon is asked: XML-RPC names
        the database in what it sends, so Odoo serves it before it knows which addons
        there are.
        """
        text = self.with_context(lang=self.env.user.sudo().lang)._get_text()
        execute = cr.execute

        def refuse(*args, **kwargs):
            try:
                return execute(*args, **kwargs)
            except ReadOnlySqlTransaction as error:
                raise ReadingOnly(text) from error

        cr.execute = refuse


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
