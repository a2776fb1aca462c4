from odoo import models


class CustomerPortalImport(models.TransientModel):
    """What a file would do for customers, before it is imported."""

    _inherit = "customer.portal.import"

    def action_review(self):
        """Show which contacts would see more records, or fewer; nothing changes.

        :raise AccessError: for all but administrators of the portal
        """
        self.ensure_one()
        self.check_access("read")
        data = self._read_file()
        portable = self.env["customer.portal.portable"]
        return self.env["customer.portal.effect"]._open_review(
            lambda: portable._apply(data),
            self.env._("What Would Change?"),
            (self.summary or {}).get("differences", ()),
        )
