"""The addon's methods that stand in for methods of Odoo's, found in the code."""

import ast
from copy import deepcopy
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from . import odoo_tree
from .addon import shipped_files
from .paths import ADDON, ROOT
from .source_index import Index, walk

PACKAGE = f"odoo.addons.{ADDON}"


class Override(NamedTuple):
    """A method of the addon, `node`, and those of Odoo's that it stands in for.

    None are there if it calls `super()` and only Odoo can have had what it calls.
    """

    owner: str
    name: str
    path: str
    qualname: str
    node: ast.FunctionDef
    core: tuple

    @property
    def calls_super(self):
        """Say whether it is seen in the code alone that it is an override."""
        return self.name in super_names(self.node)

    @property
    def key(self):
        """Return what tells it from others wherever its file lies."""
        return f"{self.owner}.{self.name}", self.path

    @property
    def module(self):
        """Return the dotted name of the module that it is in."""
        return ".".join([PACKAGE, *Path(self.path).with_suffix("").parts])


class Addon:
    """The addon's code.

    :param root: its folder
    :param files: names of its files below the folder
    """

    def __init__(self, root, files):
        """Read the Python files."""
        self.root = Path(root)
        self.files = [Path(name) for name in files]
        python = [name for name in self.files if _is_code(name)]
        self.index = Index({_dotted(name): self.root / name for name in python})

    def place(self, module):
        """Return where a module lies below the addon's folder."""
        return str(module.path.relative_to(self.root))

    def hosts(self, model):
        """Return a model with those that take its methods."""
        classes = self.index.classes.values()
        return walk(
            [model],
            lambda name: (
                up for one in classes if name in one.parents for up in one.names
            ),
        )


def _is_code(name):
    return name.suffix == ".py" and name.parts[0] not in ("tests", "migrations")


def _dotted(name):
    parts = name.with_suffix("").parts
    return ".".join([PACKAGE, *(part for part in parts if part != "__init__")])


class Overrides:
    """The addon beside one Odoo.

    :param addon: an `Addon`
    :param tree: an `OdooTree`
    """

    def __init__(self, addon, tree):
        """Take both; Odoo is read when it is needed."""
        self.addon, self.tree = addon, tree

    @cached_property
    def found(self):
        """Return the methods that stand in for one of Odoo's, or mean to.

        :rtype: list[Override]
        """
        return [
            override
            for found in self.addon.index.classes.values()
            for override in self._of_class(found)
        ]

    def _of_class(self, found):
        theirs, ours = self._chains(found)
        owner = found.names[0] if found.names else found.name
        for name, node in found.methods.items():
            core = tuple(one.methods[name] for one in theirs if name in one.methods)
            if core or self._is_lost(name, node, ours):
                path = self.addon.place(found.module)
                yield Override(owner, name, path, f"{found.name}.{name}", node, core)

    def _is_lost(self, name, node, ours):
        """Say whether a method calls one that neither Odoo nor the addon has."""
        same = [one.methods[name] for one in ours if name in one.methods]
        has_first = any(name not in super_names(one) for one in same)
        return name in super_names(node) and not has_first and not is_dunder(name)

    def _chains(self, found):
        """Return the classes of Odoo, and ours, that meet in what a class becomes."""
        if found.names:
            return self._model_chains(found.names[0])
        ours = self.addon.index.class_chain(found.dotted)
        bases = [self.addon.index.resolve(up) or up for one in ours for up in one.bases]
        return [
            one for base in bases for one in self.tree.index.class_chain(base)
        ], ours

    def _model_chains(self, model):
        indexes = self.tree.index, self.addon.index
        names = walk(
            [*self.addon.hosts(model), "base"],
            lambda name: (
                up
                for index in indexes
                for one in index.models.get(name, ())
                for up in one.parents
            ),
        )
        theirs, ours = (
            [one for name in names for one in index.models.get(name, ())]
            for index in indexes
        )
        return [*theirs, *self.tree.index.base_classes()], ours


def current():
    """Return this addon beside the Odoo of this checkout."""
    return Overrides(Addon(ROOT, shipped_files()), odoo_tree.current())


def is_dunder(name):
    """Say whether a name is Python's own."""
    return name.startswith("__") and name.endswith("__")


def super_names(node):
    """Return the names that a method takes from `super()`."""
    return {
        one.attr
        for one in ast.walk(node)
        if isinstance(one, ast.Attribute)
        and isinstance(one.value, ast.Call)
        and isinstance(one.value.func, ast.Name)
        and one.value.func.id == "super"
    }


def parameters(nodes):
    """Return the parameters of a method, in brackets and whatever types they say.

    :param nodes: all of its name, of which the first that calls no other one counts
    :return: an empty text without any
    :rtype: str
    """
    first = [one for one in nodes if one.name not in super_names(one)] or nodes
    if not first:
        return ""
    bare = deepcopy(first[0].args)
    for node in ast.walk(bare):
        if isinstance(node, ast.arg):
            node.annotation = None
    return f"({ast.unparse(bare)})"


def difference(override):
    """Say why our method cannot be called as Odoo's is.

    Compared with those of Odoo's that are the first of their name, as all others, and
    the callers, go by these.

    :rtype: str | None
    """
    name = override.name
    first = [one for one in override.core if name not in super_names(one)]
    for theirs in first or override.core:
        if reason := _difference(override.node.args, theirs.args):
            return f"Odoo's is ({ast.unparse(theirs.args)}): {reason}"
    return None


def _difference(ours, theirs):
    names = [one.arg for one in (*ours.posonlyargs, *ours.args)]
    wanted = [one.arg for one in (*theirs.posonlyargs, *theirs.args)]
    for our, their in zip(names[1:], wanted[1:], strict=False):
        if our != their:
            return f"{our} stands where Odoo has {their}"
    more = {*wanted[len(names) :], *(one.arg for one in theirs.kwonlyargs)}
    missing = more - {*names, *(one.arg for one in ours.kwonlyargs)}
    if missing and not (ours.vararg or ours.kwarg):
        return f"no {min(missing)}"
    optional = len(wanted) - len(theirs.defaults)
    required = names[optional : len(names) - len(ours.defaults)]
    return f"{required[0]} is required" if required and not theirs.vararg else None
