"""What tests from outside have at hand: databases, servers, mails and a browser.

These tests run beside Odoo, not in it: they start it as a user's machine does and look
at what it does. Nothing here may import Odoo or the addon.

    def test_somebody_logs_in(make_database, run_odoo_shell, odoo_server, page):
        database = make_database("login", ["customer_portal"])
        run_odoo_shell(database, "env['res.partner'].create({'name': 'Ann'})")
        server = odoo_server(database)
        page.goto(f"{server.url}/web/login")
        mail = server.wait_for_mail("ann@example.com")

`make_database(name, modules=(), from_template=True, copy_of=None)`
    makes a database for this test run, installs the modules and returns its full name.
    From the template it has Odoo's modules already (`tools.test.NEIGHBOURS`) and takes
    seconds, also with the addon; without, it is empty but for what the modules need.
    With `copy_of`, it is a copy of a database that no server uses.
`cases_database`
    is a database with customers who have cases (`cases_setup.py`), to be copied.
`run_odoo_shell(database, code)`
    runs Python code in Odoo's shell (with `env`), commits, and returns what it printed.
    Fails the test with the traceback if the code raises.
`odoo_server(database)`
    starts a real Odoo on a free port of the loopback interface, with scheduled actions
    and an SMTP server of its own, and returns a `Server` (below), until the test ends.
`races`
    are two Odoos with one database that act at once (`races.py`).
`module_server(database)`
    does the same until the last test of a file ends.
`browser`
    Playwright's browser (Debian's Chromium without a window), one for all tests.
`playwright`
    Playwright itself, for browsers with switches of their own.
`page`
    a new page in a profile of its own. Failed tests leave what it showed, and the text
    of its console, in `build/screenshots/`. `new_page()` opens more such pages, each as
    another person, with options as of Playwright's `new_context`.
"""

import contextlib
import mailbox
import os
import sys
import time
from email import message_from_binary_file, policy
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import sync_playwright

from tools import browser as chromium
from tools import databases, mail_server, odoo_run, ports, serve, test
from tools.paths import ADDON, BUILD, CHECKOUT, ROOT, SCREENSHOTS, without_comma
from tools.postgres import server as postgres_server
from tools.tests.odoo_worker import Worker
from tools.tests.races import Two

# What tests write into, of the checkout; tests beside them read the rest.
WRITABLE = {"build", ".git", ".hypothesis"}
WRITING = os.O_WRONLY | os.O_RDWR
VIEWPORT = {"width": 1280, "height": 900}
CASES = Path(__file__).with_name("cases_setup.py")
# Addons that servers of tests load, and that are installed nowhere.
ADDONS_OF_TESTS = Path(__file__).with_name("addons_of_tests")
LOADED = "base,rpc,web,quick_passwords"
PATIENCE = 180_000  # milliseconds; a slow machine is no failure
FAILED = pytest.StashKey()
KEPT_WORKERS = 2  # Each takes a few hundred megabytes.
# A server beside it changed the same rows: Odoo tries again what a request did then.
CLASH = "could not serialize access"
TRIES = 5

# What is made once in a run: files that use one of them are run by the same one of two.
MADE_ONCE = {"cases_database", "races"}

# Odoo's scheduler sends it to its own users on some days, whatever is tested.
DIGEST = "Periodic Digest"


def refuse_writing(event, args):
    """Keep tests from writing into the working tree, where others read at that time.

    Of Python's own, what it compiles may be written.

    :raise PermissionError: it is a fault of the test
    """
    if event != "open" or not isinstance(args[0], str) or not args[2] & WRITING:
        return
    path = Path(args[0]).absolute()
    if not path.is_relative_to(ROOT) or "__pycache__" in path.parts:
        return
    if path.relative_to(ROOT).parts[0] not in WRITABLE:
        raise PermissionError(f"A test writes into the working tree: {path}")


sys.addaudithook(refuse_writing)


def pytest_collection_modifyitems(items):
    """Keep files together that share a database (`tools.pytest_share`)."""
    for item in items:
        for name in MADE_ONCE & {*item.fixturenames}:
            item.getparent(pytest.Module).add_marker(pytest.mark.together(name))


