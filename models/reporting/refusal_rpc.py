import logging
import xmlrpc.client
from contextlib import suppress

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessDenied, MissingError
from odoo.http import request

_logger = logging.getLogger(__name__)

# Where programs call methods with a password or a key at each call, by XML and by JSON.
XML_RPC, JSON_RPC = "/xmlrpc", "/jsonrpc"


class CustomerPortalRefusal(models.AbstractModel):
    """Calls of programs that have no session.

    Odoo closes the request's cursor before such a call, and knows nobody there.
    """

    _inherit = "customer.portal.refusal"

    @api.model
    def _is_rpc(self, path):
        """Say whether Odoo answers an address without a session of its own."""
        return self._is_below(path, (XML_RPC, JSON_RPC))

    @api.model
    def _note_rpc(self):
        """Write down the call that is refused, if a customer has made it.

        An error here changes nothing about the answer.
        """
        try:
            with request.registry.cursor() as cr:
                self.with_env(api.Environment(cr, SUPERUSER_ID, {}))._note_rpc_call()
        except Exception:
            _logger.exception("A refused call by RPC is lost")

    @api.model
    def _note_rpc_call(self):
        service, name, params = self._read_rpc()
        if service != "object" or params[0] != self.env.cr.dbname:
            return
        _db, uid, password, model, method, *rest = params
        user = self.env["res.users"].browse(int(uid))
        args = rest[0] if name == "execute_kw" else rest
        subject = self._read_call({"model": model, "method": method, "args": args})
        if subject and self._is_caller(user, password) and user._is_portal():
            self._keep(user, subject)

    @api.model
    def _is_caller(self, user, password):
        """Ask once more, so that nobody fills the log of a customer; Odoo remembers."""
        with suppress(AccessDenied, MissingError):
            self.env["res.users"]._check_uid_passwd(user.id, password)
            return True
        return False

    @api.model
    def _read_rpc(self):
        """Return the service, its method and the parameters of the request."""
        path = request.httprequest.path
        if self._is_below(path, (JSON_RPC,)):
            return tuple(request.params[name] for name in ("service", "method", "args"))
        params, name = xmlrpc.client.loads(request.httprequest.get_data())
        return path.rpartition("/")[2], name, params
