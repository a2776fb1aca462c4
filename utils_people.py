"""Read the people whom somebody has pasted: lines, or a table with a heading."""

import csv
import re
from typing import NamedTuple

from .utils import INVISIBLE, clean_line, clean_login, is_address

# The longest text that is read, in characters, and how many people it may hold.
TEXT_LENGTH = 50_000
MOST_PEOPLE = 200
# The longest name, and line that is shown again, in characters.
NAME_LENGTH = 100
LINE_LENGTH = 500
# What headings of a table say in English -> what their columns hold.
HEADINGS = {
    "email": ("email", "mail", "email address"),
    "name": ("name", "full name", "display name"),
    "first_name": ("first name", "given name"),
    "last_name": ("last name", "family name", "surname"),
    "profile": ("profile",),
    "organization": ("organization", "organisation"),
}
# Columns beside the name and the address.
MORE = ("profile", "organization")
DELIMITERS = ("\t", ";", ",")
# Ends of one person in a line of several: `Emma <e@example.com>; Ben <b@example.com>`.
BETWEEN = re.compile(r"(?<=>)\s*[,;\t]")
NEW_LINE = re.compile(r"\r\n|\r|\n")
NAMED = re.compile(r"([^<>]*)<([^<>]*)>\s*")


class Person(NamedTuple):
    """What a line says of somebody, and what is wrong with it."""

    line: int
    text: str  # as it was pasted
    name: str = ""  # can be left out
    email: str = ""
    profile: str = ""
    organization: str = ""
    # "unclear", "no_email", "bad_email", "long_name" or "twice"; nothing if it is fine
    problem: str = ""


class Reading(NamedTuple):
    """What was read out of a text."""

    heading: str  # of a table, else nothing
    people: list

    def get_rest(self, people):
        """Return the text that some of its people are read out of again."""
        heading = [self.heading] if self.heading and people else []
        return "\n".join([*heading, *(person.text for person in people)])


class TooMuch(ValueError):
    """A text is longer, or holds more people, than is read at once."""


def read_people(text, headings=None):
    """Read people out of a text, a line each or several in one.

    Nothing is left out without a word: what cannot be read comes back with its problem.

    :param str text: of anybody
    :param dict headings: words of a table's heading by what the column holds; see
        ``HEADINGS``, which is the default
    :rtype: Reading
    :raise TooMuch: before much work is done
    """
    if len(text) > TEXT_LENGTH:
        raise TooMuch
    lines = [
        (number, line)
        for number, line in enumerate(NEW_LINE.split(text.lstrip("\ufeff")), 1)
        if line.strip(" \t,;")
    ]
    table = lines and _find_table(lines[0][1], headings or HEADINGS)
    if table:
        people = [_read_row(*line, *table) for line in lines[1:]]
    else:
        people = [person for line in lines for person in _read_line(*line)]
    if len(people) > MOST_PEOPLE:
        raise TooMuch
    return Reading(lines[0][1].strip() if table else "", _find_twice(people))


# === A TABLE === #


def _find_table(line, headings):
    """Return the delimiter of a table and what its columns hold.

    :return: None if the line is no heading of one
    :rtype: tuple[str, list] | None
    """
    kinds = {_fold(word): kind for kind, words in headings.items() for word in words}
    for delimiter in DELIMITERS:
        cells = [_fold(cell) for cell in _split_row(line, delimiter)]
        columns = [kinds.get(cell) for cell in cells]
        if "email" in columns:
            return delimiter, columns
    return None


def _fold(heading):
    """Compare headings without case and hyphens, which some write in "email"."""
    return heading.casefold().replace("-", "")


def _split_row(line, delimiter):
    """Split one line: a quote that nobody has closed ends with it."""
    (row,) = csv.reader([line.replace("\0", "")], delimiter=delimiter)
    return [cell.strip("\ufeff \t") for cell in row]


def _read_row(number, line, delimiter, columns):
    cells = {}
    for kind, cell in zip(columns, _split_row(line, delimiter), strict=False):
        cells.setdefault(kind, cell)
    both = f"{cells.get('first_name', '')} {cells.get('last_name', '')}"
    person = _make(number, line, cells.get("name") or both, cells.get("email", ""))
    more = {name: clean_line(cells.get(name, "")) for name in columns if name in MORE}
    return person._replace(**more)


# === LINES === #


def _read_line(number, line):
    """Return the people of a line: one, or several as mail programs list them."""
    if "<" in line or ">" in line:
        parts = BETWEEN.split(line)
        return [_read_named(number, part) for part in parts if part.strip(" \t,;")]
    delimiter = next((one for one in DELIMITERS if one in line), " ")
    parts = [part for part in _split_row(line, delimiter) if part]
    emails = [part for part in parts if "@" in part]
    if len(emails) == len(parts):
        return [_make(number, part, "", part) for part in parts]
    if len(emails) > 1:
        return [_fail(number, line, "unclear")]
    name = " ".join(part for part in parts if part not in emails)
    return [_make(number, line, name, *(emails or [""]))]


def _read_named(number, part):
    match = NAMED.fullmatch(part)
    if match:
        return _make(number, part, *match.groups())
    plain = part.strip()
    return _make(number, part, "", plain) if "<" not in plain else _fail(number, part)


# === PEOPLE === #


def _make(number, text, name, email):
    name = " ".join(clean_line(name).split()).strip(" '\"")
    name = name if INVISIBLE.sub("", name) else ""
    email = clean_login(email)
    problem = _find_problem(name, email)
    shown = name[:NAME_LENGTH], email[:LINE_LENGTH]
    return Person(number, text.strip()[:LINE_LENGTH], *shown, problem=problem)


def _find_problem(name, email):
    if not email:
        return "no_email"
    if not is_address(email):
        return "bad_email"
    if len(name) > NAME_LENGTH:
        return "long_name"
    return "unclear" if {"<", ">", "@"} & {*name} else ""


def _fail(number, text, problem="unclear"):
    return Person(number, text.strip()[:LINE_LENGTH], problem=problem)


def _find_twice(people):
    """Mark who stands in the text before: only the first line counts."""
    seen, marked = set(), []
    for person in people:
        is_twice = not person.problem and person.email in seen
        marked.append(person._replace(problem="twice") if is_twice else person)
        seen.add(person.email)
    return marked
