from hashlib import sha256
from time import monotonic

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.http import request

from ...const import GROUP_AGENT, GROUP_MANAGER
from ..base.odoo_rights import get_marks
from .sight import UNTIL

CRON = "customer_portal.ir_cron_check_leaks"
# How many leaks are named to those who want to publish.
NAMED_LEAKS = 3
# How long who publishes waits for all checks: Odoo ends a request after two minutes.
PUBLISH_SECONDS = 50


class CustomerPortalProfile(models.Model):
    """Whether a profile was found to leak, in its list and on its form."""

    _inherit = "customer.portal.profile"

    leak_check_ids = fields.One2many(
        "customer.portal.leak.check", "profile_id", "Leak Checks", groups=GROUP_AGENT
    )
    leak_check_id = fields.Many2one(
        "customer.portal.leak.check",
        "Last Leak Check",
        compute="_compute_leak_state",
        groups=GROUP_AGENT,
    )
    leak_state = fields.Selection(
        [
            ("none", "Not Checked"),
            ("changed", "Changed Since"),
            ("running", "In Progress"),
            ("green", "No Leaks"),
            ("yellow", "To Look At"),
            ("red", "Leaks"),
            ("failed", "Not Completed"),
        ],
        "Leak Check",
        compute="_compute_leak_state",
        groups=GROUP_AGENT,
        help="Whether customers with this profile see anything that is not theirs. It "
        "turns gray when the profile, a module or an access rule changes after the "
        "check.",
    )
    leak_checked = fields.Datetime(
        "Leaks Last Checked", compute="_compute_leak_state", groups=GROUP_AGENT
    )

    @api.depends("leak_check_ids.state")
    def _compute_leak_state(self):
        checks = self.env["customer.portal.leak.check"].sudo()
        marks = self._get_rule_marks()
        for profile in self:
            domain = [("profile_id", "in", profile._origin.ids)]
            check = checks.search(domain, limit=1)
            profile.leak_check_id = check.id
            profile.leak_checked = check.ended
            profile.leak_state = profile._origin._get_leak_state(check, marks)

    def _get_leak_state(self, check, marks):
        if not check:
            return "none"
        is_done = check.state in ("green", "yellow", "red")
        if is_done and check.fingerprint != self._get_leak_fingerprint(marks):
            return "changed"
        return check.state

    # === WHAT WAS CHECKED === #

    def _get_leak_fingerprint(self, marks=None):
        """Return a mark of all that decides what customers with the profile see.

        Not of the records themselves: those are what is checked every night.

        :param list marks: of Odoo's rules, where they are known already
        :rtype: str
        """
        profile = self.sudo()
        gate = self.env["customer.portal.gate"].sudo()
        charts = self.env["customer.portal.chart"]
        parts = [
            _write(gate._get_profile_rights(profile.id)),
            _write(charts._get_profile_specs(profile.id)),
            _write(sorted(profile._get_blocked_paths())),
            *(marks or self._get_rule_marks()),
        ]
        return sha256("\n".join(parts).encode()).hexdigest()

    @api.model
    def _get_rule_marks(self):
        """Return marks of Odoo's own rights and rules, which count, too."""
        return get_marks(self.env)

    # === TO CHECK === #

    def action_check_leaks(self):
        """Check a profile now; of several, soon and one after the other.

        :raise AccessError: for all but administrators of the portal
        """
        self._check_leak_rights()
        if len(self) == 1:
            self.env["customer.portal.leak.check"]._check(self)
            return self.action_view_leaks()
        checks = self.env["customer.portal.leak.check"].sudo()
        checks.create([{"profile_id": o.id, "user_id": self.env.uid} for o in self])
        self.env.ref(CRON).sudo()._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._("The checks start within a minute."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_view_leaks(self):
        """Open the last check of a profile."""
        self.ensure_one()
        self._check_leak_rights()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Leak Check"),
            "res_model": "customer.portal.leak.check",
            "res_id": self.leak_check_id.id,
            "views": [(False, "form")],
        }

    def _check_leak_rights(self):
        if not self.env.su and not self.env.user.has_group(GROUP_MANAGER):
            raise AccessError(
                self.env._("Only administrators of the portal can check for leaks.")
            )
        self.check_access("read")

    def _get_leaks(self):
        """Check profiles before they are published.

        :return: a sentence for each that leaks, or of which that is not known
        :rtype: list[str]
        """
        checks = self.env["customer.portal.leak.check"]
        if request:  # Not where a scheduled action publishes.
            checks = checks.with_context(**{UNTIL: monotonic() + PUBLISH_SECONDS})
        done = [checks._check_to_publish(profile) for profile in self]
        say = {"red": self._say_leaks, "failed": self._say_unknown}
        return [say[check.state](check) for check in done if check.state in say]

    @api.model
    def _say_unknown(self, check):
        return self.env._(
            "The leak check of the profile %(profile)s was not completed, so it is not "
            "known whether anything leaks. If it took too long, publish later: the "
            "check then has more time.",
            profile=check.profile_id.name,
        )

    @api.model
    def _say_leaks(self, check):
        """Say what leaks: whoever is refused finds no record of the check."""
        leaks = check.line_ids.filtered(lambda line: line.verdict == "leak")
        reasons = dict(leaks._fields["reason"]._description_selection(self.env))
        text = self.env._(
            "Customers with the profile %(profile)s would see what is not theirs. "
            "Leaks: %(count)s.",
            profile=check.profile_id.name,
            count=check.leak_count,
        )
        named = [
            f"{line.thing}: {reasons.get(line.reason, '')}"
            for line in leaks[:NAMED_LEAKS]
        ]
        return " ".join([text, *named])


def _write(value):
    """Write a value down, the same way whenever it says the same."""
    if isinstance(value, dict):
        pairs = sorted((_write(key), _write(one)) for key, one in value.items())
        return str(pairs)
    if isinstance(value, set | frozenset):
        return str(sorted(map(_write, value)))
    if isinstance(value, tuple | list):
        return str([_write(one) for one in value])
    return str(value)
