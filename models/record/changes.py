from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ..base import lock

# The best rating there is.
MAX_STARS = 5
# Agents are told of ratings up to this one.
LOW_RATING = 2
# How long closing can be undone, and how long the way of a click may take.
UNDO_TIME = timedelta(seconds=10)
UNDO_GRACE = timedelta(seconds=5)
# Odoo keeps times to the second.
SECOND = timedelta(seconds=1)


class CustomerPortalForm(models.AbstractModel):
    """What customers create, change and rate: only what their profile permits."""

    _inherit = "customer.portal.form"

    @api.private
    def create_record(self, module, values, token=None):
        """Create a record for a user, who becomes its contact.

        :param dict values: writable fields; a list of ids for many2many
        :param str token: of the form that is sent, so that it makes one record
        :return: id of the record
        :rtype: int
        :raise AccessError: before anything is written
        """
        gate = self.env["customer.portal.gate"]
        origins = self.env["customer.portal.origin"]
        right = gate._check_action(module, "create", values)
        model = gate._get_model_sudo(right)
        values = {
            **self._get_new_values(right),
            **gate._clean_values(right, values),
        }
        with self.env.cr.savepoint():
            with origins._making(right):
                record = model.create(values)
            if not gate._get_visible_records(right, record.ids):
                raise AccessError(self.env._("You can't create records here."))
            self._follow_created(record)
            origins._mark_created(right, record, token)
            if not self.env["customer.portal.agents"]._get_workers(record):
                self._tell_agents(record, "created")
        return record.id

    @api.private
    def write_record(self, module, res_id, values):
        """Change a record that the user sees.

        :raise AccessError: before anything is written
        """
        gate = self.env["customer.portal.gate"]
        origins = self.env["customer.portal.origin"]
        right = gate._check_action(module, "edit", values)
        record = gate._get_changeable_record(right, res_id)
        if not record:
            raise AccessError(self.env._("This record does not exist."))
        values = gate._clean_values(right, values, record)
        if not values:
            return
        urgency = right.roles["priority"]
        before = urgency in values and record[urgency]
        with self.env.cr.savepoint():
            record.write(values)
            origins._mark_updated(right, record, tuple(values))
            if urgency in values and record[urgency] != before:
                label = record._fields[urgency].convert_to_export(
                    record[urgency], record
                )
                self._tell_agents(record, "priority", value=label)

    # === CLOSE, REOPEN, RATE === #

    @api.private
    def close_record(self, module, res_id):
        """Mark a record as closed: what the button "Mark as closed" does.

        :return: what ``undo_close`` needs, as plain values
        :rtype: dict
        :raise AccessError: if the user may not
        """
        right, record = self._find_to_close(module, res_id)
        former = record[right.roles["state"]]
        self._write_state(right, record, right.values["closed_value"])
        self._tell_agents(record, "closed")
        is_record = isinstance(former, models.BaseModel)
        at = fields.Datetime.to_string(self.env.cr.now())
        return {"state": former.id if is_record else former, "at": at}

    @api.private
    def undo_close(self, module, res_id, closing):
        """Let a record be as it was before the user closed it, a moment ago.

        :param dict closing: what ``close_record`` has returned
        :raise AccessError: if the user may not
        :raise UserError: if it is too late, or something has changed since
        """
        right, record = self._find_to_close(module, res_id)
        if not self._is_as_closed(right, record, closing, UNDO_TIME + UNDO_GRACE):
            raise UserError(
                self.env._("It is too late to undo this. Reopen it instead.")
            )
        self._write_state(right, record, closing["state"])
        self._tell_agents(record, "reopened")

    @api.private
    def may_undo(self, module, res_id, closing):
        """Say whether to offer ``undo_close`` now.

        :param dict closing: what ``close_record`` has returned
        :rtype: bool
        """
        try:
            right, record = self._find_to_close(module, res_id)
        except AccessError:
            return False
        return self._is_as_closed(right, record, closing, UNDO_TIME)

    @api.private
    def reopen_record(self, module, res_id):
        """Take up a closed record again.

        :raise AccessError: if the user may not
        """
        right, record = self._find_to_close(module, res_id)
        self._write_state(right, record, right.values["open_value"])
        self._tell_agents(record, "reopened")

    @api.private
    def reopen_answered(self, record):
        """Reopen a closed record that a user answers, if they may reopen it.

        :param record: of any model and with any rights
        """
        gate = self.env["customer.portal.gate"]
        for code in gate._get_generated_codes(record._name):
            right = gate._get_rights().get(code)
            if not right or "close" not in right.actions:
                continue
            found = gate._get_visible_records(right, record.ids)
            if (
                found
                and right.values["open_value"]
                and found.filtered_domain(right.closed)
            ):
                self._write_state(right, found, right.values["open_value"])

    @api.private
    def get_rating(self, module, res_id):
        """Return the rating of a record.

        :return: None where nothing can be rated (yet), 0 if it can be, else the stars
        :rtype: int | None
        """
        gate = self.env["customer.portal.gate"]
        right = gate._get_page_right(module)
        record = right and gate._get_visible_records(right, [res_id])
        if not record or "close" not in right.actions:
            return None
        if ratings := self._get_ratings(record):
            return round(ratings[0].rating)
        return 0 if record.filtered_domain(right.closed) else None

    @api.private
    def rate_record(self, module, res_id, stars, feedback=""):
        """Rate a closed record, once.

        :param int stars: 1 to 5
        :param str feedback: what the customer says about it
        :raise UserError: if it is rated already, or is not closed
        """
        gate = self.env["customer.portal.gate"]
        if stars not in range(1, MAX_STARS + 1):
            raise UserError(self.env._("Choose one to five stars."))
        right = gate._get_page_right(module)
        record = right and gate._get_visible_records(right, [res_id])
        if self.get_rating(module, res_id) != 0 or self._is_rated_now(record):
            raise UserError(self.env._("You can rate this once, after it is closed."))
        self.env["rating.rating"].sudo().create(
            {
                "res_model_id": self.env["ir.model"]._get_id(record._name),
                "res_id": record.id,
                "partner_id": self.env.user.sudo().partner_id.id,
                "rated_partner_id": self._get_assignee(right, record).id,
                "rating": stars,
                "feedback": feedback,
                "consumed": True,
                "rated_on": fields.Datetime.now(),
            }
        )
        if stars <= LOW_RATING:
            self._tell_agents(record, "rated", stars=stars, feedback=feedback)

    # === INTERNALS === #

    @api.model
    def _get_new_values(self, right):
        """Return what makes a new record one of the module, and one of the user.

        :raise AccessError: where a record does not lead to its contact directly
        """
        field = self.env[right.model_name]._fields.get(right.partner_field)
        if not field or field.comodel_name != "res.partner":
            raise AccessError(self.env._("You can't create records here."))
        partner = self.env.user.sudo().partner_id
        values = {
            **self._get_assignee_values(partner, right),
            **self._get_state_values(right),
            **{
                condition.field_expr: condition.value
                for condition in right.domain.iter_conditions()
                if condition.operator == "=" and "." not in condition.field_expr
            },
        }
        values[field.name] = (
            [Command.link(partner.id)] if field.type == "many2many" else partner.id
        )
        return values

    @api.model
    def _get_state_values(self, right):
        """Return the state of a new record: said, so that its mail is sent."""
        name, value = right.roles["state"], right.values["new_value"]
        return {name: value} if name and value else {}

    @api.model
    def _get_assignee_values(self, partner, right):
        """Return who works on a new record; nobody where nobody is responsible.

        Said, as Odoo would take who creates it, the customer.
        """
        name = right.roles["assignee"]
        field = name and self.env[right.model_name]._fields[name]
        if not field or field.comodel_name != "res.users":
            return {}
        agents = self.env["customer.portal.agents"]
        chosen = agents._choose(partner, right.model_name)
        return {name: agents._make_assignee_value(right.model_name, name, chosen)}

    @api.model
    def _follow_created(self, record):
        """Let the customer follow what they have made and get the answers by email."""
        if "message_follower_ids" in record._fields:
            comment = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment")
            record.message_subscribe(self.env.user.sudo().partner_id.ids, [comment])

    @api.model
    def _tell_agents(self, record, kind, **details):
        """Let somebody hear of what a customer does on a page.

        :param str kind: of the texts of ``customer.portal.agents``
        """
        agents = self.env["customer.portal.agents"]
        agents._tell(record, self.env.user.sudo().partner_id, kind, **details)

    @api.model
    def _find_to_close(self, module, res_id):
        """Return the right of a module, and a record that the user may close.

        :raise AccessError: if they may not
        """
        gate = self.env["customer.portal.gate"]
        right = gate._check_action(module, "close", {})
        record = gate._get_visible_records(right, [res_id])
        if not record:
            raise AccessError(self.env._("This record does not exist."))
        return right, record

    @api.model
    def _write_state(self, right, record, value):
        record[right.roles["state"]] = value
        self.env["customer.portal.origin"]._mark_updated(right, record)

    @api.model
    def _is_as_closed(self, right, record, closing, time):
        """Say whether a record is as the user has closed it, not too long ago.

        :param timedelta time: how long ago at most
        """
        at = fields.Datetime.to_datetime(closing["at"])
        is_late = fields.Datetime.now() - at > time
        return not is_late and not self._has_changed(right, record, at)

    @api.model
    def _has_changed(self, right, record, at):
        """Say whether anything has happened to a record since it was closed.

        A rating has: what is open is not rated.

        :param datetime at: when, in UTC; what came with it does not count
        """
        state = record[right.roles["state"]]
        stored = state.id if isinstance(state, models.BaseModel) else state
        if stored != right.values["closed_value"] or record.write_date > at + SECOND:
            return True
        if any(rating.rated_on >= at for rating in self._get_ratings(record)):
            return True
        later = [
            ("model", "=", record._name),
            ("res_id", "=", record.id),
            ("create_date", ">", at + SECOND),
        ]
        return bool(record.env["mail.message"].sudo().search_count(later, limit=1))

    @api.model
    def _is_rated_now(self, record):
        """Say whether somebody has just rated a record; others wait for the answer."""
        with lock.alone(self.env, "rate", record._name, record.id) as env:
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
