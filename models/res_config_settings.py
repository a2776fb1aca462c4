from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import (
    CASES,
    DEFAULT_SCOPES,
    PARAM_DEFAULT_PROFILE,
    PARAM_DEFAULT_SCOPE,
    PARAM_LOGIN_TEMPLATE,
    PARAM_NOTICE_DAYS,
    PARAM_RESET_TEMPLATE,
    PARAM_SUPPORT_MONTHS,
    PARAM_TOUCHPOINT_DAYS,
    PARAM_UPLOAD_MAX_MB,
    PARAM_UPLOAD_TYPES,
    TICKETS,
)


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    portal_support_months = fields.Integer(
        "Default Support Period (Months)", config_parameter=PARAM_SUPPORT_MONTHS
    )
    portal_notice_days = fields.Integer(
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
        "Largest File (MB)", config_parameter=PARAM_UPLOAD_MAX_MB
    )
    portal_upload_types = fields.Char(
        "Accepted File Types", config_parameter=PARAM_UPLOAD_TYPES
    )

    portal_assignee_id = fields.Many2one(
        related="company_id.portal_assignee_id", readonly=False
    )
    portal_case_model = fields.Selection(
        [("project.task", "Tasks"), ("helpdesk.ticket", "Helpdesk Tickets")],
        "Cases Are",
        help="What customers' cases are for those who work on them. Those there are "
        "stay what they are.",
    )
    portal_has_case_models = fields.Boolean(
        help="Whether there is a choice: a helpdesk is installed, or was."
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

    @api.constrains(
        "portal_support_months",
        "portal_notice_days",
        "portal_touchpoint_days",
        "portal_upload_max_mb",
    )
    def _check_portal_numbers(self):
        for settings in self:
            numbers = (
                settings.portal_support_months,
                settings.portal_notice_days,
                settings.portal_touchpoint_days,
                settings.portal_upload_max_mb,
            )
            if min(numbers) < 0:
                raise ValidationError(
                    self.env._(
                        "Months, days and sizes cannot be negative. 0 means none."
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
                    self.env._(
                        "Portal mails need templates that are made for contacts."
                    )
                )

    @api.model
    def get_values(self):
        """Offer tickets where a helpdesk is installed, and a way back where it was."""
        model_name = self._get_portal_cases().model_name
        return {
            **super().get_values(),
            "portal_case_model": model_name in CASES and model_name,
            "portal_has_case_models": TICKETS in self.env or model_name == TICKETS,
        }

    def set_values(self):
        result = super().set_values()
        model_name, cases = self.portal_case_model, self._get_portal_cases()
        if model_name in self.env and cases.model_name not in (False, model_name):
            cases._move_cases(model_name)
        return result

    @api.model
    def _get_portal_cases(self):
        return self.env["customer.portal.module"]._get_cases()
