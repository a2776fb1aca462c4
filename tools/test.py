"""The checks behind `make test`, in two lanes, with a summary at the end."""

import os
import re
import shlex
import shutil
import time
from functools import partial
from pathlib import Path

from . import (
    addon,
    checks,
    databases,
    lint,
    oca,
    odoo_home,
    odoo_run,
    paths,
    pytest_long,
    pytest_run,
    pytest_share,
)
from .checks import NOTHING, UNSTEADY, Check
from .console import Stop, doing, say
from .outside import more_outside_tests, outside_tests
from .paths import ADDON, ADDONS, BUILD, CHECKOUT, ROOT, TOOLS, link_addon
from .step import fingerprint, locked

# What the tests may meet beside the addon: it depends on few of these, but must work
# with all. They are installed once and copied for each run.
NEIGHBOURS = [
    "portal",
    "contacts",
    "project",
    "auth_signup",
    "auth_totp",
    "auth_totp_portal",
    "auth_passkey",
    "auth_passkey_portal",
    "rpc",
    "sale_management",
    "sale_stock",
    "account",
    "purchase",
    "crm",
    "helpdesk_mgmt",
]
TEMPLATE = f"{ADDON}_template_{CHECKOUT}"
# The same with the addon. Nobody uses either: while somebody does, none can be copied.
INSTALLED = f"{ADDON}_installed_{CHECKOUT}"
DATABASE = f"{ADDON}_test_{CHECKOUT}"
# For the tests of the addon that the other lane takes over.
SECOND_DATABASE = f"{ADDON}_test2_{CHECKOUT}"
LINT_DATABASE = f"{ADDON}_lint_{CHECKOUT}"
# Its own: it names the copy of the addon, and the addon's tests come after.
LINT_CONFIG = BUILD / "test-lint.conf"
CONFIG = BUILD / "test.conf"
SECOND_CONFIG = BUILD / "test2.conf"
TEMPLATE_CONFIG = BUILD / "template.conf"
BUNDLES = TOOLS / "make_bundles.py"

# The tests of Odoo's own linter that look at every installed addon.
ODOO_LINT = [
    "dunderinit",
    "index",
    "jstranslate",
    "manifests",
    "markers",
    "naming",
    "onchange_domains",
    "orm_import",
    "override_signatures",
    "routes",
    "test_holes",
]

# All of Odoo's scheduled actions are due in a new database. Each server of a test would
# begin with them, while the mails that the test waits for wait, too.
POSTPONE = """
UPDATE ir_cron SET nextcall = nextcall + INTERVAL '1 year'
WHERE cron_name NOT LIKE 'Customer Portal:%';
DELETE FROM ir_cron_trigger
"""

# The tests that are given more examples by `make soak`: all that draw some, and those
# of leaks.
SOAKED = (
    "colleague/test_covers_property.py",
    "colleague/test_people.py",
    "document/test_document_matrix.py",
    "effect/test_effect_property.py",
    "explain/test_explain_property.py",
    "explain/test_ways_property.py",
    "gate/test_gate_property.py",
    "lifecycle/test_grace_matrix.py",
    "native/test_native_matrix.py",
    "portable/test_portable_property.py",
    "promise/test_working_time.py",
    "record/test_fuzz.py",
    "record/test_one_line.py",
    "record/test_page_matrix.py",
    "version/test_given_property.py",
)
# The variable of the environment that says how many, and what it says for all of those
# that `make test` draws a part of (tests/examples.py).
EXAMPLES, ALL_EXAMPLES = "CUSTOMER_PORTAL_EXAMPLES", "long"

LOGGED = re.compile(r"^\S+ \S+ \d+ (WARNING|ERROR|CRITICAL) ")

# The variable of the environment that has the tests from outside wait until those of
# the addon have ended, as `.ci/run` does: they keep both processors busy, and browsers
# would wait for them.
IN_TURN = "IN_TURN"


