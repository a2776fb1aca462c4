from odoo.http import request

from .page import CustomerPortalPage


class CustomerPortalPagePromises(CustomerPortalPage):
    """When customers can expect an answer and a solution, on the page of a record."""

    def _prepare_record_values(self, module, row, /, **query):
        values = super()._prepare_record_values(module, row, **query)
        pages = request.env["customer.portal.record"]
        values["promises"] = pages.get_promises(module["code"], row["id"])
        return values
