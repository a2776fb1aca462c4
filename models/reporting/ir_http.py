from contextlib import contextmanager

from werkzeug.exceptions import Forbidden, NotFound

from odoo import models
from odoo.exceptions import AccessError, MissingError
from odoo.http import request

# With what Odoo and the portal refuse.
REFUSALS = (AccessError, MissingError, Forbidden, NotFound)


class IrHttp(models.AbstractModel):
    """What customers are refused is noted as it leaves what has refused it."""

    _inherit = "ir.http"

    @classmethod
    def _pre_dispatch(cls, rule, args):
        with cls._noting_refusals():
            return super()._pre_dispatch(rule, args)

    @classmethod
    def _dispatch(cls, endpoint):
        with cls._noting_refusals():
            return super()._dispatch(endpoint)

    @classmethod
    @contextmanager
    def _noting_refusals(cls):
        try:
            yield
        except REFUSALS:
            cls._note_refusal()
            raise

    @classmethod
    def _note_refusal(cls):
        """Note that the request is refused, if it is a customer's who has logged in."""
        refusals = request.env["customer.portal.refusal"]
        if refusals._is_rpc(request.httprequest.path):
            refusals._note_rpc()
        elif user := cls._get_portal_visitor():
            refusals._note_request(user)
