import ast
from pathlib import Path

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger
from odoo.tools.misc import file_path

from ...models.invitation.join_domain import clean_domain, is_public
from ...models.invitation.providers import PROVIDERS
from ..invitation_common import InvitationCommon


@tagged("post_install", "-at_install")
class TestJoinDomain(InvitationCommon):
    """An organization trusts email domains, which nobody else gets an address at."""

    def _trust(self, name, partner=None, user=None):
        partner = partner or self.acme
        domains = self.env["customer.portal.join.domain"].with_user(user or self.agent)
        return domains.create({"name": name, "partner_id": partner.id})

    def test_a_domain_is_kept_in_one_way_to_write_it(self):
        for text in ("Acme.example.com", "@acme.example.com", " acme.example.com. "):
            self.assertEqual(clean_domain(text), "acme.example.com")
        self.assertEqual(
            clean_domain("Bücher.example.com"), "xn--bcher-kva.example.com"
        )
        self.assertEqual(self._trust("@ACME.example.com").name, "acme.example.com")

    def test_what_is_no_domain_is_refused(self):
        for text in (
            *(
                "acme",
                "",
                None,
                "a b.example.com",
                "a@b.example.com",
                "*.example.com",
                "-a.example.com",
                "a..example.com",
            ),
            *(
                "<script>.example.com",
                "1.2.3.4",
                "a" * 64 + ".example.com",
                "a." * 200 + "test",
            ),
            "acme.example.com\r\nBcc: x@y.example.com",
            "stra\u00dfe.example.com",  # strasse for some, not for mail servers
        ):
            with self.subTest(text=text):
                self.assertIsNone(clean_domain(text))
        with self.assertRaises(ValidationError):
            self._trust("no domain")

    def test_public_providers_and_what_is_below_them_are_refused(self):
        for name in ("gmail.com", "GMX.de", "mail.yahoo.com", "web.de", "proton.me"):
            with self.subTest(name=name), self.assertRaises(ValidationError):
                self._trust(name)
        domain = self._trust("acme.example.com")
        with self.assertRaises(ValidationError):
            domain.name = "outlook.com"
        self.assertFalse(is_public("notgmail.com"))

    def test_the_list_holds_all_that_odoo_knows(self):
        source = Path(file_path("iap/tools/iap_tools.py")).read_text()
        [value] = [
            node.value
            for node in ast.parse(source).body
            if isinstance(node, ast.Assign) and node.targets[0].id == "_MAIL_PROVIDERS"
        ]
        known = {name.strip() for name in ast.literal_eval(value) if "." in name}
        self.assertEqual(known - PROVIDERS, {"example.com"}, "a dummy of Odoo's")

    def test_one_organization_trusts_a_domain(self):
        self._trust("acme.example.com")
        other = self.env["res.partner"].create({"name": "B", "is_company": True})
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
        ):
            self._trust("ACME.example.com", other)

    def test_only_organizations_trust(self):
        person = self.env["res.partner"].create(
            {"name": "P", "parent_id": self.acme.id}
        )
        for partner in (person, self.contact):
            with self.assertRaises(ValidationError):
                self._trust("acme.example.com", partner)

    def test_only_agents_and_only_of_organizations_they_may_change(self):
        customer = self._user_of(self._make_portal_contact())
        for user in (self.clerk, customer, self.env.ref("base.public_user")):
            with self.assertRaises(AccessError):
                self._trust("acme.example.com", user=user)
        domain = self._trust("acme.example.com")
        self.acme.company_id = self.env["res.company"].create({"name": "Other"})
        with self.assertRaises(AccessError):
            domain.with_user(self.agent).name = "acme2.example.com"
        with self.assertRaises(AccessError):
            domain.with_user(self.agent).unlink()
        with self.assertRaises(AccessError):
            self._trust("acme3.example.com")

    def test_a_domain_is_moved_to_no_organization_that_the_agent_may_not_change(self):
        domain = self._trust("acme.example.com")
        other = self.env["res.partner"].create(
            {
                "name": "B",
                "is_company": True,
                "company_id": self.env["res.company"].create({"name": "Other"}).id,
            }
        )
        with self.assertRaises(AccessError):
            domain.with_user(self.agent).partner_id = other
