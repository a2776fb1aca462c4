"""Running Odoo: its configuration file and its command line."""

import os
import sysconfig
from itertools import takewhile
from pathlib import Path

from . import databases, oca, odoo_home
from .console import Stop, run
from .paths import ADDON, BUILD, DATA, link_addon, without_comma
from .python_env import PYTHON
from .step import write

CONFIG = BUILD / "odoo.conf"


def configure(path, **options):
    """Write a configuration file for the server that libpq's variables name.

    :param path: where to write it
    :param options: Odoo's own options, on top of the usual ones
    :return: the path
    """
    _tell_python_where_odoo_is()
    usual = {
        "addons_path": ",".join(str(folder) for folder in addons_path()),
        "data_dir": DATA,
        "db_host": os.environ.get("PGHOST"),
        "db_port": os.environ.get("PGPORT"),
        "db_user": os.environ.get("PGUSER"),
        "db_password": os.environ.get("PGPASSWORD"),
        "email_from": "portal@example.com",
        "http_interface": "127.0.0.1",
        "list_db": False,
    }
    values = {**usual, **options}.items()
    lines = [f"{name} = {value}\n" for name, value in values if value is not None]
    write(path, "".join(["[options]\n", *lines]))
    return path


def addons_path():
    """Return the folders where Odoo finds addons: this one under its own name first."""
    folders = [link_addon().parent, *odoo_home.addons_paths()]
    if oca.addons_path().is_dir():
        folders.append(oca.addons_path())
    return [without_comma(folder) for folder in folders]


def _tell_python_where_odoo_is():
    """Put Odoo last on the environment's path.

    By PYTHONPATH it would come first, and with it all that lies beside it.
    """
    packages = Path(sysconfig.get_path("purelib"))
    write(packages / "odoo.pth", f"{odoo_home.path()}\n")


def command(*arguments, config=CONFIG):
    """Return the command line of Odoo's program, as a list.

    :param arguments: as for `odoo`; a subcommand (`shell`, `i18n export`) comes first
    """
    words = [str(word) for word in arguments]
    subcommand = list(takewhile(lambda word: not word.startswith("-"), words))
    rest = words[len(subcommand) :]
    return [str(PYTHON), "-m", "odoo", *subcommand, "-c", str(config), *rest]


def workers_command(config):
    """Return the command line of an Odoo with workers.

    It starts itself once more, for notifications, by the file that it was started from;
    that of a package (`-m odoo`) can then not be run.
    """
    program = BUILD / "bin/odoo"
    write(program, "from odoo.cli.command import main\n\nmain()\n")
    return [str(PYTHON), str(program), "-c", str(config)]


def install(database, modules, log, update=False, demo=False, config=CONFIG):
    """Install modules in a database.

    :param str log: name of the log file
    :param bool update: also update this addon
    :return: path of Odoo's log
    :raise Stop: if Odoo fails, or does not find a module, of which it only warns
    """
    switches = ["-i", ",".join(modules), *(["-u", ADDON] if update else [])]
    switches += ["--stop-after-init", "--no-http", *(["--with-demo"] if demo else [])]
    output = run(command("-d", database, *switches, config=config), log=log)
    if missing := set(modules) - databases.installed_modules(database):
        raise Stop(f"Odoo has not installed {', '.join(sorted(missing))}: {output}")
    return output


def script(database, path, log, config=CONFIG):
    """Run a Python program in Odoo's shell, which has `env`; it commits by itself.

    :param path: of the program
    :raise Stop: if it fails
    """
    with Path(path).open() as program:
        words = command("shell", "-d", database, "--no-http", config=config)
        return run(words, log=log, stdin=program)
