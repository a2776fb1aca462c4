"""Emails about the end of support know of grace, and one has a better subject.

Templates are never updated by themselves. What an administrator has changed stays: only
what the addon wrote is replaced.
"""

from odoo import SUPERUSER_ID, api

# File, template, field, and what the addon wrote so far, without blanks.
FORMER = [
    ("mail_template_data", "support_end", "body_html", "58aef9b9c2c2"),
    ("mail_template_lifecycle_data", "ends_manager", "body_html", "d839b69cf2aa"),
    (
        "mail_template_lifecycle_data",
        "ends_representative",
        "body_html",
        "0c80a81c294e",
    ),
    ("mail_template_colleague_data", "colleague_decided", "subject", "5e27c879d03b"),
]


def migrate(cr, _version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["mail.template"]._renew_portal_templates(FORMER)
