"""Odoo's own tests of the portal, run with the addon installed: `make test-odoo`.

They say whether the addon changes anything it does not mean to. Those that must differ
are named below, each with its reason; one that passes nevertheless fails the command,
and so does any other one that fails or is skipped.
"""

import os
import time

from . import databases, odoo_home, odoo_run, test
from .console import doing, say
from .paths import ADDON, CHECKOUT
from .step import locked

DATABASE = f"{ADDON}_suites_{CHECKOUT}"

# The files that are about portal users, logins and access rights.
SUITES = {
    "portal": [
        "addresses",
        "login",
        "message_format_portal",
        "pager",
        "portal",
        "portal_wizard",
        "tours",
    ],
    "auth_signup": ["auth_signup", "login", "reset_password"],
    "auth_totp_portal": ["tour"],
    "auth_passkey_portal": ["passkey_portal"],
    "web": ["login"],
    "base": ["res_users", "res_partner"],
    "mail": ["res_users", "res_partner"],
    "sale": ["access_rights", "controllers"],
    "account": ["portal_attachment", "portal_invoice"],
    "account_payment": ["payment_flows"],
    "project": [
        "access_rights",
        "portal",
        "project_sharing",
        "project_sharing_portal_access",
        "project_sharing_ui",
        "project_update_access_rights",
    ],
    "purchase": ["access_rights"],
}

# Tests that must differ, as addon/file::Class::test, each with its reason.
DIFFERENT = {}


def run(arguments=(), stock=False):
    """Run the tests.

    :param arguments: for pytest, such as ``-k name``
    :param bool stock: without the addon, to see what fails here anyway
    :raise Stop: if one fails that should not, or passes that should fail
    """
    start = time.monotonic()
    with locked("suites"):
        _prepare_database(stock)
        os.environ["CUSTOMER_PORTAL_STOCK"] = "1" if stock else ""
        test.odoo_pytest(
            "-ptools.pytest_suites", *_files(), *arguments, database=DATABASE
        )
    say(f"Odoo's own tests: {time.monotonic() - start:.0f} s")


def _prepare_database(stock):
    test.template()
    odoo_run.configure(test.CONFIG, db_name=DATABASE, max_cron_threads=0)
    with doing(f"Preparing {DATABASE}"):
        databases.create(DATABASE, template=test.TEMPLATE)
        if not stock:
            odoo_run.install(DATABASE, [ADDON], "suites-install", config=test.CONFIG)


def _files():
    return [
        odoo_home.find_addon(addon) / "tests" / f"test_{name}.py"
        for addon, names in SUITES.items()
        for name in names
    ]
