"""What the addon builds on in Odoo is looked up: each kind of change is found."""

import ast
import re
import subprocess
import sys

import pytest

from tools import odoo_home, odoo_tree, overrides, port_check, port_views
from tools.addon import shipped_files
from tools.paths import ROOT

# A small Odoo, with one of each that an addon can build on.
ODOO = {
    "odoo/release.py": "version_info = (20, 0)\n",
    "odoo/models.py": """
        class BaseModel:
            _table = None

            def write(self, vals): pass

        class Model(BaseModel): pass
        """,
    "odoo/http.py": "request = None\n\ndef route(*args): pass\n",
    "odoo/tools/__init__.py": "from .mail import *\n",
    "odoo/tools/mail.py": "def email_normalize(text): pass\n",
    "odoo/addons/base/__manifest__.py": "{}",
    "odoo/addons/base/models/ir_rule.py": """
        from odoo import models

        class IrRule(models.Model):
            _name = "ir.rule"

            def _compute_domain(self, model_name, mode="read"): pass

            def _read_domain(self): pass

            def get_param(self, key): pass
        """,
    "odoo/addons/portal/__manifest__.py": "{'depends': ['base']}",
    "odoo/addons/portal/controllers/portal.py": """
        class CustomerPortal:
            def _prepare_layout(self): pass
        """,
    "odoo/addons/portal/views/templates.xml": """
        <odoo>
            <template id="layout"><div><p class="lead text-muted"/></div></template>
            <record id="group" model="res.groups"/>
        </odoo>
        """,
    "odoo/addons/portal/static/src/composer.xml": """
        <templates><t t-name="portal.Composer"><b/></t></templates>
        """,
    "odoo/addons/web/__manifest__.py": "{'depends': ['base']}",
    "odoo/addons/web/static/src/core/registry.js": """
        export class Registry {}
        const registry = new Registry();
        export { registry };
        """,
    "odoo/addons/web/static/lib/owl/owl.js": """
        (function (exports) {
            exports.useState = useState;
        })();
        """,
    "odoo/addons/web/static/src/libs/fontawesome/css/font-awesome.css": """
        .fa-plus:before { content: "x"; }
        """,
}
# An addon that builds on all of it.
OURS = {
    "models/ir_rule.py": """
        from odoo import models
        from odoo.tools import email_normalize

        class IrRule(models.Model):
            _inherit = "ir.rule"

            def _compute_domain(self, model_name, mode="read"):
                self.env.ref("portal.group")
                return super()._compute_domain(model_name, mode)

            def _read_domain(self):
                return self.env["ir.rule"].get_param(self._table)
        """,
    "controllers/portal.py": """
        from odoo.addons.portal.controllers.portal import CustomerPortal

        class OurPortal(CustomerPortal):
            def _prepare_layout(self):
                return super()._prepare_layout()
        """,
    "views/templates.xml": """
        <odoo>
            <template id="ours" inherit_id="portal.layout">
                <xpath expr="//p[hasclass('lead')]" position="after">
                    <b class="x"/>
                </xpath>
                <xpath expr="//b[hasclass('x')]" position="inside"><i/></xpath>
            </template>
        </odoo>
        """,
    "static/src/composer.xml": """
        <templates>
            <t t-inherit="portal.Composer" t-inherit-mode="extension"/>
        </templates>
        """,
    "static/src/ours.js": """
        import { useState } from "@odoo/owl";
        import {
            Registry,
            registry as all,
        } from "@web/core/registry";

        export const icon = "fa fa-plus";
        """,
}
RULE = "odoo/addons/base/models/ir_rule.py"
LAYOUT = "odoo/addons/portal/views/templates.xml"
REGISTRY = "odoo/addons/web/static/src/core/registry.js"
OWL = "odoo/addons/web/static/lib/owl/owl.js"
FONT = "odoo/addons/web/static/src/libs/fontawesome/css/font-awesome.css"
# What Odoo may change: the file, what stands there, what then does, what is said.
CHANGES = {
    "a method": (RULE, "_compute_domain", "_access_domain", "no method ir.rule._comp"),
    "its parameters": (RULE, 'mode="read"', "operation", "where Odoo has operation"),
    "one more": (RULE, 'mode="read"', 'mode="read", more=None', "no more"),
    "a replaced method": (RULE, "_read_domain", "_read", "override any more"),
    "a called method": (RULE, "get_param", "get_str", "no get_param (of ir.rule)"),
    "a model": (RULE, '"ir.rule"', '"ir.access"', "no model ir.rule"),
    "a controller's": (
        "odoo/addons/portal/controllers/portal.py",
        "_prepare_layout",
        "_layout",
        "no method OurPortal._prepare_layout",
    ),
    "a controller": (
        "odoo/addons/portal/controllers/portal.py",
        "CustomerPortal",
        "Portal",
        "no odoo.addons.portal.controllers.portal.CustomerPortal",
    ),
    "a function": (
        "odoo/tools/mail.py",
        "email_normalize",
        "normalize",
        "no odoo.tools.email_normalize",
    ),
    "a template": (LAYOUT, 'id="layout"', 'id="page"', "no portal.layout"),
    "a place": (LAYOUT, "lead text", "text", "no //p[hasclass('lead')]"),
    "a template of scripts": (
        "odoo/addons/portal/static/src/composer.xml",
        "portal.Composer",
        "portal.Editor",
        "no portal.Composer",
    ),
    "parameters that still fit": (
        RULE,
        "get_param(self, key)",
        "get_param(self, key, default=None)",
        "was (self, key), and is (self, key, default=None)",
    ),
    "a name of a script": (REGISTRY, "{ registry }", "{ all }", "has no registry"),
    "a class of a script": (REGISTRY, "class Registry", "class All", "no Registry"),
    "a part of OWL": (OWL, "exports.useState", "exports.proxy", "owl has no useState"),
    "an icon": (FONT, "fa-plus", "fa-add", "no icon fa-plus"),
    "a record": (LAYOUT, 'id="group"', 'id="role"', "no portal.group"),
}


