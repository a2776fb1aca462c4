from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.http import request
from odoo.tools import format_date

from ...const import PARAM_SUPPORT_MONTHS, PREFETCH
from .ir_http import SESSION_LANG

PORTAL_STATES = [
    ("none", "No Access"),
    ("scheduled", "Scheduled"),
    ("active", "Active"),
    ("grace", "Grace"),
    ("expired", "Expired"),
]
# In these the door is open; in grace, for reading alone.
OPEN_STATES = ("active", "grace")

# What pages of the portal read of their visitor: at each request, so no more of them.
DOOR_FIELDS = (
    "commercial_partner_id",
    "company_id",
    "lang",
    "name",
    "parent_id",
    "partner_share",
    "portal_profile_id",
    "portal_user",
    "support_end_date",
    "support_start_date",
    "tz",
    "user_id",
)


# Context key: contacts are made to become portal users. As a default it does not go on
# to the forms that open from theirs, such as that of their company.
NEW_USER = "default_customer_portal_new_user"


class ResPartner(models.Model):
    """The support period of a contact: what is proposed, and whether it is open today.

    The form proposes what is written where an agent leaves it open.
    """

    _inherit = "res.partner"

    portal_user = fields.Boolean(
        copy=False,
        groups="base.group_user",
        help="The contact can log in to the customer portal. Turning this on sends "
        "the login details to their email address; turning it off ends their "
        "access immediately.",
    )
    support_start_date = fields.Date(
        copy=False,
        groups="base.group_user",
        help="First day on which the contact can log in. Leave empty for no limit.",
    )
    support_end_date = fields.Date(
        copy=False,
        groups="base.group_user",
        help="Last day on which the contact can log in. Leave empty for no limit.",
    )
    portal_state = fields.Selection(
        PORTAL_STATES,
        "Portal Access",
        compute="_compute_portal_state",
        search="_search_portal_state",
        groups="base.group_user",
        help="No Access: not a portal user. Scheduled: the support period has not "
        "started. Active: the contact can log in. Grace: the support period has "
        "ended, but for the days of the profile the contact can still log in and "
        "read. Expired: the support period has ended.",
    )
    portal_grace_end = fields.Date(
        "Grace Until",
        compute="_compute_portal_grace_end",
        groups="base.group_user",
        help="The last day on which the contact can read in the portal.",
    )
    support_end_handled = fields.Date(
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="The Support End Date after which sessions and keys were last removed.",
        prefetch=PREFETCH,
    )
    portal_notices_stopped = fields.Boolean(
        "Unsubscribed from Notices",
        copy=False,
        groups="base.group_user",
        help="The contact has unsubscribed from support end notices. They still "
        "receive all other emails.",
        prefetch=PREFETCH,
    )
    portal_is_granted = fields.Boolean(
        compute="_compute_portal_is_granted",
        groups="base.group_user",
        help="Whether the access has been saved and its status can be shown.",
    )
    _support_period_order = models.Constraint(
        "CHECK (support_start_date <= support_end_date)",
        "The Support End Date cannot be before the Support Start Date.",
    )
    _portal_user_idx = models.Index("(support_end_date) WHERE portal_user IS TRUE")

    @api.depends(
        "portal_user",
        "support_start_date",
        "support_end_date",
        "company_id",
        "portal_profile_id",
    )
    def _compute_portal_state(self):
        """Decide whether the support period is open; the door asks nobody else.

        Both days count as inside, an empty date is no limit, and the
        day is that of the contact's company.
        """
        ticked = self.filtered("portal_user")
        (self - ticked).portal_state = "none"
        for partner in ticked:
            today = partner.company_id._get_portal_today()
            if partner.support_end_date and partner.support_end_date < today:
                is_grace = today <= partner._get_portal_grace_end()
                partner.portal_state = "grace" if is_grace else "expired"
            elif partner.support_start_date and partner.support_start_date > today:
                partner.portal_state = "scheduled"
            else:
                partner.portal_state = "active"

    @api.depends("support_end_date", "portal_profile_id")
    def _compute_portal_grace_end(self):
        for partner in self:
            ends = bool(partner.support_end_date)
            partner.portal_grace_end = ends and partner._get_portal_grace_end()

    def _compute_portal_is_granted(self):
        """Read what is saved, not what somebody fills in: it depends on nothing."""
        for partner in self:
            partner.portal_is_granted = partner._origin.portal_user

    def _search_portal_state(self, operator, value):
        self._check_portal_search("portal_state")
        if operator != "in":
            return NotImplemented
        domain_by_state = {
            "none": lambda today: Domain("portal_user", "=", False),
            "expired": self._get_expired_domain,
            "grace": self._get_grace_domain,
            "scheduled": lambda today: (
                Domain("portal_user", "=", True)
                & Domain("support_start_date", ">", today)
            ),
            "active": lambda today: (
                Domain("portal_user", "=", True)
                & self._get_no_later_domain("support_start_date", today)
                & ~self._get_ended_domain(today)
            ),
        }
        made = [domain_by_state[state] for state in value if state in domain_by_state]
        return self.env["res.company"]._get_portal_day_domain(
            lambda today: Domain.OR(make(today) for make in made)
        )

    @api.model
    def _get_ended_domain(self, today):
        return Domain("portal_user", "=", True) & Domain("support_end_date", "<", today)

    @api.model
    def _get_expired_domain(self, today):
        """Return whose period is over, and whose days of grace are, too."""
        return self._get_ended_domain(today) & ~self._get_late_domain(today)

    @api.model
    def _get_grace_domain(self, today):
        return self._get_ended_domain(today) & self._get_late_domain(today)

    @api.model
    def _get_late_domain(self, today):
        """Return whose period ended no longer ago than their profile's days of grace.

        Profiles with as many days together; most have none, and cost nothing.
        """
        profiles = self.env["customer.portal.profile"]
        return Domain.OR(
            Domain("portal_profile_id", "in", profile_ids)
            & Domain("support_end_date", ">=", today - timedelta(days=days))
            for days, profile_ids in profiles._get_profile_ids_by_grace().items()
        )

    @api.model
    def _get_no_later_domain(self, fname, day):
        return Domain(fname, "=", False) | Domain(fname, "<=", day)

    def _get_portal_grace_end(self):
        """Return the last day on which the contact can read; for periods that end.

        :rtype: datetime.date
        """
        self.ensure_one()
        profiles = self.env["customer.portal.profile"]
        end = self.sudo().support_end_date
        days = profiles._get_grace(self.sudo().portal_profile_id.id)
        return min(end, date.max - timedelta(days=days)) + timedelta(days=days)

    def _is_in_portal_grace(self):
        """Say whether the contact may still read, but write no more.

        :rtype: bool
        """
        self.ensure_one()
        return self.sudo().portal_state == "grace"

    def _get_portal_refusal(self):
        """Say why this contact may not come in today.

        For a module to keep out more customers, it must override this method and
        return its own reason. The text is shown to whoever proved to be the contact.
        What it reads for that belongs into ``_get_door_fields``.

        :return: the reason in the language that was chosen before the login, else in
            the contact's; None if the door is open
        :rtype: str | None
        """
        self.ensure_one()
        self.fetch(self._get_door_fields())
        if self.portal_state in OPEN_STATES:  # Asked at each request: see nothing else.
            return None
        chosen = request and request.session.get(SESSION_LANG)
        partner = self.with_context(lang=chosen or self.lang or self.env.lang)
        match partner.portal_state:
            case "expired":
                return partner.env._(
                    "Access to the portal was disabled on %(date)s",
                    date=format_date(partner.env, partner.support_end_date),
                )
            case "scheduled":
                return partner.env._(
                    "Your access to the portal starts on %(date)s",
                    date=format_date(partner.env, partner.support_start_date),
                )
        return partner.env._("Portal access has not been enabled for this account.")

    def _filter_portal_known(self):
        """Leave out who has no access, and had none: the profile stays with it."""
        partners = super()._filter_portal_known()
        return partners.filtered(
            lambda one: one.sudo().portal_user or one.sudo().portal_profile_id
        )

    @api.model
    def _get_door_fields(self):
        """Return the fields to read at each request, all at once. To be extended.

        :rtype: tuple[str]
        """
        return DOOR_FIELDS

    # === WHAT IS PROPOSED === #

    @api.onchange("portal_user")
    def _onchange_portal_user(self):
        """Propose a period and a profile as soon as the box is ticked."""
        for partner in self.filtered("portal_user"):
            partner.update(partner._propose_portal_access(()))

    @api.onchange("support_end_date")
    def _onchange_support_end_date(self):
        """Take back a start that was only proposed, if the end is in the past.

        Else the period could not be saved. A start that is saved, or another one, is
        the agent's.
        """
        for partner in self.filtered("support_end_date"):
            today = partner.company_id._get_portal_today()
            start, saved = partner.support_start_date, partner._origin
            is_proposed = start == today and saved.support_start_date != today
            if is_proposed and partner.support_end_date < today:
                partner.support_start_date = False

    def onchange(self, values, field_names, fields_spec):
        """Tick what is made new from Portal Users; whoever makes it sees it.

        A default in the context would go on to all that is made with it, such as the
        addresses of the contact, and lines of an import.
        """
        partners = self
        if not field_names and not self and self.env.context.get(NEW_USER):
            partners = self.with_context(default_portal_user=True)
        return super(ResPartner, partners).onchange(values, field_names, fields_spec)

    def _propose_portal_access(self, given):
        """Propose period and profile where the agent leaves them open.

        A period that is still running is kept, so that unticking and ticking again by
        mistake changes nothing.

        :param given: names of the fields that the agent has filled in, or emptied
        :return: values to write; today and today + the months of Settings (0 = none)
        :rtype: dict
        """
        self.ensure_one()
        today = self.company_id._get_portal_today()
        start, end = self.support_start_date, self.support_end_date
        over = bool(end and end < today)
        vals = {}
        if not self.portal_profile_id and "portal_profile_id" not in given:
            profile = self.env["customer.portal.profile"]._get_default()
            vals["portal_profile_id"] = profile.id
        if "support_end_date" in given:
            if not (over or start or "support_start_date" in given):
                vals["support_start_date"] = today
        elif over or not end and (not start or "support_start_date" in given):
            if "support_start_date" not in given:
                vals["support_start_date"] = start = today
            vals["support_end_date"] = self._get_proposed_end(
                max(start or today, today)
            )
        return vals

    @api.model
    def _get_proposed_end(self, start):
        """Return the end of a period that begins on a day; False for one without end.

        :param datetime.date start: which an agent may have put into a far future
        """
        params = self.env["ir.config_parameter"]
        months = params._get_portal_number(PARAM_SUPPORT_MONTHS)
        try:
            return months > 0 and start + relativedelta(months=months)
        except ValueError:  # there is no year after 9999
            return False
