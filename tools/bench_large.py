"""Measure what becomes of the portal with a million contacts.

    make bench-large                     the whole size, and a hundredth of it
    make bench-large ARGS="0.1"          a tenth of it, and a thousandth
    make bench-large ARGS="0.1 search"   of that, what has "search" in its name

Both databases are kept, with a mark of what they were made from. Pages may cost no
more with a hundred times as many rows; jobs what they work on; neither more memory.
"""

import shlex
from typing import NamedTuple

from . import addon, databases, odoo_run, test
from .bench_shell import ask
from .console import Stop, doing, say
from .paths import ADDON, BUILD, CHECKOUT, LOGS, TOOLS
from .step import fingerprint

FILL, PROGRAM = TOOLS / "bench_large_fill.py", TOOLS / "bench_large_odoo.py"
ROWS = TOOLS / "bench_rows.py"
PREFIX = f"{ADDON}_{CHECKOUT}_large"
BASE = f"{PREFIX}_base"
SIZES = {
    "contacts": 1_000_000,
    "users": 100_000,
    "organizations": 20_000,
    "cases": 2_000_000,
    "messages": 5_000_000,
    "touchpoints": 10_000_000,
    "documents": 1_000_000,
}
PART = 100  # the small database has this part of the large one
FEWEST, FEWEST_CONTACTS = 20, 100  # however small a database is
ROUNDS, SECONDS = 15, 30
# How many times the processor's time of the small database the large one may take, for
# lists as they are what customers wait for most. An index of a hundred times as many
# rows is one level deeper, which is a tenth of a page; what else a page holds, such as
# a record's own messages, differs a little from one record to another. A job is
# compared for each thing that it works on; sorting a hundred times as many takes a
# third longer for each.
LIMITS = {"list": 1.2, "other": 1.5, "job": 1.5}
NOISE_MS = 3  # of a page; what is less cannot be told from chance
NOISE_JOB_MS = 100
FLAT_MB = 64  # how much more memory the large one may take
MORE_QUERIES = 2  # such as for a fact that the record of the small one does not have

LISTS = {
    "mine": "emma /my/p/cases?scope=mine",
    "mine, of a small organization": "rare /my/p/cases?scope=mine",
    "organization": "emma /my/p/cases?scope=all",
    "organization, a small one": "rare /my/p/cases?scope=all",
    "subsidiaries": "sam /my/p/cases?scope=all",
    "everyone": "eve /my/p/cases?scope=all",
    "open": "emma /my/p/cases?scope=all&filterby=open",
    "closed": "eve /my/p/cases?scope=all&filterby=closed",
    "subsidiaries, open": "sam /my/p/cases?scope=all&filterby=open",
    "by priority": "emma /my/p/cases?scope=all&by_priority=0",
    "page 2": "emma /my/p/cases/page/2?scope=all",
    "page 50": "emma /my/p/cases/page/50?scope=all",
    "page 5000": "emma /my/p/cases/page/5000?scope=all",
    "100 rows": "emma /my/p/cases?scope=all&size=100",
    "search of one word": "emma /my/p/cases?scope=all&search=printer",
    "search of two words": "emma /my/p/cases?scope=all&search=printer+8",
    "search of one case": "emma /my/p/cases?scope=all&search=printer+160",
    "search of nothing": "emma /my/p/cases?scope=all&search=nothing+at+all",
    "search in titles": "emma /my/p/cases?scope=all&search=noise&search_in=name",
    "search, mine": "emma /my/p/cases?scope=mine&search=printer",
    "search, subsidiaries": "sam /my/p/cases?scope=all&search=printer",
    "search, everyone": "eve /my/p/cases?scope=all&search=printer",
    "search, a small organization": "rare /my/p/cases?scope=all&search=printer",
    "search of a number": "emma /my/p/cases?scope=all&search=160",
    "grouped": "emma /my/p/cases?scope=all&groupby=stage_id",
}
OTHERS = {
    "a bare page": "rare /my/security",
    "home": "emma /my",
    "home, a small organization": "rare /my",
    "home, subsidiaries": "sam /my",
    "home, everyone": "eve /my",
    "a case": "emma /my/p/cases/{emma_case}",
    "a case, subsidiaries": "sam /my/p/cases/{emma_case}",
    "a case, a small organization": "rare /my/p/cases/{rare_case}",
    "its comments": "emma /my/p/cases/{emma_case}/entries?last=1",
    "a form": "emma /my/p/cases/new",
    "answers while typing": "emma /my/p/cases/answers?text=printer+invoice",
    "search of everything": "emma /my/search?search=printer",
    "search of everything, subsidiaries": "sam /my/search?search=printer",
    "FAQs": "emma /my/faq",
    "FAQs, search": "emma /my/faq?search=printer",
    "FAQs, two words": "emma /my/faq?search=printer+invoice",
    "a FAQ": "emma /my/faq/{faq}",
    "documents": "emma /my/documents?scope=all",
    "documents, mine": "emma /my/documents?scope=mine",
    "documents, a small organization": "rare /my/documents?scope=all",
    "documents, subsidiaries": "sam /my/documents?scope=all",
    "documents by name": "emma /my/documents?scope=all&sortby=name",
    "documents, search": "emma /my/documents?scope=all&search=printer",
    "documents, search of one": "emma /my/documents?scope=all&search=printer+160",
    "documents, page 50": "emma /my/documents/page/50?scope=all",
    "My Company": "rare /my/company",
    "My Profile": "emma /my/profile",
}
# What reads all records that it is about.
WHOLE = {
    "export": "emma /my/p/cases/export?scope=mine&search=printer+12&format=csv",
    "charts": "emma /my/home/widgets?fragment=1",
    "charts, subsidiaries": "sam /my/home/widgets?fragment=1",
    "charts, everyone": "eve /my/home/widgets?fragment=1",
}


