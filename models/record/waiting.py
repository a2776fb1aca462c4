from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain

from ...icons import ICONS

# How many of a kind are told one by one; of the others, that there are more.
LIMIT = 3
# In which order they are told: what is late first.
LATE, TO_ANSWER, TO_SIGN, TO_PAY, SUPPORT_END, TO_READ, TO_COMPLETE = range(7)


class WaitingItem(NamedTuple):
    """Something that waits for a customer, and the one thing to do about it."""

    place: int  # one of those above
    icon: str
    title: str = ""
    note: str = ""
    action: str = ""  # what the button says
    url: str = ""  # where it leads
    amount: str = ""
    posts: bool = False  # the button changes something
    template: str = ""  # which shows it instead


class CustomerPortalWaiting(models.AbstractModel):
    """What waits for a customer: found anew each time, so what is done is gone.

    Each source finds what it is about, within what the gate shows, and offers nothing
    that the profile refuses.
    """

    _name = "customer.portal.waiting"
    _description = "Customer Portal For You"

    @api.model
    def _get_items(self):
        """Return what waits for a user, in the order in which they should do it.

        :rtype: list[WaitingItem]
        """
        if not self.env.user._is_portal():
            return []
        items = [item for find in self._get_sources() for item in find()]
        return sorted(items, key=lambda item: item.place)

    @api.model
    def _get_sources(self):
        """Return the methods that find something. To be extended.

        :return: callables without arguments, which return a list of ``WaitingItem``
        :rtype: list
        """
        return [self._find_waiting_records]

    @api.model
    def _get_alert_pages(self):
        """Return the pages of which the items tell all that Odoo's alerts do.

        :rtype: set[str]
        """
        return set()

    # === RECORDS THAT WAIT FOR AN ANSWER === #

    @api.model
    def _find_waiting_records(self):
        """Return the customer's own records whose state waits for them."""
        rights = self.env["customer.portal.gate"]._get_rights().values()
        return [
            item
            for right in rights
            if not right.native and right.values["waiting_value"]
            for item in self._find_waiting_in(right)
        ]

    @api.model
    def _find_waiting_in(self, right):
        gate, pages = (
            self.env["customer.portal.gate"],
            self.env["customer.portal.record"],
        )
        state, value = pages._get_state_name(right), right.values["waiting_value"]
        if not state:
            return []
        records = gate._get_model_sudo(right).search_fetch(
            gate.domain(right.code, "mine") & Domain(state, "=", value),
            sorted(pages._get_row_names(right, "list")),
            limit=LIMIT + 1,
            order="write_date desc, id desc",
        )
        label = gate._get_labels(right.code, self.env.lang).name
        url = f"{gate._make_page_url(right.code)}?filterby={value}&scope=mine"
        items = [self._make_waiting_record(right, record) for record in records]
        return self._shorten(items, label, url)

    @api.model
    def _make_waiting_record(self, right, record):
        pages, shown = self.env["customer.portal.record"], set(right.names["read"])
        title = pages._get_title(right, record, shown)
        number = pages._get_number(right, record, shown)
        may_answer = "comment" in right.actions
        url = self.env["customer.portal.gate"]._make_page_url(right.code, record.id)
        return WaitingItem(
            TO_ANSWER,
            right.icon,
            title,
            self._join(self.env._("Waiting for you"), number != title and number),
            self.env._("Reply") if may_answer else self.env._("Show"),
            f"{url}#o_cp_comment_body" if may_answer else url,
        )

    # === HELPERS === #

    @api.model
    def _shorten(self, items, label, url):
        """Return the first items, and where there are more, a way to all of them."""
        if len(items) <= LIMIT:
            return items
        more = WaitingItem(
            items[LIMIT].place,
            ICONS["more"],
            self.env._("More in %(module)s", module=label),
            "",
            self.env._("Show all"),
            url,
        )
        return [*items[:LIMIT], more]

    @api.model
    def _join(self, *words):
        return " · ".join(filter(None, words))
