from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from .contacts import CONTACTS
from .effect import NOTHING, Direction, OrganizationEffect
from .reach import EVERYONE, NOBODY
from .records import GROUPS, SIDES

# Which group has which tokens, on each side.
TOKENS = SQL.identifier("customer_portal_effect_token")
# The contacts of a profile, with their tokens on each side.
KEYS = SQL.identifier("customer_portal_effect_key")
# Which groups are seen: after, before, and both; by contacts that are alike.
SEEN = SQL.identifier("customer_portal_effect_seen")
# What is seen -> the sides on which it is.
RELATIONS = {"a": ("a",), "b": ("b",), "ab": ("a", "b")}


class Job(NamedTuple):
    """The records of a module for the contacts of one profile, before and after."""

    profile_id: int
    model_name: str
    after: object  # Side
    before: object
    arrays: frozenset  # columns of groups that hold several contacts

    @property
    def sides(self):
        return dict(zip(SIDES, (self.after, self.before), strict=True))


class CustomerPortalEffect(models.AbstractModel):
    """Who sees which groups of records, before and after: joins, and sums over them."""

    _inherit = "customer.portal.effect"

    @api.model
    def _count_records(self, profile_id, old, new):
        """Count what becomes visible and what vanishes in a module.

        :param old: ``ModuleAccess`` before, None for a module that is hidden
        :return: values of a ``ModuleEffect``
        :rtype: dict
        """
        after, before = (self._make_side(profile_id, right) for right in (new, old))
        counts = self._count_contacts(profile_id)
        counts["narrowed"] = self._shows_less(new or old)
        if after is None or before is None:
            return self._say_nothing(counts, counted=False)
        if after == before:
            return self._say_nothing(counts)
        model_name = (new or old).model_name
        arrays = self._group_records(model_name, after, before)
        if arrays is None:
            return self._say_nothing(counts, counted=False)
        job = Job(profile_id, model_name, after, before, arrays)
        self._relate(job)
        counts.update(self._sum_up(job), counted=True)
        for table in (SEEN, KEYS, TOKENS):
            self._drop_table(table)
        return counts

    @api.model
    def _say_nothing(self, counts, counted=True):
        nothing = {"gained": NOTHING, "lost": NOTHING, "organizations": ()}
        return {**counts, **nothing, "counted": counted}

    @api.model
    def _count_contacts(self, profile_id):
        [[count, active]] = self.env.execute_query(
            SQL(
                "SELECT count(*), count(*) FILTER (WHERE is_active)"
                " FROM %s WHERE profile_id = %s",
                CONTACTS,
                profile_id,
            )
        )
        return {"contacts": count, "contacts_now": active}

    # === WHO SEES WHICH GROUPS === #

    @api.model
    def _relate(self, job):
        """Make the tables of tokens, of contacts and of who sees what."""
        tokens = [
            SQL("SELECT %s AS side, gid, own, org FROM (%s) t", side, rows)
            for side, one in job.sides.items()
            if (rows := self._select_tokens(job, side, one))
        ]
        if not tokens:
            tokens = [SQL("SELECT '' AS side, 0::bigint AS gid, 0 AS own, 0 AS org")]
        self._make_table(TOKENS, SQL(" UNION ").join(tokens))
        self._make_table(KEYS, self._select_keys(job))
        seen = SQL(" UNION ALL ").join(
            self._select_seen(job, relation, sides)
            for relation, sides in RELATIONS.items()
        )
        self._make_table(SEEN, seen)

    @api.model
    def _select_tokens(self, job, side, one):
        """Select the tokens of groups: what a contact must have, to see one.

        :return: None where nothing is shown
        :rtype: SQL | None
        """
        shown = SQL("FROM %s g WHERE %s", GROUPS, SQL.identifier("g", f"{side}_shown"))
        if one.reach == NOBODY:
            return None
        if one.reach == EVERYONE:
            return SQL("SELECT gid, 0 AS own, 0 AS org %s", shown)
        make = getattr(self, f"_select_{one.reach}_tokens")
        return make(job, side, one)

    @api.model
    def _select_own_tokens(self, job, side, one):
        own = self._unnest(job, f"{side}_own")
        if not one.organization_field:
            return SQL(
                "SELECT gid, %s AS own, 0 AS org FROM %s g, %s WHERE %s",
                SQL("own.id"),
                GROUPS,
                SQL("%s AS own(id)", own),
                SQL.identifier("g", f"{side}_shown"),
            )
        return SQL(
            "SELECT gid, own.id AS own, p.commercial_partner_id AS org"
            " FROM %s g, %s AS own(id), %s AS org(id)"
            " JOIN res_partner p ON p.id = org.id WHERE %s",
            GROUPS,
            own,
            self._unnest(job, f"{side}_org"),
            SQL.identifier("g", f"{side}_shown"),
        )

    @api.model
    def _select_organization_tokens(self, job, side, _one):
        return SQL(
            "SELECT gid, 0 AS own, p.commercial_partner_id AS org FROM %s g, %s AS"
            " org(id) JOIN res_partner p ON p.id = org.id WHERE %s",
            GROUPS,
            self._unnest(job, f"{side}_org"),
            SQL.identifier("g", f"{side}_shown"),
        )

    @api.model
    def _select_subsidiaries_tokens(self, job, side, _one):
        """An organization sees what belongs to any contact below it."""
        return SQL(
            """
            WITH RECURSIVE above(gid, id) AS (
                SELECT gid, org.id FROM %(groups)s g, %(org)s AS org(id)
                 WHERE %(shown)s AND org.id IS NOT NULL
                 UNION
                SELECT above.gid, p.parent_id
                  FROM above JOIN res_partner p ON p.id = above.id
                 WHERE p.parent_id IS NOT NULL
            ) SELECT gid, 0 AS own, id AS org FROM above
            """,
            groups=GROUPS,
            org=self._unnest(job, f"{side}_org"),
            shown=SQL.identifier("g", f"{side}_shown"),
        )

    @api.model
    def _unnest(self, job, column):
        """Return the contacts in a column of groups as a table."""
        name = SQL.identifier("g", column)
        if column in job.arrays:
            return SQL("LATERAL unnest(%s)", name)
        return SQL("LATERAL unnest(ARRAY[%s])", name)

    @api.model
    def _select_keys(self, job):
        """Select the contacts of the profile, and which of them are alike."""
        columns, ranks = [], []
        for side, one in job.sides.items():
            own, org = self._get_contact_token(one)
            columns.append(SQL("%s AS %s", own, SQL.identifier(f"{side}_own")))
            columns.append(SQL("%s AS %s", org, SQL.identifier(f"{side}_org")))
        for relation, sides in RELATIONS.items():
            names = [f"{side}_{name}" for side in sides for name in ("own", "org")]
            ranks.append(
                SQL(
                    "dense_rank() OVER (ORDER BY company_ids, %s) AS %s",
                    SQL(", ").join(map(SQL.identifier, names)),
                    SQL.identifier(f"k_{relation}"),
                )
            )
        return SQL(
            "SELECT *, %s FROM (SELECT partner_id, organization_id, is_active,"
            " company_ids, %s FROM %s WHERE profile_id = %s) c",
            SQL(", ").join(ranks),
            SQL(", ").join(columns),
            CONTACTS,
            job.profile_id,
        )

    @api.model
    def _get_contact_token(self, one):
        """Return what a contact has, as columns of the contacts.

        :rtype: tuple[SQL, SQL]
        """
        none, own, org = SQL("0"), SQL("partner_id"), SQL("organization_id")
        if one.reach in (NOBODY, EVERYONE):
            return none, none
        if one.reach == "own":
            return own, org if one.organization_field else none
        return none, org

    @api.model
    def _select_seen(self, job, relation, sides):
        """Select who sees which groups on all of some sides."""
        key = SQL.identifier(f"k_{relation}")
        names = [f"{side}_{name}" for side in sides for name in ("own", "org")]
        alike = SQL(
            "SELECT %(key)s, company_ids, %(names)s, count(*) AS contacts FROM %(keys)s"
            " GROUP BY %(key)s, company_ids, %(names)s",
            key=key,
            names=SQL(", ").join(map(SQL.identifier, names)),
            keys=KEYS,
        )
        joins = SQL(" ").join(
            self._join_tokens(job.sides[side], side) for side in sides
        )
        return SQL(
            "SELECT %s AS relation, c.%s AS k, g.gid, max(c.contacts) AS contacts"
            " FROM (%s) c %s WHERE g.company IS NULL"
            " OR g.company = ANY(c.company_ids) GROUP BY c.%s, g.gid",
            relation,
            key,
            alike,
            SQL("%s JOIN %s g ON %s", joins, GROUPS, self._join_groups(sides)),
            key,
        )

    @api.model
    def _join_tokens(self, _one, side):
        token = SQL.identifier(f"t_{side}")
        return SQL(
            "JOIN %(tokens)s %(token)s ON %(token)s.side = %(side)s"
            " AND %(token)s.own = c.%(own)s AND %(token)s.org = c.%(org)s",
            tokens=TOKENS,
            token=token,
            side=side,
            own=SQL.identifier(f"{side}_own"),
            org=SQL.identifier(f"{side}_org"),
        )

    @api.model
    def _join_groups(self, sides):
        return SQL(" AND ").join(
            SQL("g.gid = %s.gid", SQL.identifier(f"t_{side}")) for side in sides
        )

    # === SUMS === #

    @api.model
    def _sum_up(self, job):
        """Return what becomes visible and what vanishes, of which organizations."""
        organizations, gained, lost = self._sum_organizations()
        groups = self._sum_groups(job)
        return {
            "organizations": organizations,
            "gained": self._make_direction(job, "a", gained, groups[:2]),
            "lost": self._make_direction(job, "b", lost, groups[2:]),
        }

    @api.model
    def _make_direction(self, job, side, contacts, records):
        (people, organizations, pairs), (count, files) = contacts, records
        examples = self._find_examples(job, side) if count else ()
        return Direction(count, files, people, organizations, pairs, examples)

    @api.model
    def _sum_organizations(self):
        """Sum up by organization the pairs of a contact and a record that differ.

        :return: ``OrganizationEffect``, and in all: contacts, organizations and pairs
            that gain, and the same that lose
        """
        rows = self.env.execute_query(
            SQL(
                """
                WITH sums AS (
                    SELECT s.relation, s.k, sum(g.records) AS records
                      FROM %(seen)s s JOIN %(groups)s g USING (gid)
                     GROUP BY s.relation, s.k
                ), pairs AS (
                    SELECT c.organization_id,
                           coalesce(a.records, 0) - coalesce(ab.records, 0) AS gained,
                           coalesce(b.records, 0) - coalesce(ab.records, 0) AS lost
                      FROM %(keys)s c
                      LEFT JOIN sums a ON a.relation = 'a' AND a.k = c.k_a
                      LEFT JOIN sums b ON b.relation = 'b' AND b.k = c.k_b
                      LEFT JOIN sums ab ON ab.relation = 'ab' AND ab.k = c.k_ab
                )
                SELECT organization_id, count(*), sum(gained), sum(lost),
                       count(*) FILTER (WHERE gained > 0),
                       count(*) FILTER (WHERE lost > 0)
                  FROM pairs WHERE gained > 0 OR lost > 0
                 GROUP BY organization_id
                 ORDER BY sum(gained) + sum(lost) DESC, organization_id
                """,
                seen=SEEN,
                groups=GROUPS,
                keys=KEYS,
            )
        )
        organizations = [
            OrganizationEffect(row[0], row[1], int(row[2]), int(row[3])) for row in rows
        ]
        gained, lost = (
            (
                sum(row[people] for row in rows),
                sum(1 for row in rows if row[people]),
                int(sum(row[pairs] for row in rows)),
            )
            for people, pairs in ((4, 2), (5, 3))
        )
        return tuple(organizations), gained, lost

    @api.model
    def _sum_groups(self, job):
        """Count the records and files that differ for at least one contact.

        A group differs for somebody where more contacts see it on one side than on
        both.

        :return: records and files that become visible, and those that vanish
        :rtype: tuple[int, int, int, int]
        """
        [row] = self.env.execute_query(
            SQL(
                """
                SELECT sum(g.records) FILTER (WHERE a > ab),
                       sum(g.files) FILTER (WHERE %(a_files)s AND a > ab_files),
                       sum(g.records) FILTER (WHERE b > ab),
                       sum(g.files) FILTER (WHERE %(b_files)s AND b > ab_files)
                  FROM (
                    SELECT gid, a, b, ab,
                           CASE WHEN %(both)s THEN ab ELSE 0 END AS ab_files
                      FROM (%(groups_seen)s) s
                  ) n JOIN %(groups)s g USING (gid)
                """,
                a_files=job.after.files,
                b_files=job.before.files,
                both=job.after.files and job.before.files,
                groups_seen=self._select_groups_seen(),
                groups=GROUPS,
            )
        )
        return tuple(int(number or 0) for number in row)

    @api.model
    def _select_groups_seen(self):
        """Select by how many contacts each group is seen: after, before, and both."""
        sums = SQL(", ").join(
            SQL(
                "coalesce(sum(contacts) FILTER (WHERE relation = %s), 0) AS %s",
                relation,
                SQL.identifier(relation),
            )
            for relation in RELATIONS
        )
        return SQL("SELECT gid, %s FROM %s GROUP BY gid", sums, SEEN)
