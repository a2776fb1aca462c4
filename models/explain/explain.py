from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import AccessError

from ...const import GROUP_AGENT
from ..access.res_partner_period import OPEN_STATES
from ..gate.steps import Step


class Question(NamedTuple):
    """What somebody wants to know about a customer."""

    # or "module", "record", "field", "action", "file", "page", "chart"
    kind: str = "login"
    code: str = ""  # of the module
    model: str = ""  # of the record
    res_id: int = 0
    field: str = ""
    action: str = "see"  # of a field: "see" or "edit"
    file_id: int = 0  # of an attachment
    chart_id: int = 0
    path: str = ""  # of an address
    token: str = ""  # that the address has, from anywhere
    is_page: bool = True  # whether anything answers at the address
    way: str = "page"  # or "rpc": by programs, as Odoo's own rules decide


class Explained(NamedTuple):
    """One step of an answer, as somebody reads it."""

    kind: str
    passed: bool | None  # None: whoever asks may not know
    text: str
    link: tuple | None  # model, id, field and label of what decides


class Answer(NamedTuple):
    """Whether a customer may, and why."""

    allowed: bool | None  # None: whoever asks may not know
    steps: list[Explained]

    @property
    def reason(self):
        """Return the first step that refuses, None if none does."""
        return next((step for step in self.steps if step.passed is False), None)


class Asked(NamedTuple):
    """A question with all that its sentences name."""

    question: Question
    partner: object
    user_sudo: object
    records: dict  # by model, with the rights of who asks
    steps: tuple = ()  # of the answer, once it is known


# The order in which steps are told, as a request meets them.
ORDER = (
    *("portal_user", "user", "period", "door", "session"),
    *(
        "profile",
        "module",
        "address",
        "page",
        "acl",
        "archived",
        "filter",
        "published",
        "valid",
    ),
    *("profiles", "audience", "level", "company", "odoo_rule"),
    *("grace", "field", "hidden_field", "action", "customer"),
    *("form", "open", "file", "other"),
)


