"""What the addon's XML files expect of Odoo's: records by XML id, places in views."""

import re
from collections import defaultdict
from copy import deepcopy
from functools import cached_property
from typing import NamedTuple

from lxml import etree

from .paths import ADDON

# Attributes with XML ids, and expressions that name some.
NAMING = ("ref", "inherit_id", "parent", "action", "t-call", "t-inherit", "groups")
ID = re.compile(r"^[a-z]\w*\.[\w.]+$")
EXPRESSIONS = (re.compile(r"%\(([\w.]+)\)"), re.compile(r"\bref\([\"']([\w.]+)[\"']"))
RECORDS = {"record", "template", "menuitem", "report", "asset"}
# What is between the steps of a path; conditions in brackets have slashes too.
STEPS = re.compile(r"/(?![^\[]*\])")
# The first column of a CSV file.
FIRST = re.compile(r'^"?([\w.]+)"?,', re.M)


class View(NamedTuple):
    """A view as a file has it."""

    xml_id: str
    parent: str | None
    arch: etree._Element


class Records:
    """The records that the files of addons make.

    :param files: pairs of an addon's name and the path of a file
    """

    def __init__(self, files):
        """Read them."""
        self.ids, self.views = set(), {}
        for addon, file in files:
            if file.suffix == ".xml":
                self._read(addon, file)
            elif file.suffix == ".csv":
                firsts = FIRST.findall(file.read_text(encoding="utf-8"))
                self.ids.update(_full(addon, one) for one in firsts)

    def _read(self, addon, file):
        for node in parse(file).iter(*RECORDS):
            if node.get("id"):
                xml_id = _full(addon, node.get("id"))
                self.ids.add(xml_id)
                if view := _read_view(addon, xml_id, node):
                    self.views.setdefault(xml_id, view)

    @cached_property
    def children(self):
        """Return the views that are made from a view, by its XML id."""
        found = defaultdict(list)
        for view in self.views.values():
            found[view.parent].append(view.xml_id)
        return found

    def family(self, xml_id):
        """Return a view with those that it is made from, and all made from them."""
        while (view := self.views.get(xml_id)) and view.parent:
            xml_id = view.parent
        found = [xml_id]
        for name in found:  # grows
            found += [one for one in self.children[name] if one not in found]
        return [self.views[name] for name in found if name in self.views]


def parse(file):
    """Return the root of an XML file, without its comments."""
    return etree.parse(str(file), etree.XMLParser(remove_comments=True)).getroot()


def _read_view(addon, xml_id, node):
    parent, arch = node.get("inherit_id"), node
    if node.tag == "record":
        if node.get("model") != "ir.ui.view":
            return None
        parents = node.xpath("field[@name='inherit_id']/@ref")
        parent = parents[0] if parents else None
        arch = next(iter(node.xpath("field[@name='arch']/*")), None)
    elif node.tag != "template":
        return None
    if arch is None:
        return None
    root = deepcopy(arch)
    if root.tag == "template":
        root.tag = "t"
    return View(xml_id, parent and _full(addon, parent), root)


def _full(addon, xml_id):
    return xml_id if "." in xml_id else f"{addon}.{xml_id}"


@etree.FunctionNamespace(None)
def hasclass(context, *names):
    """Do what Odoo's function of this name does in the places of views."""
    return set(names) <= set(context.context_node.get("class", "").split())


def faults(root, files, tree):
    """Yield file, line and text of what is missing for the addon's XML files.

    :param root: folder of the addon
    :param files: their names below it
    :param tree: an `OdooTree`
    """
    mine = Records((ADDON, root / name) for name in files)
    family = _Family(tree.records, mine)
    for name in files:
        for node in parse(root / name).iter(etree.Element):
            for xml_id in _named(node):
                if not (tree.has_xml_id(xml_id) or xml_id in tree.script_templates):
                    yield str(name), node.sourceline, f"Odoo has no {xml_id}"
            if node.tag in ("record", "template"):
                for place, line in family.missing(node):
                    yield str(name), line, place


def _named(node):
    """Return the XML ids of other addons that an element names."""
    found = []
    for attribute, value in node.items():
        if attribute in NAMING:
            found += [one.strip().lstrip("!") for one in value.split(",")]
        found += [one for pattern in EXPRESSIONS for one in pattern.findall(value)]
    return filter(is_theirs, found)


def is_theirs(name):
    """Say whether a value is the XML id of a record of another addon."""
    is_id = isinstance(name, str) and ID.match(name)
    return bool(is_id) and not name.startswith((f"{ADDON}.", f"base.module_{ADDON}"))


class _Family:
    """Views of Odoo with ours that are made from them."""

    def __init__(self, theirs, mine):
        self.theirs, self.mine = theirs, mine

    def missing(self, node):
        """Yield the places that a view of ours changes and that are nowhere."""
        view = _read_view(ADDON, _full(ADDON, node.get("id") or ""), node)
        if not view or view.parent not in self.theirs.views:
            return
        archs = [one.arch for one in self.theirs.family(view.parent)]
        archs += [one.arch for one in self._ours(view)]
        archs += _added(view.arch)
        for change in _changes(view.arch):
            place = _place(change)
            # Of what other views add, only they know where it comes to stand.
            places = place, f"//{STEPS.split(place)[-1]}"
            if not any(arch.xpath(one) for one in places for arch in archs):
                yield f"{view.parent} has no {place}", change.sourceline

    def _ours(self, view):
        return [
            one
            for one in self.mine.views.values()
            if one.parent == view.parent and one.xml_id != view.xml_id
        ]


def _changes(arch):
    """Return the elements of a view that say what of another one changes."""
    is_change = arch.tag == "xpath" or arch.get("position")
    return [arch] if is_change else [one for one in arch if isinstance(one.tag, str)]


def _added(arch):
    """Return the elements that a view adds, each as a tree of its own."""
    return [
        deepcopy(one)
        for change in _changes(arch)
        for one in change
        if isinstance(one.tag, str) and not one.get("position")
    ]


def _place(change):
    if change.tag == "xpath":
        return change.get("expr")
    tests = (
        f"[@{name}='{value}']" for name, value in change.items() if name != "position"
    )
    return f"//{change.tag}{''.join(tests)}"
