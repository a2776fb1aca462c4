import re

from odoo import api, models

from ...const import TICKETS
from ...utils import read_number

# Addresses of a helpdesk's pages that lead to cases where these are tickets.
TICKET_PAGE = (
    r"/my/ticket(?:s(?:/page/\d+)?|/(?P<id>\d{1,9})(?:/[^/]*)?)/?"
    r"|(?P<new>/new/ticket)/?"
)
# What the forms of a helpdesk call -> does it change anything, what names which record,
# and what must be named.
TICKET_FORMS = {
    "/ticket/close": {
        "posts": True,
        "records": {"ticket_id": TICKETS, "stage_id": "helpdesk.ticket.stage"},
        "needs": ("ticket_id", "stage_id"),
    },
    "/new/ticket": {"posts": False, "records": {}, "needs": ()},
    "/submitted/ticket": {
        "posts": True,
        "records": {
            "category": "helpdesk.ticket.category",
            "team": "helpdesk.ticket.team",
        },
        "needs": (),
    },
}


class CustomerPortalGate(models.AbstractModel):
    """The pages of a helpdesk addon, which is met when installed.

    Where cases are tickets their one list is that of cases. Else they are a native
    module, and what their forms send is checked here, as that addon does not.
    """

    _inherit = "customer.portal.gate"

    @api.private
    def ticket_url(self, path):
        """Return where a page of tickets leads that are cases.

        :param str path: of the address
        :return: None if it leads nowhere else, or to nothing that the user sees
        :rtype: str | None
        """
        match = re.fullmatch(TICKET_PAGE, path)
        right = match and self._get_page_right("cases")
        if not right or right.model_name != TICKETS:
            return None
        if match["new"] and "create" in right.actions:
            return self._make_page_url("cases", "new")
        if not match["id"]:
            return self._make_page_url("cases")
        record = self._get_visible_records(right, [read_number(match["id"])])
        return self._make_page_url("cases", record.id) if record else None

    @api.private
    def may_send_ticket(self, path, method, values, files=()):
        """Say whether a user may call what the forms of the helpdesk addon call.

        :param str path: of the address, or of a route
        :param dict values: texts of anybody
        :param files: the names of the inputs with files
        :rtype: bool
        """
        form = TICKET_FORMS.get(path.rstrip("/"))
        if not form or TICKETS not in self.env or not self.env.user._is_portal():
            return True
        if form["posts"] and method != "POST":
            return False
        if not self.may("tickets"):
            return False
        if any(files) and not self.may("tickets", "upload"):
            return False
        return all(
            self._may_name(model_name, values.get(name))
            for name, model_name in form["records"].items()
            if name in form["needs"] or values.get(name)
        )

    @api.model
    def _may_name(self, model_name, text):
        """Say whether a form may name a record: one that the user sees and is offered.

        :param str text: its id, from anywhere
        """
        number = read_number(text)
        if not number:
            return False
        record = self.env[model_name].sudo(False).browse(number)
        if not record.sudo().exists() or not record.has_access("read"):
            return False
        return "show_in_portal" not in record._fields or record.sudo().show_in_portal
