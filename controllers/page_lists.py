from werkzeug.exceptions import NotFound
from werkzeug.urls import url_decode, url_encode

from odoo.exceptions import AccessError
from odoo.http import request, route

from ..models.record.ir_http import SESSION_HINT
from .page import CustomerPortalPage


class CustomerPortalPageLists(CustomerPortalPage):
    """What is done from a list: views are saved, and several records closed."""

    @route(
        "/my/p/<string:code>/close",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_module_close(self, code, query="", **_post):
        """Close what is chosen, and say in the same list what became of it."""
        module = self._get_module(code)
        forms = request.env["customer.portal.form"]
        ids = request.httprequest.form.getlist("ids")
        try:
            closing = forms.close_records(code, ids)
        except AccessError as error:
            raise NotFound() from error
        request.session[SESSION_HINT] = forms.describe_closing(closing)
        return self._return_to_list(module, query)

    @route(
        ["/my/p/<string:code>/views", "/my/p/<string:code>/views/<int:view_id>"],
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_module_view(
        self, code, view_id=None, name="", query="", shared="", **_post
    ):
        """Save what a list shows as a view, or change one."""
        views = request.env["customer.portal.view"]
        if view_id is None:
            work = (views.save_view, name, query, shared)
        else:
            work = (views.change_view, view_id, name, shared)
        return self._change_views(code, query, *work)

    @route(
        "/my/p/<string:code>/views/<int:view_id>/delete",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_module_view_delete(self, code, view_id, **_post):
        views = request.env["customer.portal.view"]
        return self._change_views(code, "", views.delete_view, view_id)

    # === INTERNALS === #

    def _change_views(self, code, query, work, *args):
        """Do something to the views of a list, and show it again."""
        module = self._get_module(code)
        if refusal := self._take(work, code, *args):
            request.session[SESSION_HINT] = refusal
        return self._return_to_list(module, query)

    def _return_to_list(self, module, query):
        """Show the list as it was, of a query from anywhere."""
        args = url_decode(query[:1000], errors="replace").to_dict()
        pages = request.env["customer.portal.record"]
        asked = pages.parse_list_query(module["code"], **args)
        args = asked.get_args(module["scope"])
        url = f"{module['url']}?{url_encode(args)}" if args else module["url"]
        return request.redirect(url, code=303)
