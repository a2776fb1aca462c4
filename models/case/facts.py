from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...const import PREFETCH
from ..base.undone import is_tried
from ..record.thread import EMPTY_BODIES
from .mail_thread_agents import WRITTEN
from .mail_thread_gateway import AUTOMATIC

# What people wrote on cases -> who did so last, when we last answered, and when the
# customer first wrote after that.
FACTS = """
    WITH said AS (
        SELECT message.id, message.res_id, message.date, message.author_id,
               COALESCE(author.partner_share, TRUE) AS is_customer
          FROM mail_message message
     LEFT JOIN res_partner author ON author.id = message.author_id
     LEFT JOIN mail_message_subtype subtype ON subtype.id = message.subtype_id
         WHERE message.model = %(model)s
           AND message.res_id IN %(cases)s
           AND message.message_type IN %(types)s
           AND message.is_internal IS NOT TRUE
           AND subtype.internal IS NOT TRUE
           AND (
               COALESCE(message.body, '') NOT IN %(empty)s
               OR EXISTS (
                   SELECT 1
                     FROM message_attachment_rel file
                    WHERE file.message_id = message.id
               )
           )
    ),
    latest AS (
        SELECT DISTINCT ON (res_id) *
          FROM said
      ORDER BY res_id, date DESC, id DESC
    ),
    answered AS (
        SELECT res_id, MAX(date) AS date
          FROM said
         WHERE NOT is_customer
      GROUP BY res_id
    ),
    asked AS (
        SELECT said.res_id, MIN(said.date) AS date
          FROM said
          JOIN answered ON answered.res_id = said.res_id
         WHERE said.is_customer AND said.date > answered.date
      GROUP BY said.res_id
    ),
    facts AS (
        SELECT record.id,
               COALESCE(latest.id, 0) AS message_id,
               COALESCE(latest.date, record.create_date) AS message_date,
               CASE WHEN latest.id IS NULL THEN maker_partner.id
                    ELSE latest.author_id
                END AS author_id,
               COALESCE(
                   latest.is_customer, maker_partner.partner_share, FALSE
               ) AS is_customer,
               COALESCE(
                   asked.date, answered.date, record.create_date
               ) AS waiting_since
          FROM %(table)s record
     LEFT JOIN latest ON latest.res_id = record.id
     LEFT JOIN answered ON answered.res_id = record.id
     LEFT JOIN asked ON asked.res_id = record.id
     LEFT JOIN res_users maker ON maker.id = record.create_uid
     LEFT JOIN res_partner maker_partner ON maker_partner.id = CASE
                   WHEN maker.id = %(root)s AND record.partner_id IS NOT NULL
                   THEN record.partner_id
                   ELSE maker.partner_id
               END
         WHERE record.id IN %(cases)s
    )
"""
KEEP_OLD = """
    UPDATE %(table)s
       SET portal_last_message_id = -1,
           portal_last_message_date = facts.message_date,
           portal_last_author_id = facts.author_id,
           portal_last_is_customer = facts.is_customer,
           portal_waiting_since = facts.waiting_since
      FROM facts
     WHERE %(table)s.id = facts.id
"""


def make_facts_sql(model, query, rest):
    """Return SQL that reads who wrote last on cases, and since when they wait.

    :param model: of the cases
    :param SQL query: that finds their ids
    :param str rest: what to do with ``facts``
    :rtype: SQL
    """
    return SQL(
        FACTS + rest,
        model=model._name,
        types=WRITTEN,
        empty=tuple(body or "" for body in EMPTY_BODIES),
        table=SQL.identifier(model._table),
        root=SUPERUSER_ID,
        cases=query,
    )


