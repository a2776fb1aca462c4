from odoo import api, fields, models


class CustomerPortalTestMail(models.AbstractModel):
    """Whether emails leave is known from the last test."""

    _inherit = "customer.portal.test.mail"

    @api.model
    def _send(self, company):
        failure, message = super()._send(company)
        company.sudo().portal_mail_tested = not failure and fields.Datetime.now()
        return failure, message
