from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..document.gate import CODE
from .contacts import CONTACTS
from .paths import Owner
from .reach import NOBODY, OWNED
from .records import GROUPS

# How documents are shared by a level of records visibility -> what it is called here.
REACHES = {level: f"{CODE}_{level}" for level in OWNED}
REACHES["everyone"] = REACHES["subsidiaries"]
ALL = "all"


class CustomerPortalEffect(models.AbstractModel):
    """Documents: shared with a contact, an organization, profiles or everybody.

    As the gate's ``_get_document_parts``, joined with the contacts of a profile.
    """

    _inherit = "customer.portal.effect"

    @api.model
    def _get_reach(self, right):
        if right.code != CODE:
            return super()._get_reach(right)
        return REACHES.get(right.records_visibility, NOBODY)

    @api.model
    def _adjust(self, right, profile_id, side):
        side = super()._adjust(right, profile_id, side)
        if right.code != CODE:
            return side
        return side._replace(files=False, profile_id=profile_id)

    @api.model
    def _get_filter(self, profile_id, right):
        if right.code != CODE:
            return super()._get_filter(profile_id, right)
        gate = self.env["customer.portal.gate"].sudo()
        return gate._get_document_limits()["published"]

    @api.model
    def _get_more_columns(self, side, one, model, query):
        columns = super()._get_more_columns(side, one, model, query)
        if one.reach not in REACHES.values():
            return columns
        table = model._table
        in_profile = Domain("audience", "=", "everyone")
        in_profile |= Domain("profile_ids", "in", [one.profile_id])
        audience = SQL(
            "CASE WHEN %s AND %s THEN %s ELSE %s END",
            SQL("%s IN ('everyone', 'profiles')", SQL.identifier(table, "audience")),
            in_profile.optimize_full(model)._to_sql(model, table, query),
            ALL,
            SQL.identifier(table, "audience"),
        )
        found = {
            "own": SQL.identifier(table, "partner_id"),
            "org": SQL.identifier(table, "organization_id"),
            "audience": audience,
        }
        columns.update({f"{side}_{n}": Owner(sql, False) for n, sql in found.items()})
        return columns

    @api.model
    def _get_contact_token(self, one):
        if one.reach not in REACHES.values():
            return super()._get_contact_token(one)
        return SQL("partner_id"), SQL("organization_id")

    @api.model
    def _select_documents_own_tokens(self, job, side, _one):
        return self._select_document_tokens(
            job,
            side,
            SQL(
                "JOIN c ON c.organization_id = g.org AND (c.partner_id = g.own"
                " OR g.audience IN ('organization', 'subsidiaries'))"
            ),
        )

    @api.model
    def _select_documents_organization_tokens(self, job, side, _one):
        reached = SQL("JOIN c ON c.organization_id = g.org")
        return self._select_document_tokens(job, side, reached)

    @api.model
    def _select_documents_subsidiaries_tokens(self, job, side, _one):
        reached = SQL(
            "JOIN above up ON up.start = g.org JOIN c ON c.organization_id = up.id"
        )
        return self._select_document_tokens(job, side, reached)

    @api.model
    def _select_document_tokens(self, job, side, reached):
        """Select the contacts that see each group of documents.

        :param SQL reached: joins from a group ``g`` to the contacts ``c`` of its level
        """
        columns = {
            name: SQL.identifier("g", f"{side}_{name}")
            for name in ("shown", "own", "org", "audience")
        }
        return SQL(
            """
            WITH RECURSIVE g AS (
                SELECT gid, %(own)s AS own, %(org)s AS org, %(audience)s AS audience
                  FROM %(groups)s g WHERE %(shown)s
            ), c AS (
                SELECT partner_id, organization_id FROM %(contacts)s
                 WHERE profile_id = %(profile)s
            ), above(start, id) AS (
                SELECT org, org FROM g WHERE org IS NOT NULL
                 UNION
                SELECT organization_id, organization_id FROM c
                 UNION
                SELECT above.start, p.parent_id
                  FROM above JOIN res_partner p ON p.id = above.id
                 WHERE p.parent_id IS NOT NULL
            )
            SELECT g.gid, c.partner_id AS own, c.organization_id AS org
              FROM g %(reached)s
             UNION
            SELECT g.gid, c.partner_id, c.organization_id
              FROM g JOIN (
                SELECT DISTINCT a.start, p.commercial_partner_id AS id
                  FROM above a JOIN res_partner p ON p.id = a.id
                 WHERE a.id <> a.start
              ) parents ON parents.id = g.org AND g.audience = 'subsidiaries'
              JOIN c ON c.organization_id = parents.start
             UNION
            SELECT g.gid, c.partner_id, c.organization_id
              FROM g CROSS JOIN c WHERE g.audience = %(all)s
            """,
            groups=GROUPS,
            contacts=CONTACTS,
            profile=job.profile_id,
            reached=reached,
            all=ALL,
            **columns,
        )
