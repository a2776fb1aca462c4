from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ...const import GROUP_AGENT
from ...utils import BREAKS, clean_email, read_signed
from ..gate.res_partner import MEMBERSHIP_FIELDS
from .res_partner_period import OPEN_STATES
from .res_partner_sync import TRIGGER_FIELDS

# What decides which rules of Odoo hold for the users of a contact.
RULE_FIELDS = MEMBERSHIP_FIELDS | {"portal_profile_id"}
# Context key: somebody logs in just now.
LOGGING_IN = "customer_portal_logging_in"
# Context key by which names of contacts show more -> what they show.
SHOWN_IN_NAME = {
    "show_address": "contact_address",
    "show_email": "email",
    "show_vat": "vat",
}


class ResPartner(models.Model):
    _inherit = "res.partner"

    portal_profile_id = fields.Many2one(
        "customer.portal.profile",
        "Profile",
        ondelete="restrict",
        copy=False,
        index="btree_not_null",
        groups="base.group_user",
        help="Determines what the contact can see and do in the customer portal.",
    )
    portal_last_login = fields.Datetime(
        "Last Portal Login",
        compute="_compute_portal_last_login",
        search="_search_portal_last_login",
        groups="base.group_user",
    )
    portal_touchpoint_ids = fields.One2many(
        "customer.portal.touchpoint",
        "partner_id",
        "Customer Touchpoints",
        readonly=True,
        groups=GROUP_AGENT,
    )
    portal_mail_obstacle = fields.Char(
        string="Email Obstacle",
        compute="_compute_portal_mail_obstacle",
        groups="base.group_user",
    )
    portal_touchpoint_count = fields.Integer(
        "Touchpoints",
        compute="_compute_portal_touchpoint_count",
        groups=GROUP_AGENT,
    )
    # === COMPUTE METHODS === #

    def _compute_portal_last_login(self):
        logs_sudo = self.env["res.users.log"].sudo().with_context(active_test=False)
        dates = logs_sudo._read_group(
            [
                ("create_uid.partner_id", "in", self._origin.ids),
                ("create_uid.share", "=", True),
            ],
            ["create_uid"],
            ["create_date:max"],
            order="create_date:max",
        )
        date_by_partner = {user.partner_id.id: date for user, date in dates}
        for partner in self:
            partner.portal_last_login = date_by_partner.get(partner._origin.id)

    def _search_portal_last_login(self, operator, value):
        self._check_portal_search("portal_last_login")
        users_sudo = self.env["res.users"].sudo()
        if operator == "not in":
            return NotImplemented
        external = Domain("share", "=", True)
        if operator == "in" and False in value:
            return Domain.custom(
                to_sql=self._get_never_logged_in_sql,
                predicate=lambda partner: not partner.portal_last_login,
            )
        logged = Domain("log_ids.create_date", operator, value)
        return Domain("user_ids", "in", users_sudo._search(external & logged))

    @api.model
    def _get_never_logged_in_sql(self, _partners, alias, _query):
        """Look each contact up by itself: the answer for all is as long as the table.

        Odoo's ``not in`` had PostgreSQL read a million contacts by their names: 0.9 s
        of the processor, and 0.3 s now.
        """
        users = self.env["res.users"]._fields
        return SQL(
            """
            (SELECT 1 FROM res_users u JOIN res_users_log log ON log.create_uid = u.id
              WHERE %s = %s AND %s LIMIT 1) IS NULL
            """,
            SQL.identifier("u", "partner_id", to_flush=users["partner_id"]),
            SQL.identifier(alias, "id"),
            SQL.identifier("u", "share", to_flush=users["share"]),
        )

    @api.depends("email", "portal_user")
    def _compute_portal_mail_obstacle(self):
        opt_out = self.env["customer.portal.opt.out"]
        opted_out = opt_out._filter(self.filtered("portal_user"))
        for partner in self:
            partner.portal_mail_obstacle = (
                partner in opted_out and opt_out._get_reason()
            )

    def _compute_portal_touchpoint_count(self):
        counts = dict(
            self.env["customer.portal.touchpoint"]._read_group(
                [("partner_id", "in", self.ids)], ["partner_id"], ["__count"]
            )
        )
        for partner in self:
            partner.portal_touchpoint_count = counts.get(partner._origin, 0)

    def _compute_display_name(self):
        """Let customers read names that are made of hidden fields, such as the company.

        But add nothing hidden to the name, whatever the context asks for.
        """
        if not self._get_portal_hidden_fields():
            return super()._compute_display_name()
        hidden = {
            key: False
            for key, fname in SHOWN_IN_NAME.items()
            if self._is_portal_hidden(fname)
        }
        partners_sudo = self.sudo().with_context(**hidden)
        super(ResPartner, partners_sudo)._compute_display_name()
        for partner, partner_sudo in zip(self, partners_sudo, strict=True):
            partner.display_name = partner_sudo.display_name
        return None

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Check the tick itself too: a user's own default value can set it.

        A contact that is made for a portal user takes over their access as it is.
        """
        partners = super().create(vals_list)
        if partners.sudo().filtered("portal_user"):
            partners._follow_created(vals_list)
        return partners

    def _follow_created(self, vals_list):
        """Give access to those of these new contacts that are ticked.

        :param vals_list: what they were made of
        """
        adopted = self._filter_adopted()
        ticked = self.sudo().filtered("portal_user") - adopted
        if ticked:
            self._check_field_access(self._fields["portal_user"], "write")
        for partner, vals in zip(self.sudo(), vals_list, strict=True):
            (partner & ticked)._write_proposals(vals)
        self.env["customer.portal.limit"]._check(ticked)
        (self - adopted)._follow_portal_changes({})

    def write(self, vals):
        """Let the portal users follow what is written on their contacts.

        What that is is known once it is clean.
        """
        vals = self._clean_portal_texts(vals)
        if "active" in vals and not vals["active"]:
            self._give_up_portal_access()
        if "tz" in vals:
            self.env["res.company"]._forget_portal_tz(self)
        if RULE_FIELDS & vals.keys():
            self.check_access("write")  # Who may not change it, clears no cache.
            self._forget_portal_rules()
        followed = self._filter_followed(vals)
        if not followed:
            return super().write(vals)
        before = {partner.id: partner._get_portal_access() for partner in followed}
        result = super().write(vals)
        if vals.get("portal_user"):
            new = self.filtered(lambda partner: not before[partner.id].portal_user)
            new._write_proposals(vals)
            self.env["customer.portal.limit"]._check(new)
        followed._follow_portal_changes(before)
        return result

    def _filter_followed(self, vals):
        """Return the contacts whose access may change with what is written.

        Of those who have none, only with the tick: most contacts are nobody's customer.
        """
        if TRIGGER_FIELDS.isdisjoint(vals) or self._is_settled():
            return self.browse()
        if vals.get("portal_user"):
            return self
        return self.sudo().filtered("portal_user").with_env(self.env)

    def _forget_portal_rules(self):
        """Let the rules of portal users follow them to another organization.

        Core keeps the rules with the organization in them.
        """
        domain = [("share", "=", True), ("partner_id", "child_of", self.ids)]
        users_sudo = self.env["res.users"].sudo().with_context(active_test=False)
        if users_sudo.search_count(domain, limit=1):
            self.env["customer.portal.cache.mixin"]._clear_gate_cache()

    def unlink(self):
        """Delete the archived users too: they cannot be without their contact.

        Messages keep the author's name and address (``email_from``).
        """
        self.check_access("unlink")
        self._give_up_portal_access()
        self._get_portal_users_sudo().filtered(lambda user: not user.active).unlink()
        return super().unlink()

    @api.model
    def _get_portal_lines(self):
        """Keep also to one line what Odoo makes names of companies and contacts of."""
        return (*super()._get_portal_lines(), "company_name", "function")

    @api.model
    def _clean_portal_texts(self, vals):
        """Compare addresses by what of them is seen."""
        vals = super()._clean_portal_texts(vals)
        if "email" in vals:
            self._check_portal_email(vals["email"])
            email = vals["email"]  # Nothing but blanks is for core to judge.
            vals = {**vals, "email": clean_email(email) or email}
        return vals

    @api.model
    def _check_portal_email(self, email):
        """Refuse a customer's address of several lines: it would go into mails so.

        Those inside may bring along lists of addresses from spreadsheets.
        """
        is_lines = isinstance(email, str) and BREAKS.search(email.strip())
        if is_lines and self.env.user.share:
            raise ValidationError(
                self.env._("Invalid Email! Please enter a valid email address.")
            )

    # === ACTION METHODS === #

    def action_send_portal_credentials(self):
        """Send the login details again, by hand."""
        self.check_access("write")
        if not self.env.user.has_group(GROUP_AGENT):
            raise AccessError(
                self.env._("Only Customer Portal agents can send login details.")
            )
        closed = self.filtered(lambda p: p.portal_state in ("none", "expired"))
        (self - closed or self)._send_portal_credentials_again()
        return len(self) > 1 and self._tell_sent_again(closed)

    def _tell_sent_again(self, closed):
        """Tell whoever sends to many who of them gets nothing."""
        message = self.env._(
            "Login details being sent: %(number)s.",
            number=len(self - closed),
        )
        if closed:
            message += " " + self.env._(
                "Not sent to contacts without active portal access: %(names)s.",
                names=", ".join(closed.mapped("display_name")),
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": "warning" if closed else "success",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_view_portal_touchpoints(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_portal.customer_portal_touchpoint_action"
        )
        action["domain"] = [("partner_id", "=", self.id)]
        return action

    # === BUSINESS METHODS: THE DOOR === #

    @api.model
    def _get_partner_from_token(self, token):
        """Void sign-up and reset links of contacts who may not come in.

        A scheduled contact may choose a password beforehand, but the password cannot
        be asked for again before the period begins.
        """
        partner = super()._get_partner_from_token(token)
        if not partner or not partner.sudo().portal_user:
            return partner
        reset = partner.sudo().signup_type == "reset"
        states = OPEN_STATES if reset else (*OPEN_STATES, "scheduled")
        return partner if partner.sudo().portal_state in states else None

    @api.model
    def _get_link_refusal(self, token):
        """Say why a link to choose a password does not work.

        Only the holder of a link that was ours learns about it, all others the same.

        :param str token: of the link, from anywhere
        :return: ``expired``, ``used`` or ``void``; None if the link works
        :rtype: str | None
        """
        partners_sudo = self.sudo()
        try:
            if partners_sudo._get_partner_from_token(token):
                return None
            values = read_signed(partners_sudo.env, "signup", token)
        except ValueError:
            return "void"
        partner_sudo = partners_sudo.browse(values and values[0]).exists()
        if not partner_sudo or partner_sudo._is_closed_for_link(*values[1:]):
            return "void"
        return partner_sudo._get_link_state(*values[2:])

    def _is_closed_for_link(self, user_ids, login_date, signup_type):
        """Say whether no link may let in this contact now."""
        is_reset = signup_type == "reset"
        states = OPEN_STATES if is_reset else (*OPEN_STATES, "scheduled")
        open_now = not self.portal_user or self.portal_state in states
        return self.user_ids.ids != user_ids or not open_now

    def _get_link_state(self, login_date, signup_type):
        """Compare what a link holds for with what is now; each use changes it."""
        date = self._get_login_date()
        if date == login_date and self.signup_type == signup_type:
            return "expired"
        before, now = (
            [*d][0] if isinstance(d, list) else d for d in (login_date, date)
        )
        return "used" if not self.signup_type or before != now else "void"

    def _get_signup_url_for_action(self, *args, **kwargs):
        """Lead customers to the Portal URL; those inside stay with Odoo's address."""
        urls = super()._get_signup_url_for_action(*args, **kwargs)
        links = self.env["customer.portal.link"]
        for partner in self:
            if not any(user._is_internal() for user in partner.sudo().user_ids):
                urls[partner.id] = links._replace_base_url(partner, urls[partner.id])
        return urls

    def _generate_signup_token(self, expiration=None):
        """Let the link in the login details outlast a period that begins later."""
        partner_sudo = self.sudo()
        if partner_sudo.portal_user and partner_sudo.signup_type == "signup":
            expiration = expiration or self._get_login_link_hours()
        return super()._generate_signup_token(expiration)

    def _get_login_date(self):
        """Let links to choose a password become void with the sessions.

        This is the part of the link's token that changes. Core's changes with a login
        only: the link that went to a former address, or before the access was revoked,
        would be good again with the next one.
        """
        login_date = super()._get_login_date()
        version = sum(self.sudo().user_ids.mapped("portal_session_version"))
        return [login_date, version] if version else login_date