def lay_out(folder, files):
    """Write files, without the indentation that they have here."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = text.strip("\n").split("\n")
        indent = len(lines[0]) - len(lines[0].lstrip())
        path.write_text("\n".join(line[indent:] for line in lines) + "\n")


def look_up(folder, noted=()):
    """Return the check of the small addon beside the small Odoo."""
    lay_out(folder / "ours", OURS)
    ours = overrides.Addon(folder / "ours", OURS)
    tree = odoo_tree.OdooTree(folder / "odoo_home")
    return port_check.PortCheck(overrides.Overrides(ours, tree), noted)


@pytest.fixture
def noted(tmp_path):
    """What is noted of the small Odoo as it is."""
    lay_out(tmp_path / "odoo_home", ODOO)
    return look_up(tmp_path).note()


def test_nothing_is_missing_in_the_odoo_that_the_addon_is_for(tmp_path, noted):
    assert look_up(tmp_path, noted).faults() == []


@pytest.mark.long
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_what_odoo_changes_is_named_with_its_place(tmp_path, noted, change):
    name, before, after, said = change
    file = tmp_path / "odoo_home" / name
    assert before in file.read_text()
    file.write_text(file.read_text().replace(before, after))
    faults = [str(fault) for fault in look_up(tmp_path, noted).faults()]
    assert any(said in fault for fault in faults), faults
    places = [fault.split(": ")[0].split(":") for fault in faults]
    assert all((tmp_path / "ours" / path).is_file() for path, _line in places)
    assert all(int(line) > 0 for _path, line in places)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (REGISTRY, "Odoo has no script @web/core/registry"),
        (OWL, "Odoo has no script @odoo/owl"),
        (FONT, "Odoo has no icon fa-plus"),
    ],
)
@pytest.mark.long
def test_a_file_that_odoo_does_without_is_missed(tmp_path, noted, name, said):
    (tmp_path / "odoo_home" / name).unlink()
    assert said in str([*map(str, look_up(tmp_path, noted).faults())])


@pytest.mark.long
def test_the_command_fails_on_an_odoo_that_lacks_things(tmp_path):
    lay_out(tmp_path, ODOO)
    code, said = port_check_command(tmp_path)
    assert code == 1
    assert "Odoo 20.0 in" in said
    assert "Odoo has no portal.portal_layout" in said
    assert "is missing or different" in said


@pytest.mark.long
def test_the_command_passes_on_the_odoo_of_this_version():
    noted = port_check.NAMES.read_text()
    code, said = port_check_command(odoo_home.path())
    assert code == 0, said
    assert "All that the addon builds on is there." in said
    assert noted == port_check.NAMES.read_text(), "make port-check was not run"


def port_check_command(home):
    """Run it as a developer does who has another Odoo; return its code and output."""
    result = subprocess.run(
        [sys.executable, "-m", "tools", "port-check"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "ODOO_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    return result.returncode, result.stdout + result.stderr


# One place each for what Odoo is known to change


@pytest.fixture(scope="module")
def code():
    """The modules of the addon, by their path."""
    ours = overrides.Addon(ROOT, shipped_files())
    return {ours.place(module): module for module in ours.index.modules.values()}


def find_places(code, *names):
    """Return the files that read, define or import one of some names.

    Models are named in texts, which have a dot.
    """
    found = set()
    for path, module in code.items():
        for node in ast.walk(module.tree):
            said = {getattr(node, part, None) for part in ("attr", "name", "id")}
            text = getattr(node, "value", None)
            if said & {*names} or (
                isinstance(text, str) and text in names and "." in text
            ):
                found.add(path)
    return found


# What moves in Odoo -> its names, and the files that may know them.
HTTP = "models/base/odoo_http.py"
SEAMS = {
    "rights and rules": (
        ("ir.model.access", "ir.rule", "_get_allowed_models", "_get_rules"),
        ("models/base/odoo_rights.py", "models/native/ir_rule.py"),
    ),
    "how records are narrowed": (
        ("_compute_domain", "_compute_domain_context_values", "_make_access_error"),
        ("models/native/ir_rule.py",),
    ),
    "who a request is": (("_authenticate_explicit",), ("models/access/ir_http.py",)),
    "the way out of a session": (("logout",), (HTTP, "controllers/session.py")),
    "the store of sessions": (("session_store", "STORED_SESSION_BYTES"), (HTTP,)),
    "the stack of requests": (("_request_stack", "_HTTPRequest__environ"), (HTTP,)),
    # That of a mail is Python's.
    "settings": (
        ("get_param",),
        ("models/base/ir_config_parameter.py", "models/case/mail_thread_gateway.py"),
    ),
    "settings that are written": (
        ("set_param",),
        ("models/base/ir_config_parameter.py",),
    ),
    "the cache": (
        (
            *("clear_cache", "clear_all_caches", "cache_invalidated", "reset_changes"),
            *("check_signaling", "cache_sequences"),
        ),
        ("models/base/odoo_cache.py",),
    ),
    "tracked values": (
        ("mail.tracking.value",),
        ("models/record/mail_tracking_value.py",),
    ),
    "counters of the home page": (
        ("_prepare_home_portal_values",),
        ("controllers/portal.py",),
    ),
    # That of a document is its own field.
    "contents of attachments": (("datas",), ("models/document/document.py",)),
    "one's own fields": (("_self_accessible_fields",), ("models/native/res_users.py",)),
    "the Store of an activity": (
        ("_to_store_defaults",),
        ("models/mail/mail_activity.py",),
    ),
    "files of a thread": (("mail_attachment_delete",), ("controllers/thread.py",)),
    "paths of files": (("store_fname", "_full_path", "_filestore", "db_datas"), ()),
    "what a download is read from": (
        ("_to_http_stream", "_record_to_stream"),
        ("models/document/ir_attachment.py", "models/record/ir_binary.py"),
    ),
    "how a file is written": (
        ("_file_write",),
        ("models/document/ir_attachment.py", "models/viewing/quiet.py"),
    ),
    "rights that are checked once": (("_check_access",), ()),
}
INSIDE = {
    "odoo.http": HTTP,
    "odoo.service.security": HTTP,
    "odoo.service.model": "models/base/clashes.py",
}
# What controllers are made with.
MADE_OF = {"Controller", "STATIC_CACHE_LONG", "content_disposition", "request", "route"}


@pytest.mark.parametrize("seam", SEAMS.values(), ids=SEAMS)
def test_what_moves_in_odoo_is_met_in_one_place(code, seam):
    names, places = seam
    assert find_places(code, *names) == set(places)


def test_the_inside_of_odoo_http_is_imported_in_one_place(code):
    for path, module in code.items():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ImportFrom) and node.module in INSIDE:
                names = {alias.name for alias in node.names}
                assert path == INSIDE[node.module] or names <= MADE_OF, path


def test_templates_give_values_as_parameters():
    for file in sorted(ROOT.glob("views/*.xml")):
        for call in port_views.parse(file).iter("{*}t"):
            inside = [one.get("t-set") for one in call if one.get("t-set")]
            assert not (call.get("t-call") and inside), (file, call.sourceline)


def test_icons_of_customers_are_named_in_one_place():
    named = re.compile(r"\bfa-(?!fw|lg|[2-5]x)[a-z]")
    files = [*ROOT.glob("views/*_templates.xml"), *ROOT.glob("models/**/*.py")]
    found = {file.name for file in files if named.search(file.read_text())}
    assert found == {"module_mixin.py", "module_checks.py"}  # examples for people
