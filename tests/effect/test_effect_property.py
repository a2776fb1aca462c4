from contextlib import contextmanager

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import tagged

from ..effect_common import TASKS, TREE, VIEWERS, EffectCommon
from ..examples import draws

NAMES = tuple(TREE)
LEVELS = ("own", "organization", "subsidiaries", "everyone")
PATHS = (
    "partner_id",
    "project_id.partner_id",
    "project_id.collaborator_ids.partner_id",
    False,
)
ORGANIZATIONS = (False, False, "project_id.partner_id")


@st.composite
def sides(draw):
    """Draw what a profile permits in the module, and how the module is defined."""
    return {
        "visible": draw(st.sampled_from([True, True, True, False])),
        "active": draw(st.sampled_from([True, True, True, False])),
        "level": draw(st.sampled_from(LEVELS)),
        "documents": draw(st.booleans()),
        "path": draw(st.sampled_from(PATHS)),
        "organization": draw(st.sampled_from(ORGANIZATIONS)),
        "priority": draw(st.sampled_from([None, "0", "1"])),
        "archived": draw(st.sampled_from([False, False, True])),
        "project": draw(st.sampled_from([None, 0])),
    }


def contacts(number):
    return st.lists(
        st.none() | st.sampled_from(NAMES), min_size=number, max_size=number
    )


@st.composite
def changes(draw):
    """Draw whose the records are, in which company, and what changes."""
    numbers = {"min_size": TASKS, "max_size": TASKS}
    return {
        "owners": draw(contacts(TASKS)),
        "projects": draw(contacts(2)),
        "collaborators": draw(st.lists(st.sampled_from(VIEWERS), max_size=4)),
        "companies": draw(st.lists(st.sampled_from([None, 0, 1]), **numbers)),
        "priorities": draw(st.lists(st.sampled_from("01"), **numbers)),
        "archived": draw(st.sets(st.integers(0, TASKS - 1), max_size=3)),
        "files": draw(st.lists(st.integers(0, TASKS - 1), max_size=6)),
        "members": draw(st.sets(st.sampled_from(VIEWERS))),
        "beside": draw(st.sets(st.sampled_from(VIEWERS), max_size=2)),
        "before": draw(sides()),
        "after": draw(sides()),
    }