class CustomerPortalCaseFacts(models.AbstractModel):
    """Who wrote last on a case, and since when its customer waits for us.

    Kept with the case, so that lists sort, filter and group by it. Written as people
    write, not computed from all messages again.
    """

    _name = "customer.portal.case.facts"
    _inherit = ["mail.thread"]
    _description = "Who Wrote Last on a Case"

    portal_last_message_date = fields.Datetime(
        "Last Message",
        copy=False,
        readonly=True,
        help="When someone last wrote something that the customer can read.",
    )
    portal_last_author_id = fields.Many2one(
        "res.partner",
        "Last Message By",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        prefetch=PREFETCH,
    )
    portal_last_message_id = fields.Integer(
        "Last Message ID",
        copy=False,
        readonly=True,
        help="0 until someone writes. Below 0 for messages from before the update.",
        prefetch=PREFETCH,
    )
    portal_last_is_customer = fields.Boolean(
        "Customer Wrote Last",
        copy=False,
        readonly=True,
        prefetch=PREFETCH,
    )
    portal_waiting_since = fields.Datetime(
        "Waiting Since",
        copy=False,
        readonly=True,
        index="btree_not_null",
        help="Since when the customer has waited for us: for an answer to what they "
        "wrote, or for the next step since our last answer. Empty while the case is "
        "closed, or waiting for the customer.",
        prefetch=PREFETCH,
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Take a new case for what its creator wrote first."""
        records = super().create(vals_list)
        records._filter_portal_cases()._begin_portal_facts()
        return records

    def write(self, vals):
        """Begin to wait, or cease to, as the state changes."""
        result = super().write(vals)
        if vals.keys() & self._get_portal_wait_names():
            cases = self._filter_portal_cases()
            cases.filtered(
                lambda case: not case.portal_last_message_date
            )._begin_portal_facts()
            cases._fit_portal_wait()
        return result

    # === MAIL METHODS === #

    def _message_post_after_hook(self, message, msg_values):
        """Note who wrote; an automatic reply says nothing about anybody waiting."""
        result = super()._message_post_after_hook(message, msg_values)
        cases = self._filter_portal_cases()
        is_machine = self.env.context.get(AUTOMATIC)
        if cases and not is_machine and self._is_portal_said(message):
            cases._note_portal_message(message)
        return result

    def _clean_empty_message(self, message):
        """Forget a message that its author has deleted."""
        result = super()._clean_empty_message(message)
        self._filter_portal_cases()._refresh_portal_message()
        return result

    # === BUSINESS METHODS === #

    def _filter_portal_cases(self):
        """Return the cases among the records, with all rights. To be overridden."""
        return self.sudo().browse()

    @api.model
    def _get_portal_case_domain(self):
        """Return which records of the model are cases. To be overridden."""
        return Domain.FALSE

    @api.model
    def _get_portal_resting_domain(self):
        modules = self.env["customer.portal.module"]
        return modules._get_resting_domain(self._name)

    @api.model
    def _get_portal_wait_names(self):
        """Return the fields that say whether a record is a case that waits for us."""
        conditions = self._get_portal_resting_domain().iter_conditions()
        return {condition.field_expr.partition(".")[0] for condition in conditions}

    @api.model
    def _is_portal_said(self, message):
        """Say whether people wrote a message, and not among themselves."""
        message = message.sudo()
        is_written = message.message_type in WRITTEN
        return is_written and not (message.is_internal or message.subtype_id.internal)

    def _begin_portal_facts(self):
        for case in self:
            author = case._get_portal_maker_partner()
            case._write_portal_facts(0, case.create_date, author, case.create_date)
        self._fit_portal_wait()

    def _get_portal_maker_partner(self):
        """Return who made a case; what a program makes is what the customer asks."""
        if self.create_uid.id != SUPERUSER_ID:
            return self.create_uid.partner_id
        customer = self.env["customer.portal.agents"]._get_customer(self)
        return customer or self.create_uid.partner_id

    def _note_portal_message(self, message):
        """Keep who wrote; the wait begins anew unless it already went on."""
        for case in self:
            author = message.author_id.sudo()
            is_customer = author.partner_share or not author
            goes_on = is_customer and case.portal_last_is_customer
            begun = goes_on and case.portal_waiting_since or fields.Datetime.now()
            case._write_portal_facts(message.id, message.date, author, begun)
        self._fit_portal_wait()

    def _write_portal_facts(self, message_id, date, author, waiting_since):
        self.write(
            {
                "portal_last_message_id": message_id,
                "portal_last_message_date": date,
                "portal_last_author_id": author.id,
                "portal_last_is_customer": author.partner_share or not author,
                "portal_waiting_since": waiting_since,
            }
        )

    def _fit_portal_wait(self):
        """Let nobody wait for us for what rests, and begin with what no longer does."""
        resting = self.filtered_domain(self._get_portal_resting_domain())
        resting.filtered("portal_waiting_since").portal_waiting_since = False
        others = (self - resting).filtered(lambda case: not case.portal_waiting_since)
        others.portal_waiting_since = fields.Datetime.now()

    def _refresh_portal_message(self):
        """Note again who wrote last, as messages have come or gone."""
        said = Domain("model", "=", self._name) & Domain("res_id", "in", self.ids)
        said &= Domain("message_type", "in", WRITTEN)
        said &= Domain("body", "not in", EMPTY_BODIES) | Domain(
            "attachment_ids", "!=", False
        )
        messages = self.env["mail.message"].sudo().search(said, order="date, id")
        latest = {m.res_id: m for m in messages if self._is_portal_said(m)}
        for case in self:
            message = latest.get(case.id)
            author = message.author_id if message else case._get_portal_maker_partner()
            case._write_portal_facts(
                message.id if message else 0,
                message.date if message else case.create_date,
                author,
                case.portal_waiting_since,
            )

    # === THE CASES THERE ARE === #

    @api.model
    def _refresh_portal_waits(self):
        """Let all cases wait, or not, as the settings say now.

        Not while that is only tried: minutes for a million cases, all of it in vain.
        """
        if is_tried(self.env):
            return
        self.env.flush_all()
        resting = self._get_portal_resting_domain()
        for domain, value in (
            (resting, SQL("NULL")),
            (~resting, SQL("COALESCE(portal_waiting_since, portal_last_message_date)")),
        ):
            cases_sudo = self.sudo().with_context(active_test=False)
            query = cases_sudo._search(domain & self._get_portal_case_domain())
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET portal_waiting_since = %s WHERE id IN %s",
                    SQL.identifier(self._table),
                    value,
                    query.subselect(),
                )
            )
        self.env.invalidate_all()

    @api.model
    def _note_old_messages(self):
        """Read who wrote last from the messages of the cases there are.

        By SQL, as there may be a million.
        """
        self.env.flush_all()
        cases_sudo = self.sudo().with_context(active_test=False)
        query = cases_sudo._search(self._get_portal_case_domain())
        self.env.cr.execute(make_facts_sql(self, query.subselect(), KEEP_OLD))
        self._refresh_portal_waits()
