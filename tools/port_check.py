"""What the addon expects of Odoo's inside: `make port-check`.

An override holds on to a method of Odoo's by its name and its parameters, a call by a
name, a view by an XML id and a place. None of that complains when Odoo renames its
side. So all is read out of the addon's code, and looked up in the Odoo that ODOO_HOME
names, of whatever version, without running either.

What cannot be seen in the code, as it looks the same without Odoo, is kept in
`core_names.txt`: the methods that are overridden without `super()`, the names of Odoo's
that are used, and the parameters of all these methods. It is brought up to date
whenever the addon's own version of Odoo is looked at: git shows what a mended one has
changed.
"""

import ast
import builtins
import types
from collections import namedtuple
from functools import cached_property
from typing import NamedTuple

from . import odoo_home, overrides, port_scripts, port_views
from .console import Stop, say
from .overrides import PACKAGE, is_dunder
from .paths import TOOLS
from .step import write

NAMES = TOOLS / "core_names.txt"
# With more owners a name says nothing of one of them.
FEW = 3

# What texts, lists and the like have too: there it says nothing of Odoo.
COMMON = {
    name
    for kind in (*vars(builtins).values(), types.ModuleType, namedtuple("Any", ""))
    if isinstance(kind, type)
    for name in dir(kind)
}
# Methods that are called with an XML id.
BY_XML_ID = {"ref", "has_group", "render", "_render_template", "_xmlid_to_res_id"}


class Fault(NamedTuple):
    """Something that Odoo does not have, or has otherwise."""

    path: str
    line: int
    text: str

    def __str__(self):
        """Return it as editors follow it."""
        return f"{self.path}:{self.line}: {self.text}"


