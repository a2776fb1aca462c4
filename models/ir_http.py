import logging
from inspect import Parameter, signature
from traceback import walk_tb

from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import (
    BadRequest,
    MethodNotAllowed,
    NotFound,
    RequestEntityTooLarge,
    RequestURITooLarge,
    abort,
)

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError
from odoo.http import request, root

from odoo.addons.base.models.ir_qweb import QWebError

from ..const import DECISIONS, LED_PAGES, RELATED_PAGES
from ..utils import MAX_INTEGER
from .customer_portal_gate_native import MINE

_logger = logging.getLogger(__name__)

# Session key: the portal user whose login has been logged.
SESSION_LOGIN = "customer_portal_login_uid"
# Session key: the language that was chosen before the login.
SESSION_LANG = "customer_portal_lang"
# Session key: the portal user whose language the session has.
SESSION_LANG_UID = "customer_portal_lang_uid"
# Session key: why the session was closed, for the login page that follows.
SESSION_REFUSAL = "customer_portal_refusal"

# Session key: what to say of the files that were uploaded, on the next page.
SESSION_HINT = "customer_portal_hint"

# Parameters of a list that name one of the choices it offers.
CHOICES = ("sortby", "filterby", "groupby", "search_in")
# What core hands to the database as it is.
DATES = ("date_begin", "date_end")

