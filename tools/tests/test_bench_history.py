"""What benchmarks have reached is kept, compared with its budget, and drawn."""

import json

import pytest

from tools import bench_history

pytestmark = pytest.mark.tools
COST, RATE = "A page / Odoo's", "Requests <a second>"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where runs are kept meanwhile."""
    monkeypatch.setattr(bench_history, "FOLDER", tmp_path)
    return tmp_path


def run(cost=1.0, rate=4.0, kind="bench"):
    """Keep a run with two rows, of which more is better in one."""
    with bench_history.run(kind) as rows:
        bench_history.record(COST, cost, 1.1, "x")
        bench_history.record(RATE, rate, 3, at_least=True)
    return rows


def test_a_row_says_whether_it_keeps_within_its_budget(folder, capsys):
    assert [row.is_ok for row in run()] == [True, True]
    assert [row.is_ok for row in run(1.1, 3)] == [True, True]
    assert [row.is_ok for row in run(1.2, 2.9)] == [False, False]
    lines = capsys.readouterr().out.splitlines()
    assert sum(line.endswith("  ok") for line in lines) == 4
    assert sum(line.endswith("  OVER") for line in lines) == 2
    assert "0 of 2 within budget" in lines[-2]


def test_a_run_is_kept_with_its_commit(folder):
    run()
    [file] = folder.glob("*.json")
    facts = json.loads(file.read_text())
    assert facts["commit"]
    assert facts["commit"] in file.name
    assert [row["title"] for row in facts["rows"]] == [COST, RATE]


def test_the_last_ten_runs_of_a_kind_are_kept(folder, monkeypatch):
    clock = iter(range(1_000_000_000, 2_000_000_000, 60))
    monkeypatch.setattr(bench_history.time, "time", lambda: next(clock))
    run(7, kind="large")
    for number in range(12):
        run(number)
    kinds = bench_history.read()
    reached = [one["rows"][0].reached for one in kinds["bench"]]
    assert reached == list(range(2, 12))
    assert [one["rows"][0].reached for one in kinds["large"]] == [7]


def test_what_was_measured_before_a_failure_is_kept(folder):
    with pytest.raises(ZeroDivisionError), bench_history.run():
        bench_history.record(COST, 1, 2)
        bench_history.record(COST, 1 / 0, 2)
    assert len(bench_history.read()["bench"][0]["rows"]) == 1


def test_outside_a_run_a_row_is_printed_and_not_kept(folder, capsys):
    assert bench_history.record(COST, 1, 2, "x")
    assert not bench_history.record(COST, 3, 2, "x")
    assert capsys.readouterr().out.count(COST) == 2
    assert not [*folder.iterdir()]


def test_the_page_shows_each_row_of_all_runs(folder, monkeypatch):
    clock = iter(range(1_000_000_000, 2_000_000_000, 60))
    monkeypatch.setattr(bench_history.time, "time", lambda: next(clock))
    for cost in (1.3, 0, 1.05):
        run(cost)
    page = (folder / "index.html").read_text()
    assert page.count("<circle") == 6
    assert page.count('<circle class="over"') == 1
    assert "Requests &lt;a second&gt;" in page
    assert "<script" not in page
    assert "http" not in page
