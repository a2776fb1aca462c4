"""What people read uses the words of the glossary (docs/glossary.md)."""

import re

import polib
import pytest

from tools import translations
from tools.paths import ROOT

GLOSSARY = ROOT / "docs" / "glossary.md"
MARKUP = re.compile(r"<[^>]*>")
# What stands for a value, and addresses.
NO_TEXT = re.compile(
    r"%\(\w+\)[a-z]|%[sd]|\{\{.*?\}\}|#\{.*?\}|https?://\S+|\S+@\S+|/my/\S*"
)
# Names that only developers, and administrators where they type them, need to know.
TECHNICAL = re.compile(
    r"\b[a-z]+(?:\.[a-z_]{3,})+\b|\b[a-z0-9]+_[a-z0-9_]+\b"
    r"|\b(?:cron|domain|many2one|one2many|many2many|orm|ormcache|qweb|record rule"
    r"|recordset|rpc|sudo|traceback|xml id)\b",
    re.IGNORECASE,
)
# Where a text stands that only administrators read, or nobody: the labels and help of
# what has no page of its own.
FOR_ADMINISTRATORS = re.compile(
    r"models/(?:config|settings|site)/|models/home/(?:chart|widget)"
    r"|customer_portal_(?:chart|mail|module|origin|permission|preset|profile|widget)"
    r"|res_company|res_config_settings|field_res_users__|model:ir\.model,"
    r"|view_base_module_uninstall"
)
# Names that Odoo gives: of its models, and of fields that come with its mixins.
OF_ODOO = re.compile(
    r"model:ir\.model,name:customer_portal\.model_(?!customer_portal_)"
    r"|__(?:message_\w+|(?:my_)?activity_\w+|website_message_ids|rating_\w+|organization_id)$"
)


@pytest.fixture(scope="module")
def texts():
    """All texts of the addon, each with the places where it stands."""
    return {
        entry.msgid: [place for place, _line in entry.occurrences]
        for entry in polib.pofile(translations.TEMPLATE)
    }


def read_forbidden():
    """Return each word that is not used, with its patterns.

    :return: word: what finds it, and what it may be part of
    :rtype: dict[str, tuple]
    """
    table = GLOSSARY.read_text().partition("| Not | Instead | Allowed in |")[2]
    rows = [line.strip("|").split("|") for line in table.strip().splitlines()[1:]]
    return {
        word.strip(): (
            find_word(word.strip()),
            [find_word(one.strip()) for one in allowed.split(",") if one.strip()],
        )
        for word, _instead, allowed in rows
    }


def find_word(word):
    words = r"\s+".join(map(re.escape, word.split()))
    return re.compile(rf"(?<![\w-]){words}(?![\w-])", re.IGNORECASE)


def clean(text):
    return " ".join(NO_TEXT.sub(" ", MARKUP.sub(" ", text)).split())


def find_forbidden(text, forbidden):
    """Return the words of a text that the glossary forbids."""
    found = []
    for word, (pattern, allowed) in forbidden.items():
        rest = text
        for one in allowed:
            rest = one.sub(" ", rest)
        if pattern.search(rest):
            found.append(word)
    return found


def test_the_glossary_finds_what_it_forbids():
    forbidden = read_forbidden()
    assert len(forbidden) > 30
    assert find_forbidden("The mail shall leave.", forbidden) == ["mail", "shall"]
    assert find_forbidden("Empty: Odoo's", forbidden) == ["empty:"]
    assert not find_forbidden("The mail server is no longer there.", forbidden)


def test_no_text_uses_a_word_that_the_glossary_forbids(texts):
    forbidden = read_forbidden()
    wrong = [
        f"{words}: {text!r} ({places[0]})"
        for text, places in texts.items()
        if not all(map(OF_ODOO.search, places))
        and (words := find_forbidden(clean(text), forbidden))
    ]
    assert not wrong, "\n".join(wrong)


def test_customers_and_agents_read_no_technical_name(texts):
    assert TECHNICAL.search("See res.partner") and TECHNICAL.search("a partner_id")
    wrong = [
        f"{name[0]}: {text!r} ({places[0]})"
        for text, places in texts.items()
        if not all(map(FOR_ADMINISTRATORS.search, places))
        and not all(map(OF_ODOO.search, places))
        and (name := TECHNICAL.search(clean(text)))
    ]
    assert not wrong, "\n".join(wrong)
