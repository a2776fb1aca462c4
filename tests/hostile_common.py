from inspect import Parameter, signature

from odoo.exceptions import AccessError
from odoo.fields import Command, Domain
from odoo.service.model import get_public_method
from odoo.tests import new_test_user

from .colleague_common import ColleagueHttpCommon
from .common import PASSWORD

# What no answer may hold: it is in all that belongs to the other organization.
MARK = "Zq9"
# What a record is about, the first that it has.
ABOUT = ("organization_id", "partner_id", "confirmation_id.organization_id")
# The parts of the addon whose methods are called, new ones by themselves.
PARTS = ("colleague", "invitation", "lifecycle", "source", "confirmation")
MODULES = (
    *(f"odoo.addons.customer_portal.models.{part}." for part in PARTS),
    "odoo.addons.customer_portal.wizards.",
)
# What the other organization's records are reached by, and what is written of it.
TABLES = {
    "res_partner": "id IN %(people)s",
    "res_users": "partner_id IN %(people)s",
    "res_groups_users_rel": (
        "uid IN (SELECT id FROM res_users WHERE partner_id IN %(people)s)"
    ),
    "customer_portal_colleague_request": "organization_id IN %(people)s",
    "customer_portal_invitation": "partner_id IN %(people)s",
    "customer_portal_join": "organization_id IN %(people)s",
    "customer_portal_join_domain": "partner_id IN %(people)s",
    "customer_portal_extension": "partner_id IN %(people)s",
    "customer_portal_receipt": "partner_id IN %(people)s",
    "customer_portal_mail": "partner_id IN %(people)s",
    "customer_portal_confirmation": "organization_id IN %(people)s",
    "customer_portal_confirmation_line": "partner_id IN %(people)s",
    "customer_portal_confirmation_ask": (
        "user_id IN (SELECT id FROM res_users WHERE partner_id IN %(people)s)"
    ),
    "customer_portal_entitlement": "partner_id IN %(people)s",
    "customer_portal_support_product": "TRUE",
    "customer_portal_profile": "TRUE",
    "customer_portal_permission": "TRUE",
    "mail_activity": "res_model = 'res.partner' AND res_id IN %(people)s",
    "mail_message": "model = 'res.partner' AND res_id IN %(people)s",
    "res_users_apikeys": (
        "user_id IN (SELECT id FROM res_users WHERE partner_id IN %(people)s)"
    ),
}


