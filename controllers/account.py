import json

from odoo.exceptions import ValidationError
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal


class CustomerPortalAccount(CustomerPortal):
    @route()
    def portal_address_submit(self, *args, **kw):
        """Tell in the form why an e-mail address, which is the login, is refused."""
        try:
            with request.env.cr.savepoint():
                return super().portal_address_submit(*args, **kw)
        except ValidationError as error:
            return json.dumps({"invalid_fields": ["email"], "messages": [str(error)]})
