from unittest.mock import patch
from urllib.parse import quote, urlencode

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import Client

import odoo.http
from odoo.tests import tagged

from .test_page_list import PageCommon

# Fit for what a customer can be told; anything else is an accident.
ANSWERS = {200, 301, 303, 308, 400, 404, 405, 413, 414, 415, 422}
REQUESTS = 2000
TRACES = ("Traceback (most recent call last)", "psycopg2", "odoo.exceptions")

NAMES = st.sampled_from(
    [
        *("search", "search_in", "filterby", "groupby", "sortby", "scope", "size"),
        *("page", "format", "stars", "feedback", "name", "stage_id", "priority"),
        *("description", "tag_ids", "partner_id", "id", "code", "res_id", "mode"),
        *("csrf_token", "access_token", "lang", "debug", "date_begin", "date_end"),
        *("self", "env", "user", "module", "query", "_post", "asked", "error"),
    ]
)
WORDS = st.sampled_from(
    [
        *("", "0", "-1", "1.5", "1e309", "nan", "²", "9" * 30, "9" * 5000),
        *("open", "closed", "mine", "all", "csv", "xlsx", "20", "50", "id", "name"),
        *("-name", "--", "name desc", "stage_id", "stage_id.name", "partner_id"),
        *("name,id", "id; DROP TABLE x", "' OR 1=1 --", "%", "_", "\\", "\\%", "#"),
        *("\0", "a\0b", "\ufeff", "\u202e", "\ud7ff", "🦄", "<script>", "{{7*7}}"),
        *("../../etc/passwd", "%00", "%s", "%(x)s", "[]", "{}", "None", "False"),
        *("2026-13-45", "0000-00-00", "Ⅷ", "١٢", "#١٢", "#1", "1_0", "+1"),
    ]
)
VALUES = WORDS | st.text(max_size=40) | st.integers().map(str) | st.floats().map(str)
QUERIES = st.lists(st.tuples(NAMES | st.text(max_size=8), VALUES), max_size=6)
# Parts of an address; none leads out of the portal's pages.
PARTS = WORDS | st.text(max_size=10) | st.integers().map(str)
PATHS = st.one_of(
    st.just("/my/p/wishes"),
    st.just("/my/p/wishes/export"),
    st.just("/my/search"),
    st.integers(0, 4).map(lambda n: f"/my/p/wishes/task{n}"),
    st.integers(0, 4).map(lambda n: f"/my/p/wishes/task{n}/rate"),
    st.sampled_from(["new", "task0/edit", "task0/close", "task0/comment"]).map(
        "/my/p/wishes/{}".format
    ),
    PARTS.map(lambda part: f"/my/p/wishes/page/{quote(part, safe='')}"),
    PARTS.map(lambda part: f"/my/p/wishes/{quote(part, safe='')}"),
    PARTS.map(lambda part: f"/my/p/wishes/{quote(part, safe='')}/rate"),
    PARTS.map(lambda part: f"/my/p/{quote(part, safe='')}"),
    st.tuples(PARTS, PARTS).map(
        lambda both: "/my/p/{}/{}".format(*(quote(part, safe="") for part in both))
    ),
)


@tagged("post_install", "-at_install")
class TestPageFuzz(PageCommon):
    """Whatever stands in an address or a form, a page answers in order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.right.write({"can_close": True, "can_export": True})
        cls.tasks = cls._make_tasks(*(f"task {n}" for n in range(5)))

    def _make_client(self):
        """Return a client that calls the server's function, without a socket.

        It takes a tenth of the time, and the order of requests is always the same.
        """
        self.enterContext(patch.object(self, "http_request_allow_all", new=True))
        client = Client(odoo.http.root)
        client.set_cookie("session_id", self.session.sid)
        return client

    def _check(self, client, method, path, query):
        for number, task in enumerate(self.tasks):
            path = path.replace(f"task{number}", str(task.id))
        token = [("csrf_token", self._csrf_token())] if method == "POST" else []
        # The right token first: what Odoo answers to a wrong one is not the point.
        body = urlencode([*token, *query], errors="replace")
        kind = "application/x-www-form-urlencoded"
        sent = (
            {"data": body, "content_type": kind}
            if method == "POST"
            else {"query_string": body}
        )
        response = client.open(
            path,
            method=method,
            environ_base={"REMOTE_ADDR": "127.0.0.1"},
            **sent,
        )
        self.assertIn(response.status_code, ANSWERS)
        if "html" in response.content_type:
            for trace in TRACES:
                self.assertNotIn(trace, response.text)

    # The same requests in each run.
    @settings(
        max_examples=REQUESTS,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.sampled_from(["GET", "GET", "GET", "POST"]), PATHS, QUERIES)
    def _fuzz(self, method, path, query):
        self._check(self.client, method, path, query)

    def test_no_request_fails(self):
        self.client = self._make_client()
        self.env.flush_all()
        self._fuzz()
