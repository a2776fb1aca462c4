"""Lanes: work side by side, whose output stays readable and which ends as a whole."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from tools import lanes
from tools.console import say
from tools.paths import ROOT

pytestmark = pytest.mark.tools

# Two lanes that wait, each for a program of its own.
WAITING = """
import os, signal, subprocess, sys
from tools import lanes

def wait():
    subprocess.run([sys.executable, "-c", "input('waiting')"], stdin=pipe)

def interrupt(*_args):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt

pipe, keep = os.pipe()
signal.signal(signal.SIGTERM, interrupt)
lanes.run({"one": wait, "other": wait}, str)
"""


@pytest.fixture(autouse=True)
def _logs(tmp_path, monkeypatch):
    monkeypatch.setattr(lanes, "LOGS", tmp_path)


def lost(name):
    return f"{name} is lost"


def test_two_lanes_work_at_the_same_time(tmp_path):
    def meet(mine, others):
        (tmp_path / mine).touch()
        deadline = time.monotonic() + 60
        while not (tmp_path / others).exists():
            assert time.monotonic() < deadline
            time.sleep(0.01)
        return f"{mine} met {others}"

    works = {"a": lambda: meet("a", "b"), "b": lambda: meet("b", "a")}
    assert lanes.run(works, lost) == ["a met b", "b met a"]


def test_each_line_says_whose_it_is(tmp_path, capfd):
    def work(name):
        say(f"{name} begins")
        subprocess.run(["echo", f"a program of {name}"], check=True)

    lanes.run({name: lambda name=name: work(name) for name in ("one", "two")}, lost)
    shown = capfd.readouterr().out.splitlines()
    for name in ("one", "two"):
        mine = [line for line in shown if line.startswith(name)]
        texts = [f"{name} begins", f"a program of {name}"]
        assert mine == [f"{name:8}| {text}" for text in texts]
        assert (tmp_path / f"lane-{name}.log").read_text().splitlines() == texts


def test_a_lane_that_is_killed_or_fails_is_lost_and_the_other_goes_on(capfd):
    def fail():
        raise ValueError("why")

    works = {
        "killed": lambda: os.kill(os.getpid(), signal.SIGKILL),
        "failed": fail,
        "other": lambda: "done",
    }
    assert lanes.run(works, lost) == ["killed is lost", "failed is lost", "done"]
    assert "ValueError: why" in capfd.readouterr().out


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_who_ends_the_command_ends_the_lanes_and_their_programs(ending):
    command = [sys.executable, "-c", WAITING]
    options = {"cwd": ROOT, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, **options, start_new_session=True) as process:
        watched = psutil.Process(process.pid)
        deadline = time.monotonic() + 60
        while len(children := watched.children(recursive=True)) < 4:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(ending)
        assert process.wait(60)
        assert psutil.wait_procs(children, timeout=30)[1] == []
