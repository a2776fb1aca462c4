"""What documents name is there: tests, requirements, files, commands, methods."""

import ast
import re
from functools import cache

import pytest

from tools import addon
from tools.paths import ROOT

SECURITY = ROOT / "docs/security.md"
STORE = "static/description/index.html"
DOCUMENTS = [name for name in addon.files() if name.endswith(".md")]

# `test_x: test_y` of the folder tests, `tools/tests/test_x: *` for a whole file.
NAMED_TEST = re.compile(r"`((?:tools/tests/)?test_\w+): (\*|test_\w+)`")
# What begins like one of these.
MAYBE_TEST = re.compile(r"`(?:tools/)?(?:tests/)?test_[^`]*`")
NUMBER = r"\d+\.\d+\.\d+"
REQUIREMENTS = re.compile(rf"({NUMBER})(?: to ({NUMBER}))?|V(\d+)(?=[ (,;.]|$)")
# The chapters of OWASP ASVS 5.0.
CHAPTERS = range(1, 18)
LAST = 99  # more than a chapter has sections, or a section requirements
LINK = re.compile(r"\]\(([^)\s]+)[^)]*\)")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
# Of files at the top, those with an ending that code or a document has.
PATH = re.compile(r"`((?:[\w-]+/)+[\w-]+\.\w+|[\w-]+\.(?:py|js|xml|md|toml|conf))`")
# `test_x.py` and `tests/test_x.py -k name`, as a command names them.
TEST_FILE = re.compile(r"((?:[\w/]+/)?test_\w+\.py)")
# A test alone, or the one behind its file's name.
TEST = re.compile(r"`(?:[\w/]+: )?(test_\w+)`")
# In backticks, or a line of its own, indented.
MAKE = re.compile(r"(?:`|^ {4})make ([a-z-]+)", re.MULTILINE)
TARGET = re.compile(r"^([a-z-]+):", re.MULTILINE)
METHOD = re.compile(r"`(?:[\w.]+\.)?(_(?!inherit|name)[a-z]\w+)`")


@pytest.fixture(scope="module")
def security():
    return SECURITY.read_text()


