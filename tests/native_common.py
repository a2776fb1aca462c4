from unittest.mock import patch

from ..const import OWN_CODES, PROFILE_CODES
from .common import CustomerPortalHttpCommon

LEVELS = ["own", "organization", "subsidiaries"]


class Oracle:
    """The expected answers, from the tree of contacts alone.

    A second opinion: it asks neither Odoo nor the gate.
    """

    def __init__(self, parents, companies):
        """Take the parent of each contact, and which of them are companies."""
        self.parents, self.companies = parents, companies

    def organization(self, partner):
        while partner not in self.companies and self.parents[partner] is not None:
            partner = self.parents[partner]
        return partner

    def line(self, partner):
        """Return a contact and all those above it."""
        line = []
        while partner is not None:
            line.append(partner)
            partner = self.parents[partner]
        return line

    def sees(self, viewer, level, owner):
        if owner is None or level is None:
            return False
        if level == "own":
            return viewer == owner
        if level == "organization":
            return self.organization(viewer) == self.organization(owner)
        return level == "subsidiaries" and self.organization(viewer) in self.line(owner)


class NativeCommon(CustomerPortalHttpCommon):
    """A record of each native module for each of some customers."""

    # name -> (name of the parent, is it a company)
    TREE = {
        "azure": (None, True),
        "emma": ("azure", False),
        "colleague": ("azure", False),
        "subsidiary": ("azure", True),
        "subcontact": ("subsidiary", False),
        "deco": (None, True),
        "stranger": ("deco", False),
        "alone": (None, False),
    }
    VIEWERS = ["emma", "subcontact", "stranger", "alone"]

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gate = cls.env["customer.portal.gate"]
        cls.profile = cls.env["customer.portal.profile"].create({"name": "Tested"})
        cls.partners, cls.users = {}, {}
        for name, (parent, is_company) in cls.TREE.items():
            cls.partners[name] = cls.env["res.partner"].create(
                {
                    "name": f"Partner {name}",
                    "is_company": is_company,
                    "parent_id": parent and cls.partners[parent].id,
                }
            )
        for name in cls.VIEWERS:
            cls.partners[name].write(
                {
                    "email": f"{name}@matrix.example",
                    "portal_profile_id": cls.profile.id,
                    "portal_user": True,
                }
            )
            cls.users[name] = cls._user_of(cls.partners[name])
            cls.users[name].password = "correct horse battery"
        cls.oracle = Oracle(
            {name: parent for name, (parent, _company) in cls.TREE.items()},
            {name for name, (_parent, is_company) in cls.TREE.items() if is_company},
        )
        modules = cls.env["customer.portal.module"].search(
            [("page", "=", "native"), ("preset_fields", "!=", False)]
        )
        cls.modules = {
            module.code: module
            for module in modules
            if module.available and module.code not in (*PROFILE_CODES, *OWN_CODES)
        }
        cls.permissions = cls.profile.permission_ids.filtered(
            lambda line: line.module_id.code in cls.modules
        )
        cls.permissions.write(
            {"can_edit": True, "show_comments": True, "can_comment": True}
        )
        cls.records = {code: cls._make_records(code) for code in cls.modules}

    @classmethod
    def _make_records(cls, code):
        """Return the record of each customer in a module, by the customer's name."""
        make = getattr(cls, f"_prepare_{code}")
        model = cls.env[cls.modules[code].model_name]
        vals_list = [
            {**make(), "name": f"{code}-of-{name}", "partner_id": partner.id}
            for name, partner in cls.partners.items()
        ]
        records = model.with_context(mail_create_nosubscribe=True).create(vals_list)
        for record, partner in zip(records, cls.partners.values(), strict=True):
            if model._name in ("project.project", "project.task"):
                record.message_subscribe(partner.ids)
        if code == "invoices":
            cls._post(records)
        return dict(zip(cls.partners, records, strict=True))

    @classmethod
    def _post(cls, moves):
        """Post without the accounting: it is not asked here, and takes long."""
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE account_move SET state = 'posted', payment_state = 'not_paid'"
            " WHERE id IN %s",
            (tuple(moves.ids),),
        )
        cls.env.invalidate_all()

    @classmethod
    def _prepare_quotes(cls):
        return {"state": "sent"}

    @classmethod
    def _prepare_orders(cls):
        return {"state": "sale"}

    @classmethod
    def _prepare_invoices(cls):
        journals = cls.env["account.journal"]
        journal = journals.search([("code", "=", "MATR")]) or journals.create(
            {"name": "Matrix", "code": "MATR", "type": "sale"}
        )
        return {"move_type": "out_invoice", "journal_id": journal.id}

    @classmethod
    def _prepare_purchases(cls):
        return {"state": "purchase"}

    @classmethod
    def _prepare_projects(cls):
        return {"privacy_visibility": "portal"}

    @classmethod
    def _prepare_tasks(cls):
        projects = cls.env["project.project"]
        project = projects.search([("name", "=", "Matrix")]) or projects.create(
            {"name": "Matrix", "privacy_visibility": "portal"}
        )
        return {"project_id": project.id}

    @classmethod
    def _prepare_tickets(cls):
        return {"description": "<p>It does not work.</p>"}

    # === LEVELS === #

    def _permit(self, level, codes=None):
        """Give all modules, or some, a level; the others are hidden."""
        shown = self.permissions.filtered(
            lambda line: level and (codes is None or line.module_id.code in codes)
        )
        (self.permissions - shown).visible = False
        if level:
            shown.write({"visible": True, "records_visibility": level})

    def _expected(self, viewer, level, code):
        return {
            name: bool(level) and self.oracle.sees(viewer, level, name)
            for name in self.records[code]
        }

    def _expected_owners(self, viewer, level, code):
        """Return the names of the customers whose records are expected."""
        expected = self._expected(viewer, level, code)
        return {name for name, expects in expected.items() if expects}

    def _owners(self, code, ids):
        """Return the names of the customers whose records some ids are."""
        by_id = {record.id: name for name, record in self.records[code].items()}
        return {by_id[res_id] for res_id in ids if res_id in by_id}

    def _stock(self):
        """Switch off what is narrowed, to ask Odoo itself."""
        return patch.object(
            type(self.gate), "native_domain", lambda *args, **kwargs: None
        )