class HostileCommon(ColleagueHttpCommon):
    """Two organizations, and everybody who might reach for the other one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._mark_the_others()
        cls._give_them_everything()
        cls.actors = cls._make_actors()
        cls.env.flush_all()

    # === THE OTHER ORGANIZATION === #

    @classmethod
    def _mark_the_others(cls):
        (cls.deco + cls.dan + cls.rob).company_id = cls.env.company
        cls.deco.write({"name": f"{MARK} Deco", "portal_approval": True})
        for one, name in ((cls.dan, "dan"), (cls.rob, "rob")):
            one.write({"name": f"{MARK} {name}", "email": f"{MARK}{name}@example.com"})
            cls._user_of(one).password = PASSWORD
        cls.theirs = cls.deco + cls.dan + cls.rob
        cls.theirs += cls.env["res.partner"].create(
            {
                "name": f"{MARK} idle",
                "email": f"{MARK}idle@example.com",
                "parent_id": cls.deco.id,
                "company_id": cls.env.company.id,
            }
        )

    @classmethod
    def _give_them_everything(cls):
        """Let there be a record of each model that is about the other organization."""
        cls._service(cls, "dan")._end_access(cls.rob.id)
        cls.rob._send_portal_credentials_again()
        cls.deco.action_make_portal_join_code()
        cls.env["customer.portal.join.domain"].create(
            {"name": f"{MARK}.example.com".lower(), "partner_id": cls.deco.id}
        )
        join = cls.env["customer.portal.join"].create(
            {
                "name": f"{MARK} Joe",
                "email": f"{MARK}joe@example.com",
                "organization_id": cls.deco.id,
                "state": "waiting",
            }
        )
        cls.requests._ask_to_join(join)
        cls.env["customer.portal.extension"].sudo()._ask(cls.dan)
        cls.env["customer.portal.receipt"].create(
            {"partner_id": cls.dan.id, "reason": "expired"}
        )
        cls.profiles["worker"].confirmation_months = 12
        cls.env["customer.portal.confirmation"].sudo()._start(cls.deco.ids)
        [review] = (
            cls.env["customer.portal.confirmation"]
            .sudo()
            .search([("organization_id", "=", cls.deco.id)])
        )
        review._note_asked(cls._user_of(cls.dan), {review.id: "0"})
        product = cls.env["product.template"].create(
            {"name": f"{MARK} Support", "support_months": 12}
        )
        cls.env["customer.portal.entitlement"].create(
            {
                "partner_id": cls.deco.id,
                "company_id": cls.env.company.id,
                "model_id": cls.env["ir.model"]._get_id("res.partner"),
                "res_id": cls.deco.id,
                "document_model": "res.partner",
                "document_id": cls.deco.id,
                "document_name": f"{MARK} Order",
                "date": cls.today,
                "unit_months": 12,
                "months": 12,
            }
        )
        cls.product = product
        cls.found = {}

    # === WHO TRIES === #

    @classmethod
    def _make_actors(cls):
        """Return users who may reach none of it, by what they are."""
        portal = {
            "manager": cls.emma,
            "colleague": cls.ben,
            "expired": cls._add("exa", "leader"),
            "grace": cls._add("gus", "leader"),
            "no rights": cls._add("nia", "bare"),
        }
        cls._expire(cls, portal["expired"])
        lasting = cls.profiles["leader"].copy({"name": "Lasting", "grace_days": 30})
        lasting.given_profile_ids += lasting
        portal["grace"].portal_profile_id = lasting
        cls._expire(cls, portal["grace"])
        other = cls.env["res.company"].create({"name": "Elsewhere"})
        values = {"company_id": other.id, "company_ids": [Command.set(other.ids)]}
        return {
            **{name: cls._user_of(one) for name, one in portal.items()},
            "employee": new_test_user(cls.env, "employee", password=PASSWORD),
            "agent elsewhere": new_test_user(
                cls.env,
                "elsewhere",
                "customer_portal.group_customer_portal_user",
                password=PASSWORD,
                **values,
            ),
        }

    @classmethod
    def _add(cls, name, profile):
        if profile not in cls.profiles:
            bare = cls.env["customer.portal.profile"].create({"name": "Bare"})
            bare.permission_ids.visible = False
            cls.profiles[profile] = bare
        return cls._make_portal_contact(
            f"{name}@example.com",
            parent_id=cls.azure.id,
            portal_profile_id=cls.profiles[profile].id,
        )

    def _log_in_as(self, who):
        """Begin a session of an actor; none for who is nobody.

        Whose support is over has logged in before.
        """
        user = self.actors.get(who)
        if who == "expired":
            user.partner_id._write_without_sync({"support_end_date": self.tomorrow})
        self.authenticate(user and user.login, user and PASSWORD)
        if who == "expired":
            self._expire(user.partner_id)

    # === WHAT MUST STAY AS IT IS === #

    def _digest(self):
        """Return what there is of the other organization, by table."""
        self.env.flush_all()
        people = {"people": tuple(self.theirs.ids)}
        digests = {}
        for table, where in TABLES.items():
            self.env.cr.execute(
                f"SELECT md5(string_agg(r::text, '|' ORDER BY r::text))"
                f" FROM (SELECT * FROM {table} WHERE {where}) r",
                people,
            )
            digests[table] = self.env.cr.fetchone()[0]
        return digests

    # === WHAT IS CALLED === #

    def _get_methods(self, model):
        """Return the public methods that these parts of the addon have a part in.

        Not those of mixins, which all models have that use them.
        """
        names = {
            name
            for kind in type(model).__mro__
            if kind.__module__.startswith(MODULES)
            and vars(kind).get("_name") == model._name
            for name, value in vars(kind).items()
            if callable(value)
        }
        return sorted(name for name in names if self._is_public(model, name))

    def _is_ours(self, model):
        """Say whether a model is made by one of these parts."""
        return any(
            kind.__module__.startswith(MODULES)
            and vars(kind).get("_name") == model._name
            and model._name.startswith("customer.portal.")
            and model._name not in (vars(kind).get("_inherit") or ())
            for kind in type(model).__mro__
        )

    def _is_public(self, model, name):
        try:
            get_public_method(model, name)
        except (AccessError, AttributeError):
            return False
        return True

    def _fill(self, model, name, values):
        """Return arguments for a method: by their names, else nothing."""
        parameters = list(signature(getattr(type(model), name)).parameters.values())
        return {
            one.name: values.get(one.name)
            for one in parameters[1:]
            if one.kind is Parameter.POSITIONAL_OR_KEYWORD
            and (one.default is Parameter.empty or one.name in values)
        }

    def _find_theirs(self, model):
        """Return the records of a model that are about the other organization."""
        records = model.sudo().with_context(active_test=False)
        if model._name == "res.partner":
            return self.theirs
        if model._name == "res.users":
            return self.theirs.with_context(active_test=False).user_ids
        if model._name == "customer.portal.profile":
            return self.profiles["more"]
        if model._abstract or not self._is_ours(model):
            return records.browse()
        paths = [path for path in ABOUT if path.split(".")[0] in model._fields]
        theirs = Domain.OR(Domain(path, "in", self.theirs.ids) for path in paths[:1])
        return records.search(theirs if paths else Domain.TRUE)
