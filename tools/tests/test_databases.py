"""Databases: whole or half-made, ours or somebody else's."""

import subprocess

import pytest

from tools import addon, databases
from tools.console import Stop
from tools.paths import ADDON, CHECKOUT

pytestmark = pytest.mark.tools

NAME = f"{ADDON}_{CHECKOUT}_databases"


@pytest.fixture
def database(_postgres):
    """An empty database."""
    databases.create(NAME)
    databases.filestore(NAME).mkdir(parents=True)
    yield NAME
    databases.drop(NAME)


def test_a_database_tells_when_it_is_whole(database):
    assert not databases.made_from(database)
    databases.finish(database, "mark")
    assert databases.made_from(database) == "mark"


def test_a_database_without_its_files_is_not_whole(database):
    databases.finish(database, "mark")
    databases.filestore(database).rmdir()
    assert not databases.made_from(database)


def test_a_copy_has_the_files_too_and_is_not_whole_yet(database):
    (databases.filestore(database) / "file").write_text("content")
    databases.finish(database, "mark")
    copy = f"{database}_copy"
    databases.create(copy, template=database)
    assert (databases.filestore(copy) / "file").read_text() == "content"
    assert not databases.made_from(copy)
    databases.drop(copy)
    assert not databases.filestore(copy).exists()


def test_somebody_elses_database_is_not_replaced(database, monkeypatch):
    monkeypatch.setattr(databases.postgres, "is_own", lambda: False)
    with databases.cursor() as cursor:
        cursor.execute(f"COMMENT ON DATABASE {database} IS NULL")
    with pytest.raises(Stop, match="was not made by this checkout"):
        databases.create(database)


@pytest.mark.parametrize(
    ("name", "is_another"),
    [
        ("models/case.py", True),
        ("i18n/fr.po", True),
        ("tests/case/test_case.py", False),
        ("docs/guide.md", False),
        ("tools/demo.py", False),
    ],
)
def test_a_database_is_made_anew_for_what_it_has_of_the_addon(
    tmp_path, monkeypatch, name, is_another
):
    monkeypatch.setattr(addon, "ROOT", tmp_path)
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    file = tmp_path / name
    file.parent.mkdir(parents=True)
    file.write_text("before")
    before = addon.state()
    file.write_text("after")
    assert (addon.state() != before) == is_another
