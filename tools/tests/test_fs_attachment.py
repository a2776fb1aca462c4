"""Files lie where OCA's addon ``fs_attachment`` keeps them, and the portal opens none.

Its protocol for a folder stands for all of its object stores.
"""

import io
import zipfile

import pytest
from PIL import Image

from tools import databases, oca, odoo_run
from tools.bench_shell import ask
from tools.paths import ADDON, BUILD
from tools.scale_client import Client

pytestmark = pytest.mark.long

PASSWORD = "correct horse battery"
CASES, DOCUMENTS = "/my/p/cases", "/my/documents"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def make_picture():
    """Return a picture as a file."""
    file = io.BytesIO()
    Image.new("RGB", (300, 200), "teal").save(file, "PNG")
    return file.getvalue()


PICTURE = make_picture()
SETUP = """
import base64, json

env["fs.storage"].create({
    "name": "Outside", "code": "outside", "protocol": "file",
    "directory_path": FOLDER, "use_as_default_for_attachments": True,
    "force_db_for_default_attachment_rules": "{}",
})
profile = env["customer.portal.profile"].create({"name": "Files"})
rows = {row.module_id.code: row for row in profile.permission_ids}
names = ("visible", "can_create", "can_export", "show_comments", "can_comment",
    "show_documents", "can_upload")
rows["cases"].write(dict.fromkeys(names, True))
rows["documents"].write({"visible": True, "can_upload": True})
rows["contacts"].write({"visible": True, "can_edit": True})
partner = env["res.partner"].create({
    "name": "Emma", "email": "emma@example.com", "portal_user": True,
    "portal_profile_id": profile.id})
user = partner.user_ids
user.password = PASSWORD
document = env["customer.portal.document"].create({
    "name": "Guide", "file_name": "guide.pdf", "datas": base64.b64encode(PDF),
    "audience": "everyone", "is_published": True})
case = env["customer.portal.form"].with_user(user).create_record(
    "cases", {"name": "Broken"})
env.cr.commit()
print("RESULT" + json.dumps({
    "case": case, "document": document.attachment_id.id, "partner": partner.id}))
"""
LOOK = """
import json
files = env["ir.attachment"].sudo().search([
    ("name", "in", NAMES), ("res_field", "in", [False, "image_1920"])])
print("RESULT" + json.dumps([
    [one.id, one.name, one.store_fname, one.raw.decode("latin")] for one in files]))
"""
RENAME = """
import json
document = env["customer.portal.document"].search([("name", "=", "Guide")])
document.write({"datas": __import__("base64").b64encode(b"A new text.")})
env.cr.commit()
kept = document.attachment_id
size = len(document.with_context(bin_size=False).datas)
document.unlink()
env.cr.commit()
print("RESULT" + json.dumps([size, bool(kept.exists())]))
"""


class Place:
    """A database whose files lie outside, and its customer."""

    def __init__(self, database, config, folder, facts, server):
        self.database, self.config, self.folder = database, config, folder
        self.facts, self.server = facts, server
        self.client = Client(server.url, "emma@example.com", PASSWORD)

    def find(self, *names):
        """Return id, place and content of the attachments of some names."""
        rows = ask(self.database, self.config, LOOK, NAMES=names)
        return {name: (id_, place, text) for id_, name, place, text in rows}

    def read(self, place):
        """Return what lies outside at a place."""
        assert place.startswith("outside://"), place
        return (self.folder / place.removeprefix("outside://")).read_bytes()


@pytest.fixture(scope="module")
def place(make_database, module_server, tmp_path_factory):
    """See the class."""
    addons, packages = oca.ensure_files()
    folder = tmp_path_factory.mktemp("outside")
    database = make_database("fs_attachment", [ADDON])
    paths = ",".join(map(str, [*odoo_run.addons_path(), addons]))
    config = odoo_run.configure(
        BUILD / f"{database}.conf", db_name=database, addons_path=paths
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(packages))
        odoo_run.install(database, ["fs_attachment"], "install-fs", config=config)
        words = {"FOLDER": str(folder), "PASSWORD": PASSWORD, "PDF": PDF}
        facts = ask(database, config, SETUP, **words)
        server = module_server(database, addons_path=paths)
        yield Place(database, config, folder, facts, server)


