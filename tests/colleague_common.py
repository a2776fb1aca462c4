from odoo.fields import Command

from .common import CustomerPortalCommon, CustomerPortalHttpCommon

# name -> (organization, profile); each has an address of that name.
PEOPLE = {
    "emma": ("azure", "leader"),
    "ben": ("azure", "worker"),
    "sue": ("branch", "worker"),
    "dan": ("deco", "leader"),
    "rob": ("deco", "worker"),
}


class ColleagueCommon(CustomerPortalCommon):
    """Two organizations, one with a subsidiary, and who manages their people."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gate = cls.env["customer.portal.gate"]
        cls.requests = cls.env["customer.portal.colleague.request"]
        cls.profiles = cls._make_profiles()
        partners = cls.env["res.partner"]
        cls.azure = partners.create({"name": "Azure", "is_company": True})
        cls.branch = partners.create(
            {"name": "Branch", "is_company": True, "parent_id": cls.azure.id}
        )
        cls.deco = partners.create({"name": "Deco", "is_company": True})
        cls.people = {
            name: cls._make_portal_contact(
                f"{name}@example.com",
                parent_id=getattr(cls, organization).id,
                portal_profile_id=cls.profiles[profile].id,
                support_end_date=cls.env.company._get_portal_today().replace(
                    year=cls.today.year + 1, day=1
                ),
            )
            for name, (organization, profile) in PEOPLE.items()
        }
        cls.emma, cls.ben, cls.sue, cls.dan, cls.rob = cls.people.values()
        cls.user = cls._user_of(cls.emma)
        cls.idle = partners.create(
            {
                "name": "Ida Idle",
                "email": "ida@example.com",
                "parent_id": cls.azure.id,
            }
        )

    @classmethod
    def _make_profiles(cls):
        """Return a profile that manages, one that it may give, and one with more."""
        profiles = cls.env["customer.portal.profile"]
        worker = profiles.create({"name": "Worker"})
        leader = profiles.create({"name": "Leader"})
        more = profiles.create({"name": "More"})
        cls.cases = cls.env["customer.portal.module"]._get_cases()
        cls._get_row(worker).write({"visible": True, "can_create": False})
        for profile in leader + more:
            cls._get_row(profile).write(
                {
                    "visible": True,
                    "records_visibility": "organization",
                    "show_comments": True,
                }
            )
        cls._get_row(more).can_comment = True
        leader.write(
            {
                "manage_scope": "organization",
                "given_profile_ids": [Command.set((worker + leader + more).ids)],
            }
        )
        return {"worker": worker, "leader": leader, "more": more}

    @classmethod
    def _get_row(cls, profile, module=None):
        module = module or cls.cases
        return profile.permission_ids.filtered(lambda row: row.module_id == module)

    @classmethod
    def _let_wait(cls, organization, email, name="Nina New", profile="worker"):
        """Let somebody register with a code; return what waits for the manager."""
        organization.portal_join_profile_id = cls.profiles[profile]
        if not organization.portal_join_code:
            organization.action_make_portal_join_code()
        join = cls.env["customer.portal.join"].create(
            {
                "name": name,
                "email": email,
                "code": organization.portal_join_code,
                "organization_id": organization.id,
                "state": "sent",
            }
        )
        join._complete()
        request = cls.requests.search([("join_id", "=", join.id)])
        return join, request

    def _service(self, name="emma"):
        user = self._user_of(self.people[name])
        return self.env["customer.portal.colleague"].with_user(user)

    def _gate_of(self, name="emma"):
        return self.gate.with_user(self._user_of(self.people[name]))

    def _invite(self, email="new@example.com", profile="worker", by="emma", **values):
        """Invite one; return the answer."""
        row = {
            "name": "Nina New",
            "email": email,
            "profile_id": self.profiles[profile].id,
            "organization_id": None,
            **values,
        }
        [answer] = self._service(by)._invite([row])
        return answer

    def _names(self, by="emma", **asked):
        return [row["name"] for row in self._service(by)._get_list(**asked)["rows"]]


class ColleagueHttpCommon(ColleagueCommon, CustomerPortalHttpCommon):
    """The same with a web client."""
