"""A customer's browser for `make scale`: it keeps its session from server to server."""

import json
import re

import requests
import urllib3

PATIENCE = 120
TOKEN = re.compile(r'csrf_token:? ?"?[^>]*?(?:value=|: ?)"([^"]+)"')
urllib3.disable_warnings()  # nginx has a certificate that nobody trusts.


class Client:
    """Somebody who is logged in."""

    def __init__(self, address, login="", password=""):
        self.address, self.login = address, login
        self.http = requests.Session()
        # Only for servers of ours on loopback; variables that name other certificates
        # would count more.
        self.http.trust_env = self.http.verify = False
        if login:
            self.log_in(password)

    def log_in(self, password):
        """Log in by the form.

        :raise AssertionError: if it is refused
        """
        form = self.get("/web/login").text
        data = {"login": self.login, "password": password}
        data["csrf_token"] = TOKEN.search(form)[1]
        answer = self.http.post(
            f"{self.address}/web/login", data, allow_redirects=False, timeout=PATIENCE
        )
        assert answer.status_code == 303, (self.login, answer.status_code)
        page = "/my/profile" if "@" in self.login else "/my"
        self.token = TOKEN.search(self.get(page).text)[1]

    def get(self, path, address=None):
        """Open a page, on another server if one is given, without following it."""
        url = path if path[:4] == "http" else f"{address or self.address}{path}"
        return self.http.get(url, allow_redirects=False, timeout=PATIENCE)

    def post(self, path, address=None, files=None, **values):
        """Send a form, without following where it leads."""
        return self.http.post(
            f"{address or self.address}{path}",
            {"csrf_token": self.token, **values},
            files=files,
            allow_redirects=False,
            timeout=PATIENCE,
        )

    def call(self, model, method, *args, **kwargs):
        """Call a method as the web client does, and return what it returns."""
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        answer = self.http.post(
            f"{self.address}/web/dataset/call_kw",
            json.dumps({"params": params}),
            headers={"Content-Type": "application/json"},
            timeout=PATIENCE,
        ).json()
        assert "error" not in answer, answer
        return answer["result"]
