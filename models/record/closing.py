from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ...utils import read_number

# How many records are closed at once: a whole page of the longest list.
CLOSE_LIMIT = 100
# How many titles a message names; of the rest it says how many there are.
NAMED = 5


class Closing(NamedTuple):
    """What became of records that were to be closed, by their titles."""

    done: list
    before: list  # were closed already
    refused: list  # with the reason behind the title
    others: int  # that the user does not see
    left: int  # more than are closed at once


class CustomerPortalForm(models.AbstractModel):
    """Several records marked as closed at once."""

    _inherit = "customer.portal.form"

    @api.private
    def close_records(self, module, ids):
        """Mark records as closed, each as ``close_record`` does.

        :param ids: texts of anybody
        :rtype: Closing
        :raise AccessError: if the user may close none at all
        """
        gate = self.env["customer.portal.gate"]
        right = gate._check_action(module, "close", {})
        asked = list(dict.fromkeys(filter(None, map(read_number, ids))))
        taken, left = asked[:CLOSE_LIMIT], asked[CLOSE_LIMIT:]
        records = gate._get_visible_records(right, taken)
        before = records.filtered_domain(right.closed)
        closing = Closing(
            done=[],
            before=[self._get_record_title(right, one) for one in before],
            refused=[],
            others=len(taken) - len(records),
            left=len(left),
        )
        for record in records - before:
            self._close_one(right, record, closing)
        return closing

    @api.private
    def describe_closing(self, closing):
        """Say what was closed and what was not, in the user's language.

        :rtype: str
        """
        count = len(closing.done)
        texts = [
            count == 1
            and self.env._("Marked as closed: %(titles)s.", titles=closing.done[0]),
            count > 1
            and self.env._(
                "%(count)s marked as closed: %(titles)s.",
                count=count,
                titles=self._join_titles(closing.done),
            ),
            closing.before
            and self.env._(
                "Already closed: %(titles)s.", titles=self._join_titles(closing.before)
            ),
            closing.refused
            and self.env._(
                "Not closed: %(titles)s", titles=self._join_titles(closing.refused)
            ),
            closing.others
            and self.env._(
                "%(count)s not closed, because you can't open or close them.",
                count=closing.others,
            ),
            closing.left
            and self.env._(
                "%(count)s not closed: you can close %(limit)s at a time.",
                count=closing.left,
                limit=CLOSE_LIMIT,
            ),
        ]
        found = [text for text in texts if text]
        return " ".join(found) or self.env._(
            "Nothing was closed. Select at least one first."
        )

    # === INTERNALS === #

    @api.model
    def _close_one(self, right, record, closing):
        """Close a record; if that is refused, nothing of it stays."""
        title = self._get_record_title(right, record)
        try:
            with self.env.cr.savepoint():
                self.close_record(right.code, record.id)
        except AccessError:
            closing.refused.append(title)
        except UserError as error:
            closing.refused.append(f"{title} ({error})")
        else:
            closing.done.append(title)

    @api.model
    def _get_record_title(self, right, record):
        pages = self.env["customer.portal.record"]
        return pages._get_title(right, record, right.names["read"])

    @api.model
    def _join_titles(self, titles):
        more = len(titles) - NAMED
        shown = ", ".join(titles[:NAMED])
        if more <= 0:
            return shown
        return self.env._("%(titles)s and %(count)s more", titles=shown, count=more)
