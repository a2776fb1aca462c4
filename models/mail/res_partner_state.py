from functools import partial

from odoo import api, fields, models
from odoo.fields import Domain

from ...const import GROUP_AGENT
from .mail import MAIL_STATES

# Mails with the login details, and notices of the end of support that have left.
LOGIN = Domain("kind", "=", "login")
SENT_NOTICE = Domain("kind", "=", "notice") & Domain("state", "=", "sent")


def login_field(make, label, fname, groups="base.group_user", **options):
    """Return a field with what is written of the mail with the login details.

    :param make: the class of the field
    :param str fname: field of ``customer.portal.mail``
    """
    return make(
        label,
        compute="_compute_portal_credentials",
        search=lambda self, *given: self._search_credentials(fname, *given),
        compute_sudo=True,
        groups=groups,
        **options,
    )


class ResPartner(models.Model):
    """What became of the mails to a contact, read from where it is written."""

    _inherit = "res.partner"

    portal_mail_ids = fields.One2many(
        "customer.portal.mail",
        "partner_id",
        "Portal Emails",
        readonly=True,
        groups=GROUP_AGENT,
    )
    portal_credentials_state = login_field(
        partial(fields.Selection, MAIL_STATES),
        "Login Details",
        "state",
        help="Delivery status of the email with the login details.",
    )
    portal_credentials_date = login_field(
        fields.Datetime, "Login Details Since", "date"
    )
    portal_credentials_detail = login_field(fields.Char, "Login Details Note", "detail")
    portal_credentials_mail_id = login_field(
        fields.Integer,
        "Login Details Email",
        "mail_id",
        groups="base.group_system",
        aggregator=None,
        help="ID of the email with the login details.",
    )
    portal_link_expired = fields.Boolean(
        "Link Expired",
        compute="_compute_portal_link_expired",
        search="_search_portal_link_expired",
        compute_sudo=True,
        groups="base.group_user",
        help="The link in the login details expired before it was used.",
    )
    support_end_announced = fields.Date(
        compute="_compute_support_end_announced",
        search="_search_support_end_announced",
        compute_sudo=True,
        groups="base.group_system",
        help="The Support End Date in the last notice sent to the contact.",
    )

    @api.depends(
        "portal_user",
        "portal_profile_id",
        "portal_mail_ids.state",
        "portal_mail_ids.date",
        "portal_mail_ids.detail",
        "portal_mail_ids.mail_id",
    )
    def _compute_portal_credentials(self):
        rows_sudo = self._get_portal_login_rows()
        row_by_partner = {row.partner_id.id: row for row in rows_sudo}
        for partner in self:
            row = row_by_partner.get(partner._origin.id, rows_sudo.browse())
            partner.portal_credentials_state = row.state
            partner.portal_credentials_date = row.date
            partner.portal_credentials_detail = row.detail
            partner.portal_credentials_mail_id = row.mail_id

    def _get_portal_login_rows(self):
        """Return the rows of login details of those who can have any."""
        mails = self.env["customer.portal.mail"]
        known = self._filter_portal_known()
        return mails._get_login_rows(known) if known else mails.sudo().browse()

    @api.depends(
        "portal_user",
        "portal_profile_id",
        "portal_mail_ids.state",
        "portal_mail_ids.valid_until",
        "signup_type",
    )
    def _compute_portal_link_expired(self):
        rows_sudo = self._get_portal_login_rows()
        now = fields.Datetime.now()
        over = rows_sudo.filtered(lambda row: row.valid_until and row.valid_until < now)
        expired = over.filtered(lambda row: row.state == "sent").partner_id
        for partner in self:
            is_over = partner._origin in expired
            partner.portal_link_expired = is_over and partner.signup_type == "signup"

    def _search_credentials(self, fname, operator, value):
        self._check_portal_search(f"portal_credentials_{fname}")
        return self._search_row(LOGIN, fname, operator, value)

    def _search_portal_link_expired(self, operator, value):
        self._check_portal_search("portal_link_expired")
        if operator != "in":
            return NotImplemented
        over = self._search_row(LOGIN, "valid_until", "<", fields.Datetime.now())
        sent = self._search_row(LOGIN, "state", "in", ["sent"])
        unused = self.sudo()._search(over & sent & Domain("signup_type", "=", "signup"))
        return Domain("id", "in", unused)

    def _search_row(self, kind, fname, operator, value):
        """Search contacts by what is written of mails of a kind; False is none.

        :param odoo.fields.Domain kind: of ``customer.portal.mail``
        :param str fname: field there
        """
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        rows_sudo = self.env["customer.portal.mail"].sudo()
        found = rows_sudo._search(kind & Domain(fname, operator, value))
        domain = Domain("id", "in", found.subselect("partner_id"))
        if operator == "in" and False in value:
            every = rows_sudo._search(kind).subselect("partner_id")
            domain |= Domain("id", "not in", every)
        return domain

    @api.depends("portal_mail_ids.state", "portal_mail_ids.end_date")
    def _compute_support_end_announced(self):
        rows_sudo = self.env["customer.portal.mail"]._get_announced(self)
        told = {row.partner_id.id: row.end_date for row in rows_sudo.sorted("id")}
        for partner in self:
            partner.support_end_announced = told.get(partner._origin.id)

    def _search_support_end_announced(self, operator, value):
        self._check_portal_search("support_end_announced")
        return self._search_row(SENT_NOTICE, "end_date", operator, value)
