"""What the addon's scripts and icons expect of Odoo's: modules, their names, a font."""

import re

# `import { A, B as C } from "@web/core/registry"`, over several lines, too.
IMPORT = re.compile(r'^import\s+\{([^}]*)\}\s+from\s+"@(\w+)/([\w/.-]+)"', re.M)
EXPORT = re.compile(
    r"^\s*export\s+(?:default\s+)?(?:async\s+)?(?:class|const|function\*?|let|var)\s+"
    r"(\w+)",
    re.M,
)
EXPORTS = re.compile(r"^\s*export\s+\{([^}]*)\}", re.M)
# Of a library that is built in one file.
BUILT = re.compile(r"\bexports\.(\w+)\s*=|^export\s*\{([^}]*)\}", re.M)
OWL = "web/static/lib/owl/owl.js"
ICON = re.compile(r"(?<![\w-])fa-[a-z0-9]+(?:-[a-z0-9]+)*(?![\w-])")
ICON_FILES = {".xml", ".js", ".py", ".scss"}
FONT = "web/static/src/libs/fontawesome/css/font-awesome.css"


def faults(root, files, tree):
    """Yield file, line and text of what is missing for scripts, styles and icons.

    :param root: folder of the addon
    :param files: names of its files below it, as paths
    :param tree: an `OdooTree`
    """
    icons = _read_icons(tree)
    for name in files:
        if name.parts[0] in ("tests", "migrations", "docs", "i18n"):
            continue
        if name.suffix == ".js" and name.parts[:2] == ("static", "src"):
            yield from _script_faults(root, name, tree)
        if name.suffix in ICON_FILES and name.parts[1:2] != ("tests",):
            yield from _icon_faults(root, name, icons)


def _script_faults(root, name, tree):
    text = (root / name).read_text(encoding="utf-8")
    for match in IMPORT.finditer(text):
        names, addon, path = match.groups()
        line = text.count("\n", 0, match.start()) + 1
        exported = _read_exports(tree, addon, path)
        if exported is None:
            yield str(name), line, f"Odoo has no script @{addon}/{path}"
            continue
        for one in _split(names) - exported:
            yield str(name), line, f"@{addon}/{path} has no {one}"


def _read_exports(tree, addon, path):
    """Return the names that a script of Odoo's exports; None if there is none."""
    if addon == "odoo":
        file = tree.find(OWL)
        found = BUILT.findall(file.read_text()) if path == "owl" and file else None
        return found and {
            name for pair in found for one in pair for name in _split(one)
        }
    file = tree.find(f"{addon}/static/src/{path}.js")
    if not file:
        return None
    text = file.read_text(encoding="utf-8")
    listed = {name for names in EXPORTS.findall(text) for name in _split(names)}
    return {*EXPORT.findall(text), *listed}


def _split(names):
    """Return the names of a list; of `a as b` the first, which is the other's."""
    return {one.split()[0] for one in names.split(",") if one.strip()}


def _read_icons(tree):
    """Return the icons of the font that the addon's are named after."""
    file = tree.find(FONT)
    return set(ICON.findall(file.read_text(encoding="utf-8"))) if file else set()


def _icon_faults(root, name, icons):
    text = (root / name).read_text(encoding="utf-8")
    for match in ICON.finditer(text):
        if match[0] not in icons:
            line = text.count("\n", 0, match.start()) + 1
            yield str(name), line, f"Odoo has no icon {match[0]}"
