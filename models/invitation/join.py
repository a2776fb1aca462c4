from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.misc import hash_sign, verify_hash_signed

from ...utils import clean_line, clean_login
from ..base.batches import remove_batch
from ..base.mailboxes import get_mailbox_domain

CRON = "customer_portal.ir_cron_answer_joins"
SCOPE = "customer_portal-join"
# How long the link in the mail works, in hours.
LINK_HOURS = 24
# After how many days what was asked is forgotten.
KEEP_DAYS = 7
# The same of those about whom nobody has decided.
WAIT_DAYS = 180
# The longest name and code that are looked at, in characters.
NAME_LENGTH = 100
CODE_LENGTH = 64
# How the signs of a code are grouped.
GROUP_LENGTH = 5
# What is answered in an hour: for an address, from a place, for an organization.
MOST_FOR_ADDRESS = 3
MOST_FROM_PLACE = 40
MOST_FOR_ORGANIZATION = 100
# What is noted from one place within an hour: all else is thrown away unread.
MOST_NOTED = 200

JOIN_STATES = [
    ("asked", "Asked"),
    ("sent", "Link Sent"),
    ("known", "Address in Use"),
    ("refused", "Refused"),
    ("waiting", "Waiting for Approval"),
    ("done", "Registered"),
]


class CustomerPortalJoin(models.Model):
    """Somebody wants to register with the code, or the domain, of an organization.

    The request of the page only notes it, so that it does and takes the same whatever
    is typed. A scheduled action looks, at once, whether there is such an organization,
    and mails a link. Who opens it and clicks has proved the address, and only then is
    anything made.
    """

    _name = "customer.portal.join"
    _description = "Customer Portal Registration"
    _rec_name = "email"
    _order = "id"

    name = fields.Char(required=True)
    email = fields.Char(required=True, index=True)
    code = fields.Char(groups=fields.NO_ACCESS)
    state = fields.Selection(JOIN_STATES, "Status", required=True, default="asked")
    organization_id = fields.Many2one(
        "res.partner", index="btree_not_null", ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", "Contact", index="btree_not_null", ondelete="set null"
    )
    company_id = fields.Many2one("res.company")
    lang = fields.Char()
    ip_address = fields.Char("IP Address", index="btree_not_null")
    user_agent = fields.Char("Browser")

    _asked_idx = models.Index("(id) WHERE state = 'asked'")

    # === BUSINESS METHODS: THE PAGE === #

    @api.model
    def _is_offered(self):
        """Say whether any organization lets people register, not which one."""
        partners_sudo = self.env["res.partner"].sudo()
        domains_sudo = self.env["customer.portal.join.domain"].sudo()
        coded = [("portal_join_code", "!=", False)]
        return bool(
            partners_sudo.search_count(coded, limit=1)
            or domains_sudo.search_count([], limit=1)
        )

    @api.model
    def _ask(self, name, email, code):
        """Note what somebody asks for, whoever it is.

        :param str name: of the visitor
        :param str email: one plain address
        :param str code: of an organization; empty to go by the address
        """
        origin = self.env["customer.portal.touchpoint"]._get_origin()
        if self._count_recent("ip_address", origin.get("ip_address")) >= MOST_NOTED:
            return
        self.sudo().create(
            {
                **origin,
                "name": self._clean_name(name),
                "email": clean_login(email),
                "code": self._clean_code(code),
                "company_id": self.env.company.id,
                "lang": self.env.lang,
            }
        )
        self.env.ref(CRON).sudo()._trigger()

    @api.model
    def _clean_name(self, name):
        return " ".join(clean_line(str(name or "").replace("\0", "")).split())[
            :NAME_LENGTH
        ]

    @api.model
    def _clean_code(self, code):
        """Compare codes by their letters and digits, however people type them."""
        signs = "".join(filter(str.isalnum, str(code or "")[:CODE_LENGTH])).upper()
        groups = range(0, len(signs), GROUP_LENGTH)
        return "-".join(signs[start : start + GROUP_LENGTH] for start in groups)

    @api.model
    def _count_recent(self, fname, value, states=None):
        """Count what was asked within an hour by or for the same.

        However somebody writes an address, it is that of their mailbox.
        """
        since = fields.Datetime.now() - timedelta(hours=1)
        same = Domain(fname, "=", value)
        if fname == "email":
            same = get_mailbox_domain(fname, value)
        domain = same & Domain("create_date", ">", since)
        if states:
            domain &= Domain("state", "in", states)
        return self.sudo().search_count(domain, limit=MOST_NOTED)

    # === BUSINESS METHODS: THE LINK === #

    def _get_link_state(self):
        """Return what a link holds for."""
        return [self.id, self.email, self.organization_id.id]

    def _get_url(self):
        """Return the link for the mail, at the address of the organization's portal."""
        token = hash_sign(
            self.sudo().env, SCOPE, self._get_link_state(), expiration_hours=LINK_HOURS
        )
        company = self.company_id or self.env.company
        return f"{company._get_portal_base_url()}/my/join/confirm?token={token}"

    @api.model
    def _find(self, token):
        """Return what a link confirms, with all rights; nothing for any other text.

        :param str token: of the link, from anywhere
        """
        joins_sudo = self.sudo()
        try:
            state = verify_hash_signed(joins_sudo.env, SCOPE, str(token or ""))
        except ValueError:  # no token of ours at all
            state = None
        found = joins_sudo.browse(state and state[0]).exists()
        return found if found and found._get_link_state() == state else found.browse()

    @api.autovacuum
    def _gc_joins(self):
        """Forget who asked, in batches; who was let in is a contact by then."""
        now = fields.Datetime.now()
        return remove_batch(
            self,
            Domain("create_date", "<", now - timedelta(days=KEEP_DAYS))
            & Domain("state", "!=", "waiting")
            | Domain("create_date", "<", now - timedelta(days=WAIT_DAYS)),
        )
