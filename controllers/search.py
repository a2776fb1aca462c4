from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal


class CustomerPortalSearch(CustomerPortal):
    @route(
        "/my/search",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def portal_search(self, search="", **_query):
        pages = request.env["customer.portal.record"]
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "customer_portal_search",
            "title": request.env._("Search"),
            "search": search,
            "found": pages.search_everything(search),
        }
        return request.render("customer_portal.search", values)
