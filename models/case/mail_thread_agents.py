from odoo import api, models
from odoo.fields import Domain

from ...const import TICKETS
from ..mail.letter import AUTOMATIC_MAIL
from ..record.changes import LOW_RATING

# Messages that people write.
WRITTEN = ("comment", "email")


class MailThread(models.AbstractModel):
    """What customers write reaches somebody, on the page and by mail."""

    _inherit = "mail.thread"

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Give what a mail creates to whoever works on what the page creates."""
        author = self.env["res.partner"].browse(msg_dict.get("author_id") or ())
        agents = self.env["customer.portal.agents"]
        values = agents._assign_mailed(self._name, custom_values or {}, author)
        return super().message_new(msg_dict, custom_values=values)

    def _message_post_after_hook(self, message, msg_values):
        """Tell somebody of what a customer writes where no employee follows.

        The company is not told: core sends answers to its letters to its address, which
        nobody reads, or Odoo itself does.
        """
        result = super()._message_post_after_hook(message, msg_values)
        is_mail = message.message_type == "email"
        is_from_customer = self._is_from_customer(message)
        if not (is_mail or is_from_customer) or not self._has_portal_agents():
            return result
        readers = message.partner_ids
        if is_mail:
            readers -= self._get_portal_company().sudo().partner_id
        if is_from_customer:
            readers |= self._find_unheard(message)
        if readers != message.partner_ids:
            message.partner_ids = readers
            msg_values["partner_ids"] = readers.ids
        return result

    @api.model
    def _is_from_customer(self, message):
        """Say whether somebody from outside wrote a message for all to read."""
        author = message.author_id.sudo()
        is_written = message.message_type in WRITTEN
        is_outside = author.partner_share or not author
        return is_written and is_outside and not message.subtype_id.sudo().internal

    def _find_unheard(self, message):
        """Return the contacts of whoever has to be told of what a customer writes."""
        agents = self.env["customer.portal.agents"]
        customer = agents._get_customer(self) or message.author_id
        return agents._find_unheard(self, customer).sudo().partner_id

    # === RATED === #

    def rating_apply(self, rate, token=None, rating=None, *args, **kwargs):
        """Tell agents of a low rating that comes by a link in one of Odoo's mails."""
        known = rating or self._find_portal_rating(token)
        was_low = bool(known) and known.consumed and known.rating <= LOW_RATING
        before = known.message_id
        result = super().rating_apply(rate, token, rating, *args, **kwargs)
        if rate <= LOW_RATING and not was_low:
            self._tell_of_low_rating(result, result.message_id - before)
        return result

    @api.model
    def _find_portal_rating(self, token):
        ratings_sudo = self.env["rating.rating"].sudo()
        found = [("access_token", "=", token)] if token else Domain.FALSE
        return ratings_sudo.search(found, limit=1)

    def _tell_of_low_rating(self, rating, message):
        """Notify agents, if the message that core posts of a rating does not.

        It reaches followers of tickets, but nobody who works on a task.
        """
        agents, customer = self.env["customer.portal.agents"], rating.partner_id
        heard = agents._find(customer, self).partner_id
        if self._has_portal_agents() and not heard & message.notified_partner_ids:
            details = {"stars": round(rating.rating), "feedback": rating.feedback or ""}
            agents._tell(self, customer, "rated", **details)

    # === ASSIGNED === #

    def _message_auto_subscribe_notify(self, partner_ids, template):
        """Say case to whoever is assigned to one."""
        pages = self.env["customer.portal.gate"]
        cases = self.filtered(pages._get_page)
        if not self.env.context.get("mail_auto_subscribe_no_notify"):
            users = self.env["res.partner"].browse(partner_ids).user_ids
            for case in cases:
                case._notify_portal_assigned(users)
        rest = self - cases
        return rest and super(MailThread, rest)._message_auto_subscribe_notify(
            partner_ids, template
        )

    def _notify_portal_assigned(self, users):
        """Tell users, each in their language, that a case is theirs."""
        for user in users.sudo():
            case = self.with_context(lang=user.lang, **{AUTOMATIC_MAIL: True})
            values = {
                "word": case._get_portal_word(),
                "number": case._get_portal_number(),
            }
            case.message_notify(
                subject=case.env._(
                    "You have been assigned to %(word)s %(number)s", **values
                ),
                body=case.env._(
                    "You have been assigned to %(word)s %(number)s: %(title)s",
                    **values,
                    title=case._get_portal_title(),
                ),
                partner_ids=user.partner_id.ids,
                model_description=case._get_model_description(case._name),
            )

    # === NAMES === #

    def _get_model_description(self, model_name):
        """Call a case what customers and agents call it, in buttons above all."""
        page = len(self) == 1 and self.env["customer.portal.gate"]._get_page(self)
        if not page or page.code != "cases" or model_name != self._name:
            return super()._get_model_description(model_name)
        return self.env._("Ticket") if model_name == TICKETS else self.env._("Case")

    def _get_portal_word(self):
        """Return what a record is called inside a sentence."""
        self.ensure_one()
        page = self.env["customer.portal.gate"]._get_page(self)
        if not page or page.code != "cases":
            return self._get_model_description(self._name)
        return self.env._("ticket") if self._name == TICKETS else self.env._("case")

    def _message_compute_subject(self):
        """Let mails about a case quote its number."""
        if not self.env["customer.portal.gate"]._get_page(self):
            return super()._message_compute_subject()
        return self._get_portal_subject()
