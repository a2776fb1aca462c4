"""The benchmark of millions of rows, with hundreds of them."""

import pytest

from tools import bench_large, databases
from tools.bench_large import Row

pytestmark = pytest.mark.tools

TITLES = ("touchpoints: rare kind", "cases: organization", "touchpoints are purged")
MANY = 300_000
SEEN = "touchpoints: rare kind"
INDEX = "customer_portal_touchpoint_kind_idx"


def make_row(group="list", units=1, **large):
    """Return a row whose large database differs from the small one as is said."""
    figures = {"ms": 100, "cpu": 50, "queries": 10, "mb": 0}
    return Row(
        "a title", group, [1, *figures.values()], [units, *(figures | large).values()]
    )


@pytest.mark.parametrize(
    ("row", "faults"),
    [
        (make_row(), []),
        (make_row(cpu=59), []),
        (make_row(cpu=62), ["time"]),
        (make_row(group="other", cpu=62), []),
        (make_row(queries=12), []),
        (make_row(queries=13), ["queries"]),
        (make_row(mb=65), ["memory"]),
        (make_row(group="job", units=100, cpu=5000, queries=1000), []),
        (make_row(group="job", units=100, cpu=8000, queries=1003), ["time", "queries"]),
        (make_row(cpu=500, queries=99, mb=99), ["time", "queries", "memory"]),
    ],
)
def test_what_grows_is_named(row, faults):
    assert row.faults == faults


def test_a_difference_that_cannot_be_told_from_chance_is_none():
    small, large = [1, 3, 2.0, 5, 0], [1, 4, 4.5, 5, 0]
    assert Row("fast", "list", small, large).faults == []


def test_a_report_says_what_is_over(capsys):
    assert bench_large.report([make_row()])
    assert not bench_large.report([make_row(), make_row(cpu=500)])
    printed = capsys.readouterr().out
    assert "over: time" in printed
    assert "1 of 2 ok" in printed


@pytest.fixture(scope="module")
def two(_postgres):
    """Two databases: one with few touchpoints, one with many."""
    few = bench_large.get_sizes(0.0001)
    many = {**few, "contacts": few["contacts"] + 20, "touchpoints": MANY}
    names = [bench_large.ensure(sizes) for sizes in (few, many)]
    yield names
    for name in names:
        databases.drop(name)


def test_two_databases_are_filled_measured_and_compared(two, capsys):
    rows = bench_large.measure(two, TITLES, rounds=3)
    titles = {row.title for row in rows}
    assert {*TITLES} <= titles
    [purge] = [row for row in rows if row.title == "touchpoints are purged"]
    assert purge.small[0] < purge.large[0]
    assert all(row.large[2] > 0 and row.large[3] > 0 for row in rows)
    bench_large.report(rows)
    assert f"{SEEN:42}" in capsys.readouterr().out


def test_a_filled_database_is_kept(two):
    [made] = databases.query("SELECT MAX(id) FROM res_partner", database=two[0])
    assert bench_large.ensure(bench_large.get_sizes(0.0001)) == two[0]
    [now] = databases.query("SELECT MAX(id) FROM res_partner", database=two[0])
    assert now == made


def test_organizations_are_five_levels_deep(two):
    depth = """
        WITH RECURSIVE tree AS (
            SELECT id, 1 AS level FROM res_partner
             WHERE name LIKE 'Organization %%' AND parent_id IS NULL
             UNION ALL
            SELECT below.id, level + 1 FROM res_partner below
              JOIN tree ON below.parent_id = tree.id
             WHERE below.name LIKE 'Organization %%'
        )
        SELECT MAX(level), COUNT(*) FROM tree
    """
    assert databases.query(depth, database=two[0]) == [(5, 20)]


def test_a_view_without_its_index_is_over(two):
    [with_index] = bench_large.measure(two, (SEEN,), rounds=5)
    assert with_index.faults == []
    databases.query(f'DROP INDEX "{INDEX}"; SELECT 1', database=two[1])
    [without] = bench_large.measure(two, (SEEN,), rounds=5)
    assert "time" in without.faults
