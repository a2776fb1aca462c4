"""What customers do under load: a file for locust, which runs it in its own Python.

`scale_load` names in SCALE_FACTS the file that says who they are. It imports nothing of
the other tools.
"""

import itertools
import json
import os
import random
import re
import uuid
from pathlib import Path

import urllib3
from locust import HttpUser, between, task

urllib3.disable_warnings()
FACTS = json.loads(Path(os.environ["SCALE_FACTS"]).read_text())
CUSTOMERS = itertools.cycle(FACTS["customers"].items())
NATIVE = itertools.cycle(FACTS["stock"])
BARE = itertools.cycle(FACTS["bare"])
ADDRESSES = itertools.cycle(FACTS["addresses"])
TOKEN = re.compile(r'csrf_token:? ?"?[^>]*?(?:value=|: ?)"([^"]+)"')
FORM_TOKEN = re.compile(r'name="_token" value="([^"]+)"')
CASES = "/my/p/cases"
WORDS = ["printer", "invoice", "login", "delivery", "screen", "update", "noise", "key"]


class Person(HttpUser):
    """Somebody who logs in once and then looks around."""

    abstract = True
    wait_time = between(0.5, 2)

    def enter(self, login):
        """Log in by the form, and keep what every form needs."""
        self.client.verify = False
        form = self.client.get("/web/login", name="login: form").text
        data = {"login": login, "password": FACTS["password"]}
        data["csrf_token"] = TOKEN.search(form)[1]
        self.send("/web/login", "login", **data)
        page = self.client.get("/my/profile", name="profile").text
        self.token = TOKEN.search(page)[1]

    def send(self, path, name, files=None, **values):
        """Send a form, and return where it leads; it is wrong if it leads nowhere."""
        with self.client.post(
            path,
            {"csrf_token": getattr(self, "token", ""), **values},
            files=files,
            name=name,
            allow_redirects=False,
            catch_response=True,
        ) as answer:
            if answer.status_code != 303:
                answer.failure(f"{answer.status_code} instead of 303")
            return answer.headers.get("Location", "/my").split("#")[0]

    def find(self, path, text, name):
        """Open the page that a form leads to, which must show what was sent."""
        with self.client.get(path, name=name, catch_response=True) as page:
            if text not in page.text:
                page.failure(f"{page.status_code}: own write is not there")


class Customer(Person):
    """A customer of the portal."""

    weight = 6

    def on_start(self):
        """Log in as the next customer."""
        login, self.cases = next(CUSTOMERS)
        self.cases = list(self.cases)
        self.enter(login)

    @task(6)
    def home(self):
        """Open the home page."""
        self.client.get("/my/home", name="home")

    @task(6)
    def list(self):
        """Open the list of cases."""
        self.client.get(CASES, name="list")

    @task(3)
    def search(self):
        """Search the list."""
        word = random.choice(WORDS)
        self.client.get(f"{CASES}?search={word}", name="search")

    @task(8)
    def record(self):
        """Open a case."""
        self.client.get(f"{CASES}/{random.choice(self.cases)}", name="record")

    @task(3)
    def file(self):
        """Download a document."""
        path = f"/my/documents/{FACTS['file']}/download"
        self.client.get(path, name="file")

    @task(2)
    def comment(self):
        """Comment on a case."""
        path, text = f"{CASES}/{random.choice(self.cases)}", uuid.uuid4().hex
        led = self.send(f"{path}/comment", "comment", body=text)
        self.find(led, text, "comment: page")

    @task(1)
    def create(self):
        """Make a case."""
        form, title = self.client.get(f"{CASES}/new", name="form"), uuid.uuid4().hex
        extra = FORM_TOKEN.search(form.text)
        values = {"_token": extra[1]} if extra else {}
        led = self.send(f"{CASES}/new", "new case", name=title, **values)
        self.find(led, title, "new case: page")

    @task(1)
    def upload(self):
        """Upload a file to a case."""
        path, name = f"{CASES}/{random.choice(self.cases)}", f"{uuid.uuid4().hex}.txt"
        files = {"files": (name, os.urandom(20_000).hex().encode(), "text/plain")}
        led = self.send(f"{path}/upload", "upload", files)
        self.find(led, name, "upload: page")

    @task(1)
    def export(self):
        """Export the list."""
        self.client.get(f"{CASES}/export?format=csv", name="export")


class NativeCustomer(Person):
    """A customer who opens Odoo's own pages, in the database with the addon."""

    weight = 1

    def on_start(self):
        """Log in as the next one."""
        self.enter(next(NATIVE))

    @task(3)
    def list_tasks(self):
        """Open Odoo's list of tasks."""
        self.client.get("/my/tasks", name="/my/tasks")

    @task(1)
    def list_invoices(self):
        """Open Odoo's list of invoices."""
        self.client.get("/my/invoices", name="/my/invoices")


class BareCustomer(HttpUser):
    """A customer of a database without the addon on the same servers, to compare with.

    nginx is not asked, as it has one host name alone: it is they who gain by it.
    """

    weight = 1
    wait_time = between(0.5, 2)

    def on_start(self):
        """Log in as the next one."""
        self.address = next(ADDRESSES)
        self.client.headers["Host"] = FACTS["host"]
        url, name = f"{self.address}/web/login", "no addon: login"
        form = self.client.get(f"{url}?db={FACTS['bare_database']}", name=name).text
        data = {"login": next(BARE), "password": FACTS["password"]}
        data["csrf_token"] = TOKEN.search(form)[1]
        self.client.post(url, data, name=name, allow_redirects=False)

    @task(3)
    def list_tasks(self):
        """Open Odoo's list of tasks."""
        self._open("/my/tasks", "Task 9")

    @task(1)
    def list_invoices(self):
        """Open Odoo's list of invoices."""
        self._open("/my/invoices", "</html>")

    def _open(self, path, text):
        url, name = f"{self.address}{path}", f"no addon: {path}"
        with self.client.get(url, name=name, catch_response=True) as page:
            if text not in page.text:
                page.failure(f"{page.status_code}: no {text}")
