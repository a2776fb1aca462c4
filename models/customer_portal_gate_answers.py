from odoo import api, models

# Shorter texts say too little to answer.
MIN_LENGTH = 3


class CustomerPortalGateAnswers(models.AbstractModel):
    """Answers that are there already, for somebody who is about to ask."""

    _name = "customer.portal.gate.answers"
    _description = "Customer Portal Gate: Answers"

    @api.private
    def propose_answers(self, user, module, text):
        """Return what may answer a question before it is asked.

        :param str text: the title of a new record, as far as it is typed
        :return: dicts with ``title`` and ``url``, the best one first
        :rtype: list
        """
        if not self.may(user, module, "create") or len(text.strip()) < MIN_LENGTH:
            return []
        return self._find_answers(user, text.strip())

    @api.model
    def _find_answers(self, user, text):
        """Hook: whatever knows answers adds them here, such as FAQs."""
        return []
