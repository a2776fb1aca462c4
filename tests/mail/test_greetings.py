from lxml import html

from odoo.tests import tagged
from odoo.tools import file_open

from ..common import CustomerPortalCommon

MIGRATION = "customer_portal/migrations/19.0.1.7.0/post-greetings.py"
# Whom emails name in the templates, so that people who edit them see what is there.
EXAMPLES = ("Jennifer Davis", "Joel Willis")
# What employees read, who all have a name.
OF_EMPLOYEES = ("weekly_report", "ends_representative", "confirmation_missed")


@tagged("post_install", "-at_install")
class TestGreetings(CustomerPortalCommon):
    """Whoever has no name is greeted by no name, least of all that of an example."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        partners = cls.env["res.partner"]
        azure = partners.create({"name": "Azure", "is_company": True})
        cls.emma = cls._make_portal_contact(
            name="Emma Stone", parent_id=azure.id, support_end_date=cls.tomorrow
        )
        cls.extension = cls.env["customer.portal.extension"].create(
            {"partner_id": cls.emma.id, "user_id": cls.agent.id}
        )
        cls.case = cls.env["project.task"].create(
            {
                "name": "A case",
                "project_id": cls.env.ref("customer_portal.project_cases").id,
                "partner_id": cls.emma.id,
            }
        )
        records = (cls.emma, cls._user_of(cls.emma), cls.extension, cls.case)
        cls.records = {one._name: one for one in records}

    def _find_templates(self):
        """Return all emails of the portal that customers may read, by their name."""
        known = self.env["ir.model.data"].search(
            [("module", "=", "customer_portal"), ("model", "=", "mail.template")]
        )
        return {
            one.name.removeprefix("mail_template_"): template
            for one in known
            if not one.name.endswith(OF_EMPLOYEES)
            and (template := self.env["mail.template"].browse(one.res_id)).model
            in self.records
        }

    def _render(self, template, fname="body_html"):
        record = self.records[template.model]
        text = template._render_field(fname, record.ids)[record.id]
        return " ".join(html.fromstring(f"<p>{text}</p>").text_content().split())

    def test_nobody_without_a_name_is_called_by_that_of_an_example(self):
        self.emma.write({"type": "other", "name": False})
        templates = self._find_templates()
        self.assertGreater(len(templates), 15)
        for name, template in templates.items():
            text = self._render(template)
            with self.subTest(name):
                for example in EXAMPLES:
                    self.assertNotIn(example, text)
                self.assertTrue(text.startswith("Hello"), text[:40])
                self.assertNotIn("Hello ,", text)

    def test_who_has_a_name_is_greeted_by_it(self):
        greeted = [
            name
            for name, template in self._find_templates().items()
            if self._render(template).startswith(("Dear Emma Stone,", "Hello Emma"))
        ]
        self.assertGreater(len(greeted), 15)
        self.assertIn("login_details", greeted)

    def test_a_request_names_the_address_of_who_has_no_name(self):
        self.emma.write({"type": "other", "name": False})
        template = self._find_templates()["extension_asked"]
        for fname in ("subject", "body_html"):
            text = self._render(template, fname)
            self.assertIn("emma@example.com", text)
            self.assertIn("requests an extension", text)

    # === WHAT HAS ENDED === #

    def test_emails_say_that_support_has_ended_once_it_has(self):
        names = ("extension_asked", "extension_refused")
        templates = self._find_templates()
        for end, said, other in (
            (self.tomorrow, "it ends on", "ended"),
            (self.yesterday, "it ended on", "ends"),
        ):
            self.emma._write_without_sync(
                {"support_start_date": False, "support_end_date": end}
            )
            self.extension.end_date = end
            for name in names:
                with self.subTest(name, end=end):
                    text = self._render(templates[name]).lower()
                    self.assertIn(said, text)
                    self.assertNotIn(other, text)

    def test_login_details_in_grace_say_that_support_has_ended(self):
        self.emma.portal_profile_id.grace_days = 14
        self.emma._write_without_sync(
            {"support_start_date": False, "support_end_date": self.yesterday}
        )
        self.assertEqual(self.emma.portal_state, "grace")
        text = self._render(self._find_templates()["login_details"])
        self.assertIn("Your support ended on:", text)
        self.assertNotIn("Your support ends on:", text)

    # === EMAILS THAT WERE THERE BEFORE === #

    def test_an_update_changes_only_what_the_addon_wrote(self):
        with file_open(MIGRATION) as script:
            names = {}
            exec(script.read(), names)
        known = {row[1] for row in names["FORMER"]}
        own, changed = (
            self.env.ref(f"customer_portal.mail_template_{name}")
            for name in ("support_end", "login_details")
        )
        self.assertLessEqual({"support_end", "login_details"}, known)
        wanted, templates = own.body_html, self.env["mail.template"]
        own.body_html = changed.body_html = "<div>As before</div>"
        names["FORMER"] = [
            ("mail_template_data", "support_end", "body_html", digest)
            for digest in [templates._get_portal_digest(own.body_html)]
        ] + [row for row in names["FORMER"] if row[1] == "login_details"]
        names["migrate"](self.env.cr, "19.0.1.6.0")
        self.env.invalidate_all()
        self.assertEqual(
            "".join(own.body_html.split()), "".join(wanted.split()), "as installed"
        )
        self.assertIn("As before", changed.body_html)
