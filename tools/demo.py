"""The demonstration behind `make demo`: all that is needed to try the addon."""

import contextlib

from . import addon, databases, mail_server, odoo_run, ports, serve
from .console import Stop, doing, say
from .paths import ADDON, BUILD, LOGS, MAIL, TOOLS
from .step import fingerprint, locked

DATABASE = f"{ADDON}_demo"
NAME = "demo"
# What is installed, each with its own demo data: all apps whose pages customers know.
MODULES = [ADDON, "sale_management", "account", "purchase", "crm"]
# The addon depends on none of these apps, so its own demo data cannot have records of
# theirs: without the app, the data could not be loaded.
RECORDS = TOOLS / "demo_records.py"
# (who, login, password)
LOGINS = [
    ("Administrator", "admin", "admin"),
    ("Support agent", "demo", "demo"),
    ("Customer", "jennifer@baker-way.example.com", "portal"),
    ("  subsidiary", "omar@baker-logistics.example.com", "portal"),
    ("  read only", "giulia@castello.example.com", "portal"),
    ("  on her own", "nora@lindqvist.example.com", "portal"),
]
# Customers whom the door refuses.
REFUSED = [
    ("Scheduled", "samuel@baker-way.example.com", "portal"),
    ("Expired", "paul@whitaker.example.com", "portal"),
]


def run(port):
    """Serve the demonstration until somebody stops it."""
    ports.refuse_busy(port)
    with locked("demo", "The demonstration of this checkout is running already."):
        prepare_database(port)
        with mail_server.serving(MAIL) as smtp_port:
            _serve(port, smtp_port)


def prepare_database(port):
    """Have the database with the addon as its files are now.

    Mails that are queued meanwhile have links that lead to the port.
    One that an interrupted run left half-made is made anew.
    """
    mark = fingerprint(addon.state(), *MODULES, RECORDS)
    found = databases.made_from(DATABASE)
    if found == mark:
        return
    config = odoo_run.configure(
        BUILD / "demo-install.conf", db_name=DATABASE, http_port=port
    )
    if not found:
        databases.create(DATABASE)
    with doing("Updating the addon" if found else "Installing Odoo with demo data"):
        options = {"update": bool(found), "demo": True, "config": config}
        odoo_run.install(DATABASE, MODULES, "demo-install", **options)
    with doing("Adding records of the demo customers"):
        odoo_run.script(DATABASE, RECORDS, "demo-records", config)
    databases.finish(DATABASE, mark)


def _serve(port, smtp_port):
    with contextlib.ExitStack() as stack:
        with doing("Starting Odoo"):
            server = serve.odoo(DATABASE, NAME, port, smtp_port)
            process = stack.enter_context(server)
        say(announcement(port))
        with contextlib.suppress(KeyboardInterrupt):
            process.wait()
            raise Stop(f"Odoo ended by itself. All output: {LOGS / NAME}.log")
        say("\nStopping.")


def announcement(port):
    """Return what somebody needs to know to use the demonstration."""
    rows = [("Address", serve.url(port))]
    rows += [
        (who, f"login {login}, password {word}")
        for who, login, word in LOGINS + REFUSED
    ]
    rows += [("Mails", MAIL), ("Log", f"{LOGS / NAME}.log"), ("Stop", "Ctrl-C")]
    lines = [f"  {title:15} {text}" for title, text in rows]
    rule = "-" * max(map(len, lines))
    return "\n".join(["", rule, "  Customer Portal for Odoo", "", *lines, rule, ""])
