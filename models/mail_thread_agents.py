from odoo import api, models

# Messages that people write.
WRITTEN = ("comment", "email")


class MailThread(models.AbstractModel):
    """What customers write reaches somebody, on the page and by mail."""

    _inherit = "mail.thread"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Give what a mail creates to whoever works on what the page creates."""
        author = self.env["res.partner"].browse(msg_dict.get("author_id") or ())
        agents = self.env["customer.portal.agents"]
        values = agents._assign_mailed(self._name, custom_values or {}, author)
        return super().message_new(msg_dict, custom_values=values)

    def _message_post_after_hook(self, message, msg_vals):
        """Tell somebody of what a customer writes where no employee follows."""
        result = super()._message_post_after_hook(message, msg_vals)
        if self._is_from_customer(message) and self._has_portal_agents():
            self._tell_of_message(message, msg_vals)
        return result

    @api.model
    def _is_from_customer(self, message):
        """Say whether somebody from outside wrote a message for all to read."""
        author = message.author_id.sudo()
        is_written = message.message_type in WRITTEN
        is_outside = author.partner_share or not author
        return is_written and is_outside and not message.subtype_id.sudo().internal

    def _has_portal_agents(self):
        """Say whether agents answer what customers write here.

        For a module to add records that have no page of the portal's own, it must
        override this.
        """
        return bool(self.env["customer.portal.agents"]._get_page(self))

    def _tell_of_message(self, message, msg_vals):
        """Add whoever has to be told to those whom a message is sent to."""
        agents = self.env["customer.portal.agents"]
        customer = agents._get_customer(self) or message.author_id
        users = agents._find_unheard(self, customer)
        if users:
            message.partner_ids |= users.sudo().partner_id
            msg_vals["partner_ids"] = message.partner_ids.ids

    # === NAMES === #

    def _get_portal_number(self):
        """Return what customers and agents call a record on the phone.

        The one place that says it: ``#`` and a number, or what a helpdesk calls it.

        :rtype: str
        """
        self.ensure_one()
        record = self.sudo()
        page = self.env["customer.portal.agents"]._get_page(self)
        name = page and page.number_field or "id"
        number = "portal_number" in record._fields and record.portal_number
        if number or name == "id" or name not in record._fields:
            return f"#{number or record.id}"
        return str(record[name] or f"#{record.id}")

    def _get_portal_subject(self):
        """Return the subject of mails about a record: its number and what it is.

        :rtype: str
        """
        self.ensure_one()
        if not self.env["customer.portal.agents"]._get_page(self):
            return self.display_name
        name = self._rec_name if self._rec_name != "number" else "name"
        title = self.sudo()[name] if name in self._fields else self.display_name
        return f"[{self._get_portal_number()}] {title}"
