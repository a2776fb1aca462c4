from odoo.tests import tagged

from ..common import CustomerPortalCommon, takes_long

ODOO = "https://odoo.example.com"
PORTAL = "https://portal.example.com"


@tagged("post_install", "-at_install")
class TestPortalLink(CustomerPortalCommon):
    """Links in mails to customers begin with the Portal URL, those inside do not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("web.base.url", ODOO)
        cls.env.company.portal_url = PORTAL
        cls.project = cls.env.ref("customer_portal.project_cases")
        cls.env["customer.portal.profile"]._get_default().permission_ids.filtered(
            lambda permission: permission.module_id.code == "cases"
        ).visible = True
        cls.customer = cls._make_portal_contact("known@example.com")

    def _body(self, partner):
        return str(self._mails_to(partner)[0].body_html)

    def _assert_portal_only(self, body):
        self.assertIn(f'"{PORTAL}/', body)
        self.assertNotIn(ODOO, body)

    def _make_case(self):
        case = self.env["project.task"].create(
            {
                "name": "Help",
                "partner_id": self.customer.id,
                "project_id": self.project.id,
                "user_ids": self.agent.ids,
            }
        )
        self.env.cr.precommit.run()
        return case

    def test_login_details(self):
        self.contact.portal_user = True
        body = self._body(self.contact)
        self._assert_portal_only(body)
        self.assertIn(f"{PORTAL}/web/signup?", body)
        self.assertIn(f"{PORTAL}/web/login", body)

    def test_a_template_of_ones_own(self):
        template = self.env["mail.template"].create(
            {
                "name": "Chosen",
                "model_id": self.env.ref("base.model_res_partner").id,
                "subject": "Chosen",
                "partner_to": "{{ object.id }}",
                "body_html": '<a t-attf-href="{{ object.get_base_url() }}/my">In</a>',
            }
        )
        settings = {"portal_login_template_id": template.id}
        self.env["res.config.settings"].create(settings).execute()
        self.contact.portal_user = True
        self.assertIn(f'href="{PORTAL}/my"', self._body(self.contact))

    @takes_long
    def test_a_forgotten_password(self):
        self.env["res.users"].reset_password("known@example.com")
        self._answer_resets()
        self._assert_portal_only(self._body(self.customer))
        self.assertIn(f"{PORTAL}/web/reset_password?", self._body(self.customer))

    @takes_long
    def test_a_new_address(self):
        changes = self.env["customer.portal.email.change"]
        changes._ask(self._user_of(self.customer), "new@example.com")
        mail = self.env["mail.mail"].search([("email_to", "=", "new@example.com")])
        self.assertIn(f"{PORTAL}/my/profile/email?token=", mail.body_html)
        self.assertNotIn(ODOO, mail.body_html)

    def test_mails_about_a_case(self):
        case = self._make_case()
        self.assertIn(f"{PORTAL}/my/p/cases/{case.id}", self._body(self.customer))
        self._assert_portal_only(self._body(self.customer))

    def test_an_answer_leads_the_customer_to_the_portal_and_agents_to_odoo(self):
        case = self._make_case()
        case.message_subscribe((self.customer + self.manager.partner_id).ids)
        self.manager.notification_type = "email"
        case.with_user(self.agent).message_post(
            body="Try this", subtype_xmlid="mail.mt_comment", message_type="comment"
        )
        self.assertIn(f'"{PORTAL}/', self._body(self.customer))
        self.assertNotIn(f'"{ODOO}/', self._body(self.customer))
        self.assertIn(f'"{ODOO}/mail/view?', self._body(self.manager.partner_id))
        self.assertNotIn(PORTAL, self._body(self.manager.partner_id))

    @takes_long
    def test_whoever_is_no_portal_user_is_led_to_the_portal_too(self):
        case = self._make_case()
        case.message_subscribe(self.contact.ids)
        case.message_post(
            body="Look", subtype_xmlid="mail.mt_comment", message_type="comment"
        )
        self.assertNotIn(f'"{ODOO}/', self._body(self.contact))

    @takes_long
    def test_agents_who_follow_a_contact_stay_in_odoo(self):
        self.manager.notification_type = "email"
        self.customer.message_subscribe(self.manager.partner_id.ids)
        self.customer.with_user(self.agent).message_post(
            body="Known", subtype_xmlid="mail.mt_comment", message_type="comment"
        )
        self.assertIn(f'"{ODOO}/mail/view?', self._body(self.manager.partner_id))

    @takes_long
    def test_records_without_a_page_keep_their_address(self):
        channel = self.env["ir.model"].search([("model", "=", "res.partner")])
        record = self.env["res.partner"].create({"name": "No page"})
        self.assertFalse(self.env["customer.portal.letter"]._has_page(channel))
        self.assertFalse(self.env["customer.portal.letter"]._has_page(record))

    def test_only_pages_of_the_portal_are_led_there(self):
        letter = self.env["customer.portal.letter"]
        for path, led in {
            "/my": True,
            "/my/orders/1?access_token=x": True,
            "/mail/view?model=project.task": True,
            "/rate/abc/5": True,
            "/web/image/1": True,
            "/mystery": False,
            "/my-shop": False,
            "/odoo/project": False,
            "/web": False,
            "/shop": False,
            "": False,
        }.items():
            with self.subTest(path):
                base = PORTAL if led else ODOO
                self.assertEqual(
                    letter._replace_base_url(self.customer, ODOO + path), base + path
                )
        elsewhere = "https://odoo.example.com.evil.example/my"
        self.assertEqual(letter._replace_base_url(self.customer, elsewhere), elsewhere)

    def test_the_company_of_the_customer_decides(self):
        company = self.env["res.company"].create(
            {"name": "Other", "portal_url": "https://other.example.com"}
        )
        self.contact.company_id = company
        self.contact.portal_user = True
        self.assertIn("https://other.example.com/web/signup?", self._body(self.contact))
        self.assertNotIn(f'"{PORTAL}', self._body(self.contact))

    def test_without_a_portal_url_all_is_as_before(self):
        self.env.company.portal_url = False
        self.contact.portal_user = True
        self.assertIn(f"{ODOO}/web/signup?", self._body(self.contact))

    @takes_long
    def test_sign_up_links_of_those_inside_stay(self):
        partner = self.clerk.partner_id
        partner.signup_prepare()
        self.assertTrue(partner._get_signup_url().startswith(ODOO))
        self.contact.signup_prepare()
        self.assertTrue(self.contact._get_signup_url().startswith(PORTAL))

    def test_a_link_to_share_leads_to_the_portal(self):
        case = self._make_case()
        wizard = self.env["portal.share"].create(
            {"res_model": case._name, "res_id": case.id, "partner_ids": []}
        )
        self.assertTrue(wizard.share_link.startswith(f"{PORTAL}/mail/view?"))

    @takes_long
    def test_the_alert_of_a_changed_password(self):
        user = self._user_of(self.customer)
        mails = user._notify_security_setting_update("Changed", "Password changed")
        self.assertIn(f"{PORTAL}/web/reset_password", mails.body_html)
        inside = self.clerk._notify_security_setting_update("Changed", "Changed")
        self.assertNotIn(PORTAL, inside.body_html)
