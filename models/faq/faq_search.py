import re
from functools import partial

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, ormcache

# Languages -> the dictionaries that PostgreSQL brings along, of which versions have
# more or fewer; all other languages are searched word by word.
DICTIONARIES = {
    "ar": "arabic",
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "eu": "basque",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
}
# How many characters of an answer are searched: PostgreSQL refuses texts of a megabyte.
ANSWER_LENGTH = 100_000
# How many of those that fit are ranked: a word that stands in every FAQ ranks nothing.
RANKED = 500
# How many of these are ranked by their answers, too.
RANKED_WELL = 50
# How much of a word must be alike, 0 to 1: "invioce" is like "invoice" by 0.375.
ALIKE = "0.35"
# Shorter words are like too many others; more of them than this take too long.
MIN_WORD, MAX_WORDS = 4, 8

# All words, else any, else words that are written alike; the best of them first.
FIND = """
  WITH all_words AS MATERIALIZED (%(all_words)s),
       any_word AS MATERIALIZED (%(any_word)s),
       alike AS MATERIALIZED (%(alike)s),
       found AS (SELECT id, %(every)s AS asked FROM all_words
           UNION SELECT id, %(some)s FROM any_word
           UNION SELECT id, NULL FROM alike),
       best AS (
          SELECT id, asked FROM %(table)s JOIN found USING (id)
        ORDER BY COALESCE(ts_rank(%(question)s, asked),
                          %(likeness)s) DESC,
                 sequence, id
           LIMIT %(well)s)
  SELECT id FROM %(table)s JOIN best USING (id)
ORDER BY COALESCE(ts_rank(%(tokens)s, asked), %(likeness)s) DESC,
         sequence, id
   LIMIT %(limit)s
"""


