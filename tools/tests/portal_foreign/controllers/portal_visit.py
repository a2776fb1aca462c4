from werkzeug.exceptions import NotFound

from odoo.exceptions import AccessError
from odoo.http import Controller, request, route

from odoo.addons.customer_portal.controllers.page import CustomerPortalPage


class PortalVisitPage(CustomerPortalPage):
    @route(
        "/my/p/visits/<int:res_id>/confirm",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_visit_confirm(self, res_id, **_post):
        forms = request.env["customer.portal.form"]
        try:
            forms.confirm_visit(res_id)
        except AccessError as error:
            raise NotFound() from error
        return request.redirect(f"/my/p/visits/{res_id}")

    def _prepare_record_values(self, module, row, /, **query):
        values = super()._prepare_record_values(module, row, **query)
        pages = request.env["customer.portal.record"]
        values["preparation"] = pages.get_preparation(module["code"], row["id"])
        return values


class PortalVisitHours(Controller):
    @route("/visits/hours", type="http", auth="public")
    def visit_hours(self):
        return "We visit from 8 to 17."
