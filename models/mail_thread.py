from odoo import models
from odoo.tools import html2plaintext


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _track_get_fields(self):
        """Keep the changes of what customers are told of, too."""
        gate = self.env["customer.portal.gate"]
        return super()._track_get_fields() | gate._get_tracked_names(self._name)

    def _mail_track(self, tracked_fields, initial_values):
        """Take no notice of a rich text that reads the same.

        Editors change its markup, and keep its history in it.
        """
        values = {
            name: value
            for name, value in initial_values.items()
            if tracked_fields.get(name, {}).get("type") != "html"
            or html2plaintext(value or "") != html2plaintext(self[name] or "")
        }
        return super()._mail_track(tracked_fields, values)

    def _notify_get_recipients_groups_fillup(
        self, groups, model_description, msg_vals=False
    ):
        """Let the button of a mail lead customers to the page they see the record on.

        Asked here, as models put their own groups before those of ``super()`` in
        ``_notify_get_recipients_groups``. A group has one address, and customers may
        see the record in different modules, so each address has a group.
        """
        fresh = self._make_portal_page_groups() if len(self) == 1 else []
        return super()._notify_get_recipients_groups_fillup(
            [*fresh, *groups], model_description, msg_vals=msg_vals
        )

    def _make_portal_page_groups(self):
        gate, users = self.env["customer.portal.gate"], self.env["res.users"].sudo()

        def is_led_to(url):
            return lambda pdata: (
                pdata["type"] == "portal"
                and pdata["uid"]
                and gate.get_page_url(users.browse(pdata["uid"]), self._name, self.id)
                == url
            )

        codes = gate._get_generated_codes(self._name)
        return [
            (
                f"customer_portal_{code}",
                is_led_to(gate._make_page_url(code, self.id)),
                {
                    "active": True,
                    "has_button_access": True,
                    "button_access": {
                        "url": self.get_base_url() + gate._make_page_url(code, self.id)
                    },
                },
            )
            for code in codes
        ]
