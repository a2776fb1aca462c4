import runpy

from odoo.tests import Form, tagged
from odoo.tools.misc import file_path

from ...models.config.module import FITTING_NAMES
from ..common import CustomerPortalHttpCommon, takes_long

TASKS, TICKETS = "project.task", "helpdesk.ticket"


class CaseSwitchCommon(CustomerPortalHttpCommon):
    """Cases, a profile that shows them and a customer who has it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gate = cls.env["customer.portal.gate"]
        cls.module = cls.env["customer.portal.module"]._get_cases()
        cls.profile = cls.env["customer.portal.profile"].create({"name": "Tested"})
        rows = cls.profile.permission_ids
        cls.right = rows.filtered(lambda row: row.module_id == cls.module)
        cls.right.write({"visible": True, "can_create": True, "can_close": True})
        cls.native = rows.filtered(lambda row: row.module_id.code == "tickets")
        cls.emma = cls._make_portal_contact(portal_profile_id=cls.profile.id)
        cls.user = cls._user_of(cls.emma)
        cls.stranger = cls.env["res.partner"].create({"name": "Stranger"})

    def _ticket(self, partner, **values):
        return self.env[TICKETS].create(
            {
                "name": f"Ticket of {partner.name}",
                "description": "<p>Hums</p>",
                "partner_id": partner.id,
                **values,
            }
        )

    def _access(self, name, right=None):
        rows = (right or self.right).field_ids
        return rows.filtered(lambda row: row.field_id.name == name).access

    def _set_access(self, name, access):
        rows = self.right.field_ids
        rows.filtered(lambda row: row.field_id.name == name).access = access

    def _state(self):
        """Return all that there is to say about cases."""
        self.env.invalidate_all()
        return (
            {name: self.module[name] for name in FITTING_NAMES},
            {
                (line.name, line.sequence, line.in_list, line.in_edit)
                for line in self.module.field_ids
                if line.available
            },
            {
                (row.profile_id, line.field_id.name, line.access)
                for row in self.module.permission_ids
                for line in row.field_ids
                if line.available
            },
        )


@tagged("post_install", "-at_install")
class TestCaseSwitch(CaseSwitchCommon):
    """Cases move to another model and back."""

    @takes_long
    def test_settings_offer_the_choice_and_make_it(self):
        admin = self.env.ref("base.user_admin")
        with Form(self.env["res.config.settings"].with_user(admin)) as form:
            self.assertTrue(form.portal_has_case_models)
            self.assertEqual(form.portal_case_model, TASKS)
            form.portal_case_model = TICKETS
        form.record.execute()
        self.assertEqual(self.module.model_name, TICKETS)
        self.assertTrue(self.module.available)
        settings = self.env["res.config.settings"].with_user(admin).create({})
        self.assertEqual(settings.portal_case_model, TICKETS)
        settings.portal_case_model = TASKS
        settings.execute()
        self.assertEqual(self.module.model_name, TASKS)

    def test_saving_other_settings_moves_nothing(self):
        before = self._state()
        self.env["res.config.settings"].create({}).execute()
        self.assertEqual(self._state(), before)
        self.assertFalse(self.module.kept_values)

    def test_there_and_back_loses_nothing(self):
        self.module.write({"order": "priority desc, id desc", "closed_value": False})
        self.module.field_ids.filtered(lambda line: line.name == "name").sequence = 42
        self.env["customer.portal.module.field"].create(
            {"module_id": self.module.id, "name": "date_deadline"}
        )
        self._set_access("portal_category_id", "read")
        self._set_access("user_ids", "hidden")
        self._set_access("date_deadline", "read")
        tasks = self._state()
        self.module._change_case_model(TICKETS)
        self.module.order = "number"
        self._set_access("category_id", "hidden")
        tickets = self._state()
        self.module._change_case_model(TASKS)
        self.assertEqual(self._state(), tasks)
        self.module._change_case_model(TICKETS)
        self.assertEqual(self._state(), tickets)

    def test_profiles_keep_what_they_say(self):
        self._set_access("description", "hidden")
        self._set_access("priority", "read")
        self._set_access("portal_category_id", "read")
        self._set_access("user_ids", "hidden")
        self.module._change_case_model(TICKETS)
        self.assertEqual(self._access("description"), "hidden")
        self.assertEqual(self._access("priority"), "read")
        self.assertEqual(self._access("name"), "write")
        self.assertEqual(self._access("category_id"), "read", "As the other category.")
        self.assertEqual(self._access("user_id"), "hidden", "As the other assignee.")
        self.assertEqual(self._access("number"), "read")
        readable = self.gate.with_user(self.user).fields("cases")
        self.assertEqual(
            readable,
            (
                *("number", "name", "stage_id", "category_id", "priority"),
                *("create_date", "closed_date"),
            ),
        )

    def test_charts_of_cases_are_drawn_of_tickets(self):
        charts = self.env["customer.portal.chart"].search(
            [("module_id", "=", self.module.id)]
        )
        widgets = self.user.partner_id.portal_profile_id.widget_ids
        widgets.filtered("chart_id").visible = True
        self.assertEqual(len(charts), 3)
        for model_name in (TICKETS, "project.task"):
            self.module._change_case_model(model_name)
            for chart in charts:
                with self.subTest(chart.name, model=model_name):
                    self.assertFalse(chart.problem)
                    self.assertTrue(
                        self.env["customer.portal.chart"]
                        .with_user(self.user)
                        ._get_portal_chart(chart.id)
                    )

    def test_the_members_of_a_team_are_no_assignees(self):
        """Tickets have a field of that name, which means something else."""
        self.assertIn("user_ids", self.gate.with_user(self.user).fields("cases"))
        self.module._change_case_model(TICKETS)
        self.assertNotIn("user_ids", self.gate.with_user(self.user).fields("cases"))

    def test_what_was_taken_from_cases_stays_away(self):
        self.module.field_ids.filtered(lambda line: line.name == "priority").unlink()
        self.module._change_case_model(TICKETS)
        self.assertNotIn("priority", self.module.field_ids.mapped("name"))

    def test_profiles_without_cases_show_no_tickets(self):
        hidden = self.env["customer.portal.profile"].create({"name": "Without"})
        row = hidden.permission_ids.filtered(lambda r: r.module_id == self.module)
        self.module._change_case_model(TICKETS)
        self.assertFalse(row.visible)
        self.assertEqual(set(row.field_ids.mapped("access")), {"hidden"})
        self.emma.portal_profile_id = hidden
        self.assertFalse(self.gate.with_user(self.user).may("cases"))

    @takes_long
    def test_a_helpdesk_with_other_stages(self):
        """As Enterprise has them, or after the known ones were deleted."""
        stages = self.env["helpdesk.ticket.stage"]
        names = self.env["ir.model.data"].search(
            [("model", "=", "helpdesk.ticket.stage")]
        )
        names.unlink()
        stages.search([]).active = False
        new, doing, done = stages.create(
            [
                {"name": "First", "sequence": 1},
                {"name": "Second", "sequence": 2},
                {"name": "Last", "sequence": 3, "closed": True},
            ]
        )
        self.module._change_case_model(TICKETS)
        self.assertTrue(self.module.available)
        self.assertEqual(self.module.new_value, str(new.id))
        self.assertEqual(self.module.open_value, str(doing.id))
        self.assertEqual(self.module.closed_value, str(done.id))
        self.assertFalse(self.module.waiting_value)

    def test_the_contact_of_tickets_is_indexed_in_the_order_of_their_list(self):
        self.module._change_case_model(TICKETS)
        [definition] = self._get_contact_indexes()
        self.assertIn("(partner_id, id)", definition)
        self.module._forget_contact_indexes()
        self.assertFalse(self._get_contact_indexes())

    def test_an_update_replaces_the_index_of_the_contact_alone(self):
        self.module._change_case_model(TICKETS)
        self.module._forget_contact_indexes()
        self.env.cr.execute(
            "CREATE INDEX helpdesk_ticket__partner_id_index"
            " ON helpdesk_ticket (partner_id)"
        )
        path = file_path("customer_portal/migrations/19.0.1.8.0/post-lists.py")
        runpy.run_path(path)["migrate"](self.env.cr, "19.0.1.7.1")
        [definition] = self._get_contact_indexes()
        self.assertIn("(partner_id, id)", definition)

    def test_an_update_keeps_the_index_of_a_field_that_odoo_indexes(self):
        self.module._change_case_model(TICKETS)
        self.module._forget_contact_indexes()
        self.patch(self.env[TICKETS]._fields["partner_id"], "index", True)
        self.env.cr.execute(
            "CREATE INDEX helpdesk_ticket__partner_id_index"
            " ON helpdesk_ticket (partner_id)"
        )
        path = file_path("customer_portal/migrations/19.0.1.8.0/post-lists.py")
        runpy.run_path(path)["migrate"](self.env.cr, "19.0.1.7.1")
        [definition] = self._get_contact_indexes()
        self.assertIn("(partner_id)", definition)

    def _get_contact_indexes(self):
        self.env.cr.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename = 'helpdesk_ticket'"
            " AND indexdef LIKE '%(partner_id%'"
        )
        return [definition for [definition] in self.env.cr.fetchall()]

    def test_what_was_kept_is_not_taken_up_where_it_does_not_fit(self):
        self.module._change_case_model(TICKETS)
        self.module._change_case_model(TASKS)
        kept = dict(self.module.kept_values)
        kept[TICKETS] = {**kept[TICKETS], "waiting_value": "999999"}
        self.module.kept_values = kept
        self.module._change_case_model(TICKETS)
        awaiting = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_awaiting")
        self.assertEqual(self.module.waiting_value, str(awaiting.id))

    @takes_long
    def test_stages_get_their_own_mails_back(self):
        done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        new = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_new")
        theirs = done.mail_template_id
        self.assertTrue(theirs)
        self.module._change_case_model(TICKETS)
        ours = done.mail_template_id
        self.assertNotEqual(ours, theirs)
        self.module._change_case_model(TASKS)
        self.assertEqual(done.mail_template_id, theirs)
        self.assertFalse(new.mail_template_id)
        self.module._change_case_model(TICKETS)
        self.assertEqual(done.mail_template_id, ours)
        new.mail_template_id = theirs
        self.module._change_case_model(TASKS)
        self.assertEqual(new.mail_template_id, theirs, "Chosen meanwhile.")

    def test_agents_work_on_tickets_only_while_these_are_cases(self):
        ticket = self._ticket(self.emma).with_user(self.agent)
        self.assertFalse(ticket.has_access("write"))
        self.module._change_case_model(TICKETS)
        self.assertTrue(ticket.has_access("write"))
        self.module._change_case_model(TASKS)
        self.assertFalse(ticket.has_access("write"))
