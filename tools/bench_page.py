"""The page that shows what became of each row of the benchmarks: HTML and SVG."""

from html import escape

WIDTH, HEIGHT, EDGE = 300, 64, 8
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Benchmarks</title><style>
body {{ font: 15px/1.5 system-ui, sans-serif; color: #222; background: #fff;
  max-width: 66rem; margin: 2rem auto; padding: 0 1rem; }}
h1, h2 {{ font-weight: 600; }} p, .unit {{ color: #666; }}
table {{ border-collapse: collapse; width: 100%; }}
th {{ text-align: left; font-weight: 600; color: #666; }}
th, td {{ padding: .35rem .75rem; border-bottom: 1px solid #e5e5e5; }}
.number {{ text-align: right; font-variant-numeric: tabular-nums;
  white-space: nowrap; }}
.ok {{ color: #146c43; }} .over {{ color: #b02a37; font-weight: 600; }}
svg {{ display: block; }} .line {{ fill: none; stroke: #5b6b8c; stroke-width: 2; }}
.budget {{ stroke: #999; stroke-dasharray: 4 3; }}
circle.ok {{ fill: #198754; }} circle.over {{ fill: #b02a37; }}
</style></head><body><h1>Benchmarks</h1>
<p>The dashed line is the budget. Point at a dot to read its run.<br>
Newest run: {newest}</p>
{tables}</body></html>
"""
TABLE = """<h2>{kind}</h2><table><thead><tr><th>What</th><th>Runs, oldest first</th>
<th class="number">Reached</th><th class="number">Budget</th><th></th></tr></thead>
<tbody>{rows}</tbody></table>
"""
LINE = """<tr><td>{title}</td><td>{picture}</td><td class="number">{reached}</td>
<td class="number">{budget}</td><td class="{state}">{state}</td></tr>
"""


def draw(kinds):
    """Return the page.

    :param dict kinds: lists of runs, oldest first, by their kind
    :rtype: str
    """
    newest = max((runs[-1] for runs in kinds.values()), key=lambda run: run["date"])
    tables = "".join(_draw_table(kind, runs) for kind, runs in kinds.items())
    return PAGE.format(newest=escape(_name(newest)), tables=tables)


def _name(run):
    changed = " (with changes)" if run["is_changed"] else ""
    return f"{run['date']} {run['commit']}{changed} {run['subject']}"


def _draw_table(kind, runs):
    series = {}
    for run in runs:
        for row in run["rows"]:
            series.setdefault(row.title, []).append((row, run))
    # In the order of the newest run; what it has not measured comes last.
    order = [row.title for row in runs[-1]["rows"]]
    titles = [*dict.fromkeys(order), *(one for one in series if one not in order)]
    rows = "".join(_draw_row(series[title]) for title in titles)
    return TABLE.format(kind=escape(kind), rows=rows)


def _draw_row(points):
    row, _run = points[-1]
    return LINE.format(
        title=escape(row.title),
        picture=_draw_points(points),
        reached=_say(row.reached, row.unit),
        budget=_say(row.budget, row.unit),
        state="ok" if row.is_ok else "over",
    )


def _say(value, unit):
    return f'{value:,.2f} <span class="unit">{escape(unit)}</span>'


def _draw_points(points):
    """Return a picture of the points; it begins at nothing unless some are below."""
    values = [row.reached for row, _run in points]
    budget = points[-1][0].budget
    low, high = min(0, budget, *values), max(budget, *values) or 1
    step = (WIDTH - 2 * EDGE) / max(1, len(points) - 1)

    def place(value):
        return HEIGHT - EDGE - (value - low) / (high - low) * (HEIGHT - 2 * EDGE)

    spots = [(EDGE + step * n, place(value)) for n, value in enumerate(values)]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
    dots = "".join(
        f'<circle class="{"ok" if row.is_ok else "over"}" cx="{x:.1f}" cy="{y:.1f}"'
        f' r="4"><title>{row.reached:,.2f} {escape(row.unit)}: {escape(_name(run))}'
        "</title></circle>"
        for (x, y), (row, run) in zip(spots, points, strict=True)
    )
    y = f"{place(budget):.1f}"
    return (
        f'<svg width="{WIDTH}" height="{HEIGHT}" role="img">'
        f'<line class="budget" x1="0" x2="{WIDTH}" y1="{y}" y2="{y}"/>'
        f'<polyline class="line" points="{line}"/>{dots}</svg>'
    )
