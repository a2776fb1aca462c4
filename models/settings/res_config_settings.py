import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...const import (
    CASE_MODELS,
    DEFAULT_SCOPES,
    NUMBER_LIMITS,
    PARAM_CONTACTS_PER_USER,
    PARAM_DEFAULT_PROFILE,
    PARAM_DEFAULT_SCOPE,
    PARAM_LOGIN_TEMPLATE,
    PARAM_MAIL_OPTED_OUT,
    PARAM_NOTICE_DAYS,
    PARAM_QUOTA_CONTACT,
    PARAM_QUOTA_ORGANIZATION,
    PARAM_RESET_TEMPLATE,
    PARAM_SEATS,
    PARAM_SHARE_BY_LINK,
    PARAM_SUPPORT_MONTHS,
    PARAM_TOUCHPOINT_DAYS,
    PARAM_UPLOAD_MAX_MB,
    PARAM_UPLOAD_TYPES,
    TICKETS,
)
from ...utils import read_number
from ..lifecycle.notice import MOST_NOTICES, SEPARATORS
from ..native.link import LINK_SHARES

# Numbers, each with a limit of its parameter; none is negative.
NUMBERS = (
    "portal_contacts_per_user",
    "portal_seats",
    "portal_support_months",
    "portal_touchpoint_days",
    "portal_upload_max_mb",
    "portal_quota_contact_mb",
    "portal_quota_organization_mb",
    "portal_invitation_days",
    "portal_reminder_days",
)
# How a file type is written: pdf, .pdf or *.pdf.
EXTENSION = re.compile(r"(\*?\.)?\w+|")


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    portal_support_months = fields.Integer(
        "Default Support Period (Months)", config_parameter=PARAM_SUPPORT_MONTHS
    )
    portal_notice_days = fields.Char(
        "Contact Support Notification (Days before)",
        config_parameter=PARAM_NOTICE_DAYS,
    )
    portal_touchpoint_days = fields.Integer(
        "Keep Customer Touchpoints (Days)", config_parameter=PARAM_TOUCHPOINT_DAYS
    )
    portal_default_profile_id = fields.Many2one(
        "customer.portal.profile",
        "Default Profile",
        config_parameter=PARAM_DEFAULT_PROFILE,
    )
    portal_default_scope = fields.Selection(
        DEFAULT_SCOPES,
        "Default Scope",
        default="mine",
        config_parameter=PARAM_DEFAULT_SCOPE,
    )
    portal_share_by_link = fields.Selection(
        [(value, share["name"]) for value, share in LINK_SHARES.items()],
        "Share by Link",
        default="nothing",
        config_parameter=PARAM_SHARE_BY_LINK,
    )
    portal_login_template_id = fields.Many2one(
        "mail.template",
        "Login Details Template",
        domain=[("model", "=", "res.partner")],
        config_parameter=PARAM_LOGIN_TEMPLATE,
    )
    portal_reset_template_id = fields.Many2one(
        "mail.template",
        "Forgot Password Template",
        domain=[("model", "=", "res.partner")],
        config_parameter=PARAM_RESET_TEMPLATE,
    )
    portal_upload_max_mb = fields.Integer(
        "Maximum File Size (MB)", config_parameter=PARAM_UPLOAD_MAX_MB
    )
    portal_upload_types = fields.Char(
        "Accepted File Types", config_parameter=PARAM_UPLOAD_TYPES
    )
    portal_quota_contact_mb = fields.Integer(
        "Storage per Contact (MB)", config_parameter=PARAM_QUOTA_CONTACT
    )
    portal_quota_organization_mb = fields.Integer(
        "Storage per Organization (MB)", config_parameter=PARAM_QUOTA_ORGANIZATION
    )
    portal_contacts_per_user = fields.Integer(
        "Contacts per User", config_parameter=PARAM_CONTACTS_PER_USER
    )
    portal_seats = fields.Integer(
        "Seats per Organization", config_parameter=PARAM_SEATS
    )
    portal_contacts_count = fields.Char(compute="_compute_portal_contacts_count")
    portal_mail_opted_out = fields.Boolean(
        "Email Contacts Who Have Opted Out", config_parameter=PARAM_MAIL_OPTED_OUT
    )

    portal_template_problems = fields.Text(compute="_compute_portal_template_problems")

    portal_assignee_id = fields.Many2one(
        related="company_id.portal_assignee_id", readonly=False
    )
    portal_case_prefix = fields.Char(
        "Case Number Prefix",
        related="company_id.portal_case_sequence_id.prefix",
        readonly=False,
    )
    portal_case_padding = fields.Integer(
        "Case Number Digits",
        related="company_id.portal_case_sequence_id.padding",
        readonly=False,
    )
    portal_assignee_ids = fields.Many2many(
        related="company_id.portal_assignee_ids", readonly=False
    )
    portal_assignee_problem = fields.Char(compute="_compute_portal_assignee_problem")
    portal_hearing_problem = fields.Char(compute="_compute_portal_assignee_problem")
    portal_sender_problem = fields.Char(compute="_compute_portal_assignee_problem")
    portal_url = fields.Char(related="company_id.portal_url", readonly=False)
    portal_host_paths = fields.Text(
        related="company_id.portal_host_paths", readonly=False
    )
    portal_css_url = fields.Char(related="company_id.portal_css_url", readonly=False)
    portal_case_model = fields.Selection(
        [("project.task", "Tasks"), ("helpdesk.ticket", "Helpdesk Tickets")],
        "Cases Are",
        help="The type of record your team uses for customers' cases. Existing cases "
        "are not converted.",
    )
    portal_has_case_models = fields.Boolean(
        help="Whether there is a choice because a helpdesk is or was installed."
    )

    portal_logo = fields.Binary(related="company_id.portal_logo", readonly=False)
    portal_favicon = fields.Binary(related="company_id.portal_favicon", readonly=False)
    portal_title = fields.Char(related="company_id.portal_title", readonly=False)
    portal_primary_color = fields.Char(
        related="company_id.portal_primary_color", readonly=False
    )
    portal_link_color = fields.Char(
        related="company_id.portal_link_color", readonly=False
    )
    portal_css = fields.Text(related="company_id.portal_css", readonly=False)

    def _compute_portal_template_problems(self):
        problems = self.env["mail.template"]._get_portal_problems()
        self.portal_template_problems = "\n".join(problems)

    @api.depends("portal_contacts_per_user")
    def _compute_portal_contacts_count(self):
        partners = self.env["res.partner"]
        count, users = (
            partners._count_portal_contacts(),
            partners._count_internal_users(),
        )
        for settings in self:
            allowed = settings.portal_contacts_per_user * users
            numbers = {"count": count, "users": users, "allowed": allowed}
            settings.portal_contacts_count = (
                self.env._(
                    "Contacts with access: %(count)s of %(allowed)s (internal users: "
                    "%(users)s).",
                    **numbers,
                )
                if allowed > 0
                else self.env._("Contacts with access: %(count)s.", **numbers)
            )

    @api.depends("company_id", "portal_assignee_id", "portal_assignee_ids")
    def _compute_portal_assignee_problem(self):
        """Warn while nobody is there to take what customers create, or hears of it."""
        for settings in self:
            settings.portal_assignee_problem = settings._get_choice_problem()
            settings.portal_hearing_problem = settings._get_hearing_problem()
            settings.portal_sender_problem = settings._get_sender_problem()

    def _get_choice_problem(self):
        chosen = self.portal_assignee_id | self.portal_assignee_ids
        if not chosen:
            return self.env._(
                "No one is selected. New cases go to the account representative; if "
                "there is none, all agents are notified."
            )
        if not chosen.filtered("active"):
            return self.env._(
                "%(names)s can no longer log in. New cases go to the account "
                "representative; if there is none, all agents are notified.",
                names=", ".join(chosen.mapped("name")),
            )
        return None

    def _get_hearing_problem(self):
        agents = self.env["customer.portal.agents"]
        chosen = self.portal_assignee_id | self.portal_assignee_ids
        company = self.company_id or self.env.company
        told = agents._filter_working(chosen) or agents._get_all(company.sudo())
        if told.filtered(lambda user: user.email or user.notification_type == "inbox"):
            return None
        return self.env._(
            "No one is notified of new cases because the users responsible have no "
            "email address. Add one to their user."
        )

    def _get_sender_problem(self):
        """Say whose answers have no sender: Odoo uses its default address, or fails."""
        chosen = self.portal_assignee_id | self.portal_assignee_ids
        mute = chosen.filtered(lambda user: not user.email)
        return bool(mute) and self.env._(
            "No email address: %(names)s. Customers get their answers from the "
            "server's default address, or not at all. Add an address to their user.",
            names=", ".join(mute.mapped("name")),
        )

    @api.constrains(*NUMBERS)
    def _check_portal_numbers(self):
        for settings in self:
            for name in NUMBERS:
                field = self._fields[name]
                if not 0 <= settings[name] <= NUMBER_LIMITS[field.config_parameter]:
                    raise ValidationError(
                        self.env._(
                            "%(field)s must be a number from 0 to %(most)s.",
                            field=field._description_string(self.env),
                            most=NUMBER_LIMITS[field.config_parameter],
                        )
                    )

    @api.constrains("portal_notice_days")
    def _check_portal_notice_days(self):
        """Take a list of days, such as "30, 7, 1", or 0 alone."""
        most, longest = NUMBER_LIMITS[PARAM_NOTICE_DAYS], MOST_NOTICES
        for settings in self:
            text = settings.portal_notice_days or "0"
            words = list(filter(None, SEPARATORS.split(text)))
            numbers = {read_number(word, most) for word in words}
            if None in numbers or len(words) > longest or {0} < numbers:
                raise ValidationError(
                    self.env._(
                        "%(field)s: enter up to %(longest)s numbers from 1 to "
                        "%(most)s, separated by commas, such as 30, 7, 1. Enter 0 to "
                        "turn it off.",
                        field=self._fields["portal_notice_days"]._description_string(
                            self.env
                        ),
                        longest=longest,
                        most=most,
                    )
                )

    @api.constrains("portal_upload_types")
    def _check_portal_upload_types(self):
        for settings in self:
            for word in re.split(r"[,;\s]+", settings.portal_upload_types or ""):
                if not EXTENSION.fullmatch(word):
                    raise ValidationError(
                        self.env._(
                            "“%(word)s” is not a file type. Enter extensions, such as "
                            "pdf, png.",
                            word=word,
                        )
                    )

    @api.constrains("portal_login_template_id", "portal_reset_template_id")
    def _check_portal_templates(self):
        for settings in self:
            templates = (
                settings.portal_login_template_id | settings.portal_reset_template_id
            )
            if any(template.model != "res.partner" for template in templates):
                raise ValidationError(
                    self.env._("Portal emails need templates that apply to contacts.")
                )

    @api.model
    def get_values(self):
        """Offer tickets where a helpdesk is installed, and a way back where it was.

        A share that somebody has written by hand, and nobody knows, is none. Of days
        that were, those are shown that count.
        """
        model_name = self._get_portal_cases().model_name
        params = self.env["ir.config_parameter"]
        share = params._get_portal_text(PARAM_SHARE_BY_LINK)
        return {
            **super().get_values(),
            "portal_share_by_link": share if share in LINK_SHARES else "nothing",
            "portal_notice_days": self._get_portal_notice_days(
                params._get_portal_text(PARAM_NOTICE_DAYS)
            )
            or "0",
            "portal_case_model": model_name in CASE_MODELS and model_name,
            "portal_has_case_models": TICKETS in self.env or model_name == TICKETS,
        }

    def set_values(self):
        days = self._get_portal_notice_days(self.portal_notice_days or "")
        self.portal_notice_days = days
        result = super().set_values()
        model_name, cases = self.portal_case_model, self._get_portal_cases()
        if model_name in self.env and cases.model_name not in (False, model_name):
            cases._change_case_model(model_name)
        return result

    @api.model
    def _get_portal_notice_days(self, text):
        """Return days in order, each once; nothing for none."""
        steps = self.env["customer.portal.period"]._read_notice_steps(text)
        return ", ".join(map(str, steps))

    @api.model
    def _get_portal_cases(self):
        return self.env["customer.portal.module"]._get_cases()

    def action_open_portal_profile(self):
        """Open the default profile: menu, home and what customers see are there."""
        self.check_access("write")
        profile = self.env["customer.portal.profile"]._get_default()
        return {
            "type": "ir.actions.act_window",
            "res_model": profile._name,
            "res_id": profile.id,
            "views": [(False, "form")],
        }

    def action_send_portal_test_mail(self):
        """Send a mail to whoever asks, at once, and say what became of it."""
        self.check_access("write")
        return (self.company_id or self.env.company)._try_portal_mail()
