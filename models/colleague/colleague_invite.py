import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...utils import (
    ADDRESS_LENGTH,
    INVISIBLE,
    clean_line,
    clean_login,
    is_address,
)
from ...utils_people import MOST_PEOPLE, NAME_LENGTH
from .res_partner import GIVING, GIVING_VALUE

# How many people one customer invites within a day.
MOST_PER_DAY = 500
# Addresses of pages, and of people, in what is said to be a name: our emails say it to
# strangers.
NO_NAME = re.compile(r"://|www\.|[@<>\x00-\x1f\x7f]", re.IGNORECASE)


class CustomerPortalColleague(models.AbstractModel):
    """People are invited, one or many at once."""

    _inherit = "customer.portal.colleague"

    @api.model
    def _get_too_many_text(self):
        return self.env._(
            "You can invite up to %(most)s people at once. Please split the list.",
            most=MOST_PEOPLE,
        )

    @api.model
    def _invite(self, rows):
        """Invite people, each of whom is done or refused alone.

        :param list rows: dicts with ``name``, ``email``, ``profile_id`` and
            ``organization_id`` (None for the user's own), from anywhere
        :return: for each row a dict with ``name`` and ``email`` as they were given,
            ``status`` ("done", "asked" or "refused"), ``text`` and ``partner_id``
        :rtype: list[dict]
        """
        self._begin()
        if len(rows) > MOST_PEOPLE:
            raise UserError(self._get_too_many_text())
        requests = self.env["customer.portal.colleague.request"].sudo()
        answers, left = [], self._count_left()
        for row in rows:
            answers.append(self._try_to_invite(row, left))
            left -= answers[-1]["status"] != "refused"
        asked = [answer.pop("request_id", False) for answer in answers]
        requests.browse(filter(None, asked))._schedule()
        return answers

    @api.model
    def _count_left(self):
        """Return how much the user may still give or ask for today.

        :rtype: int
        """
        since = fields.Datetime.now() - timedelta(days=1)
        touchpoints_sudo = self.env["customer.portal.touchpoint"].sudo()
        done = touchpoints_sudo.search_count(
            Domain("user_id", "=", self.env.uid)
            & Domain("kind", "in", ("granted", "colleague_asked"))
            & Domain("date", ">", since),
            limit=MOST_PER_DAY,
        )
        return MOST_PER_DAY - done

    @api.model
    def _check_is_left(self, left):
        """:raise UserError: if the user has given or asked for too much within a day"""
        if left <= 0:
            raise UserError(
                self.env._("This is too much for one day. Please go on tomorrow.")
            )

    @api.model
    def _try_to_invite(self, row, left):
        answer = {
            "name": str(row.get("name") or "")[:NAME_LENGTH],
            "email": str(row.get("email") or "")[:ADDRESS_LENGTH],
            "partner_id": False,
        }
        try:
            with self.env.cr.savepoint():
                self._check_is_left(left)
                return {**answer, **self._invite_one(row)}
        except (UserError, ValidationError) as error:
            self.env.invalidate_all()
            return {**answer, "status": "refused", "text": str(error)}

    @api.model
    def _invite_one(self, row):
        """Invite one, or ask for it; what is refused leaves nothing behind.

        Whoever is known already stays where they are, whatever organization is named:
        what holds there decides.
        """
        values = self._read_invitation(row)
        organization = self._find_organization(row.get("organization_id"))
        self._check_given(values["profile_id"], organization)
        partner_sudo = self._find_by_email(values["email"], organization)
        if partner_sudo:
            self._check_change("restore", partner_sudo, profile_id=values["profile_id"])
            organization = partner_sudo.commercial_partner_id
        if self._needs_approval(organization):
            requests = self.env["customer.portal.colleague.request"]
            request = requests._ask("invite", organization, **values)
            return {
                "status": "asked",
                "request_id": request.id,
                "text": self._get_asked_text(),
            }
        partner_sudo = self._make_invite(organization, **values)
        return {
            "status": "done",
            "partner_id": partner_sudo.id,
            "text": self.env._("Invited."),
        }

    @api.model
    def _read_invitation(self, row):
        """Return the values of an invitation once they are clean.

        :raise UserError: that says what is wrong
        """
        name, given = (row.get(key) or "" for key in ("name", "email"))
        if not isinstance(name, str) or not isinstance(given, str):
            raise UserError(self.env._("Please enter a valid email address."))
        name, email = " ".join(name.split()), clean_login(given[: ADDRESS_LENGTH + 1])
        if not given.strip().isprintable() or not is_address(email):
            raise UserError(self.env._("Please enter a valid email address."))
        if len(name) > NAME_LENGTH or NO_NAME.search(name):
            raise UserError(self.env._("Please enter a valid name."))
        name = clean_line(name) if INVISIBLE.sub("", name) else email.partition("@")[0]
        return {"name": name, "email": email, "profile_id": row.get("profile_id")}

    @api.model
    def _find_by_email(self, email, organization_sudo):
        """Return the contact in reach who has an address: of the organization first."""
        domain = Domain("email_normalized", "=", email)
        found = (
            self.env["res.partner"]
            .sudo()
            .search(domain & self._get_gate().colleague_domain(), order="id")
        )
        return found.sorted(
            lambda one: (
                not one.portal_user,
                one.commercial_partner_id != organization_sudo,
                one.id,
            )
        )[:1]

    @api.model
    def _make_invite(self, organization_sudo, name, email, profile_id):
        """Give access to the contact who has an address, else to a new one.

        :return: the contact, with all rights
        """
        partner_sudo = self._find_by_email(email, organization_sudo)
        if partner_sudo:
            self._check_change("restore", partner_sudo, profile_id=profile_id)
            self._give(partner_sudo, profile_id)
        else:
            partner_sudo = self._create_colleague(
                organization_sudo, name, email, profile_id
            )
        self._note(partner_sudo, self.env._("Invited to the customer portal."))
        return partner_sudo

    @api.model
    def _create_colleague(self, organization_sudo, name, email, profile_id):
        own = self._get_own_sudo()
        new = organization_sudo.new({"company_id": organization_sudo.company_id.id})
        values = {
            "name": name,
            "email": email,
            "parent_id": organization_sudo.id,
            "type": "contact",
            "company_id": organization_sudo.company_id.id,
            "lang": organization_sudo.lang or own.lang,
            "portal_user": True,
            "portal_profile_id": profile_id,
            **self._get_period(new),
        }
        giving = {GIVING: GIVING_VALUE}
        return self.env["res.partner"].sudo().with_context(**giving).create(values)
