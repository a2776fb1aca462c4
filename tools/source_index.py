"""What Python code defines, read without running it: modules, classes, models.

It serves for Odoo's tree and for this addon alike, so that both can be compared.
"""

import ast
from collections import defaultdict
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

# The classes that every model has below it.
MODEL_BASES = [
    "odoo.models.BaseModel",
    "odoo.models.Model",
    "odoo.models.AbstractModel",
    "odoo.models.TransientModel",
]
SKIPPED = {"tests", "migrations", "static", "upgrades", "populate"}


class Module(NamedTuple):
    """A Python file.

    `imports` leads from a name in it to the dotted name that it stands for; `stars`
    are the modules of which it takes all names.
    """

    name: str
    path: Path
    tree: ast.Module
    imports: dict
    names: set
    stars: list


class Class(NamedTuple):
    """A class.

    `names` is the model that it defines or extends, if it does, `inherited` what its
    `_inherit` says, `bases` dotted names of Python classes, `methods` nodes by name.
    """

    module: Module
    node: ast.ClassDef
    names: tuple
    inherited: tuple
    bases: tuple
    methods: dict
    members: set

    @property
    def name(self):
        """Return what its module calls it."""
        return self.node.name

    @property
    def parents(self):
        """Return the other models that it takes methods from."""
        return [parent for parent in self.inherited if parent not in self.names]

    @property
    def dotted(self):
        """Return the name by which other modules import it."""
        return f"{self.module.name}.{self.name}"


class Index:
    """The modules and classes of some packages."""

    def __init__(self, packages):
        """Read all files.

        :param dict packages: folder or file by the dotted name it is imported by
        """
        self.modules = {}
        for name, path in packages.items():
            for module in _read_package(name, Path(path)):
                self.modules.setdefault(module.name, module)
        self.classes = {}
        self.models = defaultdict(list)
        for module in self.modules.values():
            for found in _read_classes(module):
                self.classes[found.dotted] = found
                for name in found.names:
                    self.models[name].append(found)

    @cached_property
    def owners(self):
        """Return the models and classes that have a member, by the member's name."""
        owners = defaultdict(set)
        for found in self.classes.values():
            for member in found.members:
                owners[member].update(found.names or [found.name])
        return owners

    @cached_property
    def named(self):
        """Return the classes that have a name, whichever module they are in."""
        found = defaultdict(list)
        for one in self.classes.values():
            found[one.name].append(one)
        return found

    @cached_property
    def globals(self):
        """Return the names that modules define or import."""
        modules = self.modules.values()
        return {name for one in modules for name in (*one.names, *one.imports)}

    @cached_property
    def subclasses(self):
        """Return the classes that are made from a class, by its dotted name."""
        made = defaultdict(list)
        for found in self.classes.values():
            for base in found.bases:
                made[self.resolve(base)].append(found)
        return made

    def resolve(self, dotted, seen=()):
        """Follow imports to where a dotted name is defined.

        :return: None if there is no such name
        :rtype: str | None
        """
        if dotted in self.modules or dotted in self.classes:
            return dotted
        parent, __, name = dotted.rpartition(".")
        module = self.modules.get(parent)
        if not module or dotted in seen:
            return None
        if target := module.imports.get(name):
            return self.resolve(target, (*seen, dotted)) or self._outside(target)
        if name in module.names:
            return dotted
        found = (
            self.resolve(f"{star}.{name}", (*seen, dotted)) for star in module.stars
        )
        return next(filter(None, found), None)

    def _outside(self, target):
        """Trust what a module takes from a package that is not read."""
        return None if target.split(".")[0] in self._tops else target

    @cached_property
    def _tops(self):
        return {name.split(".")[0] for name in self.modules}

    def base_classes(self):
        """Return the Python classes that every model is made from."""
        bases = filter(None, map(self.resolve, MODEL_BASES))
        return [self.classes[base] for base in bases if base in self.classes]

    def class_chain(self, dotted):
        """Return a Python class, those below it, and those that extend any of them."""
        start = [name for name in [self.resolve(dotted)] if name in self.classes]
        below = walk(start, self._bases)
        return [self.classes[name] for name in walk(below, self._subclasses)]

    def _bases(self, dotted):
        return [
            base
            for base in map(self.resolve, self.classes[dotted].bases)
            if base in self.classes
        ]

    def _subclasses(self, dotted):
        return [one.dotted for one in self.subclasses[dotted]]


