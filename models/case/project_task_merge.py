from odoo import api, fields, models
from odoo.exceptions import LockError, UserError
from odoo.fields import Command
from odoo.tools import plaintext2html

from ...const import PREFETCH
from .mail_thread_agents import WRITTEN
from .mail_thread_gateway import AUTOMATIC


class ProjectTask(models.Model):
    """What was reported twice becomes one case."""

    _inherit = "project.task"

    portal_merged_id = fields.Many2one(
        "project.task",
        "Merged Into",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The case that goes on with this one. Customers who open this one are led "
        "there, if they may see it.",
        prefetch=PREFETCH,
    )

    def action_portal_merge(self):
        """Ask which of some cases goes on.

        :rtype: dict
        """
        cases = self.filtered("is_portal_case").sorted("id")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Merge Cases"),
            "res_model": "customer.portal.case.merge",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_case_ids": [Command.set(cases.ids)],
                "default_target_id": cases[:1].id,
            },
        }

    def _merge_portal_cases(self, others):
        """Let a case go on with what was written on others, which are closed.

        Nobody is told by mail: neither that a state has changed, nor of what was
        written before. Customers who do not belong to the case do not follow it.

        :raise UserError: if another agent is merging one of them, or has just done so
        """
        self.ensure_one()
        (self | others).check_access("write")
        (self | others)._lock_portal_merge()
        self._check_portal_merged_elsewhere(others)
        target = self.with_context(**{AUTOMATIC: True})
        others = others.with_env(target.env)
        waits = [case.portal_waiting_since for case in others | target]
        others._move_portal_messages(target)
        others._move_portal_files(target)
        target._follow_portal_merged(others)
        others._close_portal_merged(target)
        target.portal_merged_id = False
        (target | others).sudo()._refresh_portal_message()
        target._wait_as_portal_merged(filter(None, waits))

    def _lock_portal_merge(self):
        """Let one agent after the other merge a case.

        Of two at once the second one would close a case whose comments the first has
        moved elsewhere. What the first has changed, Odoo lets the second see by trying
        their request again.
        """
        try:
            self.sudo().lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "Someone else is changing these cases just now. Try again in a "
                    "moment."
                )
            ) from error

    def _check_portal_merged_elsewhere(self, others):
        """Refuse what was merged into a third case, and is closed because of it."""
        chosen = self | others
        for case in chosen.filtered("stage_id.fold"):
            place = case.portal_merged_id
            if place and place not in chosen:
                raise UserError(
                    self.env._(
                        "%(case)s was merged into %(place)s. Merge that case instead.",
                        case=case.portal_number or case.display_name,
                        place=place.portal_number or place.display_name,
                    )
                )

    def _move_portal_messages(self, target):
        """Move what people wrote, beginning with what they had asked."""
        messages_sudo = self.env["mail.message"].sudo()
        for case in self.filtered("description"):
            messages_sudo.create(case._prepare_portal_question(target))
        moved_sudo = messages_sudo.search(
            [
                ("model", "=", self._name),
                ("res_id", "in", self.ids),
                ("message_type", "in", WRITTEN),
            ]
        )
        moved_sudo.write({"res_id": target.id, "record_name": target.display_name})

    def _prepare_portal_question(self, target):
        """Return the description of a case as a message of whoever made it."""
        author = self.create_uid.partner_id
        if not author.partner_share:
            author = self.partner_id or author
        return {
            "model": target._name,
            "res_id": target.id,
            "message_type": "comment",
            "subtype_id": self.env.ref("mail.mt_comment").id,
            "author_id": author.id,
            "date": self.create_date,
            "body": plaintext2html(self.name) + self.description,
        }

    def _move_portal_files(self, target):
        files_sudo = self.env["ir.attachment"].sudo()
        files_sudo.search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        ).write({"res_id": target.id})
        self.sudo().activity_ids.write({"res_id": target.id})

    def _follow_portal_merged(self, others):
        """Add the followers who belong here: employees, and the customer's people."""
        followers = others.sudo().message_partner_ids.filtered(self._may_portal_follow)
        self.message_subscribe(followers.ids)
        self.user_ids = [Command.link(user.id) for user in others.user_ids]

    def _may_portal_follow(self, partner):
        """Say whether a follower of a merged case gets what is written on this one.

        Of the organization, those who can log in must see it there: their profile may
        show them no cases of colleagues.
        """
        if not partner.partner_share:
            return True
        organization = self._get_portal_organization()
        users = partner.sudo().user_ids.filtered(lambda user: user._is_portal())
        gate = self.env["customer.portal.gate"]
        return partner.commercial_partner_id == organization and (
            not users
            or any(
                gate.with_user(user).get_page_url(self._name, self.id) for user in users
            )
        )

    def _close_portal_merged(self, target):
        """Close cases with a link to the one that goes on."""
        name, value = self._get_portal_closing()
        for case in self:
            case.write({"portal_merged_id": target.id, name: value})
            case._message_log(
                body=self.env._("Merged into %(case)s.", case=target._get_html_link())
            )
            target._message_log(
                body=self.env._("%(case)s was merged here.", case=case._get_html_link())
            )

    @api.model
    def _get_portal_closing(self):
        """Return the field and the value of the state that closes a case."""
        cases = self.env["customer.portal.module"]._get_cases()
        value = cases.model_name == self._name and cases._get_state_value(
            "closed_value"
        )
        if not value:
            raise UserError(
                self.env._(
                    "No status means that a case is closed. Choose one in Customer "
                    "Portal > Configuration > Modules."
                )
            )
        return cases.state_field, value

    def _wait_as_portal_merged(self, waits):
        """Wait as long as the oldest of the cases; take it up again if it rested."""
        since = min(waits, default=False)
        if not since:
            return
        if not self.portal_waiting_since:
            self._take_up_portal_case()
        self.sudo().portal_waiting_since = since

    def _take_up_portal_case(self):
        page = self.env["customer.portal.gate"]._get_page(self)
        if page and page.open_value:
            self[page.state_field] = page.open_value


class CustomerPortalRecord(models.AbstractModel):
    """Customers who open a case that was merged are led to the one that goes on."""

    _inherit = "customer.portal.record"

    @api.model
    def _get_heading_names(self, right):
        """Read with a case where it goes on: closed ones are asked each time."""
        names = super()._get_heading_names(right)
        merged = {"portal_merged_id"}.intersection(self.env[right.model_name]._fields)
        return names | merged

    @api.private
    def get_merged_url(self, module, res_id):
        """Return the page of the case that goes on, if the user sees both.

        :rtype: str | None
        """
        gate = self.env["customer.portal.gate"]
        right = gate._get_page_right(module)
        record = right and gate._get_visible_records(right, [res_id])
        if not record or "portal_merged_id" not in record._fields:
            return None
        target = record.portal_merged_id
        return gate.get_page_url(target._name, target.id) if target else None
