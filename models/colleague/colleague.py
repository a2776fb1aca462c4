from odoo import api, models
from odoo.exceptions import MissingError, UserError
from odoo.fields import Domain
from odoo.tools import SQL


class CustomerPortalColleague(models.AbstractModel):
    """My Company: a customer sees and manages the access of their colleagues.

    For the user of the environment, whom the gate permits it. Whatever a caller names,
    such as the id of a contact, comes from anywhere: out of reach and unknown are the
    same. No method can be called by RPC.
    """

    _name = "customer.portal.colleague"
    _description = "Customer Portal Colleagues"

    # === WHO, AND WHOM === #

    @api.model
    def _may_manage(self):
        """Say whether the user sees the page at all; also in grace."""
        return self._get_gate().may_manage_colleagues()

    @api.model
    def _may_change(self):
        """Say whether the user may change anything there."""
        return self._get_gate().may_manage_colleagues(change=True)

    @api.model
    def _get_gate(self):
        return self.env["customer.portal.gate"]

    @api.model
    def _get_own_sudo(self):
        return self.env.user.sudo().partner_id

    @api.model
    def _get_organizations(self):
        """Return the organizations in reach, the user's own first.

        :return: dicts with ``id``, ``name``, ``seats`` (0 = unlimited) and ``used``
        :rtype: list[dict]
        """
        ids = self._get_gate()._get_managed_organization_ids()
        organizations = self.env["res.partner"].sudo().browse(ids)
        counts = organizations._count_portal_seats()
        return [
            {
                "id": one.id,
                "name": one.name or "",
                "seats": one._get_portal_seats(),
                "used": counts.get(one.id, 0),
            }
            for one in organizations
        ]

    @api.model
    def _get_profiles(self, organization_id=None):
        """Return the profiles that the user may give to people of an organization.

        :param int organization_id: None for the user's own
        :return: dicts with ``id`` and ``name``, in the order of profiles
        :rtype: list[dict]
        """
        gate = self._get_gate()
        if not self._may_change():
            return []
        if organization_id is None:
            organization_id = self._get_own_sudo().commercial_partner_id.id
        given_ids = gate._get_management(gate._get_profile_id()).given_ids
        profiles = self.env["customer.portal.profile"].sudo()
        found = profiles.search(Domain("id", "in", list(given_ids)))
        return [
            {"id": one.id, "name": one.name}
            for one in found
            if gate._may_give(one.id, organization_id)
        ]

    # === ONE OF THEM === #

    @api.model
    def _find(self, partner_id):
        """Return a contact in reach; the only way to get one.

        :param partner_id: from anywhere
        :return: with all rights
        :raise MissingError: the same for unknown and out of reach
        """
        gate = self._get_gate()
        partners_sudo = self.env["res.partner"].sudo()
        if gate._is_id(partner_id):
            domain = Domain("id", "=", partner_id) & gate.colleague_domain()
            partners_sudo = partners_sudo.search(domain)
        if len(partners_sudo) != 1:
            self._refuse_unknown()
        return partners_sudo

    @api.model
    def _refuse_unknown(self):
        """Say of what is unknown the same as of what is out of reach."""
        self._refuse(
            self.env._("This doesn't exist, or you can't see it."),
            self.env._(
                "%(asker)s can no longer change this access.", asker=self._get_asker()
            ),
            MissingError,
        )

    @api.model
    def _refuse(self, text, text_for_agents, error=UserError):
        """Say why something can't be done, to the customer or the agent who decides.

        :raise UserError: always
        """
        is_for_agents = self.env["res.partner"]._is_told_to_agents()
        raise error(text_for_agents if is_for_agents else text)

    @api.model
    def _get_asker(self):
        """Return the name of the user, in whose name an agent tries what was asked."""
        return self._get_own_sudo().name

    @api.model
    def _find_organization(self, organization_id=None):
        """Return an organization in reach, with all rights; the user's own for None.

        :raise MissingError: the same for unknown and out of reach
        """
        ids = self._get_gate()._get_managed_organization_ids()
        if organization_id is None and ids:
            organization_id = ids[0]
        is_id = self._get_gate()._is_id(organization_id)
        if not is_id or organization_id not in ids:
            self._refuse_unknown()
        return self.env["res.partner"].sudo().browse(organization_id)

    @api.model
    def _begin(self):
        """Let one after the other change the access of an organization's people.

        And let nobody change anything whose own access ends meanwhile.

        :raise MissingError: for all who may change nothing
        """
        own = self._get_own_sudo()
        own.commercial_partner_id._queue_up_for_portal()
        query = SQL("SELECT 1 FROM res_partner WHERE id = %s FOR SHARE", own.id)
        self.env.cr.execute(query)
        if not self._may_manage():
            self._refuse_unknown()
        if not self._may_change():
            self._refuse(
                self.env._(
                    "Your support period has ended, so you can't change anything here."
                ),
                self.env._(
                    "The support period of %(asker)s has ended.",
                    asker=self._get_asker(),
                ),
            )
