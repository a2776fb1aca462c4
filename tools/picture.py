"""The picture in docs/architecture.md: the folders of `models/`, and what names what.

A folder names another one if it imports from it, or if a string in its code is the
name of a model that stands there: `env["customer.portal.gate"]`, `_inherit`, a comodel.
The files that lie in `models/` itself are one box. It reads nothing but source, so it
needs neither Odoo nor a database.
"""

import ast
from typing import NamedTuple

from .console import Stop, say
from .paths import ADDON, ROOT

DOCUMENT = ROOT / "docs/architecture.md"
MODELS = ROOT / "models"
BEGIN = "<!-- Made by `make picture`. Changes here are lost. -->"
END = "<!-- The end of what `make picture` makes. -->"


class Source(NamedTuple):
    """A Python file, and what the picture needs of it."""

    folder: str  # its box: a folder of `models/`, or `models` for the files beside them
    package: tuple[
        str, ...
    ]  # where it lies below `models/`; relative imports begin here
    tree: ast.Module


def run():
    """Bring the picture in the document up to date."""
    before, _old, after = split(DOCUMENT.read_text())
    DOCUMENT.write_text(f"{before}{draw(MODELS)}{after}")
    say(f"Picture: {DOCUMENT.relative_to(ROOT)}")


def split(text):
    """Return what a document says before its picture, the picture, and what follows.

    :raise Stop: if there is no place for a picture
    """
    before, begin, rest = text.partition(f"{BEGIN}\n")
    drawn, end, after = rest.partition(END)
    if not (begin and end):
        raise Stop(f"{DOCUMENT.name} needs the lines {BEGIN} and {END}.")
    return before + begin, drawn, end + after


def draw(models):
    """Return the picture of a folder of models, as Mermaid in Markdown.

    Arrows that others say already are left out: home → gate, where home → case → gate.
    Arrows of a circle are all there, and thick.

    :param Path models: the folder
    """
    sources = read_sources(models)
    arrows = find_arrows(sources)
    lines = [f"    {folder}" for folder in sorted({s.folder for s in sources})]
    for start, end in sorted(leave_out_implied(arrows)):
        line = "==>" if start in find_below(end, arrows) else "-->"
        lines.append(f"    {start} {line} {end}")
    return "\n".join(["```mermaid", "flowchart TD", *lines, "```", ""])


def read_sources(models):
    """Return the files of all folders; what gathers files names them without need."""
    paths = sorted(set(models.rglob("*.py")) - set(models.rglob("__init__.py")))
    return [_read_source(path, path.relative_to(models).parts[:-1]) for path in paths]


def _read_source(path, package):
    folder = package[0] if package else "models"
    return Source(folder, package, ast.parse(path.read_text(), str(path)))


def find_arrows(sources):
    """Return pairs of folders: the first names the second.

    :param list sources: of ``Source``
    :rtype: set
    """
    homes = find_homes(sources)
    arrows = set()
    for source in sources:
        named = [homes.get(text) for text in _find_texts(source.tree)]
        imported = _find_imported(source, {other.folder for other in sources})
        arrows |= {(source.folder, folder) for folder in (*named, *imported)}
    return {(start, end) for start, end in arrows if end and start != end}


def find_homes(sources):
    """Return the folder of each model of the addon: that of the class with its name."""
    return {
        name: source.folder
        for source in sources
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ClassDef)
        for name in _get_value(node, "_name")
        if name not in _get_value(node, "_inherit")
    }


def _get_value(node, name):
    """Return the texts in an attribute of a class, such as ``_inherit``."""
    assigned = [line for line in node.body if isinstance(line, ast.Assign)]
    values = [line.value for line in assigned if ast.unparse(line.targets[0]) == name]
    return [text for value in values for text in _find_texts(value)]


def _find_texts(tree):
    """Yield all strings of some code."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _find_imported(source, folders):
    """Yield the folders from which a file imports."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom):
            for path in _get_paths(source, node):
                yield path[0] if path[0] in folders else "models"


def _get_paths(source, node):
    """Yield what an import leads to, as parts of its place below `models/`."""
    module = tuple((node.module or "").split(".")) if node.module else ()
    if node.level > len(source.package) + 1:
        return  # above the folder: constants and helpers
    if node.level:
        start = source.package[: len(source.package) + 1 - node.level]
    elif module[:4] == ("odoo", "addons", ADDON, "models"):
        start, module = (), module[4:]
    else:
        return
    for name in node.names:
        yield (*start, *module, name.name)


def find_below(folder, arrows):
    """Return the folders that one leads to, over any number of arrows."""
    found, waiting = set(), [folder]
    while waiting:
        start = waiting.pop()
        new = {end for begin, end in arrows if begin == start} - found
        found |= new
        waiting += new
    return found


def leave_out_implied(arrows):
    """Leave out each arrow that a longer way says already, except in circles."""
    below = {start: find_below(start, arrows) for pair in arrows for start in pair}

    def is_between(folder, start, end):
        back = start in below[folder] or folder in below[end]
        return end in below[folder] and not back

    return {
        (start, end)
        for start, end in arrows
        if not any(is_between(folder, start, end) for folder in below[start])
    }
