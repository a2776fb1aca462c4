from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from ..common import PASSWORD, CustomerPortalHttpCommon

PORTABLE = "customer.portal.portable"


@tagged("post_install", "-at_install")
class TestPortableRoutes(CustomerPortalHttpCommon):
    """Files and methods by the ways that browsers and scripts take."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for user in (cls.manager, cls.agent):
            user.password = PASSWORD
        cls.emma = cls._make_portal_contact()

    def _call(self, model, method, *args):
        params = {"model": model, "method": method, "args": args, "kwargs": {}}
        path = f"/web/dataset/call_kw/{model}/{method}"
        return self.make_jsonrpc_request(path, params)

    def test_a_manager_downloads_the_file_and_nobody_else_does(self):
        self._log_in(self.manager.login)
        [export] = self._call("customer.portal.export", "create", [{}])
        action = self._call("customer.portal.export", "action_download", [export])
        response = self.url_open(action["url"])
        self.assertEqual(response.json()["format"], 1)
        self.assertIn("customer-portal.json", response.headers["Content-Disposition"])
        for login in (self.agent.login, self.emma.email):
            self._log_in(login)
            self.assertNotEqual(self.url_open(action["url"]).status_code, 200)

    @mute_logger("odoo.http")
    def test_no_method_can_be_called_from_outside(self):
        data = {"format": 1, "profiles": {"Wide": {}}}
        for login in (self.manager.login, self.agent.login, self.emma.email):
            self._log_in(login)
            for method in ("_export", "_compare", "_apply", "_load_file"):
                with self.assertRaises(JsonRpcException):
                    self._call(PORTABLE, method, data)
        for login in (self.agent.login, self.emma.email):
            self._log_in(login)
            with self.assertRaises(JsonRpcException):
                self._call("customer.portal.import", "create", [{"file": "e30="}])
        profiles = self.env["customer.portal.profile"]
        self.assertFalse(profiles.search([("name", "=", "Wide")]))
