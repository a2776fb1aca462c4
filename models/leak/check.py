from odoo import api, fields, models

from ...const import GROUP_MANAGER
from ..base.batches import remove_batch

STATES = [
    ("running", "In Progress"),
    ("green", "No Leaks"),
    ("yellow", "To Look At"),
    ("red", "Leaks"),
    ("failed", "Not Completed"),
]
TRIGGERS = [
    ("person", "On Demand"),
    ("nightly", "Every Night"),
    ("publish", "Before Publishing"),
]


class CustomerPortalLeakCheck(models.Model):
    """Whether customers of one profile see anything that is not theirs.

    Only the server writes. Agents read how it ended; what was seen, administrators.
    """

    _name = "customer.portal.leak.check"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Leak Check"
    _order = "id DESC"
    _rec_name = "profile_id"

    profile_id = fields.Many2one(
        "customer.portal.profile", required=True, index=True, ondelete="cascade"
    )
    started = fields.Datetime()
    ended = fields.Datetime()
    state = fields.Selection(STATES, "Result", required=True, default="running")
    trigger = fields.Selection(
        TRIGGERS, "How It Started", required=True, default="person"
    )
    user_id = fields.Many2one("res.users", "Started By", ondelete="set null")
    organization_count = fields.Integer(
        "Organizations Compared",
        help="Customers of these organizations were compared with each other, in "
        "addition to a new organization that owns nothing.",
    )
    fingerprint = fields.Char(
        help="What the profile allowed at that time, to notice when it changes."
    )
    line_ids = fields.One2many(
        "customer.portal.leak.line", "check_id", "Details", groups=GROUP_MANAGER
    )
    leak_count = fields.Integer("Leaks")
    doubt_count = fields.Integer("Things to Look At")
    reason_count = fields.Integer("Explained")
    summary = fields.Char(compute="_compute_summary")

    @api.depends("state", "leak_count", "doubt_count")
    @api.depends_context("lang")
    def _compute_summary(self):
        """Say how it ended, in numbers alone: agents read it, too."""
        for check in self:
            texts = {
                "running": self.env._("The check has not finished yet."),
                "green": self.env._(
                    "No leaks were found. There is a reason for everything that "
                    "customers see."
                ),
                "yellow": self.env._(
                    "No leak was found. Please look at what may be meant this way "
                    "(%(count)s).",
                    count=check.doubt_count,
                ),
                "red": self.env._(
                    "Customers see what is not theirs. Leaks: %(count)s.",
                    count=check.leak_count,
                ),
                "failed": self.env._(
                    "The check stopped because of an error. Please run it again."
                ),
            }
            check.summary = texts[check.state]

    @api.autovacuum
    def _gc_checks(self):
        """Keep the newest checks of each profile, and those of the last 90 days."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=90)
        groups = self.sudo()._read_group([], ["profile_id"], ["id:max"])
        newest = [check_id for _profile, check_id in groups]
        return remove_batch(
            self, [("create_date", "<", limit), ("id", "not in", newest)]
        )
