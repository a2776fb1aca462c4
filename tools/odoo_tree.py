"""Odoo's source as the addon meets it: the framework and the apps that may be there."""

import ast
import re
from functools import cached_property

from . import oca, odoo_home, test
from .port_views import Records
from .source_index import SKIPPED, Index

# No part of what addons may build on, or not read by those who run Odoo.
LEFT_OUT = {"addons", "tests", "upgrade", "upgrade_code", "cli"}
# Met where it is installed, though no test of the addon has it beside it.
SELDOM = ["website"]
# How a template of scripts says its name.
TEMPLATE = re.compile(r't-name="([\w.]+)"')


class OdooTree:
    """Some Odoo's framework and addons, read and not run.

    :param path: the folder that holds the package `odoo`
    :param folders: more folders with addons
    """

    def __init__(self, path, folders=()):
        """Find the addons."""
        self.path = path
        places = [path / "odoo/addons", *odoo_home.addons_paths(path), *folders]
        manifests = [
            file for place in places for file in place.glob("*/__manifest__.py")
        ]
        self._all = {file.parent.name: file.parent for file in manifests}
        self._manifests = {
            name: ast.literal_eval(
                (folder / "__manifest__.py").read_text(encoding="utf-8")
            )
            for name, folder in self._all.items()
        }

    @cached_property
    def addons(self):
        """Return the folders of the addons that the tests have, by name."""
        names = {"base", *test.NEIGHBOURS, *SELDOM} & self._all.keys()
        while more := self._needed(names) - names:
            names |= more
        return {name: self._all[name] for name in sorted(names)}

    def _needed(self, names):
        needed = {up for name in names for up in self._depends(name)}
        return (needed | set(filter(self._comes_with(names), self._all))) & set(
            self._all
        )

    def _depends(self, name):
        return self._manifests[name].get("depends", [])

    def _comes_with(self, names):
        """Return whether an addon is installed by itself where others are."""

        def comes(name):
            manifest = self._manifests[name]
            triggers = manifest.get("auto_install")
            if triggers is True:
                triggers = self._depends(name)
            return (
                bool(triggers)
                and not manifest.get("countries")
                and names >= {*triggers}
            )

        return comes

    @cached_property
    def index(self):
        """Return what the Python code defines.

        :rtype: Index
        """
        framework = self.path / "odoo"
        packages = {f"odoo.addons.{name}": path for name, path in self.addons.items()}
        for part in framework.iterdir():
            is_package = (part / "__init__.py").is_file()
            if part.stem not in LEFT_OUT and (is_package or part.suffix == ".py"):
                packages[f"odoo.{part.stem}"] = part
        for name in ("init.py", "__init__.py"):
            if (framework / name).is_file():
                packages["odoo"] = framework / name
        return Index(packages)

    @cached_property
    def records(self):
        """Return what the data files make.

        :rtype: Records
        """
        return Records(
            (addon, file)
            for addon, folder in self.addons.items()
            for file in sorted(folder.rglob("*"))
            if not SKIPPED.intersection(file.relative_to(folder).parts)
        )

    @cached_property
    def script_templates(self):
        """Return the names of the templates of scripts, which are no records.

        :rtype: set[str]
        """
        files = (
            file
            for folder in self.addons.values()
            for file in folder.glob("static/src/**/*.xml")
        )
        return {name for file in files for name in TEMPLATE.findall(file.read_text())}

    def find(self, name):
        """Return a file of an addon, None if there is none.

        :param str name: of the addon, and the path below it
        :rtype: Path | None
        """
        addon, __, path = name.partition("/")
        file = addon in self._all and self._all[addon] / path
        return file if file and file.is_file() else None

    def has_xml_id(self, xml_id):
        """Say whether there is a record; Odoo makes some by itself."""
        addon, __, name = xml_id.partition(".")
        if name.startswith("model_"):
            models = {model.replace(".", "_") for model in self.index.models}
            return name.removeprefix("model_") in models
        if addon == "base" and name.startswith("module_"):
            return name.removeprefix("module_") in self._all
        return xml_id in self.records.ids


def current():
    """Return the Odoo of this checkout, with the addons of others that tests have."""
    return OdooTree(odoo_home.path(), [oca.addons_path()])
