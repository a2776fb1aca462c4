from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...const import GROUP_AGENT
from ..mail.letter import AUTOMATIC_MAIL
from .mail_activity import ACTIVITY_TYPE
from .res_partner import DECIDED, DECIDING, DECIDING_VALUE

REQUEST_KINDS = [
    ("invite", "Invite"),
    ("profile", "Change Profile"),
    ("end", "End Access"),
    ("restore", "Give Access Again"),
    ("join", "Join"),
]
STATES = [
    ("open", "To Approve"),
    ("approved", "Approved"),
    ("refused", "Refused"),
    ("void", "Withdrawn"),
]
TEMPLATE = "customer_portal.mail_template_colleague_decided"
# How many requests pages look at, and how many My Company and their own page show.
MOST_FOUND, MOST_SHOWN, REQUESTS_SIZE = 1000, 10, 50


class CustomerPortalColleagueRequest(models.Model):
    """What a customer wants to change about a colleague, until an agent approves it.

    Only the server writes it; agents read and decide. Approved is what holds then: all
    is checked again, in the name of the customer who asked.
    """

    _name = "customer.portal.colleague.request"
    _description = "Customer Portal Change for a Colleague"
    _order = "id DESC"

    organization_id = fields.Many2one(
        "res.partner", required=True, readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", "Contact", readonly=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one(
        "res.users", "Asked By", readonly=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(REQUEST_KINDS, "Change", required=True, readonly=True)
    name = fields.Char(required=True, readonly=True)
    email = fields.Char(readonly=True)
    profile_id = fields.Many2one(
        "customer.portal.profile", readonly=True, ondelete="cascade"
    )
    state = fields.Selection(
        STATES, "Status", required=True, readonly=True, default="open", index=True
    )
    decided_by_id = fields.Many2one("res.users", readonly=True)
    decided_date = fields.Datetime("Decided On", readonly=True)
    activity_id = fields.Many2one(
        "mail.activity", readonly=True, index="btree_not_null", ondelete="set null"
    )

    # === ASK === #

    @api.model
    def _ask(self, kind, record_sudo, **values):
        """Write down what a customer asks for; of a contact the latest holds.

        :param record_sudo: the contact, or the organization that somebody is invited to
        :param values: ``profile_id``, and of an invitation ``name`` and ``email``
        :return: the request, with all rights
        """
        partner_sudo = record_sudo if kind != "invite" else record_sudo.browse()
        asked = {
            "kind": kind,
            "organization_id": record_sudo.commercial_partner_id.id,
            "partner_id": partner_sudo.id,
            "user_id": self.env.uid,
            "name": partner_sudo.name or partner_sudo.email,
            "email": partner_sudo.email,
            **values,
        }
        self._find_same(asked)._void()
        request_sudo = self.sudo().create(asked)
        touchpoints = self.env["customer.portal.touchpoint"]
        own = self.env.user.sudo().partner_id
        touchpoints._log("colleague_asked", {own: request_sudo._get_sentence()})
        return request_sudo

    @api.model
    def _find_same(self, asked):
        domain = Domain("state", "=", "open") & Domain(
            "organization_id", "=", asked["organization_id"]
        )
        if asked["partner_id"]:
            return self.sudo().search(
                domain & Domain("partner_id", "=", asked["partner_id"])
            )
        return self.sudo().search(
            domain
            & Domain("partner_id", "=", False)
            & Domain("email", "=", asked["email"])
        )

    def _void(self):
        """Take back what nobody has decided yet."""
        open_ = self.filtered(lambda request: request.state == "open")
        open_.write({"state": "void", "decided_date": fields.Datetime.now()})
        open_._close_activities()

    def _schedule(self):
        """Ask whoever decides, once for all that was asked for at once."""
        for organization, requests in self.grouped("organization_id").items():
            requests.activity_id = requests._schedule_at(organization)

    def _schedule_at(self, organization):
        agent_sudo = self._find_agent(organization).sudo()
        company = organization._get_portal_company().sudo()
        lang = agent_sudo.lang or company.partner_id.lang or self.env.lang
        organization = organization.with_context(lang=lang, **{AUTOMATIC_MAIL: True})
        kind = self.env.ref(ACTIVITY_TYPE, raise_if_not_found=False)
        requests = self.with_env(organization.env)
        return organization.activity_schedule(
            activity_type_id=kind and kind.id,
            user_id=agent_sudo.id,
            summary=requests.env._("Changes to approve: %(count)s", count=len(self)),
            note=requests._get_note(),
        )

    def _get_note(self):
        return self.env["ir.qweb"]._render(
            "customer_portal.colleague_request_note",
            {
                "asker": self.user_id[:1].name,
                "sentences": [request._get_sentence() for request in self],
            },
        )

    @api.model
    def _find_agent(self, organization):
        """Return who decides: one internal user, or nobody. To be extended."""
        return organization._get_portal_representative()

    def _close_activities(self):
        """Mark the activities as done of which nothing is left to decide."""
        activities = self.sudo().activity_id
        left = self.sudo().search(
            [("activity_id", "in", activities.ids), ("state", "=", "open")]
        )
        done = activities - left.activity_id
        if done:
            done.with_user(self.env.user).sudo().action_feedback()

    # === DECIDE === #

    def action_approve(self):
        """Make the changes, as far as they are still permitted.

        :raise UserError: that says why not, if it is one
        """
        self._check_decider()
        problems = [problem for one in self if (problem := one._try_to_approve())]
        if problems and len(self) == 1:
            raise UserError(problems[0])
        decided = self.filtered(lambda one: one.state == "approved")
        decided._tell()
        return self._notify(len(decided), problems)

    def action_refuse(self):
        """Leave all as it is, and let the customers know.

        :raise UserError: if there is one, and it is decided already
        """
        self._check_decider()
        open_ = self._lock_open()
        problems = [one._get_decided_text() for one in self - open_]
        if problems and len(self) == 1:
            raise UserError(problems[0])
        open_._decide("refused")
        open_._tell()
        return self._notify(len(open_), problems)

    def _check_decider(self):
        """:raise AccessError: for all who may not change these contacts' access"""
        if not self.env.user.has_group(GROUP_AGENT):
            raise AccessError(
                self.env._("Only Customer Portal agents can approve changes.")
            )
        self.check_access("read")
        records = self.organization_id | self.partner_id
        records.check_access("write")

    def _lock_open(self):
        """Return those that wait; nobody else decides about them meanwhile.

        Who comes second waits, then begins anew, as Odoo repeats what meets another
        transaction: they read that it is decided, and never of locks.
        """
        requests_sudo = self.sudo()
        query = SQL(
            "SELECT id FROM %s WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
            SQL.identifier(self._table),
            self.ids,
        )
        self.env.execute_query(query)
        requests_sudo.invalidate_recordset(["state"])
        return requests_sudo.filtered(lambda one: one.state == "open")

    def _try_to_approve(self):
        """Approve one; return why it is not done, if it is not."""
        request_sudo = self._lock_open()
        if not request_sudo:
            return self._get_decided_text()
        try:
            with self.env.cr.savepoint():
                request_sudo._make()
                request_sudo._decide("approved")
        except UserError as error:
            self.env.invalidate_all()
            return self.env._(
                "%(name)s: this can no longer be done. %(reason)s",
                name=self.name,
                reason=error,
            )
        return None

    def _get_decided_text(self):
        return self.env._("%(name)s: this is decided already.", name=self.name)

    def _make(self):
        """Make the change in the name of who asked. To be extended by kind."""
        user = self.user_id
        service = self.env["customer.portal.colleague"].with_user(user)
        context = {
            "allowed_company_ids": user.company_ids.ids,
            DECIDING: DECIDING_VALUE,
        }
        service.with_context(**context)._make_asked(self)

    def _decide(self, state):
        self.write(
            {
                "state": state,
                "decided_by_id": self.env.uid,
                "decided_date": fields.Datetime.now(),
            }
        )
        touchpoints = self.env["customer.portal.touchpoint"]
        labels = dict(self._fields["state"]._description_selection(self.env))
        for request in self:
            # Whoever asked may move: those whom they invited stay where they are.
            partner = request.partner_id or request.organization_id
            partner = partner or request.user_id.partner_id
            text = f"{request._get_sentence()}: {labels[state]}"
            touchpoints._log("colleague_decided", {partner: text})
        self._close_activities()

    def _notify(self, count, problems):
        """Tell the agent what was done."""
        message = self.env._("Changes decided: %(count)s.", count=count)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": "\n".join([message, *problems]),
                "type": "warning" if problems else "success",
                "sticky": bool(problems),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # === IN WORDS === #

    def _get_sentence(self):
        """Say what is asked for, in one line."""
        names = {
            "name": self.name,
            "email": self.email or "",
            "profile": self.profile_id.name or "",
        }
        if self.kind == "invite":
            return self.env._("Invite %(name)s <%(email)s> as “%(profile)s”", **names)
        if self.kind == "profile":
            return self.env._("Give %(name)s the profile “%(profile)s”", **names)
        if self.kind == "end":
            return self.env._("End the access of %(name)s", **names)
        if self.kind == "restore":
            return self.env._("Give %(name)s access again", **names)
        return self.env._("%(name)s <%(email)s> wants to join", **names)

    def _tell(self):
        """Email each customer what was decided about what they asked for."""
        template = self.env.ref(TEMPLATE, raise_if_not_found=False)
        if not template:
            return
        for user, requests in self.sudo().grouped("user_id").items():
            partner = user.partner_id
            if partner.portal_user and not partner._filter_opted_out():
                decided = template.sudo().with_context(**{DECIDED: requests.ids})
                letter = self.env["customer.portal.letter"]
                mails = letter._queue(decided, partner)
                letter._replace_base_url_in_mails(mails, partner)


class CustomerPortalColleague(models.AbstractModel):
    """What waits for approval, as the customers see it."""

    _inherit = "customer.portal.colleague"

    @api.model
    def _get_requests(self, found):
        """Return what waits as plain values.

        :param found: the requests, with all rights
        :return: dicts with ``id``, ``text``, ``kind``, ``name``, ``email``,
            ``profile``, ``organization``, ``partner_id``, ``asked_by`` and ``date``
            (UTC)
        :rtype: list[dict]
        """
        return [
            {
                "id": one.id,
                "text": one._get_sentence(),
                "kind": one.kind,
                "name": one.name,
                "email": one.email or "",
                "profile": one.profile_id.name or "",
                "organization": one.organization_id.name or "",
                "partner_id": one.partner_id.id,
                "asked_by": one.user_id.name or "",
                "date": one.create_date,
            }
            for one in found
        ]

    @api.model
    def _get_request_page(self, page=1):
        """Return a page of all that waits in the organizations in reach.

        :param int page: from 1 on; the last one for one that is too far
        :return: dict with ``requests`` (see ``_get_requests``), ``total``, ``page``,
            ``can_change`` and ``organizations``
        :rtype: dict
        """
        found = self._find_requests()
        pages = max(1, -(-len(found) // REQUESTS_SIZE))
        page = min(max(page, 1), pages)
        start = (page - 1) * REQUESTS_SIZE
        return {
            "requests": self._get_requests(found[start : start + REQUESTS_SIZE]),
            "total": len(found),
            "page": page,
            "can_change": self._may_change(),
            "organizations": self._get_organizations(),
        }

    @api.model
    def _find_requests(self, domain=Domain.TRUE):
        """Return what waits in the organizations in reach, with all rights."""
        ids = self._get_gate()._get_managed_organization_ids()
        waiting = Domain("state", "=", "open") & Domain("organization_id", "in", ids)
        requests = self.env["customer.portal.colleague.request"].sudo()
        return requests.search(waiting & domain, limit=MOST_FOUND)

    @api.model
    def _withdraw(self, request_id):
        """Take back what waits for approval.

        :raise MissingError: the same for unknown, out of reach and decided
        """
        self._begin()
        is_id = self._get_gate()._is_id(request_id)
        domain = Domain("id", "=", request_id if is_id else False)
        request_sudo = self._find_requests(domain & Domain("kind", "!=", "join"))
        if not request_sudo:
            self._refuse_unknown()
        request_sudo._void()
        return {"status": "done", "text": self.env._("Withdrawn.")}

    @api.model
    def _make_asked(self, request_sudo):
        """Make a change that was approved, if the user may still make it."""
        self._begin()
        kind, profile_id = request_sudo.kind, request_sudo.profile_id.id
        if kind == "invite":
            organization = self._find_organization(request_sudo.organization_id.id)
            self._check_given(profile_id, organization)
            self._make_invite(
                organization, request_sudo.name, request_sudo.email, profile_id
            )
            return
        partner_sudo = self._find(request_sudo.partner_id.id)
        values = {} if kind == "end" else {"profile_id": profile_id}
        self._check_change(kind, partner_sudo, **values)
        self._make_change(kind, partner_sudo, **values)
