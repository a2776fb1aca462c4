import io
import json
import re
from collections import defaultdict
from inspect import Parameter, signature
from statistics import median
from threading import current_thread
from unittest.mock import patch
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import Client

import odoo.http
from odoo.tests import tagged

from ...const import GROUP_MANAGER
from ..common import PASSWORD, takes_long
from ..examples import draws
from .test_page_list import PageCommon

# Fit for what somebody can be told; anything else is an accident.
ANSWERS = {200, 204, 301, 302, 303, 304, 308, 400, 403, 404, 405, 413, 414, 415, 422}
# What a call of JSON-RPC may be refused with.
REFUSALS = ("odoo.exceptions.", "werkzeug.exceptions.", "odoo.http.SessionExpired")
TRACES = ("Traceback (most recent call last)", "psycopg2", "odoo.exceptions")
REQUESTS = 1500
# An answer can be so many times as long as its page mostly is; shorter ones than this,
# in characters, are no page.
LONGEST, SHORT = 20, 4000

HUGE = ("9" * 30, "9" * 5000, "-" + "9" * 400, "1" * 10_000 + "x", "1e309", "nan")
LONG = ("x" * 10_000, "<" * 10_000, "\n" * 10_000, "é" * 10_000, "a@b." * 2500)
MARKUP = (
    '<script>alert(1)</script>"><img src=x onerror=alert(1)>',
    "{{7*7}} ${7*7} <t t-out='7*7'/> %(x)s %s {0}",
    "javascript:alert(1)//' OR 1=1 -- ; DROP TABLE x",
    "../../../etc/passwd%00",
)
ODD = (
    *("", "0", "-1", "1.5", "²", "١٢", "Ⅷ", "1_0", "+1", "#1", "None", "[]", "{}"),
    *("\0", "a\0b", "a\r\nb", "\ufeff", "\u202e", "\ud7ff", "🦄", "\xa0", "%", "\\"),
    *("open", "closed", "mine", "all", "csv", "xlsx", "20", "id", "name", "-name"),
    *("2026-13-45", "0000-00-00", "2026-01-01", "stage_id", "stage_id.name"),
    *(
        "home",
        "/my",
        "//evil.example.com",
        "en_US",
        "xx_XX",
        "project.task",
        "no.model",
    ),
)
TEXTS = st.one_of(
    *(st.sampled_from(kind) for kind in (HUGE, LONG, MARKUP, ODD)),
    st.text(max_size=40),
    st.integers().map(str),
)
# Names of parameters that no signature has.
NAMES = (
    *("search", "search_in", "filterby", "groupby", "sortby", "scope", "size", "page"),
    *("format", "name", "stage_id", "priority", "description", "tag_ids", "comments"),
    *("updates", "chart", "slice", "folder", "module", "category", "access_token"),
    *("date_begin", "date_end", "debug", "lang", "tz", "email", "phone", "street"),
    *(
        "country_id",
        "state_id",
        "zip",
        "city",
        "vat",
        "company_name",
        "files",
        "_files",
    ),
    *("_token", "_prints", "picture", "portal_css", "portal_logo", "redirect", "login"),
    *("password", "address_type", "use_delivery_as_billing", "required_fields"),
    *("callback", "parent_id", "self", "env", "user", "query", "_post", "asked"),
)
JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
    ),
    max_leaves=5,
)
PART = re.compile(r"<(?:(\w+)(?:\(([^<>]*)\))?:)?(\w+)>")


class Page:
    """A route, as often as it has addresses, and what it takes."""

    def __init__(self, rule):
        endpoint = rule.endpoint
        self.rule, self.kind = rule.rule, endpoint.routing["type"]
        self.methods = sorted({*(rule.methods or ("GET", "POST"))} & {"GET", "POST"})
        self.names = tuple(
            dict.fromkeys(
                parameter.name
                for kind in type(endpoint.func.__self__).mro()
                if endpoint.func.__name__ in vars(kind)
                for parameter in self._get_parameters(
                    vars(kind)[endpoint.func.__name__]
                )
            )
        )

    def _get_parameters(self, method):
        method = getattr(method, "original_endpoint", method)
        kinds = (Parameter.VAR_KEYWORD, Parameter.VAR_POSITIONAL)
        found = list(signature(method).parameters.values())[1:]
        return [parameter for parameter in found if parameter.kind not in kinds]