@tagged("post_install", "-at_install", "long", "drawn")
class TestEffectProperty(EffectCommon):
    """Whatever changes, the sets are what asking the gate for each contact gives."""

    @contextmanager
    def _drawn(self, drawn):
        with self._undone():
            self._own(drawn)
            self._place(drawn)
            self._change(drawn["before"])
            self.env.flush_all()
            yield

    def _own(self, drawn):
        """Give the records to contacts."""
        for task, owner in zip(self.tasks, drawn["owners"], strict=True):
            task.partner_id = owner and self.partners[owner]
        for project, owner in zip(self.projects, drawn["projects"], strict=True):
            project.partner_id = owner and self.partners[owner]
        self.env["project.collaborator"].create(
            [
                {
                    "project_id": self.projects[place % 2].id,
                    "partner_id": self.partners[name].id,
                }
                for place, name in dict(enumerate(drawn["collaborators"])).items()
                if drawn["collaborators"].index(name) == place
            ]
        )

    def _place(self, drawn):
        """Put records and contacts into companies, profiles and the archive."""
        companies = self.env.company + self.second_company
        for name in drawn["members"]:
            self.users[name].company_ids += self.second_company
        for name in drawn["beside"]:
            self.partners[name].portal_profile_id = self.other_profile
        for place, task in enumerate(self.tasks):
            task.priority = drawn["priorities"][place]
            task.active = place not in drawn["archived"]
        self.env["ir.attachment"].create(
            [
                {
                    "name": "file",
                    "raw": b"content",
                    "res_model": "project.task",
                    "res_id": self.tasks[place].id,
                }
                for place in drawn["files"]
            ]
        )
        self.env.flush_all()
        for task, company in zip(self.tasks, drawn["companies"], strict=True):
            company_id = None if company is None else companies[company].id
            self.env.cr.execute(
                "UPDATE project_task SET company_id = %s WHERE id = %s",
                (company_id, task.id),
            )
        self.env.invalidate_all()

    def _change(self, side):
        domain = [("project_id", "in", self.projects.ids)]
        if side["priority"]:
            domain.append(("priority", "=", side["priority"]))
        if side["archived"]:
            domain.append(("active", "in", [True, False]))
        if side["project"] is not None:
            domain.append(("project_id.name", "=", self.projects[0].name))
        self.module.write(
            {
                "domain": repr(domain),
                "partner_field": side["path"],
                "organization_field": side["organization"],
                "active": side["active"],
            }
        )
        for profile in self.profile + self.other_profile:
            self._row_of(profile).write(
                {
                    "visible": side["visible"],
                    "records_visibility": side["level"],
                    "show_documents": side["documents"],
                }
            )

    def _files(self, seen):
        """Return the files that each contact sees, of the records that they see."""
        files = self.env["ir.attachment"].sudo()
        return {
            name: frozenset(
                files.search(
                    [("res_model", "=", "project.task"), ("res_id", "in", [*ids])]
                ).ids
                if self.gate.with_user(self.users[name]).may("tried", "documents")
                else ()
            )
            for name, ids in seen.items()
        }

    def _look(self):
        seen = self._seen()
        return seen, self._files(seen)

    @draws(40)
    @given(changes())
    def test_the_sets_are_what_asking_for_each_contact_gives(self, drawn):
        with self._drawn(drawn):
            before = self._look()
            effect = self.effect._try(lambda: self._change(drawn["after"]))
            self.assertEqual(self._look(), before, "It is as it was.")
            savepoint = self.env.cr.savepoint()
            self._change(drawn["after"])
            after = self._look()
            self.env.clear()
            savepoint.close(rollback=True)
            self.env.registry.clear_cache()
            for profile in (self.profile, self.other_profile):
                self._check(effect, profile, before, after)

    def _check(self, effect, profile, before, after):
        names = [
            name for name in VIEWERS if self.partners[name].portal_profile_id == profile
        ]
        found = self._module_effect(effect, profile=profile)
        parts = (("gained", after, before), ("lost", before, after))
        for direction, more, less in parts:
            records, files = (
                {name: more[kind][name] - less[kind][name] for name in names}
                for kind in (0, 1)
            )
            if not found:
                self.assertFalse(any(records.values()) or any(files.values()))
                continue
            self.assertTrue(found.counted)
            self._check_direction(getattr(found, direction), records, files)
        if found:
            self._check_organizations(found, names, before[0], after[0])

    def _check_direction(self, direction, records, files):
        people = {self.partners[name] for name, ids in records.items() if ids}
        self.assertEqual(direction.records, len(frozenset().union(*records.values())))
        self.assertEqual(direction.files, len(frozenset().union(*files.values())))
        self.assertEqual(direction.pairs, sum(map(len, records.values())))
        self.assertEqual(direction.contacts, len(people))
        self.assertEqual(
            direction.organizations,
            len({partner.commercial_partner_id for partner in people}),
        )
        self.assertEqual(len(direction.examples), min(direction.records, 10))
        by_partner = {self.partners[name].id: ids for name, ids in records.items()}
        for example in direction.examples:
            self.assertIn(example.res_id, by_partner[example.partner_id])

    def _check_organizations(self, found, names, before, after):
        wanted = {}
        for name in names:
            organization = self.partners[name].commercial_partner_id.id
            gained, lost = after[name] - before[name], before[name] - after[name]
            if gained or lost:
                known = wanted.get(organization, (0, 0, 0))
                more = 1, len(gained), len(lost)
                wanted[organization] = tuple(map(sum, zip(known, more, strict=True)))
        self.assertEqual(
            {one.organization_id: one[1:] for one in found.organizations}, wanted
        )