def _get_tests(name):
    """Return the names of the tests in a file that a document names.

    Those of the addon are named without their folder.
    """
    folder, _slash, stem = name.rpartition("/")
    files = [*(ROOT / (folder or "tests")).rglob(f"{stem}.py")]
    return {
        node.name
        for file in files
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def _get_cells(text):
    """Return where requirements are listed: first cells of rows, and the last part."""
    tables, _heading, unused = text.partition("## OWASP")[2].partition("### Not used")
    rows = re.findall(r"^\| ([^|]*) \|", tables, re.MULTILINE)
    return [cell for cell in rows if cell[0] in "V123456789"] + [unused]


def _get_spans(text):
    """Return the first and last requirement of each range, in the order of the text."""
    spans = []
    for cell in _get_cells(text):
        for first, last, chapter in REQUIREMENTS.findall(cell):
            if chapter:
                spans.append(((int(chapter), 0, 0), (int(chapter), LAST, LAST)))
            else:
                spans.append((_read(first), _read(last or first)))
    return spans


def _read(number):
    return tuple(int(part) for part in number.split("."))


def test_each_test_of_security_is_there(security):
    named = NAMED_TEST.findall(security)
    assert len(named) > 100
    missing = [
        f"{name}: {test}"
        for name, test in named
        if test not in (tests := _get_tests(name)) and not (test == "*" and tests)
    ]
    assert not missing


def test_each_test_of_security_is_named_so_that_it_is_found(security):
    wrong = [
        text for text in MAYBE_TEST.findall(security) if not NAMED_TEST.fullmatch(text)
    ]
    assert not wrong


def test_requirements_are_those_of_a_chapter(security):
    spans = _get_spans(security)
    assert len(spans) > 100
    wrong = [
        (first, last)
        for first, last in spans
        if first > last or first[0] not in CHAPTERS or first[0] != last[0]
    ]
    assert not wrong


def test_no_requirement_is_listed_twice(security):
    spans = sorted(_get_spans(security))
    twice = [
        (one, other)
        for one, other in zip(spans, spans[1:], strict=False)
        if other[0] <= one[1]
    ]
    assert not twice


def test_each_chapter_is_listed(security):
    assert {first[0] for first, _last in _get_spans(security)} == set(CHAPTERS)


@cache
def _get_anchors(path):
    """Return the headings of a document, as links to them are written."""
    headings = HEADING.findall(path.read_text())
    return {re.sub(r"[^\w -]", "", text).lower().replace(" ", "-") for text in headings}


def _get_links(name):
    """Return the file and the heading that each link of a document leads to."""
    for link in LINK.findall((ROOT / name).read_text()):
        if "://" not in link:
            path, _hash, heading = link.partition("#")
            yield ((ROOT / name).parent / path if path else ROOT / name), heading


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_to_files_and_headings(name):
    links = [(path.resolve(), heading) for path, heading in _get_links(name)]
    assert not [path for path, _heading in links if not path.is_file()]
    headed = [(path, heading) for path, heading in links if heading]
    assert not [pair for pair in headed if pair[1] not in _get_anchors(pair[0])]


def test_every_document_and_picture_is_led_to():
    led = {path.resolve() for name in DOCUMENTS for path, _heading in _get_links(name)}
    store = re.findall(r'src="([^"]+)"', (ROOT / STORE).read_text())
    led |= {(ROOT / STORE).parent / picture for picture in store}
    pictures = {*(ROOT / "static/description").glob("*.png")}
    pictures -= {ROOT / f"static/description/{name}.png" for name in ("icon", "banner")}
    documents = {ROOT / name for name in DOCUMENTS} - {ROOT / "README.md"}
    assert not (documents | pictures) - led


def test_pictures_of_the_store_are_there():
    pictures = re.findall(r'src="([^"]+)"', (ROOT / STORE).read_text())
    assert len(pictures) > 5
    assert not [
        name for name in pictures if not (ROOT / STORE).with_name(name).exists()
    ]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_is_shipped_leads_to_what_is_shipped(name):
    shipped = set(addon.shipped_files())
    links = {str(path.resolve().relative_to(ROOT)) for path, __ in _get_links(name)}
    assert name in shipped
    assert links <= shipped


@pytest.mark.parametrize("name", DOCUMENTS)
def test_files_that_are_named_are_there(name):
    text = (ROOT / name).read_text()
    missing = {path for path in PATH.findall(text) if not (ROOT / path).exists()}
    assert not missing


@pytest.mark.parametrize("name", DOCUMENTS)
def test_test_files_that_are_named_are_there(name):
    named = TEST_FILE.findall((ROOT / name).read_text())
    files = {path for path in named if path != "tests/test_x.py"}
    assert not [path for path in files if not (ROOT / path).exists()]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_tests_that_are_named_are_there(name):
    files = [*(ROOT / "tests").rglob("*.py"), *(ROOT / "tools/tests").glob("*.py")]
    code = "".join(path.read_text() for path in files)
    tests = TEST.findall((ROOT / name).read_text())
    assert not [test for test in tests if f"def {test}(" not in code]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_commands_that_are_named_are_there(name):
    targets = set(TARGET.findall((ROOT / "Makefile").read_text()))
    assert "help" in targets
    assert set(MAKE.findall((ROOT / name).read_text())) <= targets


def test_the_commands_of_the_readme_are_found():
    assert {"demo", "clean", "dist"} <= set(
        MAKE.findall((ROOT / "README.md").read_text())
    )


@pytest.mark.parametrize("name", DOCUMENTS)
def test_methods_that_are_named_are_there(name):
    folders = (ROOT / where for where in ("models", "controllers"))
    files = (path for folder in folders for path in folder.rglob("*.py"))
    code = "".join(path.read_text() for path in files)
    methods = METHOD.findall((ROOT / name).read_text())
    assert not [method for method in methods if f"def {method}(" not in code]


def _get_tables(name):
    """Return the tables of a document, each as the lines that stand together."""
    text = (ROOT / name).read_text()
    return re.findall(r"^\|.*\n(?:\|.*\n)*", text, re.MULTILINE)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_each_row_stands_below_a_heading(name):
    """A line without text between two rows ends the table; the rest is none."""
    headless = [
        table
        for table in _get_tables(name)
        if not re.match(r".*\n\|[-:| ]+\|\n", table)
    ]
    assert not headless


@pytest.mark.parametrize("name", ["AGENTS.md", "CONTRIBUTING.md", "README.md"])
def test_no_table_tells_of_one_thing_twice(name):
    for table in _get_tables(name):
        firsts = [row.split("|")[1].strip() for row in table.splitlines()[2:]]
        assert len(firsts) == len(set(firsts)), firsts


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_line_stands_twice_in_a_paragraph(name):
    """As merging two branches can leave it."""
    for paragraph in (ROOT / name).read_text().split("\n\n"):
        lines = [line for line in paragraph.splitlines() if len(line) > 30]
        starts = [line[:30] for line in lines if not line.startswith(("|", "    "))]
        assert len(starts) == len(set(starts)), paragraph


def test_a_reader_of_the_readme_needs_two_screens():
    assert len((ROOT / "README.md").read_text().splitlines()) <= 100
