"""Scripts and styles of all pages, made once: a program for Odoo's shell.

Odoo makes them when a browser first asks for them, which takes many seconds in each new
database. Copies of a database have those that it had.
"""

SCRIPTS = ["assets_frontend_minimal", "assets_frontend_lazy", "assets_web"]
STYLES = ["assets_frontend", "assets_web", "assets_web_print"]

bundles = env["ir.qweb"]  # noqa: F821
for name in SCRIPTS:
    bundles._get_asset_bundle(f"web.{name}", css=False).js()
for name in STYLES:
    bundles._get_asset_bundle(f"web.{name}", js=False).css()
env.cr.commit()  # noqa: F821