def test_documents_lie_outside_and_are_downloaded_and_shown(place):
    address = f"{DOCUMENTS}/{place.facts['document']}"
    _id, stored, _text = place.find("guide.pdf")["guide.pdf"]
    assert place.read(stored) == PDF
    for answer in (
        place.client.get(f"{address}/download"),
        place.client.post(f"{address}/download"),
        place.client.get(f"{address}/preview"),
    ):
        assert (answer.status_code, answer.content) == (200, PDF)
    assert "guide.pdf" in answer.headers["Content-Disposition"]
    part = place.client.http.get(
        f"{place.server.url}{address}/download", headers={"Range": "bytes=0-3"}
    )
    assert part.content in (PDF, PDF[:4])


def test_uploads_to_documents_and_cases_lie_outside(place):
    case = f"{CASES}/{place.facts['case']}"
    for path, name, content in (
        (f"{DOCUMENTS}/upload", "first.txt", b"Hello"),
        (f"{case}/upload", "second.txt", b"World"),
        (f"{case}/upload", "third.png", PICTURE),
    ):
        files = {"files": (name, content, "application/octet-stream")}
        assert place.client.post(path, files=files).status_code == 303, name
        id_, stored, text = place.find(name)[name]
        assert place.read(stored) == content == text.encode("latin"), name
        address = f"{case}/file/{id_}" if path.startswith(case) else ""
        answer = place.client.get(address or f"{DOCUMENTS}/{id_}/download")
        assert (answer.status_code, answer.content) == (200, content), name
    shown = place.client.get(f"{DOCUMENTS}/{id_}/preview")
    assert (shown.status_code, shown.content) == (200, PICTURE)


def test_a_comment_and_a_new_case_bring_their_files(place):
    case = f"{CASES}/{place.facts['case']}"
    files = {"files": ("said.txt", b"As said", "text/plain")}
    answer = place.client.post(f"{case}/comment", body="See here", files=files)
    assert answer.status_code == 303
    files = {"_files": ("made.txt", b"As made", "text/plain")}
    answer = place.client.post(f"{CASES}/new", name="With a file", files=files)
    assert answer.status_code == 303
    found = place.find("said.txt", "made.txt")
    assert place.read(found["said.txt"][1]) == b"As said"
    assert place.read(found["made.txt"][1]) == b"As made"
    assert "said.txt" in place.client.get(case).text


def test_a_picture_of_the_profile_is_shown(place):
    files = {"picture": ("me.png", PICTURE, "image/png")}
    answer = place.client.post("/my/profile/picture", files=files)
    assert answer.status_code == 303
    address = f"/web/image/res.partner/{place.facts['partner']}/image_128"
    answer = place.client.get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("image/")


def test_exports_hold_all_records(place):
    answer = place.client.get(f"{CASES}/export?format=csv")
    assert answer.status_code == 200
    assert "Broken" in answer.text
    answer = place.client.get(f"{CASES}/export?format=xlsx")
    assert answer.status_code == 200
    assert zipfile.ZipFile(io.BytesIO(answer.content)).testzip() is None


def test_odoo_keeps_none_of_them_itself(place):
    own = databases.filestore(place.database)
    content = {file.read_bytes() for file in own.rglob("*") if file.is_file()}
    assert not content & {PDF, PICTURE, b"Hello", b"World", b"As said", b"As made"}


def test_a_document_gets_another_file_and_goes_with_it(place):
    size, is_there = ask(place.database, place.config, RENAME)
    assert size
    assert not is_there