class CustomerPortalExplain(models.AbstractModel):
    """Why a customer may do something or not, told to the agents of their company.

    It asks the code that decides, in the customer's name, while the gate writes its
    steps down; here they are only put into words. Agents learn nothing of records that
    they may not read themselves.
    """

    _name = "customer.portal.explain"
    _description = "Explain Access"

    @api.private
    def explain(self, partner, question):
        """Say whether a customer may do something, and what decides.

        :param res.partner partner: with the rights of who asks
        :param Question question: from anywhere
        :rtype: Answer
        :raise AccessError: for all but agents who may read the contact
        """
        self._check_asker(partner)
        user_sudo = self._get_user_sudo(partner)
        asked = Asked(question, partner, user_sudo, self._find_records(question))
        is_hidden = self._is_hidden(asked)
        if is_hidden:
            asked = asked._replace(question=self._get_outline(question))
        allowed, steps = self._run(asked)
        asked = asked._replace(steps=tuple(steps))
        told = [self._tell(asked, step) for step in steps]
        told = [step for step in told if step.text]  # The rest goes without saying.
        if is_hidden:
            told.append(self._tell_hidden())
        return Answer(self._get_verdict(allowed, told), told)

    @api.model
    def _check_asker(self, partners):
        """Let agents ask, about contacts of their own companies."""
        if not self.env.su and not self.env.user.has_group(GROUP_AGENT):
            raise AccessError(self.env._("Only portal agents can explain access."))
        partners.check_access("read")

    @api.model
    def _get_user_sudo(self, partner):
        """Return the user whose access it is: the one that follows the contact."""
        users_sudo = partner.sudo().with_context(active_test=False).user_ids
        portal_sudo = users_sudo.filtered(lambda user: user._is_portal())
        return portal_sudo._get_main_portal_users() or users_sudo[:1]

    @api.model
    def _get_verdict(self, allowed, told):
        """Return what is known: no refusal that is shown may be taken back."""
        if any(step.passed is False for step in told):
            return False
        return None if any(step.passed is None for step in told) else allowed

    # === WHAT MAY BE KNOWN === #

    @api.model
    def _find_records(self, question):
        """Return what a question is about, by model, with the rights of who asks.

        Ids and names are from anywhere. What is not there is not looked up.
        """
        gate, records = self.env["customer.portal.gate"], {}
        named = {question.model: question.res_id, "ir.attachment": question.file_id}
        for model_name, res_id in named.items():
            if model_name in self.env and gate._is_id(res_id):
                records[model_name] = self.env[model_name].browse(res_id)
        self._add_shared(records)
        self._add_carrier(records)
        return records

    @api.model
    def _add_shared(self, records):
        """Add the file of a document, and the document of a file."""
        model = self.env["customer.portal.document"]
        document, file = records.get(model._name), records.get("ir.attachment")
        if document:
            file_sudo = document.sudo().exists().attachment_id
            records["ir.attachment"] = file_sudo.sudo(False)
        elif file:
            shared_sudo = model._find_by_files_sudo(file.ids)
            if shared := shared_sudo.sudo(False)._filtered_access("read"):
                records[model._name] = shared

    @api.model
    def _add_carrier(self, records):
        """Add the record that a file lies on: its module decides, too."""
        file_sudo = records.get("ir.attachment", self.env["ir.attachment"]).sudo()
        name = file_sudo.exists().res_model
        if name and name not in records and name in self.env and file_sudo.res_id:
            carrier = self.env[name].browse(file_sudo.res_id)
            if carrier.sudo().exists() and carrier.has_access("read"):
                records[name] = carrier

    @api.model
    def _is_hidden(self, asked):
        """Say whether somebody asks about what they may not read, or is not there."""
        module_sudo = self._get_module(asked.question.code).sudo()
        if asked.question.res_id and module_sudo.model_name != asked.question.model:
            return True  # The module would look up another record by the same number.
        named = {asked.question.model} if asked.question.res_id else set()
        if asked.question.file_id:
            named.add("ir.attachment")
        return any(
            name not in asked.records
            or not asked.records[name].sudo().exists()
            or not asked.records[name].has_access("read")
            for name in named
        )

    @api.model
    def _get_outline(self, question):
        """Return what may be told of a record that whoever asks may not read."""
        return Question(kind="module" if question.code else "login", code=question.code)

    @api.model
    def _tell_hidden(self):
        text = self.env._(
            "This record doesn't exist, or you don't have access to it. So its part of "
            "the answer isn't shown to you."
        )
        return Explained("hidden", None, text, None)

    # === HOW IT IS FOUND OUT === #

    @api.model
    def _run(self, asked):
        """Let the code that decides answer.

        :return: the answer and the steps in their order
        :rtype: tuple[bool, list[Step]]
        """
        steps = self._get_door_steps(asked)
        allowed = all(step.passed for step in steps)
        is_customer = asked.user_sudo and asked.user_sudo._is_portal()
        if is_customer and asked.question.kind != "login":
            decided, more = self._record(asked)
            is_open = all(step.passed for step in steps)
            # What refuses something on the way, but not this, decides nothing. Nor does
            # another way to a part of what is refused as a whole.
            steps += [s for s in more if (s.passed if decided else s.kind != "also")]
            if not decided and all(step.passed for step in steps):
                steps.append(Step("other", False, {}))
            steps += self._find_elsewhere(asked, decided) if is_open else []
            allowed = allowed and decided
        order = self._get_step_order()
        return allowed, sorted(steps, key=lambda step: order.index(step.kind))

    @api.model
    def _get_step_order(self):
        """Return the kinds of steps as they are told, in order. To be extended.

        :rtype: tuple[str]
        """
        return ORDER

    @api.model
    def _record(self, asked):
        """Ask in the customer's name, and return what was written down meanwhile."""
        context = {"lang": self.env.lang, "tz": self.env.user.tz}
        env = self.env(user=asked.user_sudo.id, su=False, context=context)
        with env["customer.portal.gate"].record_steps(*asked.records.values()) as notes:
            explain = env[self._name]
            decide = getattr(explain, f"_decide_{asked.question.kind}", None)
            decided = bool(decide) and bool(decide(asked))
        return decided, notes.steps

    # === THE DOOR === #

    @api.model
    def _get_door_steps(self, asked):
        """Ask the door, and tell apart what it looks at."""
        user_sudo, partner_sudo = asked.user_sudo, asked.partner.sudo()
        state = partner_sudo.portal_state
        is_open = user_sudo.active and user_sudo._is_portal() if user_sudo else False
        steps = [Step("portal_user", state != "none", {})]
        if state != "none":
            steps.append(Step("user", is_open, {}))
            steps.append(Step("period", state in OPEN_STATES, {"state": state}))
        refusal = user_sudo and user_sudo._get_portal_refusal()
        if refusal and all(step.passed for step in steps):
            steps.append(Step("door", False, {"refusal": refusal}))
        is_portal = bool(user_sudo) and user_sudo._is_portal()
        if asked.question.kind == "login" and is_portal:
            steps.append(Step("session", self._has_password(user_sudo), {}))
        return steps

    @api.model
    def _has_password(self, user_sudo):
        """Say whether a user can prove who they are."""
        query = "SELECT 1 FROM res_users WHERE id = %s AND password IS NOT NULL"
        user_sudo.flush_recordset(["password"])
        self.env.cr.execute(query, (user_sudo.id,))
        means = {"auth_passkey_key_ids", "oauth_uid"} & {*user_sudo._fields}
        return bool(self.env.cr.rowcount) or any(map(user_sudo.__getitem__, means))