class Row(NamedTuple):
    """What was measured of one thing, in the small database and in the large one."""

    title: str
    group: str
    small: list  # units, milliseconds, those of the processor, queries and MB
    large: list

    @property
    def ratio(self):
        """Return the large one's time on the processor beside the small one's.

        Of jobs, for each thing that they work on.
        """
        small, large = self.small[2], self.large[2]
        if self.group == "job":
            small, large = small / max(1, self.small[0]), large / max(1, self.large[0])
        return large / max(small, 1e-9)

    @property
    def faults(self):
        """Return what grows: of time, queries and memory."""
        units = max(1, self.large[0]) / max(1, self.small[0])
        units = units if self.group == "job" else 1
        noise = NOISE_JOB_MS if self.group == "job" else NOISE_MS
        more = self.large[2] - self.small[2] * units
        most_queries = self.small[3] * units + MORE_QUERIES
        found = {
            "time": self.ratio > LIMITS[self.group] and more > noise,
            "queries": self.large[3] > most_queries,
            "memory": self.large[4] > self.small[4] + FLAT_MB,
        }
        return [name for name, is_over in found.items() if is_over]


def run(scale=1.0, *only):
    """Print a table.

    :param scale: how large the large database is
    :param only: words, of which the title of what is measured has one
    :return: whether all keeps within the limits
    """
    large = get_sizes(float(scale))
    small = get_sizes(float(scale) / PART)
    names = [ensure(sizes) for sizes in (small, large)]
    return report(measure(names, only))


def get_sizes(scale):
    """Return how many rows of each a database of a scale has."""
    sizes = {name: max(FEWEST, round(size * scale)) for name, size in SIZES.items()}
    return sizes | {"contacts": max(FEWEST_CONTACTS, sizes["contacts"])}


def ensure(sizes):
    """Return the name of a database with so many rows, made now if it is missing."""
    name = f"{PREFIX}_{sizes['contacts']}"
    config = odoo_run.configure(BUILD / "bench-large.conf", db_name=name)
    mark = fingerprint(test.template(), FILL, ROWS, str(sizes))
    known = (databases.made_from(name) or "").split()
    if known[:1] != [mark]:
        make(name, sizes, config)
    elif known[1:] != [addon.state()]:
        with doing(f"Updating the addon in {name}"):
            odoo_run.install(name, [ADDON], "bench-large", update=True, config=config)
    databases.finish(name, f"{mark} {addon.state()}")
    return name


def have_base():
    """Have a database with the addon alone, of which the others are copies."""
    mark = f"{test.template()} {addon.state()}"
    if databases.made_from(BASE) != mark:
        config = odoo_run.configure(BUILD / "bench-large.conf", db_name=BASE)
        with doing(f"Installing the addon in {BASE}"):
            databases.create(BASE, template=test.TEMPLATE)
            odoo_run.install(BASE, [ADDON], "bench-large", config=config)
        databases.finish(BASE, mark)


def make(name, sizes, config):
    """Make a database with so many rows."""
    have_base()
    databases.create(name, template=BASE)
    with doing(f"Filling it with {sizes['contacts']} contacts"):
        [size] = ask(name, config, FILL.read_text(), PLAN=sizes)
    say(f"  It takes {size / 2**30:.1f} GB.")


def get_pages():
    """Return what customers ask for: title, group, kind and arguments."""
    return [
        [f"{kind}{title}", group, "page", text.split(" ", 1)]
        for kind, group, pages in (
            ("cases: ", "list", LISTS),
            ("", "other", OTHERS),
            ("", "job", WHOLE),
        )
        for title, text in pages.items()
    ]


def measure(names, only=(), rounds=ROUNDS):
    """Return a row for each thing that could be measured.

    :raise Stop: with all others, if there are any
    """
    config = odoo_run.configure(BUILD / "bench-large.conf", db_name=names[0])
    plan = {
        "databases": names,
        "pages": get_pages(),
        "only": list(only),
        "rounds": rounds,
        "seconds": SECONDS,
        "log": str(LOGS / "bench-large-steps.log"),
    }
    with doing("Measuring"):
        found = ask(names[0], config, PROGRAM.read_text(), PLAN=plan)
    failed = [f"{title}: {text}" for title, _group, text in found if _is_text(text)]
    if failed:
        raise Stop("Not measured:\n" + "\n".join(failed))
    return [Row(title, group, *figures) for title, group, figures in found]


def _is_text(figures):
    return isinstance(figures, str)


def report(rows):
    """Print all figures, and say whether they keep within the limits."""
    head = f"{'ms':>9}{'CPU ms':>10}{'queries':>9}{'MB':>6}"
    say(f"\n{'':42}{'a hundredth':^34}{'all':^34}")
    say(f"{'':42}{head}{head}{'ratio':>7}{'limit':>6}")
    for row in rows:
        figures = "".join(
            f"{ms:9.1f}{cpu:10.1f}{queries:9.0f}{mb:6.0f}"
            for _units, ms, cpu, queries, mb in (row.small, row.large)
        )
        verdict = f"over: {', '.join(row.faults)}" if row.faults else "ok"
        limit = f"{row.ratio:7.2f}{LIMITS[row.group]:6.1f}"
        say(f"{row.title:42}{figures}{limit} {verdict}")
    over = [row.title for row in rows if row.faults]
    say(f"\n{len(rows) - len(over)} of {len(rows)} ok")
    return not over


def run_words(text):
    """Run with the words of a command line."""
    return run(*shlex.split(text))