@tagged("post_install", "-at_install", "drawn")
class TestFuzz(PageCommon):
    """Whatever is sent to a route of the portal, it answers in order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        names = ("can_close", "can_export", "can_create", "can_edit", "can_comment")
        names += ("show_comments", "show_documents", "can_upload", "show_updates")
        cls.right.write(dict.fromkeys(names, True))
        lines = cls.module.field_ids.filtered(lambda line: line.name != "tag_ids")
        lines.write({"in_create": True, "in_edit": True})
        cls.right.field_ids.filtered(
            lambda line: line.field_id in lines
        ).access = "write"
        cls.tasks = cls._make_tasks(*(f"task {n}" for n in range(3)))
        cls.tasks[2].stage_id = cls.stages[2]
        cls._show_own_pages()
        cls.agent.group_ids += cls.env.ref(GROUP_MANAGER)
        attachment = cls.env["ir.attachment"].create(
            {
                "name": "a.txt",
                "raw": b"text",
                "res_model": "project.task",
                "res_id": cls.tasks[0].id,
            }
        )
        faq = cls.env["customer.portal.faq"].create(
            {"question": "How?", "answer": "So.", "is_published": True}
        )
        cls.known = {
            "code": ("wishes", "cases", "faqs", "documents", "contacts"),
            "res_id": cls.tasks.ids,
            "attachment_id": attachment.ids,
            "faq_id": faq.ids,
            "user_id": cls.agent.ids,
            "profile_id": cls.profile.ids,
            "partner_id": cls.emma.ids,
            "chart_id": cls.env["customer.portal.chart"].search([], limit=3).ids,
            "project_id": cls.project.ids,
            "task_id": cls.tasks.ids,
            "thread_id": cls.tasks.ids,
            "thread_model": ("project.task", "res.partner"),
            "company_id": cls.env.company.ids,
        }
        cls.pages = cls._list_pages()

    @classmethod
    def _show_own_pages(cls):
        """Let the customer see and do all that a profile can permit."""
        for row in cls.profile.permission_ids - cls.right:
            known = row._fields
            row.visible = True
            for name in ("can_comment", "show_comments", "can_upload", "can_edit"):
                if name in known:
                    row[name] = True

    @classmethod
    def _list_pages(cls):
        """Return all routes that this addon has a part in, new ones by themselves."""
        http = cls.env.registry["ir.http"]
        database = {"dbname": cls.env.cr.dbname}  # as the thread of a request has it
        with patch.dict(vars(current_thread()), database):
            rules = list(cls.env["ir.http"].routing_map().iter_rules())
        pages = [
            Page(rule) for rule in rules if http._is_portal_endpoint(rule.endpoint)
        ]
        return sorted(pages, key=lambda page: page.rule)

    # === ONE REQUEST === #

    def _log_in_as(self, visitor):
        """Begin a session; some of the requests end it."""
        users = {"customer": self.user.login, "agent": "agent"}
        login = users.get(visitor)
        self.authenticate(login, PASSWORD if login else None)
        client = Client(odoo.http.root)
        client.set_cookie("session_id", self.session.sid)
        return client

    def _fill(self, data, page):
        """Return an address of a route."""

        def fill(match):
            kind, choices, name = match.groups()
            if kind == "any":
                return data.draw(st.sampled_from(re.split(r",\s*", choices)))
            known = [str(value) for value in self.known.get(name, ())]
            hostile = st.integers(-1, 2**70).map(str) if kind == "int" else TEXTS
            value = data.draw(st.sampled_from(known) | hostile if known else hostile)
            return quote(value.lstrip("-") if kind == "int" else value, safe="") or "x"

        return PART.sub(fill, page.rule)

    def _draw_file(self, data):
        name = data.draw(st.sampled_from(("a.txt", "a.png", "a\r\nb.pdf", "x" * 300)))
        content = data.draw(st.sampled_from((b"", b"text", b"\x89PNG\r\n\x1a\n")))
        return FileStorage(io.BytesIO(content), filename=name)

    def _draw_values(self, data, page):
        """Return parameters of a route: known ones, hostile ones, and files."""
        values = MultiDict()
        names = st.sampled_from((*page.names, *NAMES))
        for name in data.draw(st.lists(names, max_size=6)):
            known = [str(value) for value in self.known.get(name, ())]
            texts = st.sampled_from(known) | TEXTS if known else TEXTS
            is_file = data.draw(st.integers(0, 3)) == 0
            values.add(name, self._draw_file(data) if is_file else data.draw(texts))
        return values

    def _send_json(self, data, client, path, page):
        names = st.sampled_from((*page.names, *NAMES))
        params = data.draw(st.dictionaries(names, JSONS, max_size=5))
        for name in page.names:
            if name not in params and data.draw(st.booleans()):
                params[name] = data.draw(JSONS)
        body = {"jsonrpc": "2.0", "method": "call", "id": 1, "params": params}
        return client.post(path, json=body, environ_base={"REMOTE_ADDR": "127.0.0.1"})

    def _send_form(self, data, client, path, page):
        method = data.draw(st.sampled_from(page.methods))
        values = self._draw_values(data, page)
        base = {"environ_base": {"REMOTE_ADDR": "127.0.0.1"}}
        if method == "GET":
            texts = [(k, v) for k, v in values.items(multi=True) if isinstance(v, str)]
            query = "&".join(f"{quote(k)}={quote(v)}" for k, v in texts)
            return client.get(path, query_string=query, **base)
        if data.draw(st.integers(0, 9)) != 0:  # else a form of somebody else's site
            values.setlist("csrf_token", [self._csrf_token()])
        kind = "multipart/form-data"
        return client.post(path, data=values, content_type=kind, **base)

    # === WHAT IS ANSWERED === #

    def _check_answer(self, response, page, visitor):
        self.assertIn(response.status_code, ANSWERS)
        text = response.get_data(as_text=True)
        if "json" in (response.content_type or "") and page.kind == "jsonrpc":
            error = json.loads(text).get("error", {}).get("data", {}).get("name")
            self.assertTrue(error is None or error.startswith(REFUSALS), text)
        if "html" in (response.content_type or ""):
            for trace in TRACES:
                self.assertNotIn(trace, text)
        key = page.rule, visitor, response.status_code
        self.lengths[key].append(len(text))

    def _fuzz(self, page):
        send = self._send_json if page.kind == "jsonrpc" else self._send_form

        @draws(REQUESTS, parts=len(self.pages))
        @given(st.sampled_from(("customer", "visitor", "agent")), st.data())
        def run(visitor, data):
            path = self._fill(data, page)
            client = self._log_in_as(visitor)
            self._check_answer(send(data, client, path, page), page, visitor)

        run()

    @takes_long
    def test_no_request_fails_and_no_answer_is_much_longer_than_its_page(self):
        self.lengths = defaultdict(list)
        # Without a socket, in a tenth of the time and always in the same order.
        self.enterContext(patch.object(self, "http_request_allow_all", new=True))
        self.env.flush_all()
        for page in self.pages:
            with self.subTest(page.rule):
                self._fuzz(page)
        for key, lengths in self.lengths.items():
            with self.subTest(key):
                most = max(median(lengths), SHORT) * LONGEST
                self.assertLessEqual(max(lengths), most)

    def test_every_route_of_the_addon_is_known(self):
        """The list comes from the routing map; these must be in it."""
        rules = {page.rule for page in self.pages}
        for rule in (
            "/my/p/<string:code>/<int:res_id>/comment",
            "/my/faq/<int:faq_id>/vote",
            "/my/documents/upload",
            "/my/profile/password",
            "/my/language",
            "/my/address/submit",
            "/mail/attachment/upload",
            "/web/login",
        ):
            self.assertIn(rule, rules)
        self.assertGreater(len(rules), 40)