# Parameters that are files; all others are texts.
FILE_PARAMETERS = ("ufile",)
# The longest text that an address can hold, in characters; longer ones mean nothing.
PARAMETER_LENGTH = 2000
# The longest address with all its parameters, as web servers have it.
ADDRESS_LENGTH = 8000
# The kinds of parameters of a method that are filled by their names.
NAMED = (Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)
PACKAGE = "odoo.addons.customer_portal."


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _match(cls, path):
        """Answer 404 on the portal's own host for all that is no page of customers.

        A website can give a page other addresses: ask about those it has in the code.
        """
        try:
            rule, args = super()._match(path)
        except MethodNotAllowed:
            cls._check_portal_host([path])
            raise
        size = len(path) + len(request.httprequest.query_string)
        if size > ADDRESS_LENGTH and cls._is_portal_endpoint(rule.endpoint):
            raise RequestURITooLarge  # The login page and its links would repeat it.
        routes = rule.endpoint.routing["routes"]
        cls._check_portal_host([rule.rule] if rule.rule in routes else routes)
        if rule.rule == "/" and request.env["customer.portal.host"]._get_company():
            abort(request.redirect_query("/my", request.httprequest.args))
        return rule, args

    @classmethod
    def _check_portal_host(cls, paths):
        hosts = request.env["customer.portal.host"]
        if hosts._is_refused(paths, cls._get_portal_visitor):
            raise NotFound

    @classmethod
    def _authenticate_explicit(cls, auth):
        """Ask the door at each request, after ``super()`` has found out who it is.

        When a session is closed, the route's own rule decides anew: it sends to the
        login page, serves the public, or lets in by a key. So ask about keys last.
        """
        result = super()._authenticate_explicit(auth)
        user = cls._get_portal_visitor()
        if cls._close_portal_session(user):
            result = super()._authenticate_explicit(auth)
            user = cls._get_portal_visitor()
        if user and request.session.uid:
            cls._log_portal_login(user)
        elif user:
            with user._log_portal_refusal(user.id):
                user._check_portal_door()
        return result

    @classmethod
    def _serve_fallback(cls):
        """Ask here too: what has no route is served without authentication."""
        if cls._close_portal_session(cls._get_portal_visitor()):
            cls._auth_method_public()
        if request.env["customer.portal.host"]._get_company():
            return None  # Pages and files of a website.
        if "\0" in request.httprequest.path:
            return None  # Core fails to look it up among the attachments.
        return super()._serve_fallback()

    @classmethod
    def _pre_dispatch(cls, rule, args):
        """Answer 404 where the profile hides or blocks a page.

        Ask about the routes of the page, too: websites can give it other addresses.
        """
        super()._pre_dispatch(rule, args)
        cls._check_portal_tickets(rule.endpoint)
        cls._check_portal_decision(rule.endpoint, args)
        cls._check_portal_related(rule.endpoint, args)
        paths = cls._get_portal_paths(rule.endpoint)
        if paths and not all(map(cls._is_possible, args, args.values())):
            raise NotFound
        user = paths and cls._get_portal_visitor()
        if not user:
            return
        gate = user.env["customer.portal.gate"]
        if not all(gate.may_visit(user, path) for path in paths):
            cls._lead_portal_user(rule.endpoint, args, user)
            raise NotFound
        cls._narrow_portal_list(user)

    @classmethod
    def _lead_portal_user(cls, endpoint, args, user):
        """Redirect a customer from a page that their profile hides to a visible one.

        :raise HTTPException: the way there, if there is any
        """
        for route in LED_PAGES.keys() & set(endpoint.routing["routes"]):
            model_name, name = LED_PAGES[route]
            gate = user.env["customer.portal.gate"]
            if url := gate.get_page_url(user, model_name, args.get(name)):
                abort(request.redirect(url))

    @classmethod
    def _post_dispatch(cls, response):
        """Keep what there is to say of uploaded files for the page that follows."""
        if hint := request.env["customer.portal.gate"].upload_hint():
            request.session[SESSION_HINT] = hint
        return super()._post_dispatch(response)

    @classmethod
    def _narrow_portal_list(cls, user):
        """Let a list of Odoo's own begin with the customer's records, and switch."""
        asked = request.httprequest.args.get("scope", "")
        gate = user.env["customer.portal.gate"]
        found = gate.native_list(user, request.httprequest.path, asked)
        if found and found["scope"] == "mine":
            request.update_context(**{MINE: found["code"]})

    @classmethod
    def _check_portal_tickets(cls, endpoint):
        """Lead from the pages of a helpdesk to cases, and check what its forms send.

        :raise HTTPException: the way there, or 404 for what is not permitted
        """
        path = request.httprequest.path
        paths = [path, *endpoint.routing["routes"]]
        user = any("/ticket" in path for path in paths) and cls._get_portal_visitor()
        if not user:
            return
        gate = user.env["customer.portal.gate"]
        if url := gate.ticket_url(user, path):
            abort(request.redirect(url))
        values, method = request.httprequest.values, request.httprequest.method
        files = [file.filename for file in request.httprequest.files.values()]
        for path in paths:
            if not gate.may_send_ticket(user, path, method, values, files):
                raise NotFound
        if any(files):
            size = request.httprequest.content_length or 0
            request.env["customer.portal.quota"]._check(user, size)

    @classmethod
    def _check_portal_decision(cls, endpoint, args):
        """Refuse to sign or decline what the profile lets nobody edit.

        :raise AccessError: on records that it shows; a token does not matter there
        """
        routes = DECISIONS.keys() & set(endpoint.routing["routes"])
        user = routes and cls._get_portal_visitor()
        if not user:
            return
        model_name, gate = DECISIONS[routes.pop()], user.env["customer.portal.gate"]
        if not gate.may_on_id(user, model_name, args.get("order_id"), "edit"):
            raise AccessError(user.env._("This is not permitted."))

    @classmethod
    def _check_portal_related(cls, endpoint, args):
        """Answer 404 for what has left the document whose link opens it.

        :raise NotFound: also where the profile does not show the document
        """
        routes = RELATED_PAGES.keys() & set(endpoint.routing["routes"])
        if not routes:
            return
        model_name, name, link = RELATED_PAGES[routes.pop()]
        gate, user = request.env["customer.portal.gate"], request.env.user
        if not gate.may_see_related(user, model_name, args.get(name), link):
            raise NotFound

    @classmethod
    def _handle_error(cls, exception):
        """Say on the customer's page that what they sent is too large.

        Core reads the form once more to render an error, and fails.
        """
        path = request.httprequest.path
        is_large = isinstance(exception, RequestEntityTooLarge)
        if not is_large or not path.startswith(("/my/p/", "/my/documents/")):
            return super()._handle_error(exception)
        if request.httprequest.accept_mimetypes.best == "application/json":
            text = request.env._("These files are too large to be sent at once.")
            return request.make_json_response({"error": text}, status=413)
        for action in ("/comment", "/upload"):
            path = path.removesuffix(action)
        return request.redirect(f"{path}?too_large=1", code=303)

    @classmethod
    def _get_error_html(cls, env, code, values):
        """Show customers an error on a page of the portal; on Odoo's if that fails.

        Errors of the server stay as they are: their page must need nothing.
        """
        try:
            with env.cr.savepoint(flush=False):
                html = str(code)[0] == "4" and cls._get_portal_error(env, values)
        except Exception:
            _logger.exception("Cannot show the error %s as a page of the portal", code)
            html = None
        return (code, html) if html else super()._get_error_html(env, code, values)

    @classmethod
    def _get_portal_error(cls, env, values):
        user, path = cls._get_portal_visitor(), request.httprequest.path
        look = env["customer.portal.look"]._get_of_error(user, path)
        if not look:
            return None
        values = {**values, "portal_look": look}
        return env["ir.ui.view"]._render_template("customer_portal.error_page", values)

    @classmethod
    def _dispatch(cls, endpoint):
        """Answer nonsense in the address of a portal page as if it were not there.

        Core looks up what lists are sorted and filtered by without a default. It must
        not be answered with an error, nor differently where there is a record.
        """
        if cls._is_portal_endpoint(endpoint):
            cls._check_parameters(endpoint)
        token = request.params.get("access_token") or ""
        if not isinstance(token, str) or not token.isascii():
            del request.params["access_token"]  # No token is; core cannot compare it.
        if not cls._get_portal_paths(endpoint):
            return super()._dispatch(endpoint)
        request.params.pop("self", None)  # Core calls methods with it as it is.
        if request.httprequest.method != "GET":
            return super()._dispatch(endpoint)
        cls._drop_nonsense()
        try:
            return super()._dispatch(endpoint)
        except (KeyError, TypeError, QWebError) as error:
            nonsense = cls._get_nonsense(error.__cause__ or error)
            if not nonsense:
                raise
            for name in nonsense:
                del request.params[name]
            return cls._dispatch(endpoint)

    @classmethod
    def _is_portal_endpoint(cls, endpoint):
        """Say whether a route is this addon's, or one of Odoo's that it has a part in.

        :rtype: bool
        """
        method = endpoint.func
        return any(
            kind.__module__.startswith(PACKAGE) and method.__name__ in vars(kind)
            for kind in type(method.__self__).mro()
        )

    @classmethod
    def _check_parameters(cls, endpoint):
        """Let no method of ours meet a file where it reads a text, nor a text for one.

        :raise BadRequest: if something is missing that the method needs
        """
        for name, value in list(request.params.items()):
            if isinstance(value, FileStorage) != (name in FILE_PARAMETERS):
                del request.params[name]
        request.params.pop("self", None)  # Core calls methods with it as it is.
        parameters = signature(endpoint.original_endpoint).parameters.values()
        for parameter in list(parameters)[1:]:  # the first is the controller
            is_needed = parameter.default is parameter.empty and parameter.kind in NAMED
            if is_needed and parameter.name not in request.params:
                raise BadRequest

    @classmethod
    def _drop_nonsense(cls):
        for name, value in list(request.params.items()):
            if not cls._is_parameter(name, value):
                del request.params[name]

    @classmethod
    def _get_nonsense(cls, error):
        """Return the parameters that made a page fail.

        A token does where a record has none to compare it with, as deliveries without
        an order: the answer would tell that there is such a record. Any other error of
        a type is a mistake in the code, which must not look like a wrong token.
        """
        if isinstance(error, TypeError):
            *_frames, (frame, _line) = walk_tb(error.__traceback__)
            is_compared = "consteq" in frame.f_code.co_names
            return {"access_token"} & request.params.keys() if is_compared else set()
        asked = {name: request.params.get(name) for name in CHOICES}
        return {name for name, key in asked.items() if key and key in error.args}

    @classmethod
    def _get_portal_paths(cls, endpoint):
        """Return the addresses of a portal page; none for any other page."""
        paths = {request.httprequest.path, *endpoint.routing["routes"]}
        return [path for path in paths if path.startswith("/my/")]

    @classmethod
    def _is_possible(cls, name, value):
        """Say whether a part of an address can be; lists turn to the nearest page."""
        if isinstance(value, int):
            return name == "page" or 0 < value <= MAX_INTEGER
        return not isinstance(value, str) or cls._is_short(value)

    @classmethod
    def _is_short(cls, text):
        return "\0" not in text and len(text) <= PARAMETER_LENGTH

    @classmethod
    def _is_parameter(cls, name, value):
        if not isinstance(value, str):
            return True
        try:
            if name in DATES and len(value) <= PARAMETER_LENGTH:
                fields.Datetime.to_datetime(value)
        except ValueError:
            return False
        return cls._is_short(value)

    @classmethod
    def _frontend_pre_dispatch(cls):
        """Begin each session in the customer's language, or the one just chosen.

        Core takes that of a cookie, which the login page has set.
        """
        user = cls._get_portal_visitor()
        if (
            user
            and request.session.uid
            and (request.session.get(SESSION_LANG_UID) != user.id)
        ):
            chosen = request.session.pop(SESSION_LANG, None)
            if chosen:
                user.env["customer.portal.gate"].set_language_apart(user, chosen)
            cls._keep_in_session(SESSION_LANG_UID, user.id)
            code = request.env["ir.http"].get_nearest_lang(chosen or user.lang)
            if code:
                request.lang = request.env["res.lang"]._get_data(code=code)
        return super()._frontend_pre_dispatch()

    @classmethod
    def _set_portal_language(cls, code):
        """Show all pages in a language from now on; customers keep it.

        :param str code: ignored if it is none of those that pages have
        """
        lang = request.env["res.lang"]._get_frontend().get(code)
        if not lang:
            return
        if user := cls._get_portal_visitor():
            user.env["customer.portal.gate"].set_preferences(user, {"lang": code})
        else:
            request.session[SESSION_LANG] = code
        request.lang = lang
        request.session.context = {**request.session.context, "lang": code}
        request.update_context(lang=code)
        request.future_response.set_cookie("frontend_lang", code)

    @classmethod
    def _get_portal_visitor(cls):
        """Return the portal user of the request, None if it is anybody else's."""
        uid = request.session.uid or request.env.uid
        user = request.env["res.users"].with_user(SUPERUSER_ID).browse(uid)
        return user if uid and user._is_portal() else None

    @classmethod
    def _close_portal_session(cls, user):
        """Close a session that is open across the end of the period, as core does.

        :param user: the portal user of the request, or None
        :return: whether there was one
        :rtype: bool
        """
        refusal = user and request.session.uid and user._get_portal_refusal()
        if not refusal:
            return False
        user.env["customer.portal.touchpoint"]._log_refused(user, refusal)
        request.session.logout(keep_db=True)
        cls._keep_in_session(SESSION_REFUSAL, refusal)
        request.env = api.Environment(request.env.cr, None, request.session.context)
        return True

    @classmethod
    def _log_portal_login(cls, user):
        """Log the first request of a session: here all ways to log in have met."""
        if request.session.get(SESSION_LOGIN) != user.id:
            cls._keep_in_session(SESSION_LOGIN, user.id)
            user.env["customer.portal.touchpoint"]._log_apart("login", user)

    @classmethod
    def _keep_in_session(cls, key, value):
        """Save at once: core saves no session when a request fails or is retried."""
        request.session[key] = value
        root.session_store.save(request.session)
