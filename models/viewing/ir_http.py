from urllib.parse import urlsplit

from werkzeug.exceptions import Forbidden, MethodNotAllowed, NotFound

from odoo import SUPERUSER_ID, api, models
from odoo.http import request

from ..base.odoo_http import SessionExpiredException
from .session import QuietResponse, ViewingSession
from .viewing import COOKIE

# Our own addresses: they answer the agent.
VIEWING_URL = "/customer_portal/viewing"
REFUSED_URL = f"{VIEWING_URL}/refused"
LEAVE_URL = f"{VIEWING_URL}/leave"
# The customer's.
COUNTERS_URL = "/my/viewing/counters"
# What pages of customers load from elsewhere, with the customer's rights.
PARTS = (
    *("/web/image", "/web/content", "/web/binary/company_logo", "/report/barcode"),
    *("/logo", "/logo.png", "/customer_portal/look", "/mail/avatar"),
)
# What is the same for everybody, and the way back to Odoo.
NEUTRAL = (
    *("/web/assets", "/web/bundle", "/web/webclient/translations", "/favicon.ico"),
    *("/website/translations", "/web/manifest.webmanifest", "/odoo", VIEWING_URL),
)
# Whom scripts of the pages may ask: what only reads.
FETCHED = (
    *("/my", "/my/", "/web/bundle/", "/web/webclient/translations"),
    "/website/translations",
)
# Where no page of customers is, in no language.
OTHERS = ("odoo", "web", "scoped_app", "customer_portal")
SAFE = ("GET", "HEAD")
# What opens a page in an address, whoever comes.
TOKEN = "access_token"


class WritesWhenOpened(Forbidden):
    """A page that changes something when it is opened, so it is not."""


