from typing import NamedTuple

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from .line import ANSWERS
from .touchpoint import CONFIRMED

# How many answers are taken at once.
MOST_ANSWERS = 200


class Answer(NamedTuple):
    """What somebody says about a contact."""

    decision: str  # one of ``ANSWERS``
    profile_id: int | None = None  # the new one, where it changes


class CustomerPortalConfirmation(models.Model):
    """What managers and agents answer: each answer for itself, the first counts."""

    _inherit = "customer.portal.confirmation"

    def _answer(self, answers):
        """Take answers in the name of the user, who may have answered only some.

        :param dict answers: :class:`Answer` by the id of a contact
        :return: why an answer was refused, by the id of the contact
        :rtype: dict[int, str]
        :raise AccessError: if it is not for this user to answer
        :raise UserError: if the review has ended
        """
        self.ensure_one()
        review_sudo = self.sudo()
        self._check_reviewer()
        if len(answers) > MOST_ANSWERS:
            raise UserError(self.env._("Please send fewer answers at once."))
        if not review_sudo._hold():
            raise UserError(self.env._("This access review has ended."))
        review_sudo._follow_people()
        lines = review_sudo._get_lines_of(answers)
        refusals = {
            partner_id: lines[partner_id]._try(answer)
            if partner_id in lines
            else self._get_unknown_text()
            for partner_id, answer in answers.items()
        }
        review_sudo._finish_answered()
        return {partner_id: text for partner_id, text in refusals.items() if text}

    def _check_reviewer(self):
        """:raise AccessError: if it is not for this user to answer"""
        if self._is_reviewer_agent():
            self.check_access("read")
        elif self.sudo().organization_id.id not in self._get_reach():
            raise AccessError(self._get_unknown_text())
        elif not self._get_colleagues()._may_change():
            raise UserError(
                self.env._(
                    "Your support period has ended, so you can't change anything here."
                )
            )

    def _get_unknown_text(self):
        return self.env._("You are not allowed to do this.")

    def _get_lines_of(self, partner_ids):
        """Return the lines of contacts; of one that has several the one that waits."""
        lines = self.env["customer.portal.confirmation.line"].search(
            [("confirmation_id", "=", self.id), ("partner_id", "in", [*partner_ids])],
            order="id",
        )
        return {line.partner_id.id: line for line in lines.sorted(_is_waiting)}


def _is_waiting(line):
    return not line.decision


class CustomerPortalConfirmationLine(models.Model):
    _inherit = "customer.portal.confirmation.line"

    def _try(self, answer):
        """Take an answer; of one that is refused nothing stays.

        :return: why it is refused; None if it is done
        :rtype: str | None
        """
        try:
            with self.env.cr.savepoint():
                self._take(answer)
        except UserError as error:
            return str(error)
        return None

    def _take(self, answer):
        """:raise UserError: that says why not"""
        if self.decision:
            raise UserError(self._get_decided_text())
        if answer.decision not in ANSWERS:
            raise UserError(self.env._("Please choose an answer."))
        before = self.partner_id.portal_profile_id
        is_agent = self.confirmation_id._is_reviewer_agent()
        note = self._do_as_agent(answer) if is_agent else self._do_as_customer(answer)
        self.write(self._prepare_decision(answer, before, note))
        if answer.decision == "keep":
            touchpoints = self.env["customer.portal.touchpoint"]
            touchpoints._log(CONFIRMED, {self.partner_id: False})

    def _get_decided_text(self):
        """Say who was faster, or that nothing is left to answer."""
        if not self.decided_by_name:
            return self.env._("%s no longer has access.", self.partner_name)
        decisions = dict(self._fields["decision"]._description_selection(self.env))
        return self.env._(
            "%(user)s has already answered: %(answer)s.",
            user=self.decided_by_name,
            answer=decisions[self.decision],
        )

    def _do_as_customer(self, answer):
        """Do what a customer answers: no more than on the page with their colleagues.

        :return: what else there is to say; False if it is done
        """
        colleagues = self.confirmation_id._get_colleagues()
        partner_id = colleagues._find(self.partner_id.id).id
        result = {}
        if answer.decision == "profile":
            result = colleagues._change_profile(partner_id, answer.profile_id)
        elif answer.decision == "end":
            result = colleagues._end_access(partner_id)
        is_asked = result.get("status") == "asked"
        return is_asked and self.env._("Waiting for approval")

    def _do_as_agent(self, answer):
        """Change the contact with the agent's own rights.

        :return: False, as it is done
        """
        partner = self.partner_id.with_env(self.env(su=False))
        if answer.decision == "profile":
            profiles = self.env["customer.portal.profile"]
            if not profiles.browse(answer.profile_id).exists().active:
                raise UserError(self.env._("Please choose a profile."))
            partner.write({"portal_profile_id": answer.profile_id})
        elif answer.decision == "end":
            partner.write({"portal_user": False})
        return False

    def _prepare_decision(self, answer, before, note):
        """Return what is written down, with names that outlive what they name."""
        user, profiles = self.env.user, self.env["customer.portal.profile"]
        new = profiles.browse(answer.profile_id if answer.decision == "profile" else ())
        return {
            "decision": answer.decision,
            "profile_id": before.id,
            "profile_name": before.with_context(lang=None).name,
            "new_profile_id": new.id,
            "new_profile_name": new.with_context(lang=None).name,
            "decided_by_id": user.id,
            "decided_by_name": user.sudo().name,
            "decided_on": fields.Datetime.now(),
            "note": note,
        }
