import re

import polib
import pytest

from tools import addon, translations
from tools.paths import ROOT

# What stands for a value in a text.
PLACES = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\{.*?\}\}|#\{.*?\}")

# Of files, those whose texts people read; translations follow other languages.
TEXT_ENDINGS = (".py", ".xml", ".js", ".md", ".html", ".csv", ".scss", ".conf")
OTHER_SPELLING = re.compile(r"\be[-]mail", re.IGNORECASE)


@pytest.fixture(scope="module")
def template(tmp_path_factory, make_database):
    """The texts of the addon as it is, whatever stands in `i18n/`."""
    path = tmp_path_factory.mktemp("i18n") / "customer_portal.pot"
    translations.export(path, make_database("texts", [translations.ADDON]))
    return polib.pofile(path)


def test_the_template_has_all_texts(template):
    kept = polib.pofile(translations.TEMPLATE)
    texts = {entry.msgid for entry in template}
    assert len(texts) > 500
    assert {entry.msgid for entry in kept} == texts, "make translations"


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_a_language_lacks_nothing(language, template):
    translated = polib.pofile(translations.FOLDER / f"{language}.po")
    done = {entry.msgid for entry in translated.translated_entries()}
    missing = {entry.msgid for entry in template} - done
    assert not missing, f"{len(missing)} missing"


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_translations_keep_what_stands_for_a_value(language):
    for entry in polib.pofile(translations.FOLDER / f"{language}.po"):
        places = sorted(PLACES.findall(entry.msgid))
        assert sorted(PLACES.findall(entry.msgstr)) == places, entry.msgid


# It names the other spelling, to rule it out.
GLOSSARY = "docs/glossary.md"


def test_email_has_one_spelling():
    files = [
        name
        for name in addon.files()
        if name.endswith(TEXT_ENDINGS) and not name.startswith(("i18n/", GLOSSARY))
    ]
    assert len(files) > 300
    assert not [n for n in files if OTHER_SPELLING.search((ROOT / n).read_text())]
