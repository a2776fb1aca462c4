"""The translations of the addon: a template of all its texts, and a file a language.

`make translations` brings the template and the files up to date with the texts; what
is new is empty then, which a test complains about until somebody has translated it.
"""

import shutil
import subprocess

import polib

from . import addon, odoo_run, test
from .console import Stop, doing, say
from .paths import ADDON, ADDONS, BUILD, ROOT

# A copy of what is shipped: Odoo looks for texts in all that lies below an addon.
SHIPPED = BUILD / "translations" / ADDON
FOLDER = ROOT / "i18n"
TEMPLATE = FOLDER / f"{ADDON}.pot"
LANGUAGES = ("de", "es", "fr", "it", "nl", "pt_BR")
WIDTH = 78


def run():
    """Write the template from a database with the addon; merge it into the files."""
    with doing("Installing the addon"):
        test.prepare_database()
    with doing("Exporting its texts"):
        export()
    for language in LANGUAGES:
        missing = merge(FOLDER / f"{language}.po", language)
        say(f"  {language:6} {missing or 'nothing'} missing")


def export(path=TEMPLATE, database=test.DATABASE):
    """Write a template of all texts, from a database with the addon."""
    shutil.rmtree(SHIPPED, ignore_errors=True)
    addon.copy(addon.shipped_files(), SHIPPED)
    others = [path for path in odoo_run.addons_path() if path != ADDONS]
    folders = ",".join(map(str, [SHIPPED.parent, *others]))
    config = odoo_run.configure(BUILD / "translations.conf", addons_path=folders)
    path.parent.mkdir(exist_ok=True)
    result = subprocess.run(
        odoo_run.command(
            *("i18n", "export"),
            *("-d", database, "-o", path, ADDON),
            config=config,
        ),
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode or not path.exists():
        raise Stop(result.stdout[-2000:] + result.stderr[-2000:])
    template = polib.pofile(path, wrapwidth=WIDTH)
    for name in ("POT-Creation-Date", "PO-Revision-Date"):
        template.metadata.pop(name, None)  # They would change each time.
    template.save()


def merge(path, language):
    """Bring one file up to date.

    :return: how many texts are not translated
    :rtype: int
    """
    template = polib.pofile(TEMPLATE, wrapwidth=WIDTH)
    if path.exists():
        translated = polib.pofile(path, wrapwidth=WIDTH)
    else:
        translated = polib.POFile(wrapwidth=WIDTH)
        translated.metadata = template.metadata
    translated.metadata["Language"] = language
    translated.merge(template)
    for entry in translated.obsolete_entries():
        translated.remove(entry)
    translated.sort(key=lambda entry: entry.msgid)
    translated.save(path)
    return len(translated.untranslated_entries())
