from random import Random
from uuid import uuid4

from odoo import api, models
from odoo.fields import Domain
from odoo.tools.misc import unique

from .reason import Viewer

# Of how many contacts the busiest are looked for.
CANDIDATES = 2000
# How many organizations are compared: half of them the busiest, the others at random.
ORGANIZATIONS = 4


class CustomerPortalLeakReason(models.AbstractModel):
    """Who is asked what they see: a stranger, and some of the real customers."""

    _inherit = "customer.portal.leak.reason"

    @api.model
    def _make_stranger(self, profile) -> Viewer:
        """Make a contact of a new organization. Only where all is undone again.

        As quietly as can be: nobody is emailed, and no touchpoint is logged.
        """
        partners = self.env["res.partner"].sudo()
        partners = partners.with_context(tracking_disable=True, mail_create_nolog=True)
        name = f"leak-check-{uuid4().hex}"
        organization = partners.create({"name": name, "is_company": True})
        partner = partners.create(
            {
                "name": name,
                "parent_id": organization.id,
                "email": f"{name}@check.example.com",
            }
        )
        partner._write_without_sync(
            {"portal_user": True, "portal_profile_id": profile.id}
        )
        user = self.env["res.users"].sudo()._create_portal_users(partner)
        return self._make_viewer(user)

    @api.model
    def _choose_customers(self, profile, seed=None):
        """Return customers of different organizations.

        :param seed: of chance; the same one finds the same customers
        :rtype: list[Viewer]
        """
        partners = self._find_candidates(profile)
        tops = {partner: self._get_top(partner) for partner in partners}
        counts = self._count_records(partners)
        busy = partners.sorted(lambda one: (-counts.get(one.id, 0), one.id))
        mixed = list(partners.sorted("id"))
        Random(seed).shuffle(mixed)
        first = self._take_apart(busy, tops, ORGANIZATIONS // 2)
        others = [one for one in mixed if tops[one] not in {tops[o] for o in first}]
        left = ORGANIZATIONS - len(first)
        chosen = [*first, *self._take_apart(others, tops, left)]
        explain = self.env["customer.portal.explain"]
        users = explain._get_users_sudo(self.env["res.partner"].union(*chosen))
        return [self._make_viewer(users[one.id]) for one in chosen if one.id in users]

    @api.model
    def _find_candidates(self, profile):
        """Return contacts with the profile who may log in one day, or could."""
        profiles = [profile.id]
        if profile == profile._get_default():
            profiles.append(False)
        return (
            self.env["res.partner"]
            .sudo()
            .search(
                [
                    ("portal_user", "=", True),
                    ("portal_profile_id", "in", profiles),
                    ("user_ids.active", "=", True),
                    ("user_ids.share", "=", True),
                ],
                limit=CANDIDATES,
                order="id desc",
            )
        )

    @api.model
    def _get_top(self, partner):
        """Return the topmost organization: below one, nobody is a stranger."""
        while partner.parent_id:
            partner = partner.parent_id
        return partner

    @api.model
    def _take_apart(self, partners, tops, number):
        """Return the first contact of each of some organizations."""
        firsts = {tops[one]: one for one in reversed(list(partners))}
        order = unique(tops[one] for one in partners)
        return [firsts[top] for top in order][:number]

    @api.model
    def _count_records(self, partners):
        """Count the records of contacts in the models that the portal shows.

        :rtype: dict[int, int]
        """
        counts = {}
        for name in self.env["customer.portal.leak.sight"]._get_module_models():
            paths = self._get_customer_paths(name)
            field = self.env[name]._fields.get(paths[0] if paths else "")
            if not field or field.type != "many2one" or not field.store:
                continue
            domain = Domain(field.name, "in", partners.ids)
            model = self.env[name].sudo()
            for partner, count in model._read_group(domain, [field.name], ["__count"]):
                counts[partner.id] = counts.get(partner.id, 0) + count
        return counts
