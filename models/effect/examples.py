from odoo import api, models
from odoo.tools import SQL

from .counts import KEYS, SEEN
from .effect import Example
from .records import GROUPS

# How many examples are given of what becomes visible, and of what vanishes.
EXAMPLES = 10


class CustomerPortalEffect(models.AbstractModel):
    """Some of the records that become visible or vanish, each with a contact."""

    _inherit = "customer.portal.effect"

    @api.model
    def _find_examples(self, job, side):
        """Return examples of groups that some contact sees on one side alone.

        One record of each of ten groups; of fewer groups, more of each.

        :rtype: tuple[Example]
        """
        groups = self._find_differing(side)
        if not groups:
            return ()
        if len(groups) == EXAMPLES:
            return tuple(Example(first, partner) for _gid, first, partner in groups)
        partners = {gid: partner_id for gid, _first, partner_id in groups}
        found = self._find_members(job, list(partners))
        return tuple(Example(res_id, partners[gid]) for res_id, gid in found)

    @api.model
    def _find_differing(self, side):
        """Return groups with their smallest id, and a contact who sees it so."""
        return self.env.execute_query(
            SQL(
                """
                SELECT g.gid, g.first_id, (
                    SELECT min(c.partner_id) FROM %(keys)s c
                      JOIN %(seen)s s ON s.relation = %(side)s AND s.gid = g.gid
                       AND s.k = c.%(key)s
                     WHERE NOT EXISTS (
                        SELECT 1 FROM %(seen)s ab WHERE ab.relation = 'ab'
                           AND ab.gid = g.gid AND ab.k = c.k_ab
                     )
                )
                  FROM (%(groups_seen)s) n JOIN %(groups)s g USING (gid)
                 WHERE n.%(name)s > n.ab
                 ORDER BY g.first_id LIMIT %(limit)s
                """,
                keys=KEYS,
                seen=SEEN,
                side=side,
                key=SQL.identifier(f"k_{side}"),
                groups_seen=self._select_groups_seen(),
                groups=GROUPS,
                name=SQL.identifier(side),
                limit=EXAMPLES,
            )
        )

    @api.model
    def _find_members(self, job, gids):
        """Return some records of a few groups, with the numbers of these."""
        query, columns, _arrays = self._get_grouped(
            job.model_name, job.after, job.before
        )
        inner = query.select(
            SQL.identifier(query.table, "id"),
            *(SQL("%s AS %s", sql, SQL.identifier(n)) for n, sql in columns.items()),
        )
        same = SQL(" AND ").join(
            SQL("r.%s IS NOT DISTINCT FROM g.%s", SQL.identifier(n), SQL.identifier(n))
            for n in columns
        )
        return self.env.execute_query(
            SQL(
                "SELECT r.id, g.gid FROM (%s) r JOIN %s g ON %s"
                " WHERE g.gid = ANY(%s) LIMIT %s",
                inner,
                GROUPS,
                same,
                gids,
                EXAMPLES,
            )
        )
