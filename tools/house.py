"""The house: which folder of models/ may name which, as pyproject.toml says.

Import-linter follows imports. Most of what one Odoo model knows of another stands in no
import, but in the name of a model or in the call of a method, so these are looked at
here.
"""

import ast
import re
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import tomli

from . import odoo_home
from .paths import ROOT

MODELS = ROOT / "models"
DEFINITION = re.compile(rb"^ *(?:async )?def (\w+)", re.MULTILINE)


class Source(NamedTuple):
    """What one file defines and what it names."""

    path: Path
    models: set  # names of models that are made here
    methods: set  # methods for other code of ours that are defined here
    named: dict  # what it names, model or method -> line

    @property
    def folder(self):
        return self.path.relative_to(MODELS).parts[0]


def find_complaints(folder=MODELS):
    """Return what is named upwards or sideways, a line each.

    :rtype: list[str]
    """
    sources = [read(path) for path in sorted(folder.glob("*/*.py"))]
    ranks = read_ranks()
    homes = find_homes(sources)
    return [
        f"{source.path.relative_to(ROOT)}:{line}: {name} stands in {home}/, which "
        f"{source.folder}/ does not name"
        for source in sources
        for name, line in sorted(source.named.items(), key=lambda item: item[1])
        for home in homes.get(name, ())
        if source.folder not in homes[name] and ranks[home] >= ranks[source.folder]
    ]


def read_ranks():
    """Return the folders and how high they stand, the ground being 0."""
    contracts = tomli.loads((ROOT / "pyproject.toml").read_text())
    house = contracts["tool"]["importlinter"]["contracts"][0]["layers"]
    return {
        folder: rank
        for rank, layer in enumerate(reversed(house))
        for folder in layer.split(" | ")
    }


def find_homes(sources):
    """Return the folders in which a model is made, or a method defined, by name.

    Methods of Odoo's own are nobody's. What stands in a lower folder, too, is a door
    there, which the others extend.
    """
    ranks, homes = read_ranks(), defaultdict(set)
    core = read_core_methods()
    for source in sources:
        for name in source.models | (source.methods - core):
            homes[name].add(source.folder)
    return {name: _get_lowest(folders, ranks) for name, folders in homes.items()}


def _get_lowest(folders, ranks):
    lowest = min(ranks[folder] for folder in folders)
    return {folder for folder in folders if ranks[folder] == lowest}


def read(path):
    """Read what a file defines and names.

    :rtype: Source
    """
    source = Source(path, set(), set(), {})
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ClassDef):
            _read_class(node, source)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            source.named.setdefault(node.func.attr, node.lineno)
        elif isinstance(node, ast.Constant) and _is_name(node.value):
            source.named.setdefault(node.value, node.lineno)
    return source


def _read_class(node, source):
    made, extended = set(), set()
    for part in node.body:
        if isinstance(part, ast.FunctionDef) and _is_ours_alone(part):
            source.methods.add(part.name)
        elif isinstance(part, ast.Assign) and _is_named(part, "_name"):
            made.add(ast.literal_eval(part.value))
        elif isinstance(part, ast.Assign) and _is_named(part, "_inherit"):
            extended.update(_read_names(part.value))
    source.models.update(made - extended)  # What gets a mixin is not made here.


def _is_named(assignment, name):
    target = assignment.targets[0]
    return isinstance(target, ast.Name) and target.id == name


def _read_names(node):
    names = ast.literal_eval(node)
    return [names] if isinstance(names, str) else names


def _is_name(value):
    """Say whether a text names a model, or a method to be called later."""
    return isinstance(value, str) and ("." in value or value.startswith("_"))


def _is_ours_alone(method):
    """Say whether only other code of ours calls a method, not a view or a browser."""
    return method.name.startswith("_") or any(
        isinstance(decorator, ast.Attribute) and decorator.attr == "private"
        for decorator in method.decorator_list
    )


def read_core_methods():
    """Return the names of all methods in Odoo."""
    return {
        name.decode()
        for path in odoo_home.path().rglob("*.py")
        if "tests" not in path.parts
        for name in DEFINITION.findall(path.read_bytes())
    }
