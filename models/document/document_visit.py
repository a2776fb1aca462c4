from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...icons import ICONS
from ..record.waiting import TO_READ, WaitingItem, WaitingSearch
from .document_list import URL
from .gate import CODE

# To who has never seen their documents, those of so many days are new.
FIRST = timedelta(days=30)
# So many are counted.
COUNTED = 20
# Of so many the name is told.
NAMED = 3


class CustomerPortalDocumentVisit(models.Model):
    """When a user last saw the list of their documents."""

    _name = "customer.portal.document.visit"
    _description = "Portal Documents Visit"
    _order = "id DESC"
    _rec_name = "user_id"

    user_id = fields.Many2one("res.users", required=True, ondelete="cascade")
    date = fields.Datetime(required=True)

    _user_uniq = models.Constraint(
        "UNIQUE (user_id)", "Each user has one last visit to the documents."
    )

    @api.model
    def _keep(self):
        """Keep that the user sees their documents now.

        In one step, so that of two pages at once both count.
        """
        if not self.env["customer.portal.thread"]._is_own_visit():
            return
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO customer_portal_document_visit (user_id, date)
                     VALUES (%s, %s)
                ON CONFLICT (user_id) DO UPDATE SET date = EXCLUDED.date
                """,
                self.env.uid,
                fields.Datetime.now(),
            )
        )
        self.invalidate_model()

    @api.model
    def _get_new_domain(self):
        """Return which documents came after the user's last visit, in one query."""
        first = fields.Datetime.now() - FIRST

        def to_sql(documents, alias, query):
            return SQL(
                "%s > COALESCE((SELECT date FROM customer_portal_document_visit "
                "WHERE user_id = %s), %s)",
                documents._field_to_sql(alias, "create_date", query),
                self.env.uid,
                first,
            )

        return Domain.custom(to_sql=to_sql)


class CustomerPortalWaiting(models.AbstractModel):
    """Documents that others have shared with a customer since their last visit."""

    _inherit = "customer.portal.waiting"

    @api.model
    def _get_searches(self):
        searches = super()._get_searches()
        may_see = self.env["customer.portal.gate"].may(CODE)
        return [*searches, self._make_new_search()] if may_see else searches

    @api.model
    def _make_new_search(self):
        gate = self.env["customer.portal.gate"]
        own = self.env.user.sudo().partner_id
        domain = gate._get_document_domain() & Domain("author_id", "!=", own.id)
        domain &= self.env["customer.portal.document.visit"]._get_new_domain()
        return WaitingSearch(
            self.env["customer.portal.document"].sudo(),
            domain,
            "create_date desc, id desc",
            lambda found: [self._make_new_documents(found)],
            COUNTED,
        )

    @api.model
    def _make_new_documents(self, documents):
        """Return one item for all of them: whoever opens the list has seen them."""
        documents.fetch(["name"])
        names = ", ".join(documents[:NAMED].mapped("name"))
        if len(documents) == 1:
            title = self.env._("1 new document")
        elif len(documents) < COUNTED:
            title = self.env._("%(count)s new documents", count=len(documents))
        else:
            title = self.env._("%(count)s new documents or more", count=COUNTED)
        return WaitingItem(
            TO_READ,
            ICONS["documents"],
            title,
            f"{names}…" if len(documents) > NAMED else names,
            self.env._("Show"),
            f"{URL}/seen",
            posts=True,
        )
