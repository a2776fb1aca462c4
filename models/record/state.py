from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# The best rating there is.
MAX_STARS = 5
# Agents are told of ratings up to this one.
LOW_RATING = 2


class CustomerPortalGate(models.AbstractModel):
    """Close, reopen and rate, for modules that know what closed is."""

    _inherit = "customer.portal.gate"

    @api.private
    def close_record(self, user, module, res_id):
        """Mark a record as closed: what the button "Mark as closed" does.

        :raise AccessError: if the user may not
        """
        record = self._set_state(user, module, res_id, "closed_value")
        self._tell_agents(user, record, "closed")

    @api.private
    def reopen_record(self, user, module, res_id):
        """Take up a closed record again.

        :raise AccessError: if the user may not
        """
        record = self._set_state(user, module, res_id, "open_value")
        self._tell_agents(user, record, "reopened")

    @api.private
    def reopen_answered(self, user, record):
        """Reopen a closed record that a user answers, if they may reopen it.

        :param record: of any model and with any rights
        """
        for code in self._get_generated_codes(record._name):
            right = self._get_rights(user).get(code)
            if not right or "close" not in right.actions:
                continue
            found = self._get_visible_records(user, right, record.ids)
            if (
                found
                and right.values["open_value"]
                and found.filtered_domain(right.closed)
            ):
                self._set_state(user, code, found.id, "open_value")

    @api.private
    def get_rating(self, user, module, res_id):
        """Return the rating of a record.

        :return: None where nothing can be rated (yet), 0 if it can be, else the stars
        :rtype: int | None
        """
        right = self._get_page_right(user, module)
        record = right and self._get_visible_records(user, right, [res_id])
        if not record or "close" not in right.actions:
            return None
        if ratings := self._get_ratings(record):
            return round(ratings[0].rating)
        return 0 if record.filtered_domain(right.closed) else None

    @api.private
    def rate_record(self, user, module, res_id, stars, feedback=""):
        """Rate a closed record, once.

        :param int stars: 1 to 5
        :param str feedback: what the customer says about it
        :raise UserError: if it is rated already, or is not closed
        """
        if stars not in range(1, MAX_STARS + 1):
            raise UserError(self.env._("Choose one to five stars."))
        right = self._get_page_right(user, module)
        record = right and self._get_visible_records(user, right, [res_id])
        if self.get_rating(user, module, res_id) != 0 or self._is_rated_now(record):
            raise UserError(self.env._("This can be rated once, when it is closed."))
        self.env["rating.rating"].sudo().create(
            {
                "res_model_id": self.env["ir.model"]._get_id(record._name),
                "res_id": record.id,
                "partner_id": user.sudo().partner_id.id,
                "rated_partner_id": self._get_assignee(right, record).id,
                "rating": stars,
                "feedback": feedback,
                "consumed": True,
                "rated_on": fields.Datetime.now(),
            }
        )
        if stars <= LOW_RATING:
            self._tell_agents(user, record, "rated", stars=stars, feedback=feedback)

    # === INTERNALS === #

    @api.model
    def _set_state(self, user, module, res_id, name):
        right = self._check(user, module, "close", {})
        record = self._get_visible_records(user, right, [res_id])
        if not record:
            raise AccessError(self.env._("This record does not exist."))
        record[right.roles["state"]] = right.values[name]
        self._mark_updated(user, right, record)
        return record

    @api.model
    def _is_rated_now(self, record):
        """Say whether somebody has just rated a record; others wait for the answer."""
        locks = self.env["customer.portal.lock"]
        with locks._alone("rate", record._name, record.id) as env:
            return bool(self._get_ratings(record.with_env(env)))

    @api.model
    def _get_ratings(self, record):
        domain = [
            ("res_model", "=", record._name),
            ("res_id", "=", record.id),
            ("consumed", "=", True),
        ]
        return record.env["rating.rating"].sudo().search(domain, limit=1)

    @api.model
    def _get_assignee(self, right, record):
        """Return the contact of the first who works on a record."""
        name = right.roles["assignee"]
        users = record[name] if name else self.env["res.users"]
        return users[:1].partner_id if users._name == "res.users" else users.browse()
