import logging
import re
from unicodedata import normalize

from psycopg2.errors import LockNotAvailable, SerializationFailure

from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ..base.batches import get_forgotten_domain, remove_batch
from ..base.undone import is_tried

_logger = logging.getLogger(__name__)

# What the database says of two who write the same row.
AT_ONCE = (LockNotAvailable, SerializationFailure)
# Counts without a bound.
ALWAYS = SQL("SELECT 1")
TERM_LENGTH = 100
MIN_LENGTH = 3
# So many terms a month are kept of a company.
MOST_TERMS = 2000
# A topic that looks like the number of a record: error 404, windows 11. So does one:
# case 94.
TOPIC = re.compile(r"[^\W\d_]{3,} [0-9]{1,3}")
PLACES = [("all", "Whole Portal"), ("faqs", "FAQs"), ("documents", "Documents")]


class CustomerPortalSearchMiss(models.Model):
    """What customers searched for and did not find, counted by month.

    Nobody is named: neither who searched, nor what looks like an address or a number.
    """

    _name = "customer.portal.search.miss"
    _description = "Search Without Result"
    _order = "month DESC, searches DESC, id DESC"
    _rec_name = "term"

    term = fields.Char("Searched For", required=True, readonly=True)
    place = fields.Selection(PLACES, "Searched In", required=True, readonly=True)
    month = fields.Date(required=True, index=True, readonly=True)
    month_name = fields.Char(compute="_compute_month_name")
    searches = fields.Integer(readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True)

    _term_uniq = models.Constraint(
        "UNIQUE (company_id, month, place, term)",
        "A term is counted once per month and place.",
    )

    @api.depends("month")
    @api.depends_context("lang")
    def _compute_month_name(self):
        """Say the month, not its first day."""
        for miss in self:
            miss.month_name = format_date(self.env, miss.month, date_format="LLLL y")

    def action_write_faq(self):
        """Open a new FAQ whose question is the term; nothing is saved yet."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "customer.portal.faq",
            "views": [(False, "form")],
            "context": {"default_question": self.term, "default_is_published": False},
        }

    @api.model
    def _note(self, place, text):
        """Count a search of a customer that found nothing. No page fails for it.

        :param str text: from anywhere
        """
        term = self._clean(text)
        user = self.env.user
        is_view = self.env["customer.portal.viewing"]._get_current()
        if not term or is_view or is_tried(self.env) or not user._is_portal():
            return
        month = fields.Date.today().replace(day=1)
        values = (term, place, month, user.sudo().company_id.id)
        counts = self.env["customer.portal.search.count"]
        counting = counts._get_counting(user.sudo().partner_id.id)
        touchpoints = self.env["customer.portal.touchpoint"]
        try:
            with touchpoints._apart({"search": term}) as others:
                try:
                    others.env[self._name]._count(*values, counting)
                except AT_ONCE:  # Of two, of a customer or for a term, one is lost.
                    others.env.cr.rollback()
        except Exception:
            _logger.exception("A search without result is lost")

    @api.model
    def _count(self, term, place, month, company_id, counting=ALWAYS):
        """Count a search, in one statement with what bounds it.

        :param SQL counting: returns a row if the search is to be kept
        """
        self.env.cr.execute(
            SQL(
                """
                WITH counted AS (%(counting)s)
                INSERT INTO customer_portal_search_miss
                    (term, place, month, company_id, searches)
                SELECT %(term)s, %(place)s, %(month)s, %(company)s, 1
                 WHERE EXISTS (SELECT 1 FROM counted)
                   AND %(most)s > (
                       SELECT COUNT(*) FROM customer_portal_search_miss
                        WHERE company_id = %(company)s AND month = %(month)s
                          AND term != %(term)s)
                ON CONFLICT (company_id, month, place, term) DO UPDATE
                   SET searches = customer_portal_search_miss.searches + 1
                """,
                counting=counting,
                term=term,
                place=place,
                month=month,
                company=company_id,
                most=MOST_TERMS,
            ),
            log_exceptions=False,
        )

    @api.model
    def _clean(self, text):
        """Return a term as it is counted; an empty text for what is not kept."""
        text = normalize("NFC", text or "")
        words = "".join(c if c.isprintable() else " " for c in text).lower()
        term = " ".join(words.split())[:TERM_LENGTH].strip()
        is_short = len(term) < MIN_LENGTH
        return "" if is_short or "@" in term or self._is_number(term) else term

    @api.model
    def _is_number(self, term):
        """Say whether a term may be the number of something or of someone."""
        is_likely = self.env["customer.portal.number"]._is_number(term)
        is_topic = is_likely and TOPIC.fullmatch(term)
        return is_likely and not (
            is_topic and term.split()[0] not in self._get_record_words()
        )

    @api.model
    def _get_record_words(self):
        """Return the words by which customers call a record before its number.

        :rtype: set[str]
        """
        modules_sudo = self.env["customer.portal.module"].sudo()
        modules_sudo = modules_sudo.search([("name", "!=", False)])
        langs = [code for code, _name in self.env["res.lang"].get_installed()]
        return {
            word.lower()
            for lang in langs
            for module in modules_sudo.with_context(lang=lang)
            for word in f"{module.name} {module.record_name or ''}".split()
        }

    @api.autovacuum
    def _gc_misses(self):
        """Forget them with the touchpoints (0 = keep all)."""
        return remove_batch(self, get_forgotten_domain(self, "month"))


class CustomerPortalFaq(models.Model):
    _inherit = "customer.portal.faq"

    @api.model
    def _search_portal_rows(self, text, category_id=None, limit=20):
        found = super()._search_portal_rows(text, category_id, limit)
        if not found and category_id is None:
            self.env["customer.portal.search.miss"]._note("faqs", text)
        return found


class CustomerPortalDocument(models.Model):
    _inherit = "customer.portal.document"

    @api.model
    def _get_portal_page(self, asked, size, page):
        """Count what is not found; many begin with the documents that are their own.

        What only a colleague has is found in All, so it is not missing.
        """
        found, total = super()._get_portal_page(asked, size, page)
        is_narrow = asked.folder or asked.module
        if asked.search and not total and page == 1 and not is_narrow:
            everything = asked._replace(scope="all")
            is_all = asked.scope == "all"
            if is_all or not super()._get_portal_page(everything, 1, 1)[1]:
                self.env["customer.portal.search.miss"]._note("documents", asked.search)
        return found, total


class CustomerPortalRecord(models.AbstractModel):
    _inherit = "customer.portal.record"

    @api.private
    def search_everything(self, text):
        found = super().search_everything(text)
        if not found:
            self.env["customer.portal.search.miss"]._note("all", text)
        return found