class PortCheck:
    """The addon beside one Odoo.

    :param found: `Overrides` of the two
    :param noted: lines of `core_names.txt`
    """

    def __init__(self, found, noted=()):
        """Take them; all is read when it is needed."""
        self.overrides, self.noted = found, noted
        self.addon, self.tree = found.addon, found.tree

    def faults(self):
        """Return all that this Odoo does not have as the addon expects it.

        :rtype: list[Fault]
        """
        checks = (
            self._method_faults,
            self._import_faults,
            self._model_faults,
            self._name_faults,
            self._xml_id_faults,
            self._noted_faults,
            self._signature_faults,
            self._view_faults,
            self._script_faults,
        )
        return sorted({fault for check in checks for fault in check()})

    def _method_faults(self):
        for override in self.overrides.found:
            name = f"{override.owner}.{override.name}"
            if not override.core:
                text = f"Odoo has no method {name}, which calls super()"
            elif reason := overrides.difference(override):
                text = f"{name}({ast.unparse(override.node.args)}), but {reason}"
            else:
                continue
            yield Fault(override.path, override.node.lineno, text)

    @cached_property
    def _nodes(self):
        """Return all nodes of the code by their type, each with its module."""
        found = {}
        for module in self.addon.index.modules.values():
            for node in ast.walk(module.tree):
                found.setdefault(type(node), []).append((module, node))
        return found

    def _fault(self, module, node, text):
        return Fault(self.addon.place(module), node.lineno, text)

    def _import_faults(self):
        for module, node in self._nodes.get(ast.ImportFrom, ()):
            for alias in () if node.level else node.names:
                dotted = f"{node.module}.{alias.name}"
                if _is_odoo(dotted) and not self.tree.index.resolve(dotted):
                    yield self._fault(module, node, f"Odoo has no {dotted}")

    def _model_faults(self):
        own = {
            name
            for name, classes in self.addon.index.models.items()
            if any(name not in one.inherited for one in classes)
        }
        models = {*self.tree.index.models, *own}
        for found in self.addon.index.classes.values():
            for name in {*found.inherited} - models:
                yield self._fault(found.module, found.node, f"Odoo has no model {name}")
        for module, node in self._nodes.get(ast.Subscript, ()):
            name = getattr(node.slice, "value", None)
            is_model = isinstance(name, str) and ast.unparse(node.value).endswith("env")
            if is_model and name not in models:
                yield self._fault(module, node, f"Odoo has no model {name}")

    def _used(self):
        """Yield the names that the addon reads of others' objects, with the place."""
        mine = self.addon.index.owners.keys()
        for module, node in self._nodes.get(ast.Attribute, ()):
            if node.attr not in mine and node.attr not in COMMON:
                yield module, node

    def _name_faults(self):
        """Look for private names, as nobody's but Odoo's are used."""
        own = {name for one in self.addon.index.modules.values() for name in one.names}
        known = {*own, *self.tree.index.owners, *self.tree.index.globals}
        for module, node in self._used():
            if node.attr.startswith("_") and node.attr not in known:
                yield self._fault(module, node, f"Odoo has no {node.attr}")

    def _xml_id_faults(self):
        for module, node in self._nodes.get(ast.Call, ()):
            name = getattr(node.func, "attr", None)
            first = getattr(node.args[0], "value", None) if node.args else None
            is_asked = name in BY_XML_ID and port_views.is_theirs(first)
            if is_asked and not self.tree.has_xml_id(first):
                yield self._fault(module, node, f"Odoo has no {first}")

    def _view_faults(self):
        views = [name for name in self.addon.files if name.suffix == ".xml"]
        found = port_views.faults(self.addon.root, views, self.tree)
        return (Fault(*fault) for fault in found)

    def _script_faults(self):
        found = port_scripts.faults(self.addon.root, self.addon.files, self.tree)
        return (Fault(*fault) for fault in found)

    # What is noted

    def note(self):
        """Return the lines of `core_names.txt` for this Odoo.

        :rtype: list[str]
        """
        lines = {
            f"override {one.owner} {one.name}"
            for one in self.overrides.found
            if not one.calls_super and not is_dunder(one.name)
        }
        for __, node in self._used():
            if owners := self.tree.index.owners.get(node.attr):
                few = ",".join(sorted(owners)) if len(owners) <= FEW else "*"
                lines.add(f"name {node.attr} {few}")
        lines.update(f"signature {one}" for one in self._signatures())
        return sorted(lines)

    def _signatures(self):
        """Return the parameters of Odoo's methods that are overridden or called.

        :rtype: list[str]
        """
        owners = self.tree.index.owners
        called = {
            (owner, node.attr)
            for __, node in self._used()
            for owner in owners.get(node.attr, ())
            if len(owners[node.attr]) <= FEW
        }
        found = {pair: self._get_parameters(*pair) for pair in self._overridden}
        found |= {pair: self._get_parameters(*pair) for pair in called}
        return [f"{o} {n} {found[o, n]}" for o, n in sorted(found) if found[o, n]]

    @cached_property
    def _overridden(self):
        """Return the overrides by owner and name."""
        found = {}
        for one in self.overrides.found:
            found.setdefault((one.owner, one.name), []).append(one)
        return found

    def _get_parameters(self, owner, name):
        """Return the parameters of Odoo's method, in brackets; none without one."""
        index = self.tree.index
        classes = index.models.get(owner) or index.named.get(owner, ())
        nodes = [one.methods[name] for one in classes if name in one.methods]
        ours = self._overridden.get((owner, name), ())
        return overrides.parameters(nodes or [one for o in ours for one in o.core])

    def _noted_faults(self):
        lines = [line.split() for line in self.noted if line[:9] != "signature"]
        owners = {name: owners for kind, name, owners in lines if kind == "name"}
        for module, node in self._used():
            expected = owners.get(node.attr)
            if expected and not self._has(node.attr, expected):
                text = f"Odoo has no {node.attr} (of {expected})"
                yield self._fault(module, node, text)
        known = {(one.owner, one.name) for one in self.overrides.found}
        for kind, owner, name in lines:
            if kind == "override" and (owner, name) not in known:
                yield from self._lost(owner, name)

    def _signature_faults(self):
        """Look for methods whose parameters have moved, even if all still fits."""
        told = {(fault.path, fault.line) for fault in self._method_faults()}
        for line in self.noted:
            kind, owner, name, *rest = line.split(maxsplit=3)
            if kind != "signature":
                continue
            [before] = rest
            now = self._get_parameters(owner, name)
            text = f"Odoo's {owner}.{name} was {before}, and is {now}"
            for place in self._places(owner, name) if now not in ("", before) else ():
                if place not in told:
                    yield Fault(*place, text)

    def _places(self, owner, name):
        """Return where the addon overrides a method of Odoo's, or else calls it."""
        if ours := self._overridden.get((owner, name)):
            return [(one.path, one.node.lineno) for one in ours]
        return [
            (self.addon.place(module), node.lineno)
            for module, node in self._used()
            if node.attr == name
        ]

    def _has(self, name, owners):
        there = self.tree.index.owners.get(name, set())
        return bool(there) if owners == "*" else bool(there & set(owners.split(",")))

    def _lost(self, owner, name):
        for found in self.addon.index.classes.values():
            if name in found.methods and owner in (*found.names, found.name):
                text = f"Odoo has no method {owner}.{name} to override any more"
                yield self._fault(found.module, found.methods[name], text)


def _is_odoo(dotted):
    return dotted.startswith("odoo.") and not dotted.startswith(f"{PACKAGE}.")


def run():
    """Look all up.

    :raise Stop: if something is missing or different
    """
    release = odoo_home.version()
    check = PortCheck(overrides.current())
    if tuple(release[:2]) == odoo_home.SERIES:
        write(NAMES, "".join(f"{line}\n" for line in check.note()))
    check.noted = NAMES.read_text().splitlines()
    faults = check.faults()
    series = ".".join(map(str, release[:2]))
    say(f"Odoo {series} in {check.tree.path}")
    say(f"{len(check.overrides.found)} overrides, {len(check.noted)} names")
    for fault in faults:
        say(str(fault))
    if faults:
        raise Stop(
            f"{len(faults)} of what the addon builds on is missing or different."
        )
    say("All that the addon builds on is there.")
