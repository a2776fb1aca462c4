from lxml import etree

from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from ..common import CustomerPortalCommon, takes_long


@tagged("post_install", "-at_install")
class TestViews(CustomerPortalCommon):
    """The contact's views, and what of Odoo's own is still in them."""

    def _arch(self, xml_id):
        return etree.fromstring(self.env.ref(xml_id).get_combined_arch())

    def _describe(self, arch):
        """Return what is in a view, in order; each with what could hide it."""
        hiding = (
            "name",
            "invisible",
            "column_invisible",
            "readonly",
            "groups",
            "class",
        )
        return [
            (node.tag, *(node.get(attribute) for attribute in hiding))
            for node in arch.iter(etree.Element)
        ]

    def test_nothing_of_odoos_own_is_moved_hidden_or_missing(self):
        # It builds on the first one, so it goes before it.
        self.env.ref("customer_portal.res_partner_view_form_portal").active = False
        for xml_id, inherited in (
            ("view_partner_form", "base.view_partner_form"),
            ("view_partner_tree", "base.view_partner_tree"),
            ("view_res_partner_filter", "base.view_res_partner_filter"),
            ("wizard_view", "portal.wizard_view"),
        ):
            with self.subTest(inherited):
                ours = self._describe(self._arch(inherited))
                self.env.ref(f"customer_portal.{xml_id}").active = False
                stock = self._describe(self._arch(inherited))
                self.assertGreater(len(ours), len(stock))
                rest = iter(ours)
                missing = [node for node in stock if node not in rest]
                self.assertFalse(missing)

    def test_both_blocks_are_on_persons_and_companies(self):
        for user in (self.agent, self.clerk):
            arch = etree.fromstring(
                self.env["res.partner"]
                .with_user(user)
                .get_view(self.env.ref("base.view_partner_form").id, "form")["arch"]
            )
            for name in ("customer_portal_information", "address_information"):
                with self.subTest(user=user.login, name=name):
                    [group] = arch.xpath(f"//group[@name='{name}']")
                    ancestors = [group, *group.iterancestors()]
                    hidden = [node.get("invisible") for node in ancestors]
                    self.assertFalse(any(hidden))

    def test_an_agent_fills_both_blocks(self):
        for company_type in ("person", "company"):
            with (
                self.subTest(company_type),
                Form(self.env["res.partner"].with_user(self.agent)) as form,
            ):
                form.company_type = company_type
                form.name = "New"
                form.email = f"{company_type}@example.com"
                form.portal_user = True
                form.support_end_date = self.tomorrow
                form.street = "1 Main Street"
                form.po_box = "77"
                form.other_street = "2 Side Street"
                form.other_po_box = "78"
                partner = form.save()
                self.assertRecordValues(
                    partner,
                    [
                        {
                            "support_end_date": self.tomorrow,
                            "po_box": "77",
                            "other_po_box": "78",
                            "portal_state": "active",
                        }
                    ],
                )

    def test_a_clerk_opens_and_saves_the_form_of_a_portal_user(self):
        partner = self._make_portal_contact()
        with Form(partner.with_user(self.clerk)) as form:
            form.phone = "+1 555 0100"
            with self.assertRaises(AssertionError):
                form.portal_user = False
        self.assertTrue(partner.portal_user)

    def test_only_agents_see_touchpoints_and_send(self):
        for user, seen in ((self.agent, True), (self.clerk, False)):
            arch = (
                self.env["res.partner"]
                .with_user(user)
                .get_view(self.env.ref("base.view_partner_form").id, "form")["arch"]
            )
            for name in (
                "action_view_portal_touchpoints",
                "portal_touchpoint_ids",
                "action_send_portal_credentials",
            ):
                with self.subTest(user=user.login, name=name):
                    self.assertEqual(name in arch, seen)

    def test_the_touchpoints_button_shows_those_of_the_contact(self):
        partner = self._make_portal_contact()
        action = partner.with_user(self.agent).action_view_portal_touchpoints()
        touchpoints = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(touchpoints, partner.portal_touchpoint_ids)
        self.assertEqual(partner.portal_touchpoint_count, 1)

    @takes_long
    def test_every_filter_runs(self):
        arch = self._arch("base.view_res_partner_filter")
        partners = self.env["res.partner"].with_user(self.clerk)
        names = {
            "portal_users",
            "portal_scheduled",
            "portal_active",
            "portal_expires_soon",
            "portal_expired",
            "portal_never_logged_in",
            "group_portal_profile",
            "group_support_end",
        }
        for name in names:
            with self.subTest(name):
                [node] = arch.xpath(f"//filter[@name='{name}']")
                partners.search(safe_eval(node.get("domain") or "[]"), limit=1)
                context = safe_eval(node.get("context") or "{}")
                if group := context.get("group_by"):
                    spec = group if group != "support_end_date" else f"{group}:month"
                    partners.formatted_read_group([], [spec], ["__count"])

    @takes_long
    def test_the_filters_find_whom_they_name(self):
        soon = self._make_portal_contact(
            "soon@example.com", support_end_date=self.tomorrow
        )
        later = self._make_portal_contact("later@example.com")
        over = self._make_portal_contact("over@example.com")
        self._expire(over)
        every = soon + later + over
        arch = self._arch("base.view_res_partner_filter")
        expected = {
            "portal_users": every,
            "portal_active": soon + later,
            "portal_expires_soon": soon,
            "portal_expired": over,
            "portal_never_logged_in": every,
        }
        for name, partners in expected.items():
            with self.subTest(name):
                [node] = arch.xpath(f"//filter[@name='{name}']")
                found = partners.search(safe_eval(node.get("domain")))
                self.assertEqual(found & every, partners)

    def test_a_state_narrows_the_list_of_portal_users(self):
        """Filters without a separator between them are alternatives."""
        groups, names = [], []
        for node in self._arch("base.view_res_partner_filter"):
            if node.tag == "filter":
                names.append(node.get("name"))
            else:
                groups.append(names)
                names = []
        [users] = [names for names in groups if "portal_users" in names]
        self.assertEqual(users, ["portal_users"])
        [states] = [names for names in groups if "portal_active" in names]
        self.assertNotIn("portal_link_expired", states)

    def test_the_uninstall_dialog_says_what_becomes_of_the_portal(self):
        for name, said in (
            ("customer_portal", True),
            ("portal", True),
            ("base_import", False),
        ):
            with self.subTest(name):
                module = self.env.ref(f"base.module_{name}")
                wizard = self.env["base.module.uninstall"].with_context(
                    default_module_ids=module.ids
                )
                self.assertEqual(Form(wizard).is_customer_portal, said)

    @takes_long
    def test_the_list_can_be_edited_in_bulk(self):
        arch = etree.fromstring(
            self.env["res.partner"]
            .with_user(self.agent)
            .get_view(
                self.env.ref("customer_portal.res_partner_view_list_portal").id, "list"
            )["arch"]
        )
        self.assertEqual(arch.get("multi_edit"), "1")
        for name in (
            "portal_user",
            "support_start_date",
            "support_end_date",
            "portal_profile_id",
        ):
            with self.subTest(name):
                [field] = arch.xpath(f"//field[@name='{name}']")
                self.assertFalse(field.get("readonly"))
