from hypothesis import given
from hypothesis import strategies as st

from odoo.exceptions import MissingError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ...models.base.undone import undone
from ...models.effect.effect import Effect
from ..colleague.test_covers_property import ACTIONS, LEVELS, CoversCommon, pairs
from ..examples import draws
from ..version_common import EDIT

# What happens to profiles later -> whether customers notice at once.
STEPS = {
    "widen given": True,
    "narrow given": True,
    "widen own": True,
    "narrow own": True,
    "archive given": True,
    "restore given": True,
    "list": True,
    "take off the list": True,
    "import": True,
    "draft": False,
    "publish": True,
}
RIGHTS = ("cases", "faqs", "documents")


@st.composite
def changes(draw):
    """Draw a change: what happens, to which module, and to which right."""
    return (
        draw(st.sampled_from(sorted(STEPS))),
        draw(st.sampled_from(RIGHTS)),
        draw(st.sampled_from(ACTIONS)),
        draw(st.sampled_from(LEVELS)),
    )


@tagged("post_install", "-at_install", "long", "drawn")
class TestGivenProperty(CoversCommon):
    """Whatever becomes of profiles later: nobody gives more than they have by then.

    Nor do they change the access of who has more by then, and a review says before
    what they will give, and what no longer.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own, cls.given = cls.both
        cls.manager.group_ids |= cls.env.ref("project.group_project_user")
        cls.as_manager = cls.env(user=cls.manager)
        cls.portable = cls.as_manager["customer.portal.portable"]
        cls.effect = cls.as_manager["customer.portal.effect"]
        # What leaks has tests of its own, and takes seconds to look for.
        cls.classPatch(
            cls.registry["customer.portal.profile"], "_get_leaks", lambda _self: []
        )
        cls.seen = {"given": 0, "refused": 0, "said": 0, "steps": set()}

    # === WHAT HAPPENS === #

    def _change(self, step, code, action, level):
        """Return what makes a change, a callable; None if there is nothing to do."""
        verb, _space, who = step.partition(" ")
        if step == "publish":
            return self._find_draft() and (lambda: self._find_draft()._publish("Why"))
        if step == "import":
            return lambda: self.portable._apply(self.portable._read_text(self.text))
        if step in ("list", "take off the list"):
            command = Command.link if step == "list" else Command.unlink
            return lambda: self.own.write(
                {"given_profile_ids": [command(self.given.id)]}
            )
        if verb in ("archive", "restore"):
            return lambda: self.given.write({"active": verb == "restore"})
        is_wider = verb in ("widen", "draft")
        profile = self.own if who == "own" else self.given
        [row] = profile.permission_ids.filtered(lambda one: one.module_id.code == code)
        values = self._make_right(row, action, level, is_wider)
        if step == "draft":
            return lambda: self._draft(row, values)
        return lambda: row.write(values)

    def _make_right(self, row, action, level, is_wider):
        if not is_wider:
            return {row._get_action_fields()[action]: False}
        needed = {"comment": "comments", "upload": "documents"}
        names = row._get_action_fields()
        wanted = {"visible", names[action], names.get(needed.get(action), "visible")}
        is_free = level in row.module_id._get_possible_levels()
        levels = {"records_visibility": level} if is_free else {}
        return {**dict.fromkeys(wanted, True), **levels}

    def _find_draft(self):
        return self.as_manager["customer.portal.draft"]._find(
            self.given.with_env(self.as_manager)
        )

    def _draft(self, row, values):
        """Save a change in a draft that nobody publishes yet."""
        self._set_param("customer_portal.drafts", "True")
        given = self.given.with_env(self.as_manager)
        if not self._find_draft():
            given.action_edit_draft()
        command = Command.update(row.id, values)
        given.with_context(**EDIT).web_save({"permission_ids": [command]}, {})
        self._set_param("customer_portal.drafts", False)

    # === WHAT HOLDS THEN === #

    def _get_given(self):
        """Return which of both profiles the manager may give."""
        listed = {one["id"] for one in self._service()._get_profiles()}
        return listed & {*self.both.ids}

    def _tries(self, change, *args):
        """Say whether a manager's change is made; it is undone."""
        with self._undone():
            try:
                change(*args)
            except (UserError, MissingError):
                return False
            return True

    def _check(self):
        answers = {profile.id: self._ask(profile) for profile in self.both}
        self.emma.portal_profile_id = self.own
        own, listed = answers[self.own.id], self._get_given()
        covered = {
            one
            for one, some in answers.items()
            if all(some[kind] <= own[kind] for kind in own)
        }
        self.assertLessEqual(listed, covered)
        is_in_rank = self._tries(self._service()._end_access, self.ben.id)
        if is_in_rank:
            self.assertIn(self.given.id, covered)
        for profile in self.both:
            given_now = self._tries(
                self._service()._change_profile, self.ben.id, profile.id
            )
            self.assertEqual(given_now, is_in_rank and profile.id in listed)
            self.seen["given" if given_now else "refused"] += 1
        return listed

    def _get_said(self, change):
        """Return what a review finds: which of both profiles the manager's one gives
        before and after a change, and what it warns of.
        """
        rights = [self.effect._read_rights()]
        with undone(self.env):
            change()
            rights.append(self.effect._read_rights())
        given = [one.management[self.own.id].given_ids for one in rights]
        texts = self.effect._say_management(Effect((), 0, *rights))
        own = [text for text in texts if text.startswith(f"{self.own.name}:")]
        return [one & {*self.both.ids} for one in given], " ".join(own)

    def _run_step(self, change, is_live, before):
        if not is_live:
            change()
            self.assertEqual(self._get_given(), before)
            return
        given, texts = self._get_said(change)
        change()
        after = self._get_given()
        self.assertEqual(given, [before, after])
        for words, profiles in (
            ("will be able to give", after - before),
            ("no longer be able to give", before - after),
        ):
            self.assertEqual(words in texts, bool(profiles), texts)
            self.seen["said"] += bool(profiles)

    @draws(10, short=10)
    @given(pairs(), st.lists(changes(), min_size=2, max_size=4))
    def _draw(self, drawn, steps):
        try:
            with self._undone():
                self._run_steps(drawn, steps)
        finally:
            self.env.registry.clear_cache()

    def _run_steps(self, drawn, steps):
        for profile, values in zip(self.both, drawn, strict=True):
            self._make(profile, {**values, "scope": "organization"})
        self.both.given_profile_ids = [Command.set(self.both.ids)]
        self.emma.portal_profile_id, self.ben.portal_profile_id = self.both
        self.text = self.portable._write_text(self.portable._export(self.both)).encode()
        before = self._check()
        for step in steps:
            change = self._change(*step)
            # Some are rightly refused: nobody creates cases without their title.
            if change and self._tries(change):
                self._run_step(change, STEPS[step[0]], before)
                self.seen["steps"].add(step[0])
                before = self._check()

    def test_whatever_changes_later_nobody_gives_more_than_they_have(self):
        self._draw()
        self.assertGreater(self.seen["given"], 5)
        self.assertGreater(self.seen["refused"], 5)
        self.assertGreater(self.seen["said"], 2)
