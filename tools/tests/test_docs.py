"""What documents name is there: tests, requirements and files."""

import ast
import re

import pytest

from tools.paths import ROOT

SECURITY = ROOT / "docs/security.md"
DOCUMENTS = ("README.md", "CHANGELOG.md", "docs/security.md")

# `test_x: test_y` of the folder tests, `tools/tests/test_x: *` for a whole file.
NAMED_TEST = re.compile(r"`((?:tools/tests/)?test_\w+): (\*|test_\w+)`")
# What begins like one of these.
MAYBE_TEST = re.compile(r"`(?:tools/)?(?:tests/)?test_[^`]*`")
NUMBER = r"\d+\.\d+\.\d+"
REQUIREMENTS = re.compile(rf"({NUMBER})(?: to ({NUMBER}))?|V(\d+)(?=[ (,;.]|$)")
# The chapters of OWASP ASVS 5.0.
CHAPTERS = range(1, 18)
LAST = 99  # more than a chapter has sections, or a section requirements
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
PATH = re.compile(r"`((?:[\w-]+/)+[\w-]+\.\w+)`")


@pytest.fixture(scope="module")
def security():
    return SECURITY.read_text()


def _get_tests(name):
    """Return the names of the tests in a file that a document names."""
    file = ROOT / (name if name.startswith("tools/") else f"tests/{name}")
    tree = ast.parse(file.with_suffix(".py").read_text())
    return {
        node.name
        for node in ast.walk(tree)
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


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_to_files(name):
    text, folder = (ROOT / name).read_text(), (ROOT / name).parent
    links = [link for link in LINK.findall(text) if "://" not in link]
    missing = [link for link in links if not (folder / link).exists()]
    assert not missing


@pytest.mark.parametrize("name", DOCUMENTS)
def test_files_that_are_named_are_there(name):
    text = (ROOT / name).read_text()
    missing = {path for path in PATH.findall(text) if not (ROOT / path).exists()}
    assert not missing
