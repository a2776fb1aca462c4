"""`make demo` in a second checkout, in a folder of another name.

It has the Odoo and a copy of the Python packages of this checkout; all else is its own.
"""

import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

from tools import addon, demo, odoo_home, ports
from tools.paths import ADDON, SOCKETS
from tools.python_env import VENV

pytestmark = pytest.mark.tools

SECOND_START = 25  # seconds
STAMP = """
from tools import python_env, step
step.write(step.STAMPS / "venv", step.fingerprint(*python_env.inputs()))
"""


class Checkout:
    """Another checkout and the commands in it."""

    def __init__(self, folder):
        self.folder = folder
        self.name = f"{ADDON}-{hashlib.sha256(str(folder).encode()).hexdigest()[:8]}"
        self.port = ports.free()
        own = {"ODOO_HOME": str(odoo_home.path())}
        others = {name: word for name, word in os.environ.items() if name[:2] != "PG"}
        self.environment = {**others, **own}
        self.output = folder.with_name("output.txt")

    def run(self, *command):
        """Run a command to its end."""
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def start(self):
        """Start the demonstration, in a process group as a terminal does."""
        with self.output.open("w") as output:
            return subprocess.Popen(
                ["make", "demo", f"PORT={self.port}"],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_for(self, text, process, seconds=280):
        """Wait until something is shown; return after how many seconds it was."""
        start = time.monotonic()
        while text not in self.output.read_text():
            waited = time.monotonic() - start
            alive = process.poll() is None
            assert alive, self.output.read_text()
            assert waited < seconds, self.output.read_text()
            time.sleep(0.1)
        return time.monotonic() - start

    def processes(self):
        """Return the command lines of all that runs here."""
        infos = [process.info for process in psutil.process_iter(["cmdline"])]
        lines = [" ".join(info["cmdline"] or []) for info in infos]
        marks = [str(self.folder), self.name, f"PORT={self.port}"]
        return [line for line in lines if any(mark in line for mark in marks)]

    def cluster(self):
        """Return the folder of its database server."""
        inside = self.folder / "build/postgres"
        outside = Path("/var/tmp", self.name, "postgres")
        return inside if inside.is_dir() else outside


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """Copy the working tree; remove all it made afterwards."""
    folder = tmp_path_factory.mktemp("demo") / "another name, with ä"
    addon.copy(addon.files(), folder)
    subprocess.run(["git", "init", "--quiet", folder], check=True)
    (folder / "build").mkdir()
    subprocess.run(["cp", "-a", VENV, folder / "build/venv"], check=True)
    checkout = Checkout(folder)
    stamped = checkout.run(sys._base_executable, "-c", STAMP)
    assert stamped.returncode == 0, stamped.stderr
    yield checkout
    cleaned = checkout.run("make", "clean")
    assert cleaned.returncode == 0, cleaned.stderr
    assert not (folder / "build").exists()
    assert not Path("/tmp", checkout.name).exists()
    shutil.rmtree(folder)


def log_in(port, login, password):
    """Return the user's id if the server lets them in."""
    parameters = {"db": demo.DATABASE, "login": login, "password": password}
    request = urllib.request.Request(
        f"http://{ports.LOOPBACK}:{port}/web/session/authenticate",
        json.dumps({"jsonrpc": "2.0", "params": parameters}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer).get("result", {}).get("uid")


def test_a_killed_first_start_is_mended_and_ctrl_c_leaves_nothing(checkout):
    killed = checkout.start()
    checkout.wait_for("Installing Odoo with demo data", killed)
    time.sleep(5)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    process = checkout.start()
    checkout.wait_for("Ctrl-C", process)
    assert "Installing Odoo with demo data" in checkout.output.read_text()
    for __, login, password in demo.LOGINS:
        assert log_in(checkout.port, login, password), login
    for __, login, password in demo.REFUSED:
        assert not log_in(checkout.port, login, password), login
    assert Path("/tmp", checkout.name) != SOCKETS
    os.killpg(process.pid, signal.SIGINT)
    # Ctrl-C also ends make, by the signal.
    assert process.wait(60) in (0, -signal.SIGINT)
    assert "Stopping." in checkout.output.read_text()
    assert checkout.processes() == []


def test_support_of_some_customers_ends_this_month(checkout):
    """Or the calendar of ends would be empty on most days of the year."""
    query = (
        "SELECT count(*) >= 4 FROM res_partner WHERE portal_user AND"
        " date_trunc('month', support_end_date) = date_trunc('month', create_date)"
    )
    command = ["psql", "-Atc", query, demo.DATABASE]
    result = checkout.run(sys._base_executable, "-m", "tools", *command)
    assert (result.returncode, result.stdout.strip()) == (0, "t"), result.stderr


def test_the_second_start_is_quick_and_the_end_of_make_ends_all(checkout):
    process = checkout.start()
    assert checkout.wait_for("Ctrl-C", process) < SECOND_START
    assert "Installing" not in checkout.output.read_text()
    with urllib.request.urlopen(f"http://{ports.LOOPBACK}:{checkout.port}") as page:
        assert page.status == 200
    process.terminate()
    process.wait(60)
    assert checkout.processes() == []


def test_a_changed_addon_is_updated_and_a_killed_make_ends_all(checkout):
    with (checkout.folder / "__init__.py").open("a") as file:
        file.write("# changed\n")
    process = checkout.start()
    checkout.wait_for("Ctrl-C", process)
    assert "Updating the addon" in checkout.output.read_text()
    process.kill()
    process.wait()
    deadline = time.monotonic() + 30
    while checkout.processes() and time.monotonic() < deadline:
        time.sleep(0.2)
    assert checkout.processes() == []


def test_a_busy_port_is_named(checkout):
    with socket.socket() as server:
        server.bind((ports.LOOPBACK, 0))
        server.listen()
        port = server.getsockname()[1]
        result = checkout.run("make", "demo", f"PORT={port}")
    assert result.returncode != 0
    assert f"Port {port} cannot be used" in result.stderr
    assert "make demo PORT=" in result.stderr


def test_traces_of_a_killed_database_server_do_no_harm(checkout):
    trace = checkout.cluster() / "postmaster.pid"
    # As after a power cut: its process number is another program's by now.
    trace.write_text(f"{os.getpid()}\n{checkout.cluster()}\n")
    query = ["psql", "-Atc", "SELECT 6 * 7", "postgres"]
    result = checkout.run(sys._base_executable, "-m", "tools", *query)
    assert (result.returncode, result.stdout.strip()) == (0, "42"), result.stderr
    assert checkout.processes() == []
