"""Emails greet who has no name with no other name, and say what has ended, has ended.

Templates are never updated by themselves. What an administrator has changed stays: only
what the addon wrote is replaced.
"""

from odoo import SUPERUSER_ID, api

# File, template, field, and what the addon wrote so far, without blanks.
FORMER = [
    ("customer_portal_confirmation_data", "confirmation", "body_html", "a4739dc34d71"),
    (
        "customer_portal_invitation_data",
        "invitation_reminder",
        "body_html",
        "3be275ad553b",
    ),
    ("customer_portal_invitation_data", "join_waiting", "body_html", "e61f56a3a920"),
    ("mail_template_case_data", "case_received", "body_html", "5e9e05fe2233"),
    ("mail_template_case_data", "case_closed", "body_html", "a440921eebd7"),
    ("mail_template_colleague_data", "colleague_decided", "body_html", "a9dbc46c7220"),
    ("mail_template_data", "login_details", "body_html", "329da1304142"),
    ("mail_template_data", "forgot_password", "body_html", "320ec03ffd02"),
    ("mail_template_data", "not_started", "body_html", "6b17921562a2"),
    ("mail_template_data", "support_end", "body_html", "8dbb4593bcce"),
    ("mail_template_lifecycle_data", "ends_manager", "body_html", "2eabdbc424ee"),
    ("mail_template_lifecycle_data", "extension_asked", "subject", "cfa983516332"),
    ("mail_template_lifecycle_data", "extension_asked", "body_html", "6fb2a4c1935b"),
    ("mail_template_lifecycle_data", "extension_granted", "body_html", "4fef7b5f5190"),
    ("mail_template_lifecycle_data", "extension_refused", "body_html", "343bafe63bb0"),
    ("mail_template_lifecycle_data", "receipt", "body_html", "96d2e04ca040"),
    ("mail_template_profile_data", "email_confirm", "body_html", "1ef58934c0c6"),
    ("mail_template_profile_data", "email_asked", "body_html", "a0724b0663b5"),
    ("mail_template_profile_data", "email_changed", "body_html", "4952f74bf3db"),
]


def migrate(cr, _version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["mail.template"]._renew_portal_templates(FORMER)
