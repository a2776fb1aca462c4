from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ...models.version.guard import PUBLISHING_VALUE
from ..common import takes_long
from ..version_common import EDIT, VersionCommon

SOON = timedelta(hours=2)


@tagged("post_install", "-at_install")
class TestDraft(VersionCommon):
    """What is live stays as it is until a draft is published."""

    def test_a_draft_changes_nothing_for_customers_until_it_is_published(self):
        draft, before = self._start(), self._rights()
        self._save_row({"can_close": True, "records_visibility": "subsidiaries"})
        self.assertEqual(self._rights(), before)
        self.assertFalse(self.row.can_close)
        version = draft._publish("Customers may close")
        self.assertTrue(self.row.can_close)
        self.assertEqual(self._rights()["cases"].records_visibility, "subsidiaries")
        self.assertIn("close", self._rights()["cases"].actions)
        self.assertEqual(
            (version.user_id, version.reason), (self.manager, "Customers may close")
        )
        self.assertFalse(draft.exists())

    def test_the_form_of_a_draft_shows_the_draft_and_the_live_one_what_is_live(self):
        self._start()
        self._save(self.profile, {"name": "Gold"})
        spec = {"name": {}, "is_draft_shown": {}, "draft_text": {}}
        [shown] = self._as_manager(self.profile, **EDIT).web_read(spec)
        [live] = self._as_manager(self.profile).web_read(spec)
        self.assertEqual((shown["name"], live["name"]), ("Gold", "Premium"))
        self.assertEqual(
            (shown["is_draft_shown"], live["is_draft_shown"]), (True, False)
        )
        for one in (shown, live):
            self.assertEqual(
                one["draft_text"], "Draft: one change is not published yet."
            )

    def test_a_draft_is_checked_like_what_is_live(self):
        self._start()
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self._save(self.profile, {"blocked_paths": "/web"})
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self._save_row({"records_visibility": "everyone"})

    def test_a_draft_leaves_no_answer_behind_in_the_cache(self):
        tasks = self.env["customer.portal.module"].search([("code", "=", "tasks")])
        self.env.registry.clear_cache()
        offers = tasks._get_offers()
        self.env.registry.clear_cache()
        tasks.with_context(active_test=False)._get_offers()
        self._start()
        self._save_row({"can_close": True})
        self.assertEqual(tasks._get_offers(), offers)

    @takes_long
    def test_what_a_form_proposes_starts_from_the_draft(self):
        self._start()
        self._save_row({"can_close": True})
        result = self._as_manager(self.profile, **EDIT).onchange(
            {"name": "Gold"}, ["name"], {"name": {}, "visible_names": {}}
        )
        self.assertNotIn("warning", result)

    @takes_long
    def test_fields_are_drafted_in_their_dialog(self):
        draft, line = self._start(), self.row.field_ids[0]
        row = self._as_manager(self.row, **EDIT)
        action = row.action_open_fields()
        self.assertTrue(action["context"]["customer_portal_draft"])
        before = line.access
        wanted = "hidden" if before != "hidden" else "read"
        row.web_save({"field_ids": [(1, line.id, {"access": wanted})]}, {})
        self.assertEqual(line.access, before)
        draft._publish("Fields")
        self.assertEqual(line.access, wanted)

    def test_widgets_and_announcements_are_part_of_the_draft(self):
        draft, widget = self._start(), self.profile.widget_ids[0]
        shown = widget.visible
        self._save(
            self.profile,
            {
                "announcement": "<p>Hello</p>",
                "announcement_until": "2030-01-01",
                "widget_ids": [(1, widget.id, {"visible": not shown})],
            },
        )
        self.assertFalse(self.profile.announcement)
        self.assertEqual(widget.visible, shown)
        draft._publish("News")
        self.assertIn("Hello", self.profile.announcement)
        self.assertEqual(widget.visible, not shown)
        self.assertEqual(str(self.profile.announcement_until), "2030-01-01")
        self.assertEqual(self.profile.announcement_version, 1)

    @takes_long
    def test_a_field_that_profiles_hide_is_not_said_to_be_added_to_them(self):
        draft = self._start(self.cases)
        field = {"name": "date_deadline", "in_detail": True, "label": "By When"}
        self._save(self.cases, {"field_ids": [(0, 0, field)]})
        self.assertEqual(draft._describe(), ["By When: added"])
        self.assertEqual(draft.change_count, 1)
        self.assertEqual(draft._publish("Dates").differences, "By When: added")

    def test_a_module_is_drafted_with_its_fields(self):
        draft, names = self._start(self.cases), self.cases.field_ids.mapped("name")
        last = self.cases.field_ids[-1]
        last_name = last.name
        self._save(
            self.cases,
            {
                "name": "Tickets",
                "field_ids": [
                    (0, 0, {"name": "date_deadline", "in_detail": True}),
                    (2, last.id),
                ],
            },
        )
        self.assertEqual(self.cases.field_ids.mapped("name"), names)
        self.assertNotEqual(self.cases.name, "Tickets")
        draft._publish("Another name")
        self.assertEqual(self.cases.name, "Tickets")
        self.assertEqual(
            {*self.cases.field_ids.mapped("name")} ^ {*names},
            {"date_deadline", last_name},
        )

    @takes_long
    def test_a_field_that_a_draft_adds_can_be_changed_again(self):
        draft = self._start(self.cases)
        spec = {"field_ids": {"fields": {"name": {}}}}
        [shown] = self._as_manager(self.cases, **EDIT).web_save(
            {"field_ids": [(0, 0, {"name": "date_deadline"})]}, spec
        )
        [added] = [one for one in shown["field_ids"] if one["name"] == "date_deadline"]
        self._as_manager(self.cases, **EDIT).web_read(spec)  # Has other ids.
        self._save(self.cases, {"field_ids": [(1, added["id"], {"label": "Since"})]})
        draft._publish("A field")
        [line] = self.cases.field_ids.filtered(lambda one: one.name == "date_deadline")
        self.assertEqual(line.label, "Since")

    def test_profiles_that_show_a_module_are_part_of_its_draft(self):
        other = self.env["customer.portal.module"].search([("code", "=", "faqs")])
        draft = self._start(other)
        self._save(other, {"profile_ids": [(4, self.profile.id)]})
        self.assertNotIn("faqs", self._rights())
        draft._publish("FAQs for them")
        self.assertIn("faqs", self._rights())

    @takes_long
    def test_all_languages_are_drafted_and_published(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        draft = self._start()
        self._as_manager(self.profile, lang="fr_FR", **EDIT).web_save(
            {"name": "Or"}, {}
        )
        self.assertEqual(self.profile.with_context(lang="fr_FR").name, "Premium")
        draft._publish("French")
        self.assertEqual(self.profile.with_context(lang="fr_FR").name, "Or")
        self.assertEqual(self.profile.with_context(lang="en_US").name, "Premium")

    # === NEW ONES === #

    def test_new_profiles_and_modules_begin_as_drafts_that_nobody_is_given(self):
        profiles = self.as_manager["customer.portal.profile"]
        new = profiles.create({"name": "Silver"})
        self.assertTrue(new.is_unpublished)
        self.assertFalse(new.active)
        new.write({"greeting": "time"})
        with self.assertRaises(UserError):
            new.active = True
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.contact.portal_profile_id = new.id
        draft = self.drafts._find(new)
        draft._publish("For the new ones")
        self.assertTrue(new.active)
        self.contact.portal_profile_id = new.id
        self.assertEqual(new.version_count, 1)

    @takes_long
    def test_a_new_module_is_published_once_it_shows_something(self):
        modules = self.as_manager["customer.portal.module"]
        module = modules.create(
            {
                "name": "Countries",
                "model_name": "res.partner.category",
                "page": "generated",
            }
        )
        draft = self.drafts._find(module)
        with self.assertRaisesRegex(ValidationError, "would show nothing"):
            draft._publish("Too soon")

    @takes_long
    def test_discarding_what_was_never_published_deletes_it(self):
        new = self.as_manager["customer.portal.profile"].create({"name": "Silver"})
        new.action_discard_draft()
        self.assertFalse(new.exists())

    def test_discarding_changes_leaves_what_is_live(self):
        draft, before = self._start(), self._rights()
        self._save_row({"can_close": True})
        draft.action_discard()
        self.assertEqual(self._rights(), before)
        [shown] = self._as_manager(self.profile, **EDIT).web_read({"draft_id": {}})
        self.assertFalse(shown["draft_id"])

    # === CHANGED MEANWHILE === #

    def test_nothing_that_was_published_meanwhile_is_overwritten_silently(self):
        first = self._start()
        self._save_row({"can_close": True})
        version = first._publish("One")
        second = self._start()
        self._save_row({"can_export": True})
        version_two = self.versions.search([], limit=1)
        self.assertEqual(version_two, version)
        # Somebody publishes past the draft.
        self.row.with_context(
            customer_portal_publishing=PUBLISHING_VALUE
        ).can_create = True
        second.invalidate_recordset()
        self.assertTrue(second.is_stale)
        with self.assertRaisesRegex(UserError, "has changed since"):
            second._publish("Two")
        second.action_take_over()
        self.assertFalse(second.is_stale)
        second._publish("Two")
        self.assertTrue(
            self.row.can_close and self.row.can_export and self.row.can_create
        )

    @takes_long
    def test_a_new_module_or_chart_makes_no_draft_outdated(self):
        draft = self._start()
        self._save_row({"can_close": True})
        self.as_manager["customer.portal.module"].create(
            {"name": "Tags", "model_name": "res.partner.category"}
        )
        draft.invalidate_recordset()
        self.assertFalse(draft.is_stale)
        draft._publish("Close")
        self.assertTrue(self.row.can_close)

    # === PUBLISHING === #

    def test_a_draft_without_changes_is_not_published(self):
        draft = self._start()
        with self.assertRaisesRegex(UserError, "changes nothing"):
            draft._publish("Why not")

    def test_what_speaks_against_it_stops_a_publication_unless_somebody_takes_it_on(
        self,
    ):
        draft = self._start()
        self._save_row({"can_close": True})
        seen = []

        def find(record):
            seen.append(record.permission_ids.filtered("can_close"))
            return ["A stranger would see 5 cases."]

        model = self.registry["customer.portal.profile"]
        with patch.object(model, "_get_publish_blockers", find):
            with (
                self.assertRaisesRegex(UserError, "A stranger"),
                self.env.cr.savepoint(),
            ):
                draft._publish("Go")
            self.assertFalse(self.row.can_close)
            version = draft._publish("Go", override="They are test cases")
        self.assertTrue(all(seen), "asked before the changes were made")
        self.assertEqual(version.override, "They are test cases")
        self.assertEqual(version.blockers, "A stranger would see 5 cases.")

    def test_the_dialog_says_what_changes_and_asks_why(self):
        draft = self._start()
        self._save_row({"can_close": True})
        action = draft.action_publish()
        dialog = self.as_manager[action["res_model"]].browse(action["res_id"])
        self.assertIn("Cases › Close: turned off → turned on", dialog.differences)
        with self.assertRaisesRegex(UserError, "Say why"):
            dialog.action_publish()
        dialog.reason = "They asked"
        dialog.action_publish()
        self.assertTrue(self.row.can_close)

    def test_only_what_the_dialog_has_shown_is_published(self):
        draft, other = self._start(), self._make_manager("other")
        self._save_row({"can_close": True})
        action = draft.action_publish()
        dialog = self.as_manager[action["res_model"]].browse(action["res_id"])
        dialog.write(
            {"reason": "They asked", "publish_at": fields.Datetime.now() + SOON}
        )
        row = self.row.with_user(other).with_context(**EDIT)
        row.write({"records_visibility": "subsidiaries"})
        for publish in (dialog.action_publish, dialog.action_schedule):
            with self.assertRaisesRegex(UserError, "since you opened this dialog"):
                publish()
        self.assertFalse(self.row.can_close)
        action = draft.action_publish()
        dialog = self.as_manager[action["res_model"]].browse(action["res_id"])
        dialog.reason = "They asked"
        dialog.action_publish()
        self.assertTrue(self.row.can_close)

    def test_a_review_says_what_changes_and_for_whom_and_changes_nothing(self):
        self._make_portal_contact(portal_profile_id=self.profile.id)
        draft, before = self._start(), self._rights()
        self._save_row({"can_close": True})
        action = draft.action_review()
        review = self.as_manager[action["res_model"]].browse(action["res_id"])
        self.assertIn("Cases › Close: turned off → turned on", review.differences_html)
        self.assertTrue(review.has_effect)
        self.assertEqual(review.action_ids.mapped("profile"), ["Premium"])
        self.assertEqual(self._rights(), before)
        self.assertTrue(draft.exists())

    def test_a_draft_that_is_gone_says_so(self):
        draft = self._start()
        self._save_row({"can_close": True})
        draft._publish("First")
        with self.assertRaisesRegex(UserError, "no longer a draft"):
            draft._publish("Second")

    # === LATER === #

    def _run_cron(self):
        cron = self.registry["ir.cron"]
        with patch.object(cron, "_commit_progress", return_value=60):
            self.env["customer.portal.draft"]._cron_publish()

    def _make_due(self, draft):
        draft.sudo().publish_at = fields.Datetime.now() - SOON

    def test_a_draft_is_published_at_its_date_in_the_name_of_its_maker(self):
        draft = self._start()
        self._save_row({"can_close": True})
        draft._schedule(fields.Datetime.now() + SOON, "On Monday")
        self._run_cron()
        self.assertFalse(self.row.can_close)
        self._make_due(draft)
        self._run_cron()
        self.assertTrue(self.row.can_close)
        version = self.versions.search([], limit=1)
        self.assertEqual(
            (version.kind, version.user_id, version.reason),
            ("scheduled", self.manager, "On Monday"),
        )

    @takes_long
    def test_one_that_fails_stops_no_other_and_its_maker_is_told(self):
        failing, other = self._start(), self._start(self.cases)
        self._save_row({"can_close": True})
        self._save(self.cases, {"name": "Tickets"})
        for draft in failing + other:
            draft._schedule(fields.Datetime.now() + SOON, "On Monday")
            self._make_due(draft)
        self.row.with_context(
            customer_portal_publishing=PUBLISHING_VALUE
        ).can_edit = True
        self._run_cron()
        self.assertEqual(self.cases.name, "Tickets")
        self.assertFalse(self.row.can_close)
        self.assertFalse(failing.publish_at)
        self.assertEqual(failing.activity_ids.user_id, self.manager)
        self.assertIn("has changed since", failing.activity_ids.note)

    def _make_manager(self, name):
        group = "customer_portal.group_customer_portal_manager"
        return new_test_user(
            self.env, login=f"{name}@managers.example.com", groups=group
        )

    def test_who_changes_what_waits_for_its_date_answers_for_it(self):
        other = self._make_manager("other")
        new = self.as_manager["customer.portal.profile"].create({"name": "Silver"})
        [row] = new.permission_ids.filtered(lambda one: one.module_id == self.cases)
        drafts = self._start() + self.drafts._find(new)
        self._save_row({"can_export": True})
        for draft in drafts:
            draft._schedule(fields.Datetime.now() + SOON, "On Monday")
            self.assertEqual(draft.user_id, self.manager)
        self._as_manager(new).sequence = 3
        self.assertEqual(drafts.user_id, self.manager)
        self.row.with_user(other).with_context(**EDIT).can_share_views = True
        row.with_user(other).can_export = True
        self.assertEqual(drafts.user_id, other)
        for draft in drafts:
            self._make_due(draft)
        self._run_cron()
        self.assertTrue(self.row.can_share_views)
        self.assertFalse(new.is_unpublished)
        self.assertEqual(self.versions.search([], limit=2).user_id, other)

    @takes_long
    def test_one_that_somebody_is_at_stays_due_and_others_are_published(self):
        busy, other = self._start(), self._start(self.cases)
        self._save_row({"can_export": True})
        self._save(self.cases, {"name": "Tickets"})
        for draft in busy + other:
            draft._schedule(fields.Datetime.now() + SOON, "On Monday")
            self._make_due(draft)
        lock = type(busy).try_lock_for_update

        def try_lock(records, **options):
            return lock(records, **options) if records != busy else records.browse()

        with patch.object(type(busy), "try_lock_for_update", try_lock):
            self._run_cron()
        self.assertEqual(self.cases.name, "Tickets")
        self.assertFalse(busy.activity_ids)
        triggers = self.env["ir.cron.trigger"].sudo().search([], order="id desc")
        cron = self.env.ref("customer_portal.ir_cron_publish_drafts")
        self.assertEqual(triggers[:1].cron_id, cron)
        self._run_cron()
        self.assertTrue(self.row.can_export)

    @takes_long
    def test_one_whose_name_is_taken_by_then_says_so(self):
        draft = self._start()
        self._save(self.profile, {"name": "Gold"})
        draft._schedule(fields.Datetime.now() + SOON, "On Monday")
        self._make_due(draft)
        self.as_manager["customer.portal.profile"].create({"name": "Gold"})
        with mute_logger("odoo.sql_db"):
            self._run_cron()
        self.assertEqual(self.profile.name, "Premium")
        self.assertIn("with this name already exists", draft.activity_ids.note)

    @takes_long
    def test_one_that_meets_another_transaction_stays_due(self):
        draft = self._start()
        self._save_row({"can_close": True})
        draft._schedule(fields.Datetime.now() + SOON, "On Monday")
        self._make_due(draft)
        busy = patch.object(type(draft), "_publish", side_effect=SerializationFailure)
        with busy, self.assertRaises(SerializationFailure):
            self._run_cron()
        self._run_cron()
        self.assertTrue(self.row.can_close)

    def test_who_may_no_longer_publish_publishes_nothing_later(self):
        draft = self._start()
        self._save_row({"can_close": True})
        draft._schedule(fields.Datetime.now() + SOON, "On Monday")
        self._make_due(draft)
        self.manager.group_ids = self.env.ref("base.group_user")
        self._run_cron()
        self.assertFalse(self.row.can_close)
        activity = draft.sudo().activity_ids
        self.assertIn("can no longer publish", activity.note)
        group = self.env.ref("customer_portal.group_customer_portal_manager")
        self.assertIn(activity.user_id, group.sudo().all_user_ids)

    # === THE SETTING === #

    def test_drafts_stay_when_the_setting_is_switched_off(self):
        draft = self._start()
        self._save_row({"can_close": True})
        self.env["ir.config_parameter"]._set_portal_text("customer_portal.drafts", "")
        self._as_manager(self.profile).default_scope = "all"
        draft.invalidate_recordset()
        self.assertTrue(draft.is_stale)
        draft.action_take_over()
        draft._publish("At last")
        self.assertTrue(self.row.can_close)
        self.assertEqual(self.profile.default_scope, "all")

    def test_a_profile_that_goes_takes_its_draft_along_and_leaves_its_versions(self):
        draft = self._start()
        self._save_row({"can_close": True})
        version = draft._publish("One")
        draft = self._start()
        self.env["ir.config_parameter"]._set_portal_text("customer_portal.drafts", "")
        self.profile.unlink()
        self.assertFalse(draft.exists())
        self.assertEqual(version.display_name, "Premium, version 1")
        with self.assertRaisesRegex(UserError, "was deleted"):
            version.action_roll_back()

    @takes_long
    def test_archiving_is_drafted_too(self):
        draft = self._start()
        self._as_manager(self.profile, **EDIT).action_archive()
        self.assertTrue(self.profile.active)
        draft._publish("No longer needed")
        self.assertFalse(self.profile.active)
