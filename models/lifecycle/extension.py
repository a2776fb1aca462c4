from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...const import GROUP_AGENT, PARAM_SUPPORT_MONTHS
from .mail import ANSWER, REQUEST

OPEN, GRANTED, REFUSED, VOID = "open", "granted", "refused", "void"
EXTENSION_STATES = [
    (OPEN, "Open"),
    (GRANTED, "Granted"),
    (REFUSED, "Refused"),
    (VOID, "No Longer Needed"),
]
# By how many months support is extended where Settings name none.
MONTHS = 12
# The longest message to a customer, in characters.
MESSAGE_LENGTH = 1000
PATH = "portal-extensions"


class CustomerPortalExtension(models.Model):
    """A customer's request for more support, and what was decided.

    Only the server writes it. It follows the period: wherever the Support End Date is
    moved to a later day, the request is granted.
    """

    _name = "customer.portal.extension"
    _description = "Extension Request"
    _order = "date DESC, id DESC"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", "Contact", required=True, index=True, ondelete="cascade"
    )
    organization_id = fields.Many2one(
        "res.partner",
        "Organization",
        related="partner_id.commercial_partner_id",
        store=True,
        index="btree_not_null",
    )
    user_id = fields.Many2one(
        "res.users",
        "Assigned To",
        ondelete="set null",
        help="Who gets the activity and the email: the account representative, or an "
        "agent if there is none.",
    )
    date = fields.Datetime(
        "Requested On", required=True, default=fields.Datetime.now, index=True
    )
    end_date = fields.Date(
        "End Date Then", help="The Support End Date when the extension was requested."
    )
    support_end_date = fields.Date(related="partner_id.support_end_date")
    portal_state = fields.Selection(related="partner_id.portal_state")
    state = fields.Selection(
        EXTENSION_STATES, string="Status", required=True, default=OPEN, index=True
    )
    new_end_date = fields.Date(
        help="The Support End Date that was granted. Empty if there is none."
    )
    message = fields.Char(
        size=MESSAGE_LENGTH, help="What the customer reads with the answer."
    )
    decided_by_id = fields.Many2one("res.users", ondelete="set null")
    decided_on = fields.Datetime()

    # === VIEWS === #

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Let the button say by how many months it extends."""
        arch, view = super()._get_view(view_id, view_type, **options)
        for button in arch.xpath("//button[@name='action_extend']"):
            button.set("string", self._get_extend_label())
        return arch, view

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, self._get_months())

    @api.model
    def _get_extend_label(self):
        months = self._get_months()
        if months == 1:
            return self.env._("Extend by 1 Month")
        return self.env._("Extend by %(months)s Months", months=months)

    @api.model
    def _get_months(self):
        """Return by how many months support is extended, those of Settings if set."""
        params = self.env["ir.config_parameter"]
        return params._get_portal_number(PARAM_SUPPORT_MONTHS) or MONTHS

    # === ACTIONS === #

    def action_extend(self):
        """Grant these requests, each by the months of Settings from its own end."""
        requests = self._take_open()
        requests._grant({one: one._get_extended_end() for one in requests})
        return self._tell_decided(requests)

    def action_choose(self):
        """Ask for the date until which to extend."""
        return self._open_answer(GRANTED)

    def action_refuse(self):
        """Ask what to say to those who are refused."""
        return self._open_answer(REFUSED)

    def _open_answer(self, decision):
        self._check_may_decide()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_portal.customer_portal_extension_answer_action"
        )
        action["context"] = {
            "default_extension_ids": self.filtered(lambda one: one.state == OPEN).ids,
            "default_decision": decision,
        }
        return action

    def _tell_decided(self, requests):
        """Say how many were decided, where it is not to be seen."""
        if len(self) == 1:
            return False
        message = self.env._("Requests decided: %(number)s.", number=len(requests))
        if skipped := len(self - requests):
            message += " " + self.env._(
                "Already decided before: %(number)s.", number=skipped
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": "success",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # === WHO MAY DECIDE === #

    def _check_may_decide(self):
        """Refuse who gives no access, or may not change these contacts.

        :raise AccessError: nothing is decided then
        """
        if not self.env.user.has_group(GROUP_AGENT):
            raise AccessError(
                self.env._(
                    "Only Customer Portal agents can decide about extension requests."
                )
            )
        self.check_access("read")
        self.partner_id.check_access("write")

    def _take_open(self):
        """Return the requests that are still open, and let nobody else decide them.

        :raise UserError: if none is open, or access has ended meanwhile
        """
        self._check_may_decide()
        locked = self.sudo().try_lock_for_update().sudo(self.env.su)
        requests = locked.filtered(lambda one: one.state == OPEN)
        if not requests:
            raise UserError(self.env._("This request has already been decided."))
        if closed := requests.partner_id.filtered(lambda one: not one.portal_user):
            raise UserError(
                self.env._(
                    "%(names)s: no longer a portal user. Turn on Portal User on the "
                    "contact first.",
                    names=", ".join(closed.mapped("display_name")),
                )
            )
        return requests

    # === WHAT THE EMAILS SAY === #

    def _mail_get_companies(self, default=False):
        """Let the company speak that speaks to the contact."""
        return {one.id: one.partner_id._get_portal_company() for one in self}

    def _has_ended(self):
        """Say whether the support of whoever asks is over already."""
        partner_sudo = self.partner_id.sudo()
        end = partner_sudo.support_end_date
        return bool(end) and end < partner_sudo.company_id._get_portal_today()

    def _get_decision_url(self):
        """Return where the request is decided, by buttons only a person can press."""
        self.ensure_one()
        return f"{self.get_base_url()}/odoo/{PATH}/{self.id}"

    def _is_for_agent(self):
        """Say whether those who get the email can decide."""
        user_sudo = self.sudo().user_id
        return bool(user_sudo) and user_sudo.has_group(GROUP_AGENT)

    def _send_requests(self):
        """Email those who decide; their replies go to the customer."""
        reader_by_request = {
            one: one.user_id.partner_id for one in self.sudo() if one.user_id
        }
        letter = self.env["customer.portal.letter"]
        mails = letter._send_followed(REQUEST, "extension_asked", reader_by_request)
        for mail in mails:
            asking = self.browse(mail.res_id).sudo().partner_id
            if asking.email:
                mail.reply_to = asking.email_formatted

    def _send_answers(self, decision):
        self.env["customer.portal.letter"]._send_followed(
            ANSWER,
            f"extension_{decision}",
            {one: one.partner_id for one in self.sudo()},
        )

    # === DATES === #

    def _get_extended_end(self):
        """Return the end after an extension by the months of Settings.

        From the end that there is, or from today if it is over: the time in between is
        not counted against the customer.

        :raise UserError: if there is no such day
        """
        self.ensure_one()
        partner = self.partner_id
        today = partner.company_id._get_portal_today()
        start = max(partner.support_end_date or today, today)
        try:
            return start + relativedelta(months=self._get_months())
        except ValueError as error:  # There is no year after 9999.
            raise UserError(
                self.env._("There is no such date. Choose a date instead.")
            ) from error

    @api.model
    def _get_open_domain(self, partners):
        return Domain("partner_id", "in", partners.ids) & Domain("state", "=", OPEN)
