from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ...const import CASE_SEQUENCE, PREFETCH
from ..gate.values import MAX_INTEGER
from ..record.search import LAST_DIGITS

PREFIX = "CS-%(year)s-"
PADDING = 5
# The most digits that Settings take.
MAX_PADDING = 12


class ResCompany(models.Model):
    """Each company counts its cases by a sequence of its own."""

    _inherit = "res.company"

    portal_case_sequence_id = fields.Many2one(
        "ir.sequence",
        "Case Numbers",
        copy=False,
        ondelete="set null",
        prefetch=PREFETCH,
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._create_portal_sequences()
        return companies

    @api.model
    def _load_portal_sequences(self):
        """Give a sequence to the companies that there are; at each update."""
        companies = self.sudo().with_context(active_test=False).search(Domain.TRUE)
        companies._create_portal_sequences()

    def _create_portal_sequences(self):
        """Let the companies that have no sequence count on from the numbers there are.

        Where somebody has deleted theirs, too.
        """
        for company in self.filtered(lambda one: not one.portal_case_sequence_id):
            company_sudo = company.sudo()
            company_sudo.portal_case_sequence_id = (
                self.env["ir.sequence"]
                .sudo()
                .create(
                    {
                        "name": self.env._("Case Numbers"),
                        "code": CASE_SEQUENCE,
                        "company_id": company.id,
                        "prefix": PREFIX,
                        "padding": PADDING,
                    }
                )
            )
            company_sudo._skip_portal_numbers()

    def _draw_portal_numbers(self, count):
        """Return the next numbers of the company; none that a case has already.

        :rtype: list[str]
        """
        self.ensure_one()
        if not count:
            return []
        self._create_portal_sequences()
        numbers = self._draw_from_sequence(count)
        taken = Domain("portal_number", "in", numbers)
        taken &= Domain("portal_number_company_id", "=", self.id)
        tasks_sudo = self.env["project.task"].sudo().with_context(active_test=False)
        if tasks_sudo.search_count(taken, limit=1):  # Somebody has set it back.
            self._skip_portal_numbers()
            numbers = self._draw_from_sequence(count)
        return numbers

    def _draw_from_sequence(self, count):
        sequence_sudo = self.sudo().portal_case_sequence_id
        return [sequence_sudo.next_by_id() for _number in range(count)]

    def _skip_portal_numbers(self):
        """Let sequences go on after the highest number that a case has."""
        self.env["project.task"].flush_model()
        highest = dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT company_id, MAX(number)
                      FROM (
                        SELECT portal_number_company_id AS company_id,
                               CAST(SUBSTRING(portal_number FROM %s) AS bigint)
                                   AS number
                          FROM project_task
                         WHERE portal_number_company_id IN %s
                      ) AS numbers
                     WHERE number < %s
                  GROUP BY company_id
                    """,
                    LAST_DIGITS,
                    tuple(self.ids) or (0,),
                    MAX_INTEGER,  # Typed ones can be longer than a sequence counts.
                )
            )
        )
        for company in self:
            sequence_sudo = company.sudo().portal_case_sequence_id
            sequence_sudo.invalidate_recordset(["number_next_actual"])
            following = (highest.get(company.id) or 0) + 1
            if sequence_sudo and sequence_sudo.number_next_actual < following:
                sequence_sudo.number_next = following


class IrSequence(models.Model):
    _inherit = "ir.sequence"

    @api.constrains("prefix", "suffix", "padding")
    def _check_portal_case_format(self):
        """Refuse a format with which no case could be made, or none be found.

        Customers find a case by the digits at its end.
        """
        companies = self.env["res.company"].sudo()
        used = companies.search([("portal_case_sequence_id", "in", self.ids)])
        for sequence in used.portal_case_sequence_id:
            prefix, suffix = sequence._get_portal_parts()
            if (
                prefix[-1:].isdigit()
                or suffix
                or not (0 <= sequence.padding <= MAX_PADDING)
            ):
                raise ValidationError(
                    self.env._(
                        "A case number is a prefix that doesn't end in a digit, such "
                        "as %(example)s, followed by up to %(digits)s digits. "
                        "Customers can find their case by these digits.",
                        example=PREFIX,
                        digits=MAX_PADDING,
                    )
                )

    def _get_portal_parts(self):
        try:
            return self._get_prefix_suffix()
        except UserError as error:
            raise ValidationError(
                self.env._(
                    "“%(prefix)s” is not a valid case number prefix. Use something "
                    "like %(example)s.",
                    prefix=self.prefix,
                    example=PREFIX,
                )
            ) from error
