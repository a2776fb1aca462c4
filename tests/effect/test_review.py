import base64
import json

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..common import takes_long
from ..effect_common import VIEWERS, EffectCommon

WIDER = {"records_visibility": "subsidiaries", "can_edit": True}


@tagged("post_install", "-at_install")
class TestReview(EffectCommon):
    """The dialog that shows what a change does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for task, name in zip(cls.tasks, (*VIEWERS, *VIEWERS), strict=True):
            task.partner_id = cls.partners[name]
        cls.env.flush_all()

    def _review(self, change=None, user=None, differences=()):
        effect = self.env(user=user or self.manager)["customer.portal.effect"]
        change = change or (
            lambda: self.row.write(
                {"records_visibility": "organization", "can_edit": True}
            )
        )
        action = effect._open_review(change, "Try", differences)
        self.assertEqual((action["target"], action["name"]), ("new", "Try"))
        return effect.env[action["res_model"]].browse(action["res_id"])

    def test_it_says_what_changes_and_what_that_does(self):
        review = self._review(differences=[{"text": "Wider <b>level</b>"}, "Two"])
        self.assertIn("Wider &lt;b&gt;level", review.differences_html)
        self.assertIn("will see 4 more records in Tried Tasks", review.effect_html)
        self.assertIn("Records Visibility becomes wider", review.warnings_html)
        self.assertEqual(len(review.gained_ids), 4)
        self.assertFalse(review.lost_ids)
        contacts = set(review.gained_ids.mapped("contact"))
        wanted = {self.partners[name].display_name for name in ("ben", "carla")}
        self.assertEqual(contacts, wanted)
        self.assertIn("Edit", review.action_ids.mapped("name"))
        self.assertIn("Name", " ".join(review.field_ids.mapped("name")) + "Name")

    def test_it_says_what_managers_will_give_and_what_no_longer(self):
        """Also where a right changes of a profile, which then is more than theirs."""
        both = self.profile + self.other_profile
        self.profile.write(
            {
                "manage_scope": "organization",
                "given_profile_ids": [Command.set(both.ids)],
            }
        )
        other_row = self.other_profile.permission_ids.filtered(
            lambda row: row.module_id == self.module
        )
        self.assertTrue(self.gate._covers(*both.ids))
        widen = self._review(lambda: other_row.write({"visible": True, **WIDER}))
        self.assertTrue(widen.has_effect)
        self.assertIn("no longer be able to give Beside", widen.warnings_html)
        other_row.write({"visible": True, **WIDER})
        self.assertFalse(self.gate._covers(*both.ids))
        narrow = self._review(lambda: other_row.write({"visible": False}))
        self.assertIn("will be able to give Beside", narrow.warnings_html)

    @takes_long
    def test_it_counts_by_organization(self):
        review = self._review()
        line = review.organization_ids
        self.assertEqual(line.organization, self.partners["branch"].display_name)
        self.assertEqual((line.contacts, line.gained, line.lost), (2, 4, 0))
        action = review.action_view_organizations()
        found = review.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, line)
        groups = found.formatted_read_group([], ["organization"], ["gained:sum"])
        self.assertEqual(groups[0]["gained:sum"], 4)

    def test_nothing_changes_is_said(self):
        review = self._review(lambda: None)
        self.assertFalse(review.has_effect)
        self.assertIn("Nothing changes for customers.", review.effect_html)

    def test_records_that_the_administrator_may_not_read_are_not_named(self):
        self.projects.privacy_visibility = "followers"
        review = self._review()
        self.assertEqual(
            set(review.gained_ids.mapped("record")), {"Not visible to you"}
        )
        self.assertEqual(len(review.gained_ids), 4)

    @takes_long
    def test_many_organizations_are_summed_up_but_the_first(self):
        effect = self.env(user=self.manager)["customer.portal.effect"]
        found = effect._try(
            lambda: self.row.write({"records_visibility": "subsidiaries"})
        )
        one = self._module_effect(found)
        many = tuple(
            line._replace(organization_id=line.organization_id * 1000 + n)
            for n in range(1500)
            for line in one.organizations[:1]
        )
        kept = one.organizations + many
        [*_rest] = lines = effect._prepare_organizations(
            found._replace(modules=(one._replace(organizations=kept),))
        )
        self.assertEqual(len(lines), len(one.organizations) + 1)
        total = sum(values["gained"] for _command, _id, values in lines)
        self.assertEqual(total, sum(line.gained for line in kept))

    def test_each_administrator_reads_their_own_alone_and_changes_nothing(self):
        review = self._review()
        other = new_test_user(
            self.env,
            login="other_manager",
            groups="customer_portal.group_customer_portal_manager",
        )
        for user in (other, self.agent, self.users["ben"]):
            with self.assertRaises(AccessError):
                review.with_user(user).read(["effect_html"])
            with self.assertRaises(AccessError):
                review.gained_ids.with_user(user).read(["record"])
            with self.assertRaises(AccessError):
                review.with_user(user).action_view_organizations()
        with self.assertRaises(AccessError):
            review.write({"effect_html": "<p>Nothing</p>"})
        with self.assertRaises(AccessError):
            review.create({"name": "Made up"})

    # === A FILE THAT IS TO BE IMPORTED === #

    def _make_import(self, level, user=None):
        """Return the preview of a file that changes a level, as an administrator."""
        portable = self.env(user=self.manager)["customer.portal.portable"]
        data = portable._export(profiles=self.profile, modules=self.module)
        [row] = (
            row
            for row in data["profiles"]["Tried"]["permissions"]
            if row["module"] == "tried"
        )
        row["records_visibility"] = level
        file = base64.b64encode(json.dumps(data).encode())
        wizard = self.env(user=user or self.manager)["customer.portal.import"]
        wizard = wizard.create({"file": file})
        wizard.action_preview()
        return wizard

    @takes_long
    def test_a_file_is_reviewed_before_it_is_imported(self):
        wizard = self._make_import("organization")
        self.assertTrue(wizard.can_import, wizard.summary)
        action = wizard.action_review()
        review = wizard.env[action["res_model"]].browse(action["res_id"])
        self.assertIn("will see 4 more records in Tried Tasks", review.effect_html)
        self.assertTrue(review.differences_html)
        self.assertEqual(self.row.records_visibility, "own")

    def test_without_a_file_there_is_nothing_to_review(self):
        wizard = self.env(user=self.manager)["customer.portal.import"].create({})
        with self.assertRaises(ValidationError):
            wizard.action_review()

    def test_nobody_else_reviews_a_file(self):
        wizard = self._make_import("organization")
        for user in (self.agent, self.users["ben"]):
            with self.assertRaises(AccessError):
                wizard.with_user(user).action_review()
