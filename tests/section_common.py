import base64
import io

from lxml import html
from werkzeug.datastructures import FileStorage

from odoo.fields import Datetime
from odoo.tests import new_test_user

from .common import CustomerPortalHttpCommon

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAA"
    "AABJRU5ErkJggg=="
)
PDF = b"%PDF-1.4 a document"
ALL = ("show_comments", "can_comment", "show_documents", "can_upload", "show_updates")


class CustomerPortalSectionCommon(CustomerPortalHttpCommon):
    """A module on tasks with one record of the customer, and one of a stranger."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gate = cls.env["customer.portal.gate"]
        cls.profile = cls.env["customer.portal.profile"].create({"name": "Sections"})
        cls.emma = cls._make_portal_contact(portal_profile_id=cls.profile.id)
        cls.stranger = cls._make_portal_contact(
            "sten@example.com", portal_profile_id=cls.profile.id
        )
        cls.user = cls._user_of(cls.emma)
        cls.support = new_test_user(
            cls.env, login="helper", name="Helper", groups="project.group_project_user"
        )
        cls.project = cls.env["project.project"].create({"name": "Wishes"})
        cls.module = cls._make_module(
            "wishes",
            "project.task",
            "name priority",
            domain=f"[('project_id', '=', {cls.project.id})]",
            closed_domain="[('state', '=', '1_done')]",
        )
        cls.permission = cls._permission_of(cls.module)
        cls.permission.write({"visible": True, **dict.fromkeys(ALL, True)})
        cls.task, cls.other_task = cls.env["project.task"].create(
            [
                {
                    "name": partner.name,
                    "partner_id": partner.id,
                    "project_id": cls.project.id,
                }
                for partner in (cls.emma, cls.stranger)
            ]
        )
        cls.url = f"/my/p/wishes/{cls.task.id}"
        cls.other_url = f"/my/p/wishes/{cls.other_task.id}"

    @classmethod
    def _make_module(cls, code, model_name, names, **values):
        return cls.env["customer.portal.module"].create(
            {
                "code": code,
                "name": code.title(),
                "model_name": model_name,
                "partner_field": "partner_id",
                "title_field": names.split()[0],
                "field_ids": [(0, 0, {"name": name}) for name in names.split()],
                **values,
            }
        )

    @classmethod
    def _permission_of(cls, module):
        return cls.profile.permission_ids.filtered(
            lambda permission: permission.module_id == module
        )

    @classmethod
    def _join_organization(cls):
        """Let the customer see what is their organization's.

        :return: it, and a profile that shows one's own records alone
        """
        cls.permission.records_visibility = "organization"
        organization = cls.env["res.partner"].create(
            {"name": "Baker Way", "is_company": True}
        )
        cls.emma.parent_id = organization
        own_profile = cls.profile.copy({"name": "Own"})
        own_profile.permission_ids.filtered(
            lambda row: row.module_id == cls.module
        ).write({"visible": True, "records_visibility": "own"})
        return organization, own_profile

    def _close(self):
        self.task.state = "1_done"

    def _post(self, path, data=None, files=(), token=True, **kwargs):
        """Send a form of the record's page, as a browser does."""
        data = {**(data or {}), **({"csrf_token": self._csrf_token()} if token else {})}
        files = [("files", (name, raw)) for name, raw in files]
        return self.url_open(
            path if path.startswith("/") else f"{self.url}/{path}",
            data,
            files=files or None,
            **kwargs,
        )

    def _page(self, query=""):
        response = self.url_open(f"{self.url}{query}")
        self.assertEqual(response.status_code, 200)
        return html.fromstring(response.text)

    def _find(self, tree, name):
        """Return the elements that have a class."""
        return tree.xpath(f".//*[contains(concat(' ', @class, ' '), ' {name} ')]")

    def _texts(self, nodes):
        """Return the texts of elements, with single spaces."""
        return [" ".join(node.text_content().split()) for node in nodes]

    def _alerts(self, tree):
        return self._texts(tree.xpath("//*[@role='alert'][normalize-space()]"))

    def _attach(self, record, name="a.txt", raw=b"content", user=None, **values):
        return self.env(user=user or self.env.user)["ir.attachment"].create(
            {
                "name": name,
                "raw": raw,
                "res_model": record._name,
                "res_id": record.id,
                **values,
            }
        )

    def _message(self, body, record=None, author=None, **values):
        """Have a public comment of an agent, or something else."""
        values = {
            "message_type": "comment",
            "subtype_xmlid": "mail.mt_comment",
            "author_id": (author or self.support.partner_id).id,
            **values,
        }
        return (record or self.task).message_post(body=body, **values)

    def _file(self, name, raw=b"content"):
        return FileStorage(io.BytesIO(raw), filename=name)

    def _flush_tracking(self):
        """Have Odoo note what was changed, as at the end of a request."""
        self.env.flush_all()
        self.env.cr.flush()

    def _ago(self, messages, **delta):
        messages.date = Datetime.subtract(Datetime.now(), **delta)
