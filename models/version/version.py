from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..base.undone import undone
from .draft_publish import make_list
from .guard import as_publishing

KINDS = [
    ("published", "Published"),
    ("scheduled", "Published at a Date"),
    ("saved", "Saved without a Draft"),
    ("imported", "Imported"),
    ("rolled_back", "Rolled Back"),
    ("start", "Before the First Version"),
]
REASON_LENGTH = 500


class CustomerPortalVersion(models.Model):
    """A publication: who published what, when and why, and how it was before."""

    _name = "customer.portal.version"
    _description = "Customer Portal Version"
    _order = "id DESC"

    name = fields.Char("Profile or Module", readonly=True)
    number = fields.Integer("Version", readonly=True, aggregator=None)
    profile_id = fields.Many2one(
        "customer.portal.profile", readonly=True, index=True, ondelete="set null"
    )
    module_id = fields.Many2one(
        "customer.portal.module", readonly=True, index=True, ondelete="set null"
    )
    kind = fields.Selection(KINDS, "How", readonly=True, required=True)
    user_id = fields.Many2one("res.users", "Who", readonly=True, ondelete="set null")
    date = fields.Datetime("When", readonly=True, default=fields.Datetime.now)
    reason = fields.Char("Why", readonly=True)
    override = fields.Char("Published Nevertheless", readonly=True)
    blockers = fields.Text("What Spoke Against It", readonly=True)
    differences = fields.Text(readonly=True)
    change_count = fields.Integer("Changes", readonly=True)
    before = fields.Json(readonly=True)
    after = fields.Json(readonly=True)
    can_roll_back = fields.Boolean(compute="_compute_can_roll_back")

    @api.depends("name", "number")
    def _compute_display_name(self):
        for version in self:
            version.display_name = self.env._(
                "%(name)s, version %(number)s",
                name=version.name,
                number=version.number,
            )

    @api.depends("after")
    def _compute_can_roll_back(self):
        """The latest one is what is live, unless something was changed past it."""
        for version in self:
            record = version._get_record()
            version.can_roll_back = bool(record) and version._is_changed(
                record, version.after
            )

    def _get_record(self):
        return self.profile_id or self.module_id

    @api.model
    def _is_changed(self, record, rows):
        """Say whether something customers notice differs from a snapshot of it."""
        taken = self.env["customer.portal.snapshot"]._take(record)
        return bool(self.env["customer.portal.differences"]._find(record, rows, taken))

    # === RECORD === #

    @api.model
    @contextmanager
    def _recording(self, records, kind, reason=""):
        """Record a version of each whose values are changed meanwhile."""
        snapshots = self.env["customer.portal.snapshot"]
        before = {record: snapshots._take(record) for record in records.exists()}
        yield
        for record, rows in before.items():
            if record.exists() and self._is_changed(record, rows):
                self._add(record, rows, kind=kind, reason=reason)

    @api.model
    def _add(self, record, before, **values):
        """Record how something is now, after it was changed.

        :param dict before: a snapshot of before, empty for what is new
        """
        name = record._version_field
        after = self.env["customer.portal.snapshot"]._take(record)
        texts = self.env["customer.portal.differences"]._describe(record, before, after)
        number = self._get_latest_number(record, before) + 1
        version = self.sudo().create(
            {
                **values,
                "reason": (values.get("reason") or "")[:REASON_LENGTH],
                "override": (values.get("override") or "")[:REASON_LENGTH],
                "name": record.name,
                "number": number,
                name: record.id,
                "user_id": self.env.uid,
                "differences": "\n".join(texts),
                "change_count": len(texts),
                "before": before,
                "after": after,
            }
        )
        return version.sudo(self.env.su)

    @api.model
    def _get_latest_number(self, record, before):
        """Return the number of the latest version; keep how it was before the first."""
        name = record._version_field
        latest = self.sudo().search([(name, "=", record.id)], limit=1)
        if not latest and before:
            self.sudo().create(
                {
                    "kind": "start",
                    "name": record.name,
                    name: record.id,
                    "user_id": False,
                    "after": before,
                }
            )
        return latest.number

    # === ROLL BACK === #

    def action_roll_back(self):
        """Give customers what this version gave them; ask first if something leaks."""
        self.ensure_one()
        record = self._get_roll_back_record()
        texts, blockers = self._try_roll_back(record)
        if blockers:
            return self._open_roll_back_dialog(texts, blockers)
        return self._apply_roll_back(record, reason=self._get_roll_back_reason())

    def _roll_back(self, reason, override=""):
        """Roll back although something speaks against it.

        :raise UserError: that says what keeps it from being rolled back
        """
        record = self._get_roll_back_record()
        _texts, blockers = self._try_roll_back(record)
        self.env["customer.portal.draft"]._check_blockers(record, blockers, override)
        return self._apply_roll_back(
            record,
            reason=reason,
            override=override if blockers else "",
            blockers="\n".join(blockers),
        )

    def _get_roll_back_record(self):
        """Return the profile or module, locked, which a manager may roll back."""
        self.env["customer.portal.draft"]._check_manager()
        record = as_publishing(self._get_record())
        self._check_can_roll_back(record)
        return record

    def _get_roll_back_reason(self):
        return self.env._("Rolled back to version %(number)s", number=self.number)

    def _try_roll_back(self, record):
        """Return what rolling back would change, and what speaks against it.

        :rtype: tuple[list[str], list[str]]
        """
        snapshots = self.env["customer.portal.snapshot"]
        before = snapshots._take(record)
        with undone(self.env):
            snapshots._apply(record, self.after)
            after = snapshots._take(record)
            describe = self.env["customer.portal.differences"]._describe
            return describe(record, before, after), record._get_publish_blockers()

    def _apply_roll_back(self, record, **values):
        snapshots = self.env["customer.portal.snapshot"]
        before = snapshots._take(record)
        snapshots._apply(record, self.after)
        return self._add(record, before, kind="rolled_back", **values)._open()

    def _open_roll_back_dialog(self, texts, blockers):
        publication = self.env["customer.portal.publication"].create(
            {
                "version_id": self.id,
                "mode": "roll_back",
                "reason": self._get_roll_back_reason(),
                "differences": make_list(texts),
                "blockers": make_list(blockers),
            }
        )
        return publication._open(self.env._("Roll Back"))

    def _check_can_roll_back(self, record):
        if not record.exists():
            raise UserError(
                self.env._(
                    "“%(name)s” was deleted, so it can't be rolled back.",
                    name=self.name,
                )
            )
        record._check_is_live()
        if not record.try_lock_for_update(allow_referencing=True):
            raise UserError(
                self.env._(
                    "Another user is publishing “%(name)s” right now. Reload the page "
                    "to see the result.",
                    name=record.name,
                )
            )

    def _open(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }
