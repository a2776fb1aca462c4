from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, email_normalize

from ...const import GROUP_AGENT, NUMBER_LIMITS, PARAM_SEATS, PREFETCH_PAGES
from ..gate.res_partner import MEMBERSHIP_FIELDS

# Context key and value: a customer gives a colleague access, as the gate permits. An
# RPC caller can send the key, but never the object.
GIVING = "customer_portal_giving"
GIVING_VALUE = object()
# The same for an agent who decides, in the name of the customer who has asked: why it
# can't be done is said to the agent.
DECIDING = "customer_portal_deciding"
DECIDING_VALUE = object()
# Context key: the requests whose decisions an email tells.
DECIDED = "customer_portal_decided"


class ResPartner(models.Model):
    """How many people of an organization have access, and who says so."""

    _inherit = "res.partner"

    portal_seats = fields.Integer(
        "Seats",
        copy=False,
        groups="base.group_user",
        help="How many people of this organization can have portal access. 0 = as in "
        "the Customer Portal settings.",
        prefetch=PREFETCH_PAGES,
    )
    portal_seats_used = fields.Integer(
        "Seats in Use",
        compute="_compute_portal_seats_used",
        groups="base.group_user",
        help="People of this organization with portal access, whatever their support "
        "period.",
    )
    portal_approval = fields.Boolean(
        "Changes Need Our Approval",
        copy=False,
        groups="base.group_user",
        help="What customers of this organization change about their colleagues waits "
        "until an agent approves it.",
        prefetch=PREFETCH_PAGES,
    )
    portal_request_ids = fields.One2many(
        "customer.portal.colleague.request",
        "organization_id",
        "Changes for Colleagues",
        readonly=True,
        groups=GROUP_AGENT,
    )
    portal_request_count = fields.Integer(
        "Changes to Approve",
        compute="_compute_portal_request_count",
        groups=GROUP_AGENT,
    )
    _portal_seats_range = models.Constraint(
        f"CHECK (portal_seats BETWEEN 0 AND {NUMBER_LIMITS[PARAM_SEATS]})",
        "The number of seats must be from 0 to 1,000,000.",
    )

    @api.depends("commercial_partner_id")
    def _compute_portal_seats_used(self):
        counts = self._origin._filter_with_people()._count_portal_seats()
        for partner in self:
            organization = partner._origin.commercial_partner_id
            partner.portal_seats_used = counts.get(organization.id, 0)

    def _compute_portal_request_count(self):
        """Count what the form of the organization lists anyway, so it is read once."""
        for partner in self:
            partner.portal_request_count = len(partner._origin.portal_open_request_ids)

    # === SEATS === #

    def _filter_with_people(self):
        """Leave out who belongs to nobody, nobody belongs to, and never had access."""
        return self.filtered(
            lambda one: (
                one.is_company
                or one.parent_id
                or one.child_ids
                or one._filter_portal_known()
            )
        )

    def _count_portal_seats(self):
        """Return how many people of the contacts' organizations have access.

        :rtype: dict[int, int]
        """
        if not self:
            return {}
        partners = self.env["res.partner"].sudo()
        groups = partners._read_group(
            [
                ("commercial_partner_id", "in", self.commercial_partner_id.ids),
                ("portal_user", "=", True),
            ],
            ["commercial_partner_id"],
            ["__count"],
        )
        return {organization.id: count for organization, count in groups}

    def _get_portal_seats(self):
        """Return the number of seats of an organization; 0 for no limit."""
        params = self.env["ir.config_parameter"]
        return self.sudo().portal_seats or params._get_portal_number(PARAM_SEATS)

    def _check_portal_limit(self):
        """Beside Contacts per User, each organization has a number of seats."""
        result = super()._check_portal_limit()
        self._check_portal_seats()
        return result

    @api.model
    def _is_told_to_agents(self):
        """An agent who approves does it in the name of the customer who has asked."""
        is_deciding = self.env.context.get(DECIDING) is DECIDING_VALUE
        return is_deciding or super()._is_told_to_agents()

    def _check_portal_seats(self):
        """Refuse access to these contacts, if an organization has too few seats.

        Whoever has access keeps it, also when seats are taken away.

        :raise ValidationError: that says what to do
        """
        for organization in self._find_without_seats():
            raise ValidationError(organization._get_seats_text())

    def _find_without_seats(self):
        """Return the contacts' organizations that have too few seats.

        Until the transaction ends, nobody else gives access to their people.

        :return: more people with access than seats, by organization
        :rtype: dict[res.partner, int]
        """
        limited = self.sudo().commercial_partner_id._filter_limited()
        if not limited:
            return {}
        limited._queue_up_for_portal()
        counts = limited._count_portal_seats()
        return {
            organization: count
            for organization in limited
            if (count := counts.get(organization.id, 0))
            > organization._get_portal_seats()
        }

    def _filter_limited(self):
        """Return the organizations with a number of seats, found in one query."""
        if self.env["ir.config_parameter"]._get_portal_number(PARAM_SEATS):
            return self
        partners = self.with_context(active_test=False)
        return partners.search([("id", "in", self.ids), ("portal_seats", ">", 0)])

    def _queue_up_for_portal(self):
        """Let one transaction after the other change who of an organization has access.

        Touching the rows makes one that has waited here fail, which Odoo then repeats:
        it counts anew, with what the one before it did.
        """
        self.flush_recordset(["portal_seats"])
        query = SQL(
            "SELECT id FROM res_partner WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
            self.ids,
        )
        self.env.cr.execute(query)
        query = SQL(
            "UPDATE res_partner SET portal_seats = portal_seats WHERE id = ANY(%s)",
            self.ids,
        )
        self.env.cr.execute(query)

    def _get_seats_text(self):
        seats = self._get_portal_seats()
        if self._is_told_to_agents():
            return self._get_seats_text_for_agents(seats)
        if seats == 1:
            return self.env._(
                "The only seat of your organization is taken. End someone's access "
                "first, or contact us."
            )
        return self.env._(
            "All %(seats)s seats of your organization are taken. End someone's access "
            "first, or contact us.",
            seats=seats,
        )

    def _get_seats_text_for_agents(self, seats):
        if seats == 1:
            return self.env._(
                "“%(organization)s” has one seat, and it is taken. End someone's "
                "access first, or raise Seats on the organization.",
                organization=self.display_name,
            )
        return self.env._(
            "“%(organization)s” has %(seats)s seats, and all are taken. End someone's "
            "access first, or raise Seats on the organization.",
            organization=self.display_name,
            seats=seats,
        )

    # === WHO MOVES === #

    def write(self, vals):
        """Hold people who move to another organization to the seats there."""
        places = MEMBERSHIP_FIELDS & vals.keys() and self._get_portal_places()
        if not places:  # Most contacts are nobody's customer.
            return super().write(vals)
        with self._following_portal_moves(places):
            return super().write(vals)

    @contextmanager
    def _following_portal_moves(self, places):
        """Check what moves these people, once it is done. To be extended.

        :param dict places: where they have their access, by contact id
        :raise ValidationError: that says what to do
        """
        yield
        people_sudo = self.sudo().browse(places).exists()
        people_sudo._check_portal_moves({one.id: places[one.id] for one in people_sudo})

    def _get_portal_places(self):
        """Return where those of these contacts, and below them, who have access are.

        :return: organizations by contact id, as records with all rights
        :rtype: dict[int, res.partner]
        """
        below = Domain("id", "child_of", self.ids) & Domain("portal_user", "=", True)
        return {one.id: one.commercial_partner_id for one in self.sudo().search(below)}

    @api.model
    def _check_portal_moves(self, places):
        """Refuse what has brought people to an organization without seats for them.

        Whoever stays where they were keeps their access.

        :param dict places: where people had their access before, by contact id
        :raise ValidationError: that says what to do
        """
        people_sudo = self.sudo().browse(places)
        moved = people_sudo.filtered(
            lambda one: (
                one.portal_user and one.commercial_partner_id not in places[one.id]
            )
        )
        for organization, count in moved._find_without_seats().items():
            raise ValidationError(organization._get_moves_text(count))

    def _get_moves_text(self, count):
        return self.env._(
            "With this change, %(count)s people of “%(organization)s” would have "
            "portal access, but its number of seats is %(seats)s. End someone's access "
            "first, or raise Seats on the organization.",
            count=count,
            organization=self.display_name,
            seats=self._get_portal_seats(),
        )

    # === WHAT MANAGERS GIVE === #

    def _is_giving(self):
        return self.env.context.get(GIVING) is GIVING_VALUE

    def _is_refused_login(self, owner):
        """A manager gives logins to colleagues, but nobody's."""
        if self._is_giving():
            return bool(owner) or self._shares_mailbox()
        return super()._is_refused_login(owner)

    def _shares_mailbox(self):
        """Say whether somebody else with this address logs in, or did once.

        Their login may be another one, such as that of an employee: who forgets a
        password is found by the address.
        """
        others = self.sudo().with_context(active_test=False)
        had = Domain("portal_user", "=", True) | Domain("user_ids", "!=", False)
        same = Domain("email_normalized", "=", email_normalize(self.sudo().email))
        return bool(others.search_count(same & had & Domain("id", "!=", self.id)))

    def _get_portal_login_error(self, login, owner, users):
        """Tell a manager no more than that an address is of no use."""
        error = super()._get_portal_login_error(login, owner, users)
        if error and self._is_giving() and email_normalize(self.sudo().email):
            return self.env._("This email address can't be used.")
        return error

    # === CHANGES THAT WERE ASKED FOR === #

    def _get_portal_decisions(self):
        """Return what an email says of each change that a contact asked for.

        :return: tuples of the change and the decision, in the language of the reader
        :rtype: list[tuple[str, str]]
        """
        requests_sudo = self.env["customer.portal.colleague.request"].sudo()
        found = requests_sudo.browse(self.env.context.get(DECIDED) or ()).exists()
        states = requests_sudo._fields["state"]._description_selection(self.env)
        return [
            (one._get_sentence(), dict(states)[one.state])
            for one in found
            if one.user_id.partner_id == self
        ]