def run(arguments="", fast=False):
    """Run every check, or only pytest's tests with arguments for it.

    :param str arguments: for pytest, as a shell would read them
    :param bool fast: keep the test database and only update the addon in it
    :return: exit code
    """
    words = shlex.split(arguments)
    install = Check("Installation", partial(prepare_database, fast), needed=True)
    inside = Check("Tests of the addon", partial(steadily, addon_tests, words))
    outside = Check("Tests from outside", partial(steadily, outside_tests, words))
    with locked("test"):
        paths.FAILURES.unlink(missing_ok=True)
        start = time.monotonic()
        if words:
            needed = [install] if pytest_run.select(words, ROOT, "tests") else []
            results = list(checks.results_of([*needed, inside, outside]))
        else:
            results = checks.side_by_side(_rounds(install, inside, outside))
        return checks.summarize(results, time.monotonic() - start, selected=bool(words))


def soak(examples, fast=False):
    """Run the tests that draw examples with many of them, and the leak matrices.

    :param int examples: for each test that draws some
    :return: exit code
    """
    os.environ[EXAMPLES] = str(examples)
    files = [str(Path("tests") / name) for name in SOAKED]
    return run(shlex.join(files), fast)


def _rounds(install, inside, outside):
    """Return the checks of each lane, by its name, of one round after the other.

    Two lanes share the tests of each kind, so both end at the same time.
    """
    forget()
    first = [Check("Odoo's own linter", odoo_lint), inside]
    second = Check("More of the addon", partial(steadily, more_addon_tests, []))
    others = Check("More from outside", partial(steadily, more_outside_tests, []))
    shared = [{"addon": [*first, others], "outside": [outside, second]}]
    if os.environ.get(IN_TURN):
        from_outside = {"outside": [outside], "others": [others]}
        shared = [{"addon": first, "more": [second]}, from_outside]
    before = {"install": [install], "lint": [Check("Linters", lint.run)]}
    return [before, *shared]


def forget():
    """Forget the run before: what failed there may be the other lane's now."""
    for folder in (pytest_share.FOLDER, pytest_run.CACHES):
        shutil.rmtree(folder, ignore_errors=True)


def prepare_database(fast=False):
    """Have a database with the addon installed, without a complaint of Odoo's."""
    mark = template()
    odoo_run.configure(CONFIG, db_name=DATABASE, max_cron_threads=0)
    if fast and databases.made_from(DATABASE) == mark:
        _install_addon(DATABASE, update=True, config=CONFIG)
    else:
        databases.create(DATABASE, template=installed())
    databases.finish(DATABASE, mark)


def installed():
    """Have a database with the addon as its files are now, to be copied.

    :return: its name
    """
    mark = fingerprint(template(), addon.state(), POSTPONE, BUNDLES)
    with locked("template"):
        if databases.made_from(INSTALLED) != mark:
            odoo_run.configure(TEMPLATE_CONFIG, db_name=INSTALLED, max_cron_threads=0)
            databases.create(INSTALLED, template=TEMPLATE)
            _install_addon(INSTALLED, update=False, config=TEMPLATE_CONFIG)
            with doing("Making scripts and styles"):
                odoo_run.script(INSTALLED, BUNDLES, "test-bundles", TEMPLATE_CONFIG)
            with databases.cursor(INSTALLED) as cursor:
                cursor.execute(POSTPONE)
            databases.finish(INSTALLED, mark)
    return INSTALLED


def _install_addon(database, update, config):
    with doing(f"{'Updating' if update else 'Installing'} the addon in {database}"):
        log = odoo_run.install(database, [ADDON], "test-install", update, config=config)
    refuse_complaints(log)


def template():
    """Have the database that tests start from, and return what it is made from."""
    oca.ensure()
    names = neighbours()
    version = ".".join(str(part) for part in odoo_home.version())
    more = oca.versions().values()
    mark = fingerprint(version, str(odoo_home.path()), "pg_trgm", *names, *more)
    with locked("template"):
        if databases.made_from(TEMPLATE) != mark:
            odoo_run.configure(TEMPLATE_CONFIG, db_name=TEMPLATE, max_cron_threads=0)
            with doing(f"Installing {len(names)} modules of Odoo for the tests"):
                databases.create(TEMPLATE)
                config = TEMPLATE_CONFIG
                odoo_run.install(TEMPLATE, names, "test-template", config=config)
            databases.finish(TEMPLATE, mark)
    return mark


