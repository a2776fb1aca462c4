"""Debian: the machine's package source, packages for the system, packages to unpack.

Odoo 19 is a package of a newer Debian than most machines run. It is downloaded with
package lists of our own, from the source that the machine itself uses, and unpacked
below `build/`: the system's own lists and packages stay as they are.
"""

import contextlib
import hashlib
import os
import shlex
import shutil
from pathlib import Path
from typing import NamedTuple

from .console import Stop, doing, run
from .paths import BUILD
from .step import forget, once, write

APT = BUILD / "apt"
DOWNLOADS = BUILD / "download"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
SETTINGS = {
    "Dir::Etc::sourcelist": APT / "sources.list",
    "Dir::Etc::sourceparts": "/dev/null",
    "Dir::Etc::preferencesparts": "/dev/null",
    "Dir::State": APT / "state",
    "Dir::Cache": APT / "cache",
    "APT::Sandbox::User": "root",
    "Acquire::Languages": "none",
    "Acquire::Retries": "3",
}

REFUSED = "Debian's archive was not reached, or what it sent is cut or altered."
AGAIN = "It is refused, nothing was taken from it. Run the same command again."
OWN_ODOO = "Set ODOO_HOME to the folder of an Odoo 19 that you have."


class Source(NamedTuple):
    """One package source of the machine."""

    uri: str
    suites: list
    components: list

    def is_archive(self, codename):
        """Whether this is the main archive: it has every suite, `sid` among them."""
        return codename in self.suites and "main" in self.components


def parse_deb822(text):
    """Yield the sources of a `*.sources` file."""
    for stanza in text.split("\n\n"):
        fields = _fields(stanza)
        if "deb" not in fields.get("types", "").split():
            continue
        if fields.get("enabled") == "no":
            continue
        suites = fields.get("suites", "").split()
        components = fields.get("components", "").split()
        for uri in fields.get("uris", "").split():
            yield Source(uri, suites, components)


def _fields(stanza):
    fields, name = {}, None
    for line in stanza.splitlines():
        if line.startswith("#"):
            continue
        if line[:1].isspace() and name:
            fields[name] += f" {line.strip()}"
        elif ":" in line:
            name, value = line.split(":", 1)
            name = name.strip().lower()
            fields[name] = value.strip()
    return fields


def parse_list(text):
    """Yield the sources of a one-line-style `*.list` file."""
    for line in text.splitlines():
        words = line.split("#")[0].split("[")
        words = " ".join([words[0], words[-1].split("]")[-1]] if words[1:] else words)
        kind, *rest = words.split() or [""]
        if kind == "deb" and len(rest) >= 2:
            yield Source(rest[0], [rest[1]], rest[2:])


def sources(folder=Path("/etc/apt")):
    """Return what the machine's apt is configured to use.

    :param folder: apt's configuration folder
    :rtype: list[Source]
    """
    found = []
    for path in sorted(folder.glob("sources.list.d/*.sources")):
        found += parse_deb822(path.read_text())
    for pattern in ["sources.list", "sources.list.d/*.list"]:
        for path in sorted(folder.glob(pattern)):
            found += parse_list(path.read_text())
    return found


def codename(release=Path("/etc/os-release")):
    """Return the name of the machine's Debian release, or an empty text."""
    text = release.read_text() if release.is_file() else ""
    values = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    return shlex.split(values.get("VERSION_CODENAME", "''"))[0]


def archive():
    """Return the address of the Debian archive that the machine itself uses."""
    name = codename()
    for source in sources():
        if source.is_archive(name):
            return source.uri
    raise Stop(
        f"No Debian archive with the suite {name or '?'} and the component main is in\n"
        "/etc/apt/sources.list or /etc/apt/sources.list.d, so Odoo cannot be taken\n"
        f"from Debian. {OWN_ODOO}"
    )


def download(names):
    """Bring packages of Debian's `sid`, as apt verified them, into `build/download`.

    :param names: package names; `name/suite` takes the one of another suite
    :return: paths of the packages
    """
    expected = _expected(names)
    missing = [name for name in names if not (DOWNLOADS / expected[name][0]).is_file()]
    if missing:
        _download(missing)
    for file, sha256 in expected.values():
        verify(DOWNLOADS / file, sha256)
    return [DOWNLOADS / file for file, __ in expected.values()]


