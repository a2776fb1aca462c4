from contextlib import contextmanager
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain

from ..base.cache import FOUND
from ..base.snapshot_cache import stop_sharing

# Where a transaction keeps the steps of the decision that it is asked to explain.
RECORDER = "customer_portal_recorder"


class Step(NamedTuple):
    """Something that decides, and what it says."""

    kind: str  # such as "module"; what it is called is up to those who explain it
    passed: bool
    facts: dict  # plain values: what a sentence about it needs


class Recorder:
    """The steps of a decision, in the order in which they are asked first."""

    def __init__(self, records=()):
        """Take the records that it is about, one of a model, with any rights."""
        self.records = {record._name: record for record in records}
        self.steps = []

    def add(self, step):
        if step not in self.steps:
            self.steps.append(step)

    def add_ways(self, found):
        """Add of several ways the one that decides, and which others lead there, too.

        :param list found: for each way, whether it leads there, and its steps
        """
        leading = [steps for leads, steps in found if leads]
        leading = [one for one in leading if not _is_implied(one, leading)]
        if any(_is_within(steps, self.steps) for steps in leading):
            return  # What is known by now suffices for this, too.
        ways = leading or sorted((steps for _leads, steps in found), key=_get_distance)
        for step in ways[0] if ways else ():
            self.add(step)
        for steps in leading[1:]:
            own = tuple(step for step in steps if step.kind != "also")
            self.add(Step("also", True, {"steps": own}))
            for step in steps:
                if step.kind == "also":
                    self.add(step)

    def holds(self, model_name, domain):
        """Say whether the record of a model matches; archived is another step."""
        record_sudo = self.records[model_name].sudo().with_context(active_test=False)
        ids = Domain("id", "in", record_sudo.ids)
        return bool(record_sudo.search_count(ids & domain, limit=1))


def _get_distance(steps):
    """Return how far a way is from leading anywhere; farthest what says nothing."""
    refusals = sum(not step.passed for step in steps)
    return refusals or float("inf")


def _is_within(steps, others):
    """Say whether all of some steps are known; of a way that says nothing, none are."""
    return bool(steps) and all(step in others for step in steps)


def _is_implied(steps, ways):
    """Say whether a way needs all of another one, and more: alone it never suffices."""
    return any(len(way) < len(steps) and _is_within(way, steps) for way in ways)


class CustomerPortalGate(models.AbstractModel):
    """Why: the gate writes down what it decides, as long as somebody asks it to.

    There is no second code that decides, so what is written down is what holds. Nobody
    who does not ask waits for it: it costs them a look into a dictionary.
    """

    _inherit = "customer.portal.gate"

    @api.private
    @contextmanager
    def record_steps(self, *records):
        """Have the gate write down what decides; within, all of it is read anew.

        :param records: that the decision is about, one of a model, with any rights
        :return: yields the ``Recorder``
        """
        cache = self.env.cr.cache
        cache.pop(FOUND, None)
        stop_sharing(self.env)
        cache[RECORDER] = recorder = Recorder(records)
        try:
            yield recorder
        finally:
            cache.pop(RECORDER)

    # === WHAT IS WRITTEN DOWN === #

    @api.model
    def _get_recorder(self):
        """Return the recorder; None while nobody asks why."""
        return self.env.cr.cache.get(RECORDER)

    @api.model
    def _note(self, kind, passed, **facts):
        """Write a decision down if somebody asks why.

        :return: the decision itself
        :rtype: bool
        """
        if recorder := self._get_recorder():
            recorder.add(Step(kind, bool(passed), facts))
        return bool(passed)

    @api.model
    def _ask_ways(self, ways):
        """Say whether one of several ways leads to something; one suffices.

        If somebody asks why, all are asked. What is written down are the steps of the
        first one that leads there, else of the one that comes nearest; of each other
        one that leads there as well, that it does.

        :param ways: callables that say whether they lead there, the likeliest first
        :rtype: bool
        """
        recorder = self._get_recorder()
        if not recorder:
            return any(way() for way in ways)
        known, found = recorder.steps, []
        for way in ways:
            recorder.steps = []
            found.append((way(), recorder.steps))
        recorder.steps = known
        recorder.add_ways(found)
        return any(leads for leads, _steps in found)

    @api.model
    def _note_module(self, code, right):
        """Write down whether the profile shows a module, and what hides it."""
        profile_id = self._get_profile_id()
        chosen = self.env.user.sudo().partner_id.portal_profile_id
        self._note("profile", True, profile_id=profile_id, chosen=bool(chosen))
        rows = self.env["customer.portal.permission"].sudo()
        row = rows.with_context(active_test=False).search(
            [("profile_id", "=", profile_id), ("module_id.code", "=", code)], limit=1
        )
        hiding = row._get_hiding() if row else "missing"
        self._note(
            "module", right, code=code, permission_id=row.id, hiding=hiding or None
        )

    @api.model
    def _note_records(self, right, parts):
        """Write down what a module says of the record that it is about.

        :param dict parts: domains that must all hold, by the kind of the step
        :return: whether they do
        :rtype: bool
        """
        recorder = self._get_recorder()
        if not recorder or right.model_name not in recorder.records:
            return True
        facts = {"code": right.code, "level": right.records_visibility}
        holds = [
            self._note(kind, recorder.holds(right.model_name, domain), **facts)
            for kind, domain in parts.items()
            if kind == "level" or not domain.is_true()
        ]
        self._note_archived(recorder.records[right.model_name])
        return all(holds)

    @api.model
    def _note_archived(self, record):
        name = record._active_name
        if name and record.exists() and not record.sudo()[name]:
            self._note("archived", False, model=record._name)
