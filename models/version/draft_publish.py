import json
from hashlib import sha256

from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError

from .guard import as_publishing


def make_list(texts):
    """Return sentences as a list in HTML, nothing if there are none."""
    items = Markup().join(Markup("<li>%s</li>") % text for text in texts)
    return items and Markup('<ul class="mb-0">%s</ul>') % items


class CustomerPortalDraft(models.Model):
    """A draft becomes what customers are given, all at once."""

    _inherit = "customer.portal.draft"

    def _publish(self, reason, override="", kind="published"):
        """Apply the draft and record the version.

        :param str reason: why, for those who read the versions later
        :param str override: why it is published although something speaks against it
        :raise UserError: that says what keeps it from being published
        :rtype: customer.portal.version
        """
        self.ensure_one()
        self._check_manager()
        self._lock()
        self._check_ready()
        record = as_publishing(self._get_record())
        before = {} if record.is_unpublished else self._get_live()
        self._apply()
        record._check_publishable()
        blockers = record._get_publish_blockers()
        self._check_blockers(record, blockers, override)
        version = self.env["customer.portal.version"]._add(
            record,
            before,
            kind=kind,
            reason=reason,
            override=override if blockers else "",
            blockers="\n".join(blockers),
        )
        self.sudo().unlink()
        return version

    def _get_mark(self):
        """Return a mark of what would be published: another one for another draft.

        :rtype: str
        """
        rows = json.dumps(self._get_rows(), sort_keys=True)
        return sha256(rows.encode()).hexdigest()

    def _check_mark(self, mark):
        """:raise UserError: if the draft is no longer what somebody has been shown"""
        if mark and mark != self._get_mark():
            raise UserError(
                self.env._(
                    "“%(name)s” has changed since you opened this dialog. Close it, "
                    "and open it again to see what would be published.",
                    name=self.display_name,
                )
            )

    def _lock(self):
        """Let one of two who publish at once win; the other one is told."""
        self._check_exists()
        if not self._try_lock():
            raise UserError(
                self.env._(
                    "Another user is publishing “%(name)s” right now. Reload the page "
                    "to see the result.",
                    name=self._get_record().name,
                )
            )

    def _try_lock(self):
        """Say whether nobody else is at the draft, the profile or the module."""
        record = self._get_record()
        return bool(
            self.try_lock_for_update()
            and record.try_lock_for_update(allow_referencing=True)
        )

    def _check_ready(self):
        if self.is_stale:
            raise UserError(
                self.env._(
                    "“%(name)s” has changed since this draft was begun, so it was not "
                    "published. Choose Take Over Changes to go on from what is live, "
                    "or discard the draft and start again.",
                    name=self.display_name,
                )
            )
        if not self._is_new() and not self.change_count:
            raise UserError(self.env._("The draft changes nothing yet."))

    @api.model
    def _check_blockers(self, record, blockers, override):
        if blockers and not (override or "").strip():
            raise UserError(
                self.env._(
                    "“%(name)s” was not published:\n%(problems)s\nAn administrator can "
                    "publish it all the same and give a reason.",
                    name=record.name,
                    problems="\n".join(blockers),
                )
            )

    # === ACTION METHODS === #

    def action_review(self):
        """Say what the draft changes, and for whom."""
        self.ensure_one()
        self._check_manager()
        self._check_exists()
        return self.env["customer.portal.effect"]._open_review(
            self._apply,
            self.env._("Review: %(name)s", name=self.display_name),
            self._describe(),
        )

    def action_publish(self):
        return self._open_dialog("publish", self.env._("Publish"))

    def action_schedule(self):
        return self._open_dialog("schedule", self.env._("Publish Later"))

    def _open_dialog(self, mode, title):
        self.ensure_one()
        self._check_manager()
        self._check_exists()
        texts = self._describe() or [self.env._("The draft changes nothing yet.")]
        publication = self.env["customer.portal.publication"].create(
            {
                "draft_id": self.id,
                "mode": mode,
                "publish_at": self.publish_at,
                "mark": self._get_mark(),
                "differences": make_list(texts),
                "blockers": make_list(self._find_blockers()),
            }
        )
        return publication._open(title)
