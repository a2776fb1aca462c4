from odoo import api, models
from odoo.tools.misc import format_date

from ..document.document_portal import DocumentQuery
from ..record.record import SORT_LIMIT, ListQuery

# How many records the widgets of recent ones show.
RECENT = 5
# Of very many, those that are compared begin with the list.
NEWEST_FIRST = "write_date desc, id desc"


class CustomerPortalWidget(models.Model):
    """The newest records on the home page, as their lists show them.

    All are dicts with ``title``, ``number``, ``note`` (HTML or a text) and ``url``.
    """

    _inherit = "customer.portal.widget"

    @api.model
    def _find_recent_cases(self):
        """Return the cases that changed last, and what was last written in them.

        :return: dicts that have ``last``, ``is_unread`` and ``reply_url``, too
        :rtype: list
        """
        gate, pages = (
            self.env["customer.portal.gate"],
            self.env["customer.portal.record"],
        )
        right = gate._get_page_right("cases")
        state = pages._get_state_name(right)
        asked = ListQuery(scope=pages.default_scope(right.code))
        query = pages._make_first_query(right, asked, SORT_LIMIT)
        names = pages._get_row_names(right, "list") | ({state} - {None})
        records = pages._fetch_found(
            gate._get_model_sudo(right), query, names, NEWEST_FIRST, RECENT
        )
        threads = self.env["customer.portal.thread"]
        unread, last = (
            threads._get_unread_ids(records),
            threads._get_last_messages(records),
        )
        may_reply = "comment" in right.actions
        closed = records.filtered_domain(right.closed)
        return [
            {
                **self._make_recent_case(right, record, state),
                "last": self._get_last_words(last.get(record.id)),
                "is_unread": record.id in unread,
                "reply_url": may_reply
                and record not in closed
                and gate._make_page_url(right.code, record.id, "comment"),
            }
            for record in records
        ]

    @api.model
    def _make_recent_case(self, right, record, state):
        pages, shown = self.env["customer.portal.record"], set(right.names["read"])
        html = state and pages._render_value(record, state, "list")
        return {
            "title": pages._get_title(right, record, shown),
            "number": pages._get_number(right, record, shown),
            "note": state and pages._mark_value(right, record, state, html),
            "url": self.env["customer.portal.gate"]._make_page_url(
                right.code, record.id
            ),
        }

    @api.model
    def _get_last_words(self, message):
        """Return who wrote last, and on which day.

        :param dict message: see ``_get_last_messages``; None if nobody has written
        :rtype: str
        """
        if not message:
            return ""
        day = format_date(self.env, message["date"])
        if message["own"]:
            return self.env._("You wrote on %(date)s", date=day)
        return self.env._(
            "%(name)s wrote on %(date)s", name=message["author"], date=day
        )

    @api.model
    def _find_recent_faqs(self):
        """Return the newest FAQs."""
        domain = self.env["customer.portal.gate"]._get_faq_domain()
        faqs = self.env["customer.portal.faq"].sudo()
        faqs = faqs.search_fetch(
            domain, ["question", "category_id"], limit=RECENT, order="id desc"
        )
        return [
            {
                "title": faq.question,
                "number": "",
                "note": faq.category_id.name or "",
                "url": f"/my/faq/{faq.id}",
            }
            for faq in faqs
        ]

    @api.model
    def _find_recent_documents(self):
        """Return the newest documents, as their list begins."""
        documents = self.env["customer.portal.document"]
        asked = DocumentQuery(
            scope=self.env["customer.portal.record"].default_scope("documents")
        )
        return [
            {
                "title": document["name"],
                "number": "",
                "note": document["date"],
                "url": document["url"],
            }
            for document in documents._find_portal_rows(asked, RECENT)
        ]
