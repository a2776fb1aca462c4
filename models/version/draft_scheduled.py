import logging
from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import plaintext2html

from ...const import GROUP_MANAGER
from ..base.clashes import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)

# When what somebody else is at just now is tried again.
LATER = timedelta(minutes=1)


class CustomerPortalDraft(models.Model):
    """A draft is published at a date."""

    _inherit = "customer.portal.draft"

    def _schedule(self, publish_at, reason):
        """Publish the draft later, in the name of whoever says so now."""
        self.ensure_one()
        self._check_manager()
        self._check_exists()
        self._check_ready()
        if publish_at <= fields.Datetime.now():
            raise UserError(self.env._("Choose a date and time in the future."))
        self.sudo().write(
            {"publish_at": publish_at, "reason": reason, "user_id": self.env.uid}
        )
        self._wake_up(publish_at)

    @api.model
    def _wake_up(self, at):
        self.env.ref("customer_portal.ir_cron_publish_drafts").sudo()._trigger(at)

    def action_unschedule(self):
        self._check_manager()
        self.sudo().publish_at = False

    # === SCHEDULED ACTIONS === #

    @api.model
    def _cron_publish(self):
        """Publish what is due, each by itself: one that fails stops no other."""
        progress = self.env["ir.cron"]._commit_progress
        due = self.sudo().search(
            Domain("publish_at", "<=", fields.Datetime.now()), order="publish_at, id"
        )
        progress(remaining=len(due))
        for draft in due:
            draft._publish_scheduled()
            if not progress(1):
                return

    def _publish_scheduled(self):
        """Publish with the rights of whoever chose the date, or tell them why not."""
        try:
            with self.env.cr.savepoint():
                draft = self.with_user(self._check_maker()).sudo(False)
                if draft._try_lock():
                    draft._publish(self.reason or "", kind="scheduled")
                else:  # Nothing is wrong with it: it stays due, too.
                    self._wake_up(fields.Datetime.now() + LATER)
        except UserError as error:
            self._report_failure(str(error))
        except IntegrityError as error:  # Such as a name that was taken meanwhile.
            portable = self.env["customer.portal.portable"]
            self._report_failure(portable._get_database_text(error))
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise  # Nothing is wrong with it: it stays due for the next run.
        except Exception:
            # Whatever is wrong with this one, the others are still to be published.
            _logger.exception("Draft %s could not be published", self.id)
            self._report_failure(self.env._("An error occurred. See the server log."))

    def _check_maker(self):
        if not self.user_id.active or not self.user_id.has_group(GROUP_MANAGER):
            raise AccessError(
                self.env._(
                    "%(user)s can no longer publish profiles and modules.",
                    user=self.user_id.name,
                )
            )
        return self.user_id

    def _report_failure(self, problem):
        """Keep the draft, without its date, and have an administrator see to it."""
        self.publish_at = False
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("Not published: %(name)s", name=self.display_name),
            note=plaintext2html(problem),
            user_id=self._find_administrator().id,
        )

    def _find_administrator(self):
        """Return who made the draft, or somebody else if they no longer publish."""
        users = self.env.ref(GROUP_MANAGER).sudo().all_user_ids.filtered("active")
        return (self.user_id & users or users)[:1]