class CustomerPortalFaq(models.Model):
    """The search of FAQs, by PostgreSQL's indexes alone.

    There is an index a language, as each has its own dictionary: it finds "invoices"
    where "invoice" is asked. What is not translated is searched as it is shown.

    Trigrams alone (``index="trigram"``, ``word_similarity``) took 4 to 13 times as long
    for the questions and answers of 10,000 FAQs, and answered with tags of an answer,
    too, and with "noise 406" where "noise 4006" was asked.
    """

    _inherit = "customer.portal.faq"

    def init(self):
        self._make_indexes()

    @api.model
    def _make_indexes(self):
        """Make what is missing; asked anew whenever a language is added.

        Nothing but the codes is read: columns of other models may not be there yet.
        """
        for record in self.env["res.lang"].sudo().search_fetch([], ["code"]):
            lang = record.code
            key = re.sub(r"\W", "_", lang).lower()
            self._make_index(
                f"words_{key}", self._get_tokens(lang), SQL("tsvector_ops")
            )
            if self.pool.has_trigram:
                question = self._get_text("question", lang)
                self._make_index(f"alike_{key}", question, SQL("gin_trgm_ops"))

    @api.model
    def _make_index(self, name, expression, operators):
        self.env.cr.execute(
            SQL(
                "CREATE INDEX IF NOT EXISTS %s ON %s USING gin ((%s) %s)",
                SQL.identifier(f"{self._table}_{name}_idx"),
                SQL.identifier(self._table),
                expression,
                operators,
            )
        )

    # === SEARCH === #

    @api.model
    def _search_text(self, domain, text, limit):
        """Return the records of a domain that a text fits, the best first.

        Those with all words, else those with any, else those whose question has words
        that are written alike. In one query, which looks for the next only where there
        is nothing yet; and it ranks what it finds in no order, as else it would have to
        read all rows.
        """
        self.flush_model()
        lang = self._get_lang()
        every = SQL(
            "plainto_tsquery(%s::regconfig, %s)", self._get_dictionary(lang), text
        )
        some = SQL("replace((%s)::text, ' & ', ' | ')::tsquery", every)
        tokens = self._get_tokens(lang)
        alike, likeness = self._get_alike(text, lang)
        any_word = SQL(
            "(NOT EXISTS (SELECT FROM all_words) AND %s @@ %s)", tokens, some
        )
        candidates = partial(self._select_candidates, domain)
        rows = self.env.execute_query(
            SQL(
                FIND,
                table=SQL.identifier(self._table),
                all_words=candidates(SQL("%s @@ %s", tokens, every)),
                any_word=candidates(any_word),
                alike=candidates(alike),
                question=self._get_question_tokens(lang),
                tokens=tokens,
                every=every,
                some=some,
                likeness=likeness,
                well=max(limit, RANKED_WELL),
                limit=limit,
            )
        )
        return self.browse([row[0] for row in rows])

    @api.model
    def _select_candidates(self, domain, condition):
        """Return a query for some of those that fit."""
        fitting = Domain.custom(to_sql=lambda model, alias, query: condition)
        return self._search(domain & fitting, limit=RANKED).select()

    @api.model
    def _get_alike(self, text, lang):
        """Forgive typos, where PostgreSQL has the extension that knows how.

        :return: a condition, and how much is alike
        :rtype: tuple[SQL, SQL]
        """
        words = [word for word in re.findall(r"\w+", text) if len(word) >= MIN_WORD]
        if not words or not self.pool.has_trigram:
            return SQL("FALSE"), SQL("0")
        question, words = self._get_text("question", lang), words[:MAX_WORDS]
        fits = [SQL("%s %%> %s", question, word) for word in words]
        ranks = [SQL("word_similarity(%s, %s)", word, question) for word in words]
        # What does not depend on a row is asked before any is read; so is set what
        # the operator calls alike.
        condition = SQL(
            "(NOT EXISTS (SELECT FROM all_words) AND NOT EXISTS (SELECT FROM any_word)"
            " AND (SELECT set_config('pg_trgm.word_similarity_threshold', %s, true))"
            " IS NOT NULL AND (%s))",
            ALIKE,
            SQL(" OR ").join(fits),
        )
        return condition, SQL("(%s)", SQL(" + ").join(ranks))

    # === EXPRESSIONS === #

    @api.model
    def _get_lang(self):
        return self.env.lang or "en_US"

    @api.model
    @ormcache("lang")
    def _get_dictionary(self, lang):
        """Return the dictionary of a language, if this PostgreSQL has it."""
        name = DICTIONARIES.get(re.split(r"\W|_", lang)[0], "simple")
        known = self.env.execute_query(
            SQL("SELECT 1 FROM pg_ts_config WHERE cfgname = %s", name)
        )
        return name if known else "simple"

    @api.model
    def _get_text(self, name, lang):
        """Return a text as customers with a language read it.

        Indexes are used where this is exactly what they were made of.
        """
        column = SQL.identifier(self._table, name)
        return SQL("COALESCE(%s->>%s, %s->>'en_US', '')", column, lang, column)

    @api.model
    def _get_question_tokens(self, lang):
        """Return the tokens of the question alone: an answer takes long to read."""
        return SQL(
            "to_tsvector(%s::regconfig, %s)",
            self._get_dictionary(lang),
            self._get_text("question", lang),
        )

    @api.model
    def _get_tokens(self, lang):
        """Return the tokens of a FAQ; those of the question weigh more."""
        return SQL(
            "(setweight(to_tsvector(%(dictionary)s::regconfig, %(question)s), 'A') ||"
            " setweight(to_tsvector(%(dictionary)s::regconfig,"
            " left(%(answer)s, %(length)s)), 'C'))",
            dictionary=self._get_dictionary(lang),
            question=self._get_text("question", lang),
            answer=self._get_text("answer", lang),
            length=ANSWER_LENGTH,
        )


class ResLang(models.Model):
    """FAQs are searched in the languages that are installed."""

    _inherit = "res.lang"

    @api.model_create_multi
    def create(self, vals_list):
        langs = super().create(vals_list)
        if any(langs.mapped("active")):
            self.env["customer.portal.faq"]._make_indexes()
        return langs

    def write(self, vals):
        """Index FAQs in a language that is added."""
        result = super().write(vals)
        if vals.get("active"):
            self.env["customer.portal.faq"]._make_indexes()
        return result
