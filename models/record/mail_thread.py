from odoo import models


class MailThread(models.AbstractModel):
    """What records are called on the phone and in mails, and who answers there."""

    _inherit = "mail.thread"

    def _has_portal_agents(self):
        """Say whether agents answer what customers write here.

        For a module to add records that have no page of the portal's own, it must
        override this.
        """
        return bool(self.env["customer.portal.gate"]._get_page(self))

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Leave out who follows by a customer's choice, but sees it no longer."""
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        portal = {one["id"] for one in recipients if one["share"] and one["uid"]}
        chosen = set(message.sudo().partner_ids.ids)
        if not self.id or not portal - chosen:
            return recipients
        blind = self.env["mail.followers"]._find_portal_blind(self, portal - chosen)
        return [one for one in recipients if one["id"] not in blind]

    def _get_portal_number(self):
        """Return what customers and agents call a record on the phone.

        The one place that says it: ``#CS-2026-00094``, ``#HT00100`` or ``#94``. Only
        what has a name of its own, such as an order, goes by that.

        :rtype: str
        """
        self.ensure_one()
        record = self.sudo()
        page = self.env["customer.portal.gate"]._get_page(self)
        name = page and page.number_field
        number = name in record._fields and record[name]
        if number and name != "id" and page.code != "cases":
            return str(number)
        own = "portal_number" in record._fields and record.portal_number
        return f"#{own or number or record.id}"

    def _get_portal_subject(self):
        """Return the subject of mails about a record: its number and what it is.

        :rtype: str
        """
        self.ensure_one()
        if not self.env["customer.portal.gate"]._get_page(self):
            return self.display_name
        return f"[{self._get_portal_number()}] {self._get_portal_title()}"

    def _get_portal_title(self):
        has_name = "name" in self._fields and self._fields["name"].type == "char"
        return self.sudo().name if has_name else self.display_name
