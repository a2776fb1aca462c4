from contextlib import contextmanager

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..access.res_partner_period import OPEN_STATES

# Tables of the transaction: the contacts that a change concerns.
CONTACTS = SQL.identifier("customer_portal_effect_contact")


class CustomerPortalEffect(models.AbstractModel):
    """Whom a change concerns: contacts with a user, by what the gate asks of them."""

    _inherit = "customer.portal.effect"

    @api.model
    @contextmanager
    def _contacts(self, profile_ids):
        """Put the contacts of some profiles into a table, for as long as needed.

        :return: yields how many there are
        """
        self.env.flush_all()
        columns = self._select_contacts(profile_ids)
        self._make_table(CONTACTS, columns)
        [[count]] = self.env.execute_query(SQL("SELECT count(*) FROM %s", CONTACTS))
        yield count
        self._drop_table(CONTACTS)

    @api.model
    def _select_contacts(self, profile_ids):
        """Select what ``_get_domain_key`` of the gate is made of, for all at once.

        One user of each contact, as ``_get_main_portal_users`` chooses; whoever has no
        profile of their own has the default one.
        """
        users = self.env["res.users"].sudo()
        portal_ids = self.env.ref("base.group_portal").ids
        domain = Domain("all_group_ids", "in", portal_ids)
        domain &= Domain("partner_id.portal_user", "=", True)
        found = users._search(domain)
        return SQL(
            """
            SELECT DISTINCT ON (p.id)
                   p.id AS partner_id,
                   p.commercial_partner_id AS organization_id,
                   coalesce(p.portal_profile_id, %(default)s) AS profile_id,
                   ARRAY(
                       SELECT r.cid FROM res_company_users_rel r
                         JOIN res_company c ON c.id = r.cid AND c.active
                        WHERE r.user_id = u.id ORDER BY r.cid
                   ) AS company_ids,
                   p.id IN %(active)s AS is_active
              FROM res_users u
              JOIN res_partner p ON p.id = u.partner_id
             WHERE u.id IN %(users)s
               AND coalesce(p.portal_profile_id, %(default)s) = ANY(%(profiles)s)
             ORDER BY p.id,
                   lower(u.login) <> lower(coalesce(p.email_normalized, '')), u.id
            """,
            default=self._get_default_profile_id(),
            active=self._select_active_ids(),
            users=found.subselect(SQL.identifier(found.table, "id")),
            profiles=list(profile_ids),
        )

    @api.model
    def _get_default_profile_id(self):
        return self.env["customer.portal.profile"].sudo()._get_default().id or 0

    @api.model
    def _select_active_ids(self):
        """Select the contacts whom the door lets in today."""
        partners = self.env["res.partner"].sudo()
        return partners._search(Domain("portal_state", "in", OPEN_STATES)).subselect()

    # === TABLES === #

    @api.model
    def _make_table(self, name, rows):
        """Keep rows until the end of the transaction, and count them for the planner.

        Without it PostgreSQL expects a handful, and joins them one by one.
        """
        self._drop_table(name)
        self.env.execute_query(
            SQL("CREATE TEMPORARY TABLE %s ON COMMIT DROP AS %s", name, rows)
        )
        self.env.execute_query(SQL("ANALYZE %s", name))

    @api.model
    def _drop_table(self, name):
        self.env.execute_query(SQL("DROP TABLE IF EXISTS pg_temp.%s", name))
