from odoo import fields, models

from ...const import GROUP_MANAGER, PREFETCH


class ResCompany(models.Model):
    """How far a company has come with its portal, where no other record tells it."""

    _inherit = "res.company"

    portal_onboarding_closed = fields.Boolean(
        "Getting Started Is Hidden", groups=GROUP_MANAGER, prefetch=PREFETCH
    )
    portal_mail_tested = fields.Datetime(
        "Test Email Sent On",
        readonly=True,
        groups=GROUP_MANAGER,
        help="When the mail server last accepted a test email. Empty if it refused "
        "the last one or none was sent.",
        prefetch=PREFETCH,
    )

    def _send_portal_test_mail(self):
        """Whether emails leave is known from the last test."""
        failure, message = super()._send_portal_test_mail()
        self.sudo().portal_mail_tested = not failure and fields.Datetime.now()
        return failure, message
