from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ...models.confirmation.answer import Answer
from ..common import takes_long
from ..confirmation_common import ConfirmationCommon

MODELS = (
    "customer.portal.confirmation",
    "customer.portal.confirmation.line",
    "customer.portal.confirmation.ask",
)


@tagged("post_install", "-at_install")
class TestConfirmationRecord(ConfirmationCommon):
    """Who confirmed what and when: for auditors to read, for nobody to change."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.auditor = new_test_user(
            cls.env,
            login="auditor",
            groups="customer_portal.group_customer_portal_auditor,base.group_allow_export",
        )

    def setUp(self):
        super().setUp()
        self.review = self._run()
        self._as(self.emmas)._answer({self.noah.id: Answer("end")})
        self.env.invalidate_all()
        self.records = {
            "customer.portal.confirmation": self.review,
            "customer.portal.confirmation.line": self._line(self.noah),
            "customer.portal.confirmation.ask": self.review.ask_ids[:1],
        }

    def test_nobody_changes_it_whatever_their_group(self):
        self.env["ir.model.access"].create(
            [
                {
                    "name": model,
                    "model_id": self.env["ir.model"]._get_id(model),
                    "group_id": self.env.ref("base.group_user").id,
                    **dict.fromkeys(
                        ("perm_read", "perm_write", "perm_create", "perm_unlink"), True
                    ),
                }
                for model in MODELS
            ]
        )
        for model, record in self.records.items():
            for user in (self.env.ref("base.user_admin"), self.manager, self.agent):
                own = self.env(user=user, su=False)[model].browse(record.id)
                with self.subTest(model, user=user.login):
                    with self.assertRaises(AccessError):
                        own.write({own._rec_name: "else"})
                    with self.assertRaises(UserError):
                        own.unlink()
                    with self.assertRaises(UserError):
                        own.copy()

    def test_the_server_changes_no_answer_either(self):
        with self.assertRaises(UserError):
            self._line(self.noah).write({"decision": "keep"})
        with self.assertRaises(UserError):
            self.review.unlink()

    def test_agents_managers_and_auditors_may_only_read(self):
        for model in MODELS:
            for user in (self.manager, self.agent, self.auditor):
                records = self.env(user=user, su=False)[model]
                with self.subTest(model, user=user.login):
                    self.assertTrue(records.has_access("read"))
                    for operation in ("write", "create", "unlink"):
                        self.assertFalse(records.has_access(operation))
            for user in (self.clerk, self.emmas):
                records = self.env(user=user, su=False)[model]
                self.assertFalse(records.has_access("read"))

    def test_an_auditor_reads_and_exports_it(self):
        lines = self.env(user=self.auditor, su=False)[MODELS[1]]
        found = lines.search([("confirmation_id", "=", self.review.id)])
        rows = found.export_data(
            ["organization_name", "partner_name", "decision", "decided_by_name"]
        )["datas"]
        self.assertIn(["Azure", "noah", "End Access", self.emmas.name], rows)

    def test_an_auditor_sees_no_other_menu_of_the_portal(self):
        menus = self.env["ir.ui.menu"].with_user(self.auditor)
        own = self.env.ref("customer_portal.customer_portal_audit_menu")
        visible = menus._visible_menu_ids()
        self.assertIn(own.id, visible)
        root = self.env.ref("customer_portal.customer_portal_menu_root")
        self.assertNotIn(root.id, visible)
        for model in ("customer.portal.touchpoint", "customer.portal.module"):
            self.assertFalse(self.env[model].with_user(self.auditor).has_access("read"))

    @takes_long
    def test_names_outlive_contacts_profiles_and_users(self):
        self.noah.unlink()
        self.olga.portal_user = False
        line = self.review.line_ids.filtered(lambda one: one.partner_name == "noah")
        self.env.invalidate_all()
        self.assertFalse(line.partner_id)
        self.assertEqual(
            (
                line.partner_email,
                line.profile_name,
                line.decided_by_name,
                line.decision,
            ),
            ("noah@example.com", "Reviewed", self.emmas.name, "end"),
        )

    @takes_long
    def test_the_organization_can_be_deleted(self):
        people = self.emma | self.noah | self.olga
        people.unlink()
        self.azure.unlink()
        self.env.invalidate_all()
        self.assertFalse(self.review.organization_id)
        self.assertEqual(self.review.organization_name, "Azure")
        self._run()
        self.assertEqual(self.review.state, "done", "an answer was given")
        self.assertTrue(
            self.review.with_user(self.auditor).sudo(False).has_access("read")
        )

    @takes_long
    def test_merging_contacts_loses_no_answer(self):
        self._as(self.boss)._answer({self.olga.id: Answer("end")})
        (self._user_of(self.noah) | self._user_of(self.olga)).unlink()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.noah | self.olga).ids, self.noah)
        self.env.invalidate_all()
        kept = self.review.line_ids.filtered(lambda line: line.decision == "end")
        self.assertEqual({*kept.mapped("partner_name")}, {"noah", "olga"})
        self.assertEqual(kept.partner_id, self.noah)

    def test_an_email_tells_nobody_of_the_reviews_of_others(self):
        asks = self.review.ask_ids
        own = self.emmas.with_context(portal_confirmation_ids=asks.ids)
        self.assertEqual(len(own._get_portal_confirmations()["reviews"]), 1)
        other = self.agent.with_context(portal_confirmation_ids=asks.ids)
        self.assertEqual(other._get_portal_confirmations()["reviews"], [])
        self.assertEqual(self.agent._get_portal_confirmations()["reviews"], [])

    def test_drafts_and_files_carry_the_months(self):
        portable = self.env["customer.portal.portable"]
        data = portable._export(self.basic, self.env["customer.portal.module"])
        [profile] = data["profiles"].values()
        self.assertEqual(profile["confirmation_months"], 12)
        copy = self.basic.copy()
        self.assertEqual(copy.confirmation_months, 12)
        new = self.env["customer.portal.profile"].new({"start_from_id": self.basic.id})
        new._onchange_start_from_id()
        self.assertEqual(new.confirmation_months, 12)
