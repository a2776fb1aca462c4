"""Run pytest on a folder of a few tests that are made for it."""

import os
import subprocess
import sys

from tools.paths import ROOT
from tools.pytest_strict import KEPT_IN


def start(folder, *options, **variables):
    """Start it with plugins of these tools; do not wait for it.

    :param folder: with the tests; what fails is written down in `failures.txt`
    :param str options: for pytest
    :param str variables: more of the environment
    """
    plugins = ["-pno:odoo", "-pno:cacheprovider"]
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", *plugins, *options, f"--rootdir={folder}"],
        cwd=ROOT,
        env={**os.environ, KEPT_IN: f"{folder / 'failures.txt'}", **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def run(folder, *options, **variables):
    """Run it; return its exit code and what it said."""
    process = start(folder, *options, **variables)
    said = process.communicate()[0]
    return process.returncode, said