def walk(names, get_next):
    """Return names with all that can be reached from them, each once."""
    found, queue = [], list(names)
    while queue:
        name = queue.pop(0)
        if name not in found:
            found.append(name)
            queue += get_next(name)
    return found


def _read_package(name, path):
    if path.is_file():
        yield _read_module(name, path)
    for file in sorted(path.rglob("*.py")):
        parts = file.relative_to(path).with_suffix("").parts
        if not SKIPPED.intersection(parts):
            dotted = ".".join([name, *(part for part in parts if part != "__init__")])
            yield _read_module(dotted, file)


def _read_module(name, path):
    tree = ast.parse(path.read_bytes())
    module = Module(name, path, tree, {}, set(), [])
    is_package = path.name == "__init__.py" or "." not in name
    package = name if is_package else name.rpartition(".")[0]
    for statement in _statements(tree.body):
        if isinstance(statement, ast.ImportFrom):
            _read_import(module, package, statement)
        elif isinstance(statement, ast.Import):
            for alias in statement.names:
                target = alias.name if alias.asname else alias.name.split(".")[0]
                module.imports[alias.asname or target] = target
        else:
            module.names.update(_targets(statement))
    return module


def _read_import(module, package, statement):
    source = _absolute(package, statement)
    for alias in statement.names:
        if alias.name == "*":
            module.stars.append(source)
        else:
            module.imports[alias.asname or alias.name] = f"{source}.{alias.name}"


def _absolute(package, statement):
    """Return the dotted name of the module that an import names."""
    if not statement.level:
        return statement.module
    parts = package.split(".")
    parts = parts[: len(parts) - statement.level + 1]
    return ".".join([*parts, *filter(None, [statement.module])])


def _statements(body):
    """Yield statements with those inside of conditions."""
    for statement in body:
        yield statement
        if isinstance(statement, (ast.If, ast.Try, ast.With)):
            for part in ("body", "orelse", "finalbody"):
                yield from _statements(getattr(statement, part, ()))
            for handler in getattr(statement, "handlers", ()):
                yield from _statements(handler.body)


def _targets(statement):
    """Return the names that a statement defines."""
    if isinstance(statement, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
        return {statement.name}
    targets = getattr(statement, "targets", None) or [
        getattr(statement, "target", None)
    ]
    nodes = (node for target in targets if target for node in ast.walk(target))
    return {node.id for node in nodes if isinstance(node, ast.Name)}


def _read_classes(module):
    for statement in _statements(module.tree.body):
        if isinstance(statement, ast.ClassDef):
            yield _read_class(module, statement)


def _read_class(module, node):
    body = list(_statements(node.body))
    values = {
        name: statement.value
        for statement in body
        if isinstance(statement, ast.Assign)
        for name in _targets(statement)
    }
    name, inherited = _texts(values.get("_name")), _texts(values.get("_inherit"))
    names = name or inherited[:1]
    methods = {
        statement.name: statement
        for statement in body
        if isinstance(statement, ast.FunctionDef)
    }
    bases = tuple(filter(None, (_dotted(module, base) for base in node.bases)))
    members = {target for statement in body for target in _targets(statement)}
    members |= _set_on_self(node)
    return Class(module, node, names, inherited, bases, methods, members)


def _texts(node):
    """Return the texts that a value consists of, if it is one or a list of them."""
    nodes = getattr(node, "elts", [node])
    values = [one.value for one in nodes if isinstance(one, ast.Constant)]
    return tuple(value for value in values if isinstance(value, str))


def _dotted(module, node):
    """Return the dotted name of a base class as other modules see it."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    first = module.imports.get(node.id, f"{module.name}.{node.id}")
    return ".".join([first, *parts])


def _set_on_self(node):
    """Return what methods set; Python adds the class's name to two underscores."""
    mangled = f"_{node.name.lstrip('_')}"
    return {
        f"{mangled}{one.attr}" if one.attr.startswith("__") else one.attr
        for one in ast.walk(node)
        if isinstance(one, ast.Attribute)
        and isinstance(one.ctx, ast.Store)
        and isinstance(one.value, ast.Name)
        and one.value.id in ("self", "cls")
    }
