from datetime import timedelta
from functools import partial
from unittest.mock import patch

from odoo import fields
from odoo.fields import Command, Domain
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ...models.base import batches
from ...models.base.snapshot_cache import stop_sharing
from ...models.base.undone import undone
from ..common import takes_long
from ..leak_common import LeakCommon

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
OWN = {"customer_portal_leak_check", "customer_portal_leak_line"}


@tagged("post_install", "-at_install")
class TestLeak(LeakCommon):
    """Whatever customers see and should not is found, whichever way they see it."""

    def test_a_clean_profile_is_green_and_each_thing_it_shows_has_a_reason(self):
        check = self._check()
        self.assertEqual(check.state, "green", self._tell(check))
        self.assertEqual(check.organization_count, 2)
        self.assertTrue(check.ended)
        reasons = self._lines(check, "reason")
        self.assertIn("res.country", reasons.mapped("model_name"))
        self.assertTrue(all(line.reason for line in reasons))
        self.assertEqual(self.profile.leak_state, "green")
        self.assertEqual(self.profile.leak_checked, check.ended)

    def test_a_wrong_path_to_the_customer_is_found_on_all_pages(self):
        self.project.partner_id = self.sam
        self.module.partner_field = "project_id.partner_id"
        lines = self._assert_leak(
            self.wishes[0], "list", "page", "count", "export", "search"
        )
        self.assertEqual(set(lines.mapped("seen_by")), {"customers"})
        self.assertEqual(lines.module_id, self.module)

    @takes_long
    def test_a_wrong_filter_of_a_module_for_everyone_is_found(self):
        news = self.env["project.project"].create({"name": "News"})
        self._make_tasks(news, self.env["res.partner"])
        self.module.write({"partner_field": False, "allow_everyone": True})
        self.module.domain = f"[('project_id', '=', {news.id})]"
        self.row.records_visibility = "everyone"
        check = self._check()
        self.assertEqual(check.state, "yellow", self._tell(check))
        self.assertEqual(self._lines(check, "doubt").reason, "nobodys")
        self.module.domain = "[]"
        lines = self._assert_leak(self.wishes[0], "list", "count", "export")
        self.assertIn("both", lines.mapped("seen_by"))

    @takes_long
    def test_everyone_by_mistake_is_found_though_many_records_hide_it(self):
        self.module.allow_everyone = True
        self.row.records_visibility = "everyone"
        others = self.env["res.partner"]
        with patch("odoo.addons.customer_portal.models.leak.sight_pages.LIMIT", 2):
            self._make_tasks(self.project, *([others] * 5))
            self._assert_leak(self.wishes[0], "list", "page")

    @takes_long
    def test_a_chart_that_counts_what_is_not_theirs_is_found(self):
        self.module.allow_everyone = True
        self.row.records_visibility = "everyone"
        line = self.module.field_ids.filtered(lambda one: one.name == "priority")
        values = {"module_id": self.module.id, "group_field_id": line.id}
        chart = self.env["customer.portal.chart"].create({"name": "By", **values})
        widgets = chart.widget_ids
        widgets.filtered(lambda one: one.profile_id == self.profile).visible = True
        self.profile.default_scope = "all"
        self._assert_leak(self.wishes[0], "chart")

    def _open_to_portal(self, model_name, domain="[(1, '=', 1)]"):
        """Do what a careless addon does."""
        self.env["ir.rule"].create(
            {
                "name": "Open",
                "model_id": self.env["ir.model"]._get_id(model_name),
                "domain_force": domain,
                "groups": [Command.link(self.env.ref("base.group_portal").id)],
            }
        )

    def test_an_addons_rule_that_opens_contacts_is_found(self):
        self._open_to_portal("res.partner")
        self._assert_leak(self.azure, "rpc", "rpc_read", "rpc_names")

    @takes_long
    def test_an_addons_rule_that_opens_tasks_is_found_by_api_and_by_the_home_page(self):
        row = self._get_row("tasks")
        row.write({"visible": True, "records_visibility": "subsidiaries"})
        check = self._check()
        self.assertEqual(check.state, "green", self._tell(check))
        self._open_to_portal("project.task")
        lines = self._assert_leak(self.wishes[0], "rpc", "rpc_read", "count")
        self.assertIn("both", lines.mapped("seen_by"))

    @takes_long
    def test_a_model_that_an_addon_opens_to_all_portal_users_is_found(self):
        self.env["ir.model.access"].create(
            {
                "name": "Open",
                "model_id": self.env["ir.model"]._get_id("res.partner.bank"),
                "group_id": self.env.ref("base.group_portal").id,
                "perm_read": True,
            }
        )
        bank = self.env["res.partner.bank"].create(
            {"acc_number": "1234", "partner_id": self.azure.id}
        )
        self._assert_leak(bank, "rpc")

    def test_a_public_file_of_a_customer_is_found(self):
        file = self.env["ir.attachment"].create(
            {
                "name": "contract.txt",
                "raw": b"secret",
                "res_model": "project.task",
                "res_id": self.wishes[0].id,
            }
        )
        self.assertEqual(self._check().state, "green")
        file.public = True
        self._assert_leak(file, "public_file", reason="public_file")

    @takes_long
    def test_a_public_file_of_a_customers_contact_is_found(self):
        file = self.env["ir.attachment"].create(
            {
                "name": "passport.txt",
                "raw": b"secret",
                "res_model": "res.partner",
                "res_id": self.azure.id,
                "public": True,
            }
        )
        self._assert_leak(file, "public_file", reason="public_file")

    def _make_public_file(self, record, **values):
        return self.env["ir.attachment"].create(
            {
                "name": "offer.txt",
                "raw": b"secret",
                "res_model": record._name,
                "res_id": record.id,
                "public": True,
                **values,
            }
        )

    @takes_long
    def test_a_public_file_of_a_message_about_a_customer_is_found(self):
        message = self.wishes[0].message_post(body="The offer")
        file = self._make_public_file(message)
        self._assert_leak(file, "public_file", reason="public_file")

    @takes_long
    def test_a_public_file_that_names_nobody_or_nothing_is_no_leak(self):
        news = self.project.message_post(body="News")
        stages = self.env["project.task.type"].create({"name": "Stage"})
        files = self._make_public_file(news) + self._make_public_file(stages)
        files += self._make_public_file(news, res_id=0)
        own = self._make_public_file(files[0])
        own.res_id = own.id  # Its own carrier, as RPC can make it.
        check = self._check()
        self.assertEqual(check.state, "green", self._tell(check))

    @takes_long
    def test_many_public_files_hide_none_of_a_customer(self):
        file = self._make_public_file(self.wishes[0])
        [nobodys] = self._make_tasks(self.project, self.env["res.partner"])
        with patch("odoo.addons.customer_portal.models.leak.sight_rpc.LIMIT", 2):
            for _number in range(3):
                self._make_public_file(nobodys)
            self._assert_leak(file, "public_file", reason="public_file")

    @takes_long
    def test_a_public_file_of_what_no_module_shows_is_found(self):
        bank = self.env["res.partner.bank"].create(
            {"acc_number": "1234", "partner_id": self.azure.id}
        )
        file = self._make_public_file(bank)
        self._assert_leak(file, "public_file", reason="public_file")

    @takes_long
    def test_an_addons_rule_for_what_portal_users_do_not_reach_opens_nothing(self):
        """Odoo asks for rights to the model first, of messages for their record, and of
        users for the contact.
        """
        names = ("mail.activity", "customer.portal.document")
        self.wishes[0].message_post(body="Ours", subtype_xmlid="mail.mt_comment")
        for name in (*names, "mail.message", "res.users"):
            self._open_to_portal(name)
        users = self.env["res.users"].with_user(self._user_of(self.sam))
        self.assertFalse(users.search([("id", "=", self._user_of(self.emma).id)]))
        for name in names:
            model = self.env[name].with_user(self._user_of(self.sam))
            self.assertFalse(model.has_access("read"))
        messages = self.env["mail.message"].with_user(self._user_of(self.sam))
        about = [("model", "=", "project.task"), ("res_id", "=", self.wishes[0].id)]
        self.assertFalse(messages.search(about))
        check = self._check()
        self.assertEqual(check.state, "green", self._tell(check))

    def test_a_document_for_everyone_is_listed_with_its_reason(self):
        self._get_row("documents").visible = True
        file = self.env["ir.attachment"].create({"name": "prices", "raw": b"prices"})
        document = self.env["customer.portal.document"].create(
            {
                "name": "Prices",
                "attachment_id": file.id,
                "audience": "everyone",
                "is_published": True,
            }
        )
        check = self._check()
        self.assertEqual(check.state, "green", self._tell(check))
        [line] = self._lines(check, "reason").filtered(
            lambda one: one.reason == "document"
        )
        self.assertEqual(line.res_ids, document.attachment_id.ids)
        self.assertEqual(line.seen_by, "both")

    @takes_long
    def test_what_two_organizations_share_is_listed_with_the_reason(self):
        self.wishes[0].message_subscribe(self.sam.ids)
        row = self._get_row("tasks")
        row.write({"visible": True, "records_visibility": "subsidiaries"})
        self.project.write({"privacy_visibility": "portal"})
        check = self._check()
        self.assertEqual(check.state, "green", self._tell(check))
        shared = self._lines(check, "reason").filtered(
            lambda one: one.model_name == "project.task"
        )
        self.assertEqual(set(shared.mapped("reason")), {"follows", "theirs"})

    @takes_long
    def test_a_channel_for_all_users_and_what_is_said_there_is_no_leak(self):
        channel = self.env["discuss.channel"].create(
            {"name": "Community", "channel_type": "channel", "group_public_id": False}
        )
        channel.message_post(body="Welcome", subtype_xmlid="mail.mt_comment")
        check = self._check()
        self.assertEqual(check.state, "green", self._tell(check))
        reasons = self._lines(check, "reason")
        self.assertIn("channel", reasons.mapped("reason"))

    def test_a_page_that_fails_is_said_and_stops_no_other(self):
        charts = self.registry["customer.portal.leak.sight"]
        with (
            patch.object(charts, "_look_at_home", side_effect=ZeroDivisionError),
            mute_logger("odoo.addons.customer_portal.models.leak.sight"),
        ):
            check = self._check()
        self.assertEqual(check.state, "yellow")
        self.assertEqual(self._lines(check, "doubt").reason, "unchecked")
        self.assertTrue(self._lines(check, "reason"))