def neighbours():
    """Return the names of the modules that the template has."""
    there = odoo_home.addon_names() | oca.versions().keys()
    return [name for name in NEIGHBOURS if name in there]


def refuse_complaints(log):
    """Fail if Odoo logged a warning or an error."""
    complaints = [line for line in log.read_text().splitlines() if LOGGED.match(line)]
    if complaints:
        lines = "\n".join(f"    {line}" for line in complaints)
        raise Stop(f"Odoo complained:\n{lines}\nAll output: {log}")


def addon_tests(arguments, which=pytest_long.SHORT):
    """Run the addon's own tests in Odoo: all of them with another lane."""
    return _addon_tests(arguments, pytest_share.RUNS[0], DATABASE, CONFIG, which)


def more_addon_tests(arguments, which=pytest_long.SHORT):
    """Run those of the addon's tests that the first run has not come to."""
    if not arguments:
        odoo_run.configure(SECOND_CONFIG, db_name=SECOND_DATABASE, max_cron_threads=0)
        databases.create(SECOND_DATABASE, template=installed())
    run = pytest_share.RUNS[1]
    return _addon_tests(arguments, run, SECOND_DATABASE, SECOND_CONFIG, which)


def _addon_tests(arguments, run, database, config, which):
    selection = pytest_run.select(arguments, link_addon(), "tests")
    if not selection:
        return NOTHING
    plugins = ["-ptools.pytest_staff"]
    if not arguments:
        plugins += ["-ptools.pytest_share", f"--share={run}"]
        plugins += ["-ptools.pytest_long", f"--long={which}"]
        if which == pytest_long.SHORT:
            plugins.append("-ptools.pytest_overrides")
    options = {"database": database, "config": config, "cache": f"addon-{run}"}
    return odoo_pytest(*plugins, *selection, **options)


def odoo_lint():
    """Run Odoo's own linter, which looks at every installed addon.

    Not at those of OCA, which follow other rules: in a copy of the database where they
    do not count as installed.
    """
    databases.create(LINT_DATABASE, template=DATABASE)
    with databases.cursor(LINT_DATABASE) as cursor:
        statement = "UPDATE ir_module_module SET state = 'uninstalled'"
        cursor.execute(f"{statement} WHERE name = ANY(%s)", [list(oca.versions())])
    # On a copy: it reads all files of an addon, and the checkout has Odoo itself in it.
    lint.copy_addon(lint.REPOSITORY)
    folders = [lint.REPOSITORY, *odoo_home.addons_paths()]
    addons_path = ",".join(str(folder) for folder in folders)
    odoo_run.configure(LINT_CONFIG, db_name=LINT_DATABASE, addons_path=addons_path)
    folder = odoo_home.find_addon("test_lint") / "tests"
    files = [folder / f"test_{name}.py" for name in ODOO_LINT]
    arguments = ["-ptools.pytest_manifest", *files]
    return odoo_pytest(*arguments, database=LINT_DATABASE, config=LINT_CONFIG)


def odoo_pytest(*arguments, database=DATABASE, config=CONFIG, cache="addon"):
    """Run pytest inside Odoo with the test database and a server for its pages."""
    # By the link, and not from inside it: pytest takes the addon's name from there. And
    # never from above it: in a folder of any other name the addon is none.
    return pytest_run.run(
        f"--rootdir={ADDONS}",
        f"--confcutdir={ADDONS}",
        f"--odoo-config={config}",
        f"--odoo-database={database}",
        "--odoo-http",
        "--odoo-log-level=warn",
        *arguments,
        cache=cache,
    )


def steadily(tests, arguments):
    """Run all tests of a kind, and those that fail alone once more.

    They start servers and browsers by the dozen on a shared machine: what passes alone
    is told apart from what is broken, and named. Selected tests are run once, and so is
    a run that did not come to its end: nobody would run the others.

    :param tests: runs them with arguments for pytest
    :return: the outcome, which says so
    """
    try:
        return tests(arguments)
    except pytest_run.Unfinished:
        raise
    except Stop as reason:
        if arguments:
            raise
        say(f"{reason}\n\n== Those that failed, alone")
        if tests(pytest_run.AGAIN) == NOTHING:  # It was no test that failed.
            raise
        return UNSTEADY
