"""Getting packages from Debian: which source is used, and what is refused."""

import hashlib
import os
import subprocess
from urllib.parse import urlsplit

import pytest

from tools import addon, debian
from tools.console import Stop
from tools.paths import ROOT

pytestmark = pytest.mark.tools

DEB822 = """\
Types: deb deb-src
# The nearest one.
URIs: http://one.example/debian http://two.example/debian
Suites: bookworm
 bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/example.gpg

Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main
Enabled: no

Types: deb-src
URIs: http://source.example/debian
Suites: bookworm
Components: main
"""
ONE_LINE = """\
# deb http://comment.example/debian bookworm main
deb http://one.example/debian bookworm main contrib # the nearest one
deb [arch=amd64 signed-by=/usr/share/keyrings/example.gpg] http://two.example/x sid main
deb-src http://source.example/debian bookworm main
deb http://flat.example/ ./

"""


def test_deb822_sources():
    assert list(debian.parse_deb822(DEB822)) == [
        (uri, ["bookworm", "bookworm-updates"], ["main", "contrib"])
        for uri in ("http://one.example/debian", "http://two.example/debian")
    ]


def test_one_line_sources():
    assert list(debian.parse_list(ONE_LINE)) == [
        ("http://one.example/debian", ["bookworm"], ["main", "contrib"]),
        ("http://two.example/x", ["sid"], ["main"]),
        ("http://flat.example/", ["./"], []),
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [("sources.list", ONE_LINE), ("sources.list.d/debian.sources", DEB822)],
)
def test_the_archive_is_found_in_both_formats(tmp_path, monkeypatch, name, text):
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / name).write_text(text)
    found = debian.sources(tmp_path)
    monkeypatch.setattr(debian, "sources", lambda: found)
    monkeypatch.setattr(debian, "codename", lambda: "bookworm")
    assert debian.archive() == "http://one.example/debian"


def test_a_machine_without_the_archive_is_told_about_odoo_home(monkeypatch):
    monkeypatch.setattr(debian, "sources", list)
    with pytest.raises(Stop, match="Set ODOO_HOME"):
        debian.archive()


def test_no_file_names_the_archive_of_this_machine():
    host = urlsplit(debian.archive()).netloc
    naming = [name for name in addon.files() if host.encode() in _content(name)]
    assert not host or not naming


def _content(name):
    return (ROOT / name).read_bytes()


def test_an_altered_file_is_refused_and_removed(tmp_path):
    package = tmp_path / "odoo.deb"
    package.write_bytes(b"whole")
    debian.verify(package, hashlib.sha256(b"whole").hexdigest())
    package.write_bytes(b"cut")
    with pytest.raises(Stop, match="odoo.deb is cut or was altered"):
        debian.verify(package, hashlib.sha256(b"whole").hexdigest())
    assert not package.exists()


@pytest.fixture
def archive(tmp_path, monkeypatch):
    """An archive with one small package, and the tools set up to use it."""
    tree = tmp_path / "tree"
    (tree / "DEBIAN").mkdir(parents=True)
    (tree / "DEBIAN/control").write_text(
        "Package: tiny\nVersion: 1\nArchitecture: all\nDescription: tiny\n"
        "Maintainer: Nobody <nobody@one.example>\n"
    )
    (tree / "usr/share").mkdir(parents=True)
    (tree / "usr/share/tiny").write_text("tiny")
    (tree / "usr/link").symlink_to("/usr/share/tiny")
    pool = tmp_path / "archive"
    pool.mkdir()
    package = pool / "tiny_1_all.deb"
    subprocess.run(["dpkg-deb", "--build", tree, package], check=True)
    _write_index(pool, package)
    monkeypatch.setattr(debian, "APT", tmp_path / "apt")
    monkeypatch.setattr(debian, "DOWNLOADS", tmp_path / "download")
    sources = {"Dir::Etc::sourcelist": tmp_path / "sources.list"}
    (tmp_path / "sources.list").write_text(f"deb [trusted=yes] copy:{pool} ./\n")
    apt = {"Dir::State": tmp_path / "apt/state", "Dir::Cache": tmp_path / "apt/cache"}
    monkeypatch.setattr(debian, "SETTINGS", {**debian.SETTINGS, **sources, **apt})
    monkeypatch.setattr(debian, "once", lambda title, name, inputs, work: work())
    return pool


def _write_index(pool, package):
    control = subprocess.run(
        ["dpkg-deb", "--field", package], check=True, capture_output=True, text=True
    ).stdout
    digest = hashlib.sha256(package.read_bytes()).hexdigest()
    where = f"Filename: ./{package.name}\nSize: {package.stat().st_size}\n"
    (pool / "Packages").write_text(f"{control}{where}SHA256: {digest}\n")


def test_a_package_is_downloaded_once_and_unpacked(archive, tmp_path):
    [package] = debian.download(["tiny"])
    (archive / "tiny_1_all.deb").unlink()
    assert debian.download(["tiny"]) == [package]
    debian.unpack([package], tmp_path / "root")
    link = tmp_path / "root/usr/link"
    assert str(link.readlink()) == "share/tiny"
    assert link.read_text() == "tiny"


@pytest.mark.parametrize("damage", [lambda data: data[:-9], lambda data: data[::-1]])
def test_a_cut_or_altered_download_is_refused(archive, damage):
    package = archive / "tiny_1_all.deb"
    package.write_bytes(damage(package.read_bytes()))
    with pytest.raises(Stop, match="cut or altered") as refusal:
        debian.download(["tiny"])
    assert "Run the same command again" in str(refusal.value)
    assert list(debian.DOWNLOADS.glob("*.deb")) == []


def test_a_package_altered_later_is_refused_and_brought_anew(archive):
    [package] = debian.download(["tiny"])
    whole = package.read_bytes()
    package.write_bytes(whole[:-1])
    with pytest.raises(Stop, match="cut or was altered"):
        debian.download(["tiny"])
    assert debian.download(["tiny"]) == [package]
    assert package.read_bytes() == whole


def test_without_root_the_missing_packages_are_named(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(Stop) as message:
        debian.require({"postgresql": None, "chromium": "", "make": "/usr/bin/make"})
    assert "sudo apt-get install postgresql chromium\n" in f"{message.value}\n"
    debian.require({"make": "/usr/bin/make"})