class Server(NamedTuple):
    """A running Odoo and its mails."""

    url: str
    port: int
    database: str
    log: Path
    maildir: Path
    pid: int

    def mails(self, recipient=None):
        """Return the mails that arrived, oldest first.

        :param str recipient: only those to this address
        :return: `email.message.EmailMessage`s: `mail["Subject"]`, and
            `mail.get_body(["html"]).get_content()`
        """
        box = mailbox.Maildir(self.maildir, factory=_read, create=False)
        files = list(self.maildir.glob("new/*"))
        files.sort(key=lambda file: file.stat().st_mtime_ns)
        mails = [box[file.name.split(":")[0]] for file in files]
        return [
            mail
            for mail in mails
            if (not recipient or recipient in str(mail["To"]))
            and DIGEST not in str(mail["Subject"])
        ]

    def wait_for_mail(self, recipient, number=1, seconds=PATIENCE // 1000):
        """Wait for the `number`th mail to an address and return it.

        Odoo's scheduler looks once a minute for what was queued while it was at work.
        """
        deadline = time.monotonic() + seconds
        while len(mails := self.mails(recipient)) < number:
            if time.monotonic() > deadline:
                pytest.fail(f"Mail {number} to {recipient} missing after {seconds} s.")
            time.sleep(0.2)
        return mails[number - 1]


def _read(file):
    return message_from_binary_file(file, policy=policy.default)


@pytest.fixture(scope="session", autouse=True)
def _postgres():
    with postgres_server():
        yield


@pytest.fixture(scope="session")
def make_database(_postgres):
    """See the head of this file."""
    made = []

    def make(name, modules=(), from_template=True, copy_of=None):
        database = f"{ADDON}_{CHECKOUT}_{name}"
        made.append(database)
        if copy_of:
            databases.create(database, copy_of)
            return database
        if from_template and ADDON in modules and _are_there(modules):
            databases.create(database, test.installed())
            return database
        if from_template:
            test.template()
        databases.create(database, test.TEMPLATE if from_template else "template0")
        if modules:
            config = configure(database)
            odoo_run.install(database, modules, f"install-{name}", config=config)
        return database

    yield make
    for database in made:
        databases.drop(database)


def _are_there(modules):
    """Whether a database that is there has the modules already."""
    return {*modules} <= {ADDON, *test.neighbours()}


def _run(worker, code, tries=TRIES):
    """Have code run, and return what it printed."""
    worker.tell(code)
    try:
        return worker.answer()["printed"]
    except AssertionError as error:
        if CLASH not in str(error) or tries == 1:
            raise
    return _run(worker, code, tries - 1)


def configure(database):
    """Write a configuration for running Odoo once, without serving."""
    file = BUILD / f"{database}.conf"
    return odoo_run.configure(file, db_name=database, **quicken())


def quicken():
    """Return the options of an Odoo whose passwords are hashed in few rounds."""
    folders = [*odoo_run.addons_path(), without_comma(ADDONS_OF_TESTS)]
    return {"addons_path": ",".join(map(str, folders)), "server_wide_modules": LOADED}


@pytest.fixture(scope="session")
def run_odoo_shell(_postgres):
    """See the head of this file."""
    workers = {}

    def shell(database, code):
        worker = workers.pop(database, None) or Worker(database, configure(database))
        workers[database] = worker
        if len(workers) > KEPT_WORKERS:
            workers.pop(next(iter(workers))).end()
        return _run(worker, code)

    yield shell
    for worker in workers.values():
        worker.end()


@pytest.fixture
def odoo_server(_postgres, tmp_path):
    """See the head of this file."""
    with contextlib.ExitStack() as stack:
        yield partial(_serve, stack, tmp_path)


@pytest.fixture(scope="module")
def module_server(_postgres, tmp_path_factory):
    """See the head of this file."""
    with contextlib.ExitStack() as stack:
        yield partial(_serve, stack, tmp_path_factory.mktemp("server"))


def _serve(stack, folder, database, **options):
    maildir = folder / f"mail-{database}"
    smtp_port = stack.enter_context(mail_server.serving(maildir))
    port, name = ports.free(), f"serve-{database}"
    quick = {} if "addons_path" in options else quicken()
    odoo = serve.odoo(database, name, port, smtp_port, **quick, **options)
    process = stack.enter_context(odoo)
    log = serve.LOGS / f"{name}.log"
    return Server(serve.url(port), port, database, log, maildir, process.pid)


@pytest.fixture(scope="session")
def cases_database(make_database, run_odoo_shell):
    """See the head of this file."""
    database = make_database("cases_setup", [ADDON, "auth_totp_portal"])
    run_odoo_shell(database, CASES.read_text())
    return database


@pytest.fixture(scope="session")
def cases_server(make_database, cases_database, tmp_path_factory):
    """See the head of this file."""
    database = make_database("cases", copy_of=cases_database)
    with contextlib.ExitStack() as stack:
        yield _serve(stack, tmp_path_factory.mktemp("cases"), database)


@pytest.fixture(scope="session")
def races(make_database):
    """See the head of this file."""
    database = make_database("races", [ADDON])
    two = Two(database, configure(database))
    yield two
    two.end()


@pytest.fixture(scope="session")
def playwright():
    """See the head of this file."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright):
    """See the head of this file."""
    browser = playwright.chromium.launch(
        executable_path=chromium.path(), args=chromium.FLAGS
    )
    yield browser
    browser.close()


@pytest.fixture
def new_page(browser, request):
    """See the head of this file."""
    pages, console = [], []

    def new(**options):
        page = browser.new_context(**{"viewport": VIEWPORT, **options}).new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda message: console.append(message.text))
        page.on("pageerror", lambda error: console.append(str(error)))
        pages.append(page)
        return page

    yield new
    if request.node.stash.get(FAILED, False):
        _keep(pages, console, request.node.name)
    for page in pages:
        page.context.close()


@pytest.fixture
def page(new_page):
    """See the head of this file."""
    return new_page()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """Let the fixtures know whether their test failed."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


def _keep(pages, console, name):
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(pages):
        page.screenshot(path=SCREENSHOTS / f"{name}-{number}.png", full_page=True)
    (SCREENSHOTS / f"{name}.txt").write_text("\n".join(console))