@tagged("post_install", "-at_install")
class TestLeakCheck(LeakCommon):
    """The check itself: it changes nothing, and is for administrators."""

    def _count_rows(self):
        self.env.flush_all()
        self.env.cr.execute(TABLES)
        tables = sorted({name for [name] in self.env.cr.fetchall()} - OWN)
        counts = [
            SQL("(SELECT count(*) FROM %s)", SQL.identifier(name)) for name in tables
        ]
        [row] = self.env.execute_query(SQL("SELECT %s", SQL(", ").join(counts)))
        return dict(zip(tables, row, strict=True))

    def test_a_check_changes_nothing_and_tells_nobody(self):
        before = self._count_rows()
        with self._no_mail(), self._no_touchpoint():
            self._check()
        self.assertEqual(self._count_rows(), before)
        partners = self.env["res.partner"].with_context(active_test=False)
        self.assertFalse(partners.search([("name", "like", "leak-check-")]))

    def _get_waiting(self, hooks):
        """Return what waits, but for what only empties a cache of the transaction."""
        return [one for one in hooks._funcs if not isinstance(one, partial)]

    @takes_long
    def test_nothing_that_is_undone_waits_for_the_end_of_the_transaction(self):
        stop_sharing(self.env)
        self.env.flush_all()
        before, hooks = self._count_rows(), self.env.cr.postcommit
        waiting, known = self._get_waiting(hooks), dict(hooks.data)
        with undone(self.env):
            partner = self._make_portal_contact("new@leaks.example.com")
            self.assertTrue(self._mails_to(partner))
        self.assertEqual(self._get_waiting(hooks), waiting)
        self.assertEqual(hooks.data, known)
        self.assertFalse(partner.exists())
        self.assertEqual(self._count_rows(), before)

    def test_the_same_chance_finds_the_same_customers(self):
        reasons = self.env["customer.portal.leak.reason"]
        for number in range(6):
            organization = self.env["res.partner"].create(
                {"name": f"Organization {number}", "is_company": True}
            )
            self._make_portal_contact(
                f"c{number}@leaks.example.com",
                parent_id=organization.id,
                portal_profile_id=self.profile.id,
            )

        def choose(seed):
            chosen = reasons._choose_customers(self.profile, seed)
            return [viewer.user.partner_id for viewer in chosen]

        self.assertEqual(choose(7), choose(7))
        tops = [one.commercial_partner_id for one in choose(7)]
        self.assertEqual(len({*tops}), 4)
        self.assertLessEqual({self.azure, self.deco}, {*tops})

    def test_the_color_turns_gray_when_the_profile_or_a_rule_changes(self):
        self.assertEqual(self.profile.leak_state, "none")
        self._check()
        self.assertEqual(self.profile.leak_state, "green")
        self.row.can_export = not self.row.can_export
        self.profile.invalidate_recordset()
        self.assertEqual(self.profile.leak_state, "changed")
        self.row.can_export = not self.row.can_export
        self.profile.invalidate_recordset()
        self.assertEqual(self.profile.leak_state, "green")
        self.env["ir.rule"].search([], limit=1).active = False
        self.profile.invalidate_recordset()
        self.assertEqual(self.profile.leak_state, "changed")

    @takes_long
    def test_a_leak_makes_one_activity_until_it_is_closed_and_comes_again(self):
        self.module.allow_everyone = True
        self.row.records_visibility = "everyone"
        checks = [self._check(trigger="nightly") for _night in range(3)]
        self.assertEqual(
            [bool(one.activity_ids) for one in checks], [True, False, False]
        )
        activity = checks[0].activity_ids
        self.assertTrue(
            activity.user_id.has_group("customer_portal.group_customer_portal_manager")
        )
        self.assertIn("Checked", activity.summary)
        self.row.records_visibility = "organization"
        self.assertFalse(self._check().activity_ids)
        self.row.records_visibility = "everyone"
        self.assertTrue(self._check().activity_ids)

    def test_one_profile_that_fails_stops_no_other_and_none_is_checked_twice(self):
        checks = self.env["customer.portal.leak.check"]
        find, failing = type(checks)._find, self.profile
        done = []

        def fail(check, profile, seed):
            done.append(profile)
            if profile == failing:
                raise ZeroDivisionError
            return {}, 0

        cron = self.registry["ir.cron"]
        with (
            patch.object(cron, "_commit_progress", return_value=60),
            patch.object(type(checks), "_find", fail),
            mute_logger("odoo.addons.customer_portal.models.leak.check_run"),
        ):
            checks._cron_check()
            self.assertEqual(len(done), len({*done}))
            self.assertIn(failing, done)
            self.assertEqual(len(done), len(failing.search(Domain.TRUE)))
            checks._cron_check()
            self.assertEqual(len(done), len(failing.search(Domain.TRUE)))
        self.assertIs(type(checks)._find, find)
        self.assertEqual(failing.leak_state, "failed")
        self.assertEqual(failing._get_default().leak_state, "green")

    @takes_long
    def test_several_profiles_are_checked_by_the_scheduled_action(self):
        other = self.profile.copy()
        action = (self.profile | other).with_user(self.manager).action_check_leaks()
        self.assertEqual(action["tag"], "display_notification")
        self.assertEqual((self.profile | other).mapped("leak_state"), ["running"] * 2)
        cron = self.registry["ir.cron"]
        with patch.object(cron, "_commit_progress", side_effect=[60, 60, 0]):
            self.env["customer.portal.leak.check"]._cron_check()
        self.assertEqual((self.profile | other).mapped("leak_state"), ["green"] * 2)

    def test_settings_switch_the_nightly_check_off_and_on(self):
        cron = self.env.ref("customer_portal.ir_cron_check_leaks")
        settings = self.env["res.config.settings"]
        self.assertTrue(settings.create({}).portal_check_leaks)
        settings.create({"portal_check_leaks": False}).execute()
        self.assertFalse(cron.active)
        settings.create({"portal_check_leaks": True}).execute()
        self.assertTrue(cron.active)

    @takes_long
    def test_a_leak_is_said_before_something_is_published(self):
        self.assertEqual(self.profile._get_leaks(), [])
        self.module.allow_everyone = True
        self.row.records_visibility = "everyone"
        [text] = self.profile._get_leaks()
        self.assertIn("Checked", text)
        self.assertEqual(self.profile.leak_check_id.trigger, "publish")
        leak = self.profile.leak_check_id.line_ids[0]
        reasons = dict(leak._fields["reason"]._description_selection(self.env))
        self.assertEqual(leak.verdict, "leak")
        self.assertIn(f"{leak.thing}: {reasons[leak.reason]}", text)

    @takes_long
    def test_old_checks_are_deleted_but_the_newest_one_is_kept(self):
        checks = self._age(self._check() + self._check())
        self.assertEqual(checks._gc_checks(), (1, False))
        self.assertEqual(checks.exists(), checks[1])

    @takes_long
    def test_those_that_are_kept_stop_no_batch_of_others(self):
        checks = self.env["customer.portal.leak.check"].sudo()
        checks = self._age(checks.create([{"profile_id": self.profile.id}] * 3))
        with patch.object(batches, "GC_BATCH", 1):
            self.assertEqual(checks._gc_checks(), (1, True))
            self.assertEqual(checks._gc_checks(), (1, True))
            self.assertEqual(checks._gc_checks(), (0, False))
        self.assertEqual(checks.exists(), checks[2])

    def _age(self, checks):
        self.env.flush_all()
        query = SQL(
            "UPDATE customer_portal_leak_check SET create_date = %s WHERE id = ANY(%s)",
            fields.Datetime.now() - timedelta(days=100),
            checks.ids,
        )
        self.env.cr.execute(query)
        self.env.invalidate_all()
        return checks
