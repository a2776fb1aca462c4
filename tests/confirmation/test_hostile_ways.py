"""The same by each way in: pages, calls of the web client, XML-RPC and JSON-2."""

import json
import re
from threading import current_thread
from unittest.mock import patch
from xmlrpc.client import Fault

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import PASSWORD
from ..hostile_common import MARK, HostileCommon
from .test_hostile_matrix import LOGGERS

CONTROLLERS = tuple(
    f"odoo.addons.customer_portal.controllers.{name}"
    for name in ("company", "company_invite", "join", "review", "invitation")
)
PART = re.compile(r"<(?:(\w+)(?:\(([^<>]*)\))?:)?(\w+)>")


@tagged("post_install", "-at_install")
class TestHostileWays(HostileCommon):
    """Who may do most in their own organization reaches nothing of the other one.

    By any way in. Nor does who is not logged in.
    """

    WHO = ("manager", "visitor")

    # === PAGES === #

    @classmethod
    def _list_routes(cls):
        """Return the addresses of these pages and their methods, new ones, too."""
        with patch.dict(vars(current_thread()), {"dbname": cls.env.cr.dbname}):
            rules = list(cls.env["ir.http"].routing_map().iter_rules())
        return sorted(
            (rule.rule, method)
            for rule in rules
            if any(
                kind.__module__.startswith(CONTROLLERS)
                and rule.endpoint.func.__name__ in vars(kind)
                for kind in type(rule.endpoint.func.__self__).mro()
            )
            for method in {*(rule.methods or ("GET", "POST"))} & {"GET", "POST"}
        )

    def _get_ids(self, name):
        """Return what is theirs, and an address can name."""
        models = {
            "partner_id": "res.partner",
            "request_id": "customer.portal.colleague.request",
            "review_id": "customer.portal.confirmation",
        }
        if name in models:
            return self._find_theirs(self.env[models[name]]).ids[-2:]
        return {"page": [2]}.get(name, ["unknown"])

    def _list_addresses(self, rule):
        addresses = [rule]
        while PART.search(addresses[0]):
            kind, choices, name = PART.search(addresses[0]).groups()
            values = re.split(r",\s*", choices) if kind == "any" else None
            addresses = [
                PART.sub(str(value), address, count=1)
                for address in addresses
                for value in values or self._get_ids(name)
            ]
        return addresses

    def _get_form(self):
        """Return what forms of these pages can send, all of it theirs."""
        people, [deco] = self.theirs.ids, self.deco.ids
        form = {
            "csrf_token": self._csrf_token(),
            "name": "Ned",
            "email": self.dan.email.lower(),
            "people": f"Ned <ned@example.com>\nDan <{self.dan.email.lower()}>",
            "profile_id": self.profiles["worker"].id,
            "organization_id": deco,
            "others": "keep",
            "shown": people,
            "token": "x.y",
            "code": "unknown",
            "status": "active",
            "search": MARK.lower(),
            "request_id": self._get_ids("request_id")[0],
            "approve": "1",
            "confirmed": "1",
        }
        for partner_id in people:
            form[f"answer_{partner_id}"] = "end"
            form[f"profile_{partner_id}"] = self.profiles["worker"].id
        return form

    def _open(self, address, method):
        if method == "GET":
            return self.url_open(f"{address}?search={MARK.lower()}&status=active")
        return self.url_open(address, self._get_form(), allow_redirects=False)

    @mute_logger(*LOGGERS)
    def test_no_page_shows_or_changes_what_is_theirs(self):
        routes = self._list_routes()
        self.assertGreater(len(routes), 20)
        before = self._digest()
        for who in self.WHO:
            self._log_in_as(who)
            for rule, method in routes:
                for address in self._list_addresses(rule):
                    with self.subTest(who, address=address, method=method):
                        response = self._open(address, method)
                        self.assertLess(response.status_code, 500)
                        self.assertNotIn(MARK, response.text)
            with self.subTest(who):
                self.assertEqual(self._digest(), before)

    # === CALLS === #

    def _list_calls(self):
        """Return model, method and ids of what these parts let be called."""
        calls = []
        for model_name in sorted(self.env.registry):
            model = self.env[model_name]
            if not model._abstract:
                ids = self._find_theirs(model).ids
                names = self._get_methods(model)
                calls += [(model_name, name, ids) for name in names]
                if self._is_ours(model):
                    calls += [(model_name, name, ids) for name in ("read", "unlink")]
        return calls

    def _call_kw(self, user, model_name, name, ids):
        params = {"model": model_name, "method": name, "args": [ids], "kwargs": {}}
        return self.url_open("/web/dataset/call_kw", json={"params": params}).text

    def _call_json2(self, user, model_name, name, ids):
        return self.url_open(
            f"/json/2/{model_name}/{name}",
            json={"ids": ids},
            headers={"Authorization": f"Bearer {self.keys[user]}"},
        ).text

    def _call_xml_rpc(self, user, model_name, name, ids):
        common = self.env.cr.dbname, user.id, PASSWORD, model_name, name
        try:
            return json.dumps(
                self.xmlrpc_object.execute_kw(*common, [ids]), default=str
            )
        except Fault as fault:
            return fault.faultString

    @mute_logger(*LOGGERS)
    def test_no_call_reads_or_changes_what_is_theirs(self):
        calls = self._list_calls()
        self.assertGreater(len(calls), 40)
        actors = {who: user for who, user in self.actors.items() if who in self.WHO}
        self.keys = {user: self._make_api_key(user) for user in actors.values()}
        before = self._digest()
        for who, user in actors.items():
            for way in (self._call_kw, self._call_json2, self._call_xml_rpc):
                self._log_in_as(who if way == self._call_kw else None)
                for model_name, name, ids in calls:
                    with self.subTest(
                        who, way=way.__name__, model=model_name, name=name
                    ):
                        self.assertNotIn(MARK, way(user, model_name, name, ids))
                with self.subTest(who, way=way.__name__):
                    self.assertEqual(self._digest(), before)


@tagged("post_install", "-at_install", "long")
class TestHostileWaysOfOthers(TestHostileWays):
    """Nor does anybody else who may not."""

    WHO = (
        *("colleague", "expired", "grace", "no rights"),
        *("employee", "agent elsewhere"),
    )

    def test_all_who_may_not_have_been_asked(self):
        asked = {*self.WHO, *TestHostileWays.WHO} - {"visitor"}
        self.assertEqual(asked, {*self.actors})
