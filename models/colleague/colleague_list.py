from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .colleague_give import OPEN
from .request import MOST_SHOWN

PAGE_SIZE = 50
SEARCH_LENGTH = 100
ORDERS = ("name", "email", "profile", "status", "last_login")


class CustomerPortalColleague(models.AbstractModel):
    """The list of colleagues: a page of plain values, in a few queries."""

    _inherit = "customer.portal.colleague"

    @api.model
    def _get_list(self, search="", order="name", page=1, status=None):
        """Return a page of the contacts in reach.

        :param str search: a part of a name or an email address
        :param str order: one of ``ORDERS``, with " desc" behind it to turn it round
        :param int page: from 1 on; the last one for one that is too far
        :param str status: None for all
        :return: dict with ``rows``, ``total``, ``page``, ``pages``, ``search``,
            ``order``, ``status``, ``statuses`` (value -> label), ``can_change``,
            ``organizations`` (see ``_get_organizations``), ``requests``, the first
            ones that wait, and ``request_count``. Each of the rows has ``id``,
            ``name``, ``email``, ``profile``,
            ``profile_id``, ``organization``, ``organization_id``, ``status``,
            ``status_label``, ``start``, ``end``, ``last_login`` (UTC), ``is_self``,
            ``pending`` (kind of the change that waits, or False) and ``actions``
        :rtype: dict
        """
        gate = self._get_gate()
        search = str(search or "").replace("\0", "").strip()[:SEARCH_LENGTH]
        order = order if self._is_order(order) else "name"
        labels = self._get_status_labels()
        status = status if status in labels else None
        partners = self.env["res.partner"].sudo()
        domain = gate.colleague_domain() & self._get_search_domain(search, status)
        domain = domain.optimize_full(partners)  # Once for all searches.
        page = max(page if isinstance(page, int) else 1, 1)
        found, total = self._find_page(domain, order, page)
        if page > 1 and not found:
            total = partners.search_count(domain)
            page = self._count_pages(total)
            found, total = self._find_page(domain, order, page)
        requests = self._find_requests()
        return {
            "rows": self._make_rows(found, labels, requests),
            "total": total,
            "page": page,
            "pages": self._count_pages(total),
            "search": search,
            "order": order,
            "status": status,
            "statuses": labels,
            "can_change": self._may_change(),
            "organizations": self._get_organizations(),
            "requests": self._get_requests(requests[:MOST_SHOWN]),
            "request_count": len(requests),
        }

    @api.model
    def _count_pages(self, total):
        return max(1, -(-total // PAGE_SIZE))

    @api.model
    def _is_order(self, order):
        words = order.split(" ") if isinstance(order, str) else []
        return words[:1] != [] and words[0] in ORDERS and words[1:] in ([], ["desc"])

    @api.model
    def _get_status_labels(self):
        """Return what each status is called by customers. To be extended.

        :rtype: dict[str, str]
        """
        return {
            "invited": self.env._("Invited"),
            "active": self.env._("Active"),
            "grace": self.env._("Grace"),
            "scheduled": self.env._("Scheduled"),
            "expired": self.env._("Expired"),
            "none": self.env._("No access"),
        }

    @api.model
    def _get_search_domain(self, search, status):
        domain = Domain.TRUE
        if search:
            domain &= Domain("name", "ilike", search) | Domain("email", "ilike", search)
        if status not in ("invited", "active"):
            return domain & Domain("portal_state", "in", [status]) if status else domain
        is_new = status == "invited"
        active = Domain("portal_state", "in", ["active"])
        return domain & active & self._get_seen_domain(not is_new)

    @api.model
    def _get_seen_domain(self, is_seen):
        """Return who has logged in, or who never has."""
        users = self.env["res.users"].sudo()
        domain = Domain("share", "=", True) & Domain("log_ids", "!=", False)
        operator = "in" if is_seen else "not in"
        return Domain("user_ids", operator, users._search(domain))

    @api.model
    def _find_page(self, domain, order, page):
        """Return a page of contacts, and how many there are on all pages.

        None of both on a page that is too far. The organizations are read along, and
        what is not known yet of the user's own contact.

        :rtype: tuple
        """
        partners = self.env["res.partner"].sudo()
        query = partners._search(domain)
        name, _space, descending = order.partition(" ")
        parts = self._get_order_parts(partners, query, name)
        turn = SQL(" DESC NULLS LAST") if descending else SQL(" ASC NULLS FIRST")
        first, *others = parts
        query.order = SQL(", ").join(
            [SQL("%s%s", first, turn), *others, SQL.identifier(query.table, "id")]
        )
        query.limit, query.offset = PAGE_SIZE, (page - 1) * PAGE_SIZE
        wanted = SQL.identifier(query.table, "id"), SQL("COUNT(*) OVER ()")
        rows = self.env.execute_query(query.select(*wanted))
        found = partners.browse(row[0] for row in rows)
        organization_ids = self._get_gate()._get_managed_organization_ids()
        (found | partners.browse(organization_ids)).fetch()
        return found, rows[0][1] if rows else 0

    @api.model
    def _get_order_parts(self, partners, query, name):
        """Return what rows are sorted by, the first part by what was asked."""
        title = SQL("lower(%s)", partners._field_to_sql(query.table, "name", query))
        if name == "name":
            return [title]
        if name == "email":
            email = partners._field_to_sql(query.table, "email_normalized", query)
            return [email, title]
        if name == "profile":
            return [self._get_profile_sql(partners, query), title]
        login = self._get_login_sql(query)
        if name == "last_login":
            return [login, title]
        return [self._get_status_sql(partners, query), title]

    @api.model
    def _get_profile_sql(self, partners, query):
        return SQL(
            "(SELECT profile.sequence * 1000000 + profile.id"
            " FROM customer_portal_profile profile WHERE profile.id = %s)",
            partners._field_to_sql(query.table, "portal_profile_id", query),
        )

    @api.model
    def _get_login_sql(self, query):
        """Return when a contact has logged in last, as ``portal_last_login`` does."""
        return SQL(
            "(SELECT MAX(log.create_date) FROM res_users_log log"
            " JOIN res_users u ON u.id = log.create_uid"
            " WHERE u.share AND u.partner_id = %s)",
            SQL.identifier(query.table, "id"),
        )

    @api.model
    def _get_status_sql(self, partners, query):
        """Return the place of a contact's status, by what it is computed of.

        Those who are invited follow those who have logged in. Those who ended follow
        the others, so grace and expired stand together.
        """
        return SQL(
            "(CASE WHEN %(user)s IS NOT TRUE THEN 4 WHEN %(end)s < %(today)s THEN 3"
            " WHEN %(start)s > %(today)s THEN 2 WHEN %(login)s IS NULL THEN 1"
            " ELSE 0 END)",
            login=self._get_login_sql(query),
            user=partners._field_to_sql(query.table, "portal_user", query),
            start=partners._field_to_sql(query.table, "support_start_date", query),
            end=partners._field_to_sql(query.table, "support_end_date", query),
            today=self._get_own_sudo().company_id._get_portal_today(),
        )

    # === ROWS === #

    @api.model
    def _make_rows(self, partners_sudo, labels, requests):
        pending = {one.partner_id.id: one.kind for one in requests}
        own, can_change = self._get_own_sudo(), self._may_change()
        rows = []
        for partner in partners_sudo:
            status = self._get_status(partner)
            rows.append(
                {
                    "id": partner.id,
                    "name": partner.name or "",
                    "email": partner.email or "",
                    "profile_id": partner.portal_profile_id.id,
                    "profile": partner.portal_profile_id.name or "",
                    "organization_id": partner.commercial_partner_id.id,
                    "organization": partner.commercial_partner_id.name or "",
                    "status": status,
                    "status_label": labels.get(status, status),
                    "start": partner.support_start_date,
                    "end": partner.support_end_date,
                    "last_login": partner.portal_last_login,
                    "is_self": partner == own,
                    "pending": pending.get(partner.id, False),
                    "actions": self._get_actions(partner) if can_change else (),
                }
            )
        return rows

    @api.model
    def _get_status(self, partner_sudo):
        """Return a word for a contact's access; see ``_get_status_labels``."""
        state = partner_sudo.portal_state
        if state == "active" and not partner_sudo.portal_last_login:
            return "invited"
        return state

    @api.model
    def _get_actions(self, partner_sudo):
        """Return what is offered in a row; whether it is done is checked when asked.

        :return: of "resend", "profile", "end" and "restore"
        :rtype: tuple[str]
        """
        if not self._is_in_rank(partner_sudo, "_covers_as_configured"):
            return ()
        if not partner_sudo.portal_user:
            return ("restore",)
        actions = ["profile", "end"]
        if partner_sudo.portal_state in OPEN and not partner_sudo.portal_last_login:
            actions.insert(0, "resend")
        if partner_sudo.portal_state == "expired":
            actions.append("restore")
        return tuple(actions)
