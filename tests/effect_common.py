from odoo.fields import Command

from .common import CustomerPortalCommon

# Contacts: three levels of organizations, with people in each.
TREE = {
    "group": (None, True),
    "anna": ("group", False),
    "branch": ("group", True),
    "ben": ("branch", False),
    "carla": ("branch", False),
    "shop": ("branch", True),
    "dora": ("shop", False),
    "other": (None, True),
    "emil": ("other", False),
    "alone": (None, False),
}
VIEWERS = ("anna", "ben", "carla", "dora", "emil", "alone")
TASKS = 12


class EffectCommon(CustomerPortalCommon):
    """Contacts of several organizations and two profiles, and a module of tasks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.effect = cls.env["customer.portal.effect"]
        cls.gate = cls.env["customer.portal.gate"]
        cls.profile, cls.other_profile = cls.env["customer.portal.profile"].create(
            [{"name": "Tried"}, {"name": "Beside"}]
        )
        cls.partners = {}
        for name, (parent, is_company) in TREE.items():
            cls.partners[name] = cls.env["res.partner"].create(
                {
                    "name": f"Effect {name}",
                    "is_company": is_company,
                    "parent_id": parent and cls.partners[parent].id,
                }
            )
        for name in VIEWERS:
            cls.partners[name].write(
                {
                    "email": f"{name}@effect.example.com",
                    "portal_profile_id": cls.profile.id,
                    "portal_user": True,
                }
            )
        cls.users = {name: cls._user_of(cls.partners[name]) for name in VIEWERS}
        cls.second_company = cls.env["res.company"].create({"name": "Second"})
        cls._make_module()

    @classmethod
    def _make_module(cls):
        """Make a module of tasks of some projects, whose contact is the customer."""
        cls.projects = cls.env["project.project"].create(
            [{"name": f"Effect {n}", "partner_id": False} for n in range(2)]
        )
        cls.tasks = cls.env["project.task"].create(
            [
                {"name": f"Effect {n}", "project_id": cls.projects[n % 2].id}
                for n in range(TASKS)
            ]
        )
        cls.module = cls.env["customer.portal.module"].create(
            {
                "code": "tried",
                "name": "Tried Tasks",
                "record_name": "Task",
                "model_name": "project.task",
                "partner_field": "partner_id",
                "allow_everyone": True,
                "domain": f"[('project_id', 'in', {cls.projects.ids})]",
                "title_field": "name",
                "field_ids": [
                    Command.create({"name": "name", "in_list": True, "in_edit": True}),
                    Command.create({"name": "priority", "searchable": True}),
                    Command.create({"name": "date_deadline"}),
                ],
            }
        )
        cls.row = cls._row_of(cls.profile)
        cls.row.write({"visible": True, "records_visibility": "own"})

    @classmethod
    def _row_of(cls, profile):
        return profile.permission_ids.filtered(lambda one: one.module_id == cls.module)

    def _seen(self):
        """Ask the gate for each contact, one after the other."""
        return {
            name: frozenset(
                self.env["project.task"]
                .sudo()
                .search(self.gate.with_user(user).domain("tried"))
                .ids
            )
            for name, user in self.users.items()
        }

    def _module_effect(self, effect, code="tried", profile=None):
        """Return the effect on a module, None if nothing changes in it."""
        wanted = (profile or self.profile).id, code
        found = [one for one in effect.modules if (one.profile_id, one.code) == wanted]
        return found[0] if found else None
