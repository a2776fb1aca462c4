from odoo import api, models


class CustomerPortalGrace(models.AbstractModel):
    """What customers are told who may only read because they owe something."""

    _inherit = "customer.portal.grace"

    @api.model
    def _is_overdue(self):
        """Say whether the user may only read, and an invoice is the reason."""
        if not self._is_on():
            return False
        partner_sudo = self.env.user.sudo().partner_id
        return partner_sudo.portal_state != "grace" and partner_sudo._is_on_hold()

    @api.model
    def _get_text(self):
        if not self._is_overdue():
            return super()._get_text()
        return self.env._(
            "An invoice is overdue. Until it is paid, you can read and download "
            "everything, but you can't change or send anything."
        )

    @api.model
    def _get_grace_banner(self):
        return None if self._is_overdue() else super()._get_grace_banner()

    @api.model
    def _get_overdue_banner(self):
        """Return what stands on each page while an invoice is overdue.

        :return: ``url`` of the invoices, if the profile shows them; None for all others
        :rtype: dict | None
        """
        if not self._is_overdue():
            return None
        url = "/my/invoices"
        may_visit = self.env["customer.portal.gate"].may_visit(url)
        return {"url": may_visit and url}
