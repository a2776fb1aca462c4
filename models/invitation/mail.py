from odoo import api, fields, models

# The email to managers when somebody has registered; also the name of its template.
WAITING = "join_waiting"


class CustomerPortalMail(models.Model):
    """What becomes of the mail that carries an invitation is told to the invitation."""

    _inherit = "customer.portal.mail"

    kind = fields.Selection(
        selection_add=[
            ("reminder", "Invitation Reminder"),
            ("join", "Registration"),
            (WAITING, "Registration to Approve"),
        ],
        ondelete=dict.fromkeys(("reminder", "join", WAITING), "cascade"),
    )

    @api.model
    def _follow(self, kind, mails, partners, **values):
        rows = super()._follow(kind, mails, partners, **values)
        if kind == "login":
            self.env["customer.portal.invitation"]._begin(rows)
        return rows

    @api.model
    def _get_link_end(self, kind, partner):
        if kind == "reminder":
            return partner._get_login_link_end()
        return super()._get_link_end(kind, partner)

    def _settle_sent(self, detail=False):
        result = super()._settle_sent(detail)
        self.env["customer.portal.invitation"]._note_sent(self)
        return result

    def _settle_failed(self, failure):
        result = super()._settle_failed(failure)
        self.env["customer.portal.invitation"]._note_bounced(self, failure)
        return result
