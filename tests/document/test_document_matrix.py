from itertools import product

from lxml import html

from odoo.tests import tagged

from ..common import PASSWORD
from ..native_common import LEVELS, NativeCommon

AUDIENCES = ("contact", "organization", "subsidiaries")
URL = "/my/documents"


@tagged("post_install", "-at_install", "long")
class TestDocumentMatrix(NativeCommon):
    """Each audience and level of records visibility by each way in, beside the oracle.

    For each customer there is a document for each audience, and a file of a record. The
    rules behind the ways in are asked for all customers, the routes for one.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.permissions.visible = False
        cls.module = cls.env["customer.portal.module"].create(
            {
                "code": "made",
                "name": "Made",
                "model_name": "project.task",
                "partner_field": "partner_id",
                "title_field": "name",
                "field_ids": [(0, 0, {"name": "name"})],
            }
        )
        cls.rights = {
            row.module_id.code: row
            for row in cls.profile.permission_ids
            if row.module_id.code in ("documents", "made")
        }
        tasks = cls.env["project.task"].create(
            [{"name": "T", "partner_id": one.id} for one in cls.partners.values()]
        )
        cls.files = cls._make_files(tasks)

    @classmethod
    def _make_files(cls, tasks):
        """Return the files by owner and audience; "record" for one of a record."""
        keys = list(product(cls.partners, (*AUDIENCES, "record")))
        task_by_name = dict(zip(cls.partners, tasks, strict=True))
        attachments = cls.env["ir.attachment"].create(
            [
                {
                    "name": cls._title(owner, audience),
                    "raw": b"secret",
                    "mimetype": "application/pdf",
                    **(
                        {
                            "res_model": "project.task",
                            "res_id": task_by_name[owner].id,
                        }
                        if audience == "record"
                        else {}
                    ),
                }
                for owner, audience in keys
            ]
        )
        files = dict(zip(keys, attachments, strict=True))
        cls.env["customer.portal.document"].create(
            [
                {
                    "name": file.name,
                    "attachment_id": file.id,
                    "audience": audience,
                    "partner_id": cls.partners[owner].id,
                }
                for (owner, audience), file in files.items()
                if audience != "record"
            ]
        )
        return files

    @classmethod
    def _title(cls, owner, audience):
        """Return a name that no other one begins with."""
        return f"{audience}-of-{owner}."

    def _expected_of(self, viewer, level, made_level):
        """Return the files that the tree of contacts lets a customer see."""
        sees = self.oracle.sees
        reach = {
            "contact": "own",
            "organization": "organization",
        }
        wanted = set()
        for owner, audience in self.files:
            if audience == "record":
                is_seen = bool(level) and sees(viewer, made_level, owner)
            elif audience in reach:
                is_seen = sees(viewer, level, owner) or (
                    bool(level) and sees(viewer, reach[audience], owner)
                )
            else:
                organization = self.oracle.organization(owner)
                above = self.oracle.line(self.oracle.organization(viewer))
                is_seen = bool(level) and (
                    organization in above or sees(viewer, level, owner)
                )
            if is_seen:
                wanted.add((owner, audience))
        return wanted

    def _shown_in(self, text):
        return {key for key in self.files if self._title(*key) in text}

    # === WAYS IN: RULES === #

    def _rules(self):
        """Return what the gate gives for each way in, by name of the way."""
        return {
            "list": self._find_by_gate,
            "search": self._find_by_search,
            "page": lambda viewer: self._find_by(
                "customer.portal.document", "_get_portal_row", viewer
            ),
            "download": lambda viewer: self._find_by(
                "customer.portal.gate", "_find_attachment", viewer
            ),
            "preview": lambda viewer: self._find_by(
                "customer.portal.document", "_may_preview", viewer
            ),
        }

    def _find_by(self, model, rule, viewer):
        rule = getattr(self.env[model].with_user(self.users[viewer]), rule)
        return {key for key, file in self.files.items() if rule(file.id)}

    def _find_by_gate(self, viewer):
        found = (
            self.env["customer.portal.document"]
            .with_user(self.users[viewer])
            ._find_portal_rows(limit=1000)
        )
        return self._shown_in(" ".join(one["name"] for one in found))

    def _find_by_search(self, viewer):
        asked = [
            self.env["customer.portal.document"]
            .with_user(self.users[viewer])
            ._parse_portal_query(search=self._title(*key), scope="all")
            for key in self.files
        ]
        found = [
            one["name"]
            for one_asked in asked
            for one in self.env["customer.portal.document"]
            .with_user(self.users[viewer])
            ._find_portal_rows(one_asked)
        ]
        return self._shown_in(" ".join(found))

    # === WAYS IN: ROUTES === #

    def _routes(self):
        """Return what the server answers for each way in, by name of the way."""
        return {
            "list": lambda: self._shown_in(self._read(f"{URL}?scope=all")),
            "page": lambda: self._find_one_by_one(""),
            "download": lambda: self._find_one_by_one("/download"),
            "preview": lambda: self._find_one_by_one("/preview"),
        }

    def _read(self, path):
        """Return the text of all pages of a list."""
        text, pages = "", [path]
        for page in pages:
            response = self.url_open(page)
            text += response.text
            if response.status_code == 200:
                links = html.fromstring(response.text).xpath(
                    "//nav[@aria-label='Pages']//a/@href"
                )
                pages += [link for link in dict.fromkeys(links) if link not in pages]
        return text

    def _find_one_by_one(self, way):
        found = set()
        for key, file in self.files.items():
            response = self.url_open(f"{URL}/{file.id}{way}")
            self.assertIn(response.status_code, (200, 404))
            if response.status_code == 200:
                found.add(key)
            else:
                self.assertNotIn(self._title(*key), response.text)
        return found

    # === THE MATRIX === #

    def _permit_documents(self, level):
        """Give documents a level, and the module another one, which is returned."""
        made = self.rights["made"]
        made_level = level and LEVELS[-1 - LEVELS.index(level)]
        self.rights["documents"].visible = bool(level)
        made.write({"visible": bool(level), "show_documents": True})
        if level:
            self.rights["documents"].records_visibility = level
            made.records_visibility = made_level
        self.env.flush_all()
        return made_level

    def test_each_rule_gives_each_customer_what_the_oracle_says(self):
        for level in [*LEVELS, None]:
            made_level = self._permit_documents(level)
            for viewer in self.VIEWERS:
                wanted = self._expected_of(viewer, level, made_level)
                for way, find in self._rules().items():
                    with self.subTest(way, viewer=viewer, level=level):
                        self.assertEqual(find(viewer), wanted)

    def test_each_route_shows_what_the_oracle_says(self):
        """For one customer: the routes ask the rules for the files of whoever asks."""
        viewer = "emma"
        self.authenticate(f"{viewer}@matrix.example", PASSWORD)
        for level in ["own", None]:
            wanted = self._expected_of(viewer, level, self._permit_documents(level))
            for way, find in self._routes().items():
                with self.subTest(way, level=level):
                    self.assertEqual(find(), wanted)