def verify(path, sha256):
    """Refuse a file that is not what the archive's signed list says.

    The file is removed, so that the next run brings it anew.

    :raise Stop: if its content has another digest
    """
    if hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
        path.unlink()
        raise Stop(f"The download {path.name} is cut or was altered.\n{AGAIN}")


def _expected(names):
    """Return `{name: (file, sha256)}` as the signed package lists have it."""
    update_lists()
    answer = apt_get("--print-uris", "download", *names, log="apt-uris").read_text()
    rows = [shlex.split(line) for line in answer.splitlines() if line.startswith("'")]
    by_package = {row[1].split("_")[0]: (row[1], row[3].split(":")[1]) for row in rows}
    return {name: by_package[name.split("/")[0]] for name in names}


def _download(names):
    half = DOWNLOADS / "half"
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(parents=True)
    with doing(f"Downloading {', '.join(names)} from Debian"):
        try:
            apt_get("download", *names, log="apt-download", cwd=half)
        except Stop:
            # The lists may be older than the archive: the next run reads them anew.
            forget("apt")
            raise
    for path in half.iterdir():
        path.replace(DOWNLOADS / path.name)


def update_lists():
    """Have package lists of our own: those of `sid` and of the machine's release."""
    uri = archive()
    line = f"deb [signed-by={KEYRING}] {uri} %s main\n"
    text = "".join(line % suite for suite in dict.fromkeys(["sid", codename()]))
    write(APT / "sources.list", text)

    def update():
        shutil.rmtree(APT / "state", ignore_errors=True)
        (APT / "state/lists/partial").mkdir(parents=True)
        (APT / "cache/archives/partial").mkdir(parents=True, exist_ok=True)
        apt_get("update", "--error-on=any", log="apt-update")

    once("Reading Debian's package lists", "apt", [text], update)


def apt_get(*arguments, log, **options):
    """Run apt-get on state of our own: it verifies signatures and digests.

    :raise Stop: if apt refuses, with what it said
    """
    flags = [f"--option={name}={value}" for name, value in SETTINGS.items()]
    try:
        return run(["apt-get", "-q", *flags, *arguments], log=log, **options)
    except FileNotFoundError:
        raise Stop(f"There is no apt-get here. {OWN_ODOO}") from None
    except Stop as error:
        raise Stop(f"{error}\n\n{REFUSED}\n{AGAIN}") from None


def unpack(packages, folder):
    """Unpack packages beside each other, without installing anything.

    Absolute links, which mean the system's root, are made to stay inside `folder`.
    """
    for package in packages:
        run(["dpkg-deb", "--extract", package, folder], log="unpack")
    for path in links(folder):
        target = path.readlink()
        if target.is_absolute():
            inside = os.path.relpath(folder / target.relative_to("/"), path.parent)
            path.unlink()
            path.symlink_to(inside)


def links(folder):
    for parent, folders, files in os.walk(folder):
        paths = (Path(parent, name) for name in folders + files)
        yield from (path for path in paths if path.is_symlink())


def require(packages):
    """Have packages of the system installed, all at once.

    :param packages: `{package: whether it is there already}`
    :raise Stop: without root rights, with the names of the packages
    """
    missing = [name for name, present in packages.items() if not present]
    if not missing:
        return
    if os.geteuid() != 0:
        raise Stop(
            "Debian packages are missing, and only root can install them. Run:\n"
            f"    sudo apt-get install {' '.join(missing)}"
        )
    with doing(f"Installing the Debian packages {', '.join(missing)}"):
        _install(missing)


def _install(names):
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    options = ["--no-install-recommends", "--option=DPkg::Lock::Timeout=300"]
    install = ["apt-get", "-qy", "install", *options, *names]
    # A new machine has no package lists, an old one has lists of yesterday.
    with contextlib.suppress(Stop):
        run(install, log="apt-install", env=environment)
        return
    run(["apt-get", "-q", "update"], log="apt-update-system", env=environment)
    run(install, log="apt-install", env=environment)