class IrHttp(models.AbstractModel):
    """See as Customer: an agent's request gets a customer's user, and only reads.

    Which requests those are is found out when the route is looked up. From then on,
    ``request.portal_view`` says so. What cannot be answered goes to a route of its own,
    so that no other one ever sees it.
    """

    _inherit = "ir.http"

    # === WHICH REQUESTS === #

    @classmethod
    def _match(cls, path_info):
        is_asked = hasattr(request, "portal_view")  # Pages look up routes, too.
        if is_asked or not request.httprequest.cookies.get(COOKIE):
            return super()._match(path_info)
        request.portal_view = None
        try:
            rule, args = super()._match(path_info)
        except (MethodNotAllowed, NotFound):
            if cls._is_let_through([path_info]):
                raise
        else:
            if cls._is_let_through([path_info, *rule.endpoint.routing["routes"]]):
                return rule, args
        cls._forget_portal_view()
        return super()._match(REFUSED_URL)

    @classmethod
    def _is_let_through(cls, paths):
        """Say whether a request goes on, as the agent's own or as the customer's.

        :param list paths: the address, and those that its route has
        """
        if not cls._is_viewing(paths):
            return True
        viewings = request.env["customer.portal.viewing"].with_user(SUPERUSER_ID)
        request.portal_view = viewings._find_view()
        return bool(request.portal_view) and cls._is_shown(paths)

    @classmethod
    def _forget_portal_view(cls):
        """Let the agent be told: at an address that nothing leads on from."""
        request.portal_view = None
        if hasattr(request, "is_frontend"):
            del request.is_frontend  # Or the language would not be looked up.

    @classmethod
    def _is_viewing(cls, paths):
        """Say whether a request is part of what an agent sees as a customer.

        So are portal pages, and whatever they ask for. It decides nothing about rights:
        anything else answers the agent, as ever.
        """
        if any(map(cls._is_viewed_page, paths)):
            return True
        if cls._is_below(paths[0], NEUTRAL):
            return False
        referrer = urlsplit(request.httprequest.referrer or "")
        is_own = referrer.netloc == request.httprequest.host
        return is_own and cls._is_viewed_page(referrer.path)

    @classmethod
    def _is_viewed_page(cls, path):
        """Say whether an address is a portal page, in any language."""
        first, second = [*path.split("/"), "", ""][1:3]
        return first == "my" or (second == "my" and first not in OTHERS)

    @classmethod
    def _is_below(cls, path, places):
        return any(path == place or path.startswith(f"{place}/") for place in places)

    @classmethod
    def _is_shown(cls, paths):
        """Say whether a request only reads what a customer's pages consist of."""
        is_page = any(map(cls._is_viewed_page, paths))
        is_part = is_page or cls._is_below(paths[0], PARTS)
        return is_part and request.httprequest.method in SAFE

    # === WHOSE THEY ARE === #

    @classmethod
    def _authenticate(cls, endpoint):
        """Become the customer once it is sure that the agent is still there."""
        result = super()._authenticate(endpoint)
        if cls._begin_portal_view():
            result = super()._authenticate(endpoint)
        return result

    @classmethod
    def _serve_fallback(cls):
        """Show none of the files that have an address but no route."""
        if cls._begin_portal_view():
            return None
        return super()._serve_fallback()

    @classmethod
    def _begin_portal_view(cls):
        """Give the request the customer's user and session, and no way to write.

        :return: whether it is part of a view
        :rtype: bool
        """
        viewings = request.env["customer.portal.viewing"]
        view = viewings._get_current()
        if not view:
            return False
        viewings._make_read_only(request.env.cr)
        user_sudo = (
            request.env["res.users"].with_user(SUPERUSER_ID).browse(view.user_id)
        )
        request.session = ViewingSession.make(view, user_sudo)
        request.future_response = QuietResponse()
        request.update_env(view.user_id, request.session.context, su=False)
        return True

    @classmethod
    def _close_portal_session(cls, user):
        """Let the agent see what a customer would whom the door keeps out just now."""
        if request.env["customer.portal.viewing"]._get_current():
            return False
        return super()._close_portal_session(user)

    @classmethod
    def _keep_in_session(cls, key, value):
        if not isinstance(request.session, ViewingSession):
            return super()._keep_in_session(key, value)
        request.session[key] = value
        return None

    @classmethod
    def _post_logout(cls):
        """End what the agent sees as a customer with their session."""
        viewings = request.env["customer.portal.viewing"]
        is_asked = request.httprequest.cookies.get(COOKIE)
        if is_asked and not viewings._get_current():
            viewings._end_in_new_transaction()
            viewings._set_cookie(request.future_response, "")
        return super()._post_logout()

    # === WHAT THEY ARE ANSWERED === #

    @classmethod
    def _dispatch(cls, endpoint):
        """Read pages by the customer's rights alone: some note who comes by a token.

        Some must be given one, so it is emptied.
        """
        view = request.env["customer.portal.viewing"]._get_current()
        if view and cls._is_viewed_page(request.httprequest.path):
            request.params |= dict.fromkeys({TOKEN} & request.params.keys())
        return super()._dispatch(endpoint)

    @classmethod
    def _handle_error(cls, exception):
        """Say so where a page writes when it is opened, and log nobody out."""
        viewings = request.env["customer.portal.viewing"]
        if viewings._get_current():
            is_over = isinstance(exception, SessionExpiredException)
            if is_over or cls._has_tried_to_write(exception):
                request.env.cr.rollback()
                exception = WritesWhenOpened()
        return super()._handle_error(exception)

    @classmethod
    def _get_portal_error(cls, env, values):
        is_writing = isinstance(values.get("exception"), WritesWhenOpened)
        return super()._get_portal_error(env, {**values, "is_writing": is_writing})

    @classmethod
    def _post_dispatch(cls, response):
        """Tell the browser nothing that it would keep."""
        result = super()._post_dispatch(response)
        if request.env["customer.portal.viewing"]._get_current():
            response.headers.remove("Set-Cookie")
            response.headers["Cache-Control"] = "no-store, private"
        return result

    @classmethod
    def _get_portal_policy(cls, path):
        """Let the page send nothing elsewhere: there it would be the agent."""
        policy = super()._get_portal_policy(path)
        if not request or not request.env["customer.portal.viewing"]._get_current():
            return policy
        root = request.httprequest.host_url.rstrip("/")
        sent = ("/my", "/my/", LEAVE_URL)
        return {
            **policy,
            "connect-src": tuple(f"{root}{url}" for url in FETCHED),
            "form-action": tuple(f"{root}{url}" for url in sent),
            "worker-src": ("'none'",),
        }

    @api.model
    def get_frontend_session_info(self):
        """Tell our scripts, which then ask for nothing that is refused."""
        info = super().get_frontend_session_info()
        if self.env["customer.portal.viewing"]._get_current():
            info["customer_portal_viewing"] = True
        return info
