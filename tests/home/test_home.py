import base64
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from lxml import html
from psycopg2 import IntegrityError

from odoo.tests import new_test_user, tagged, warmup
from odoo.tools import mute_logger

from ...models.home.widget import WIDGETS
from ..common import PASSWORD
from ..record.test_page_list import PageCommon

# What the home page asks of the database with all widgets, beyond what it asks
# without: dismissals, and who represents them.
WIDGET_QUERIES = 2


class HomeCommon(PageCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.widgets = {
            row.kind: row for row in cls.profile.widget_ids if row.kind != "chart"
        }
        cls.profile.widget_ids.visible = False

    def _switch_on(self, *kinds):
        for kind in kinds:
            self.widgets[kind].visible = True

    def _home(self, path="/my"):
        response = self.url_open(path)
        self.assertEqual(response.status_code, 200)
        return html.fromstring(response.text)

    def _text(self):
        return " ".join(self._home().text_content().split())

    def _permit_cases(self, **values):
        row = self.profile.permission_ids.filtered(
            lambda row: row.module_id.code == "cases"
        )
        row.write({"visible": True, **values})
        return row

    def _make_case(self, name, **values):
        return self.env["project.task"].create(
            {
                "name": name,
                "project_id": self.env.ref("customer_portal.project_cases").id,
                "partner_id": self.emma.id,
                **values,
            }
        )


@tagged("post_install", "-at_install")
class TestHome(HomeCommon):
    """The home page of a profile."""

    # === NOTHING CHANGES BY ITSELF === #

    def test_the_profile_of_odoo_has_a_home_page_like_odoos(self):
        stock = self.env.ref("customer_portal.customer_portal_profile_odoo")
        shown = stock.widget_ids.filtered("visible").mapped("kind")
        self.assertEqual(set(shown), {"announcement", "support_end"})
        self.emma.portal_profile_id = stock
        page = self._home()
        self.assertFalse(page.xpath("//*[contains(@class, 'o_cp_menu')]"))
        self.assertFalse(page.xpath("//*[contains(@class, 'o_cp_ordered')]"))
        self.assertFalse(page.xpath("//*[contains(@class, 'o_cp_home')]/*"))
        styles = page.xpath("//*[contains(@class, 'o_portal_index_card')]/@style")
        self.assertEqual(styles, [])

    def test_each_profile_has_each_widget_once_and_copies_keep_what_was_chosen(self):
        kinds = [row.kind for row in self.profile.widget_ids if not row.chart_id]
        self.assertEqual(sorted(kinds), sorted(set(WIDGETS) - {"chart"}))
        self._switch_on("greeting")
        self.widgets["greeting"].sequence = 1234
        copy = self.profile.copy()
        self.assertEqual(len(copy.widget_ids), len(self.profile.widget_ids))
        row = copy.widget_ids.filtered(lambda row: row.kind == "greeting")
        self.assertTrue(row.visible)
        self.assertEqual(row.sequence, 1234)
        self.env["customer.portal.profile"]._load_widgets()
        self.assertEqual(len(copy.widget_ids), len(self.profile.widget_ids))

    def test_a_widget_cannot_be_there_twice(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.widgets["greeting"].copy()

    def test_internal_users_see_odoos_home_page(self):
        self._switch_on(*self.widgets)
        self.profile.announcement = "<p>Closed on Friday</p>"
        self.agent.password = PASSWORD
        self.authenticate("agent", PASSWORD)
        self.assertNotIn("Closed on Friday", self._text())
        self.assertEqual(self.url_open("/my/home/widgets").status_code, 200)

    # === ORDER === #

    def test_the_profile_decides_the_order(self):
        self._permit_cases()
        self._switch_on("greeting", "shortcuts", "modules", "recent_cases")
        for place, kind in enumerate(
            ("recent_cases", "modules", "shortcuts", "greeting")
        ):
            self.widgets[kind].sequence = place
        text = self._text()
        places = [
            text.index(word)
            for word in ("Recent Cases", "Wishes", "Open Cases", "Welcome to Portal")
        ]
        self.assertEqual(places, sorted(places))

    def test_cards_of_odoo_and_of_modules_stand_in_the_order_of_the_profile(self):
        self._switch_on("modules")
        rows = self.profile.permission_ids
        orders = rows.filtered(lambda row: row.module_id.code == "orders")
        tasks = rows.filtered(lambda row: row.module_id.code == "tasks")
        (orders | tasks).visible = True
        for first, second in ((orders, tasks), (tasks, orders)):
            first.sequence, self.right.sequence, second.sequence = -3, -2, -1
            places = {
                card.xpath("./a/@href")[0].partition("?")[0]: card.get("style")
                for card in self._home().xpath(
                    "//div[contains(@class, 'o_portal_index_card')]"
                )
            }
            self.assertEqual(
                [
                    places[first.module_id.paths],
                    places["/my/p/wishes"],
                    places[second.module_id.paths],
                    places["/my/security"],
                ],
                [f"order: {place} !important" for place in (1, 2, 3, 999)],
            )

    def test_the_menu_has_the_modules_in_the_order_of_the_profile_on_all_pages(self):
        self._permit_cases(sequence=-5)
        self.right.sequence = -4
        self.assertFalse(self._home().xpath("//nav[@aria-label='Portal']"))
        self._switch_on("menu")
        for path in ("/my", "/my/p/wishes"):
            links = self._home(path).xpath("//nav[@aria-label='Portal']//a/@href")
            self.assertEqual(links[:3], ["/my", "/my/p/cases", "/my/p/wishes"])
        here = self._home("/my/p/wishes").xpath(
            "//nav[@aria-label='Portal']//a[@aria-current='page']/@href"
        )
        self.assertEqual(here, ["/my/p/wishes"])
        self.right.visible = False
        self.assertNotIn("/my/p/wishes", self.url_open("/my").text)

    def test_my_profile_stands_below_the_name_and_not_in_the_menu(self):
        self._switch_on("menu", "modules")
        row = self.profile.permission_ids.filtered(
            lambda row: row.module_id.code == "contacts"
        )
        row.visible = True
        page = self._home("/my/profile")
        links = page.xpath("//nav[@aria-label='Portal']//a/@href")
        self.assertNotIn("/my/profile", links)
        [entry] = page.xpath("//*[@role='menuitem'][@href='/my/profile']")
        self.assertEqual(entry.text_content().strip(), "My Profile")

    def test_what_the_menu_has_is_no_card_as_well(self):
        self._permit_cases()
        self._switch_on("modules")
        rows = self.profile.permission_ids
        rows.filtered(lambda row: row.module_id.code == "orders").visible = True

        def cards():
            cards = self._home().xpath("//div[contains(@class, 'o_portal_index_card')]")
            return {card.xpath("./a/@href")[0] for card in cards}

        listed = {"/my/p/cases", "/my/p/wishes", "/my/orders"}
        self.assertLessEqual(listed, cards())
        self._switch_on("menu")
        shown = cards()
        self.assertFalse(listed & shown)
        self.assertIn("/my/security", shown)

    # === COLUMNS === #

    def test_what_is_to_do_stands_left_and_what_helps_beside_it(self):
        self.profile.permission_ids.filtered(
            lambda row: row.module_id.code == "contacts"
        ).write({"visible": True, "can_edit": True})
        self._permit_cases(can_create=True)
        self._permit_documents()
        self._switch_on(*self.widgets)
        page = self._home()
        main, side = page.xpath("//div[contains(@class, 'o_cp_columns')]/div")
        self.assertEqual(
            [one.get("aria-label") for one in main.xpath("./div/section")],
            [None, "Shortcuts", "Recent Cases"],
        )
        self.assertEqual(
            [one.get("aria-label") for one in side.xpath("./div/section")],
            ["Recent Documents"],
        )
        # The customer's details are there once: no more behind a button.
        self.assertEqual(len(page.xpath("//a[@href='/my/account'][@role='button']")), 1)
        self.assertTrue(side.xpath(".//a[@href='/my/account'][@role='button']"))
        self.assertFalse(page.xpath("//*[@id='accountOffCanvas']"))

    def test_what_has_nothing_beside_it_takes_the_larger_column(self):
        self._permit_documents()
        self._switch_on("recent_documents")
        main, side = self._home().xpath("//div[contains(@class, 'o_cp_columns')]/div")
        self.assertTrue(main.xpath(".//section[@aria-label='Recent Documents']"))
        self.assertFalse(side.xpath(".//section"))

    def test_a_home_page_without_columns_is_laid_out_as_odoos(self):
        self._switch_on("greeting", "announcement", "modules", "menu")
        page = self._home()
        self.assertFalse(page.xpath("//div[contains(@class, 'o_cp_columns')]"))
        self.assertTrue(page.xpath("//*[@id='accountOffCanvas']"))

    # === GREETING === #

    def test_the_standard_greeting(self):
        self.assertNotIn("Welcome to Portal", self._text())
        self._switch_on("greeting")
        self.assertIn("Welcome to Portal", self._text())

    def test_a_greeting_that_comes_first_is_the_heading(self):
        headings = "//h1/text() | //h3[text()='My account']/text()"
        self.assertEqual(self._home().xpath(headings), ["My account"])
        self._switch_on("greeting", "modules")
        self.widgets["greeting"].sequence = -1
        self.assertEqual(self._home().xpath(headings), ["Welcome to Portal"])
        self.widgets["modules"].sequence = -2
        both = ["My account", "Welcome to Portal"]
        self.assertEqual(self._home().xpath(headings), both)

    def test_the_greeting_knows_the_time_of_day_where_the_customer_is(self):
        self.profile.greeting = "time"
        self._switch_on("greeting")
        for time, zone, greeting in (
            ("05:00", "UTC", "Good morning"),
            ("11:59", "UTC", "Good morning"),
            ("12:00", "UTC", "Good afternoon"),
            ("17:59", "UTC", "Good afternoon"),
            ("18:00", "UTC", "Good evening"),
            ("04:59", "UTC", "Good evening"),
            ("23:00", "Asia/Tokyo", "Good morning"),
            ("01:00", "America/New_York", "Good evening"),
        ):
            self.user.tz = zone
            with self.subTest(time, zone=zone), freeze_time(f"2026-01-15 {time}:00"):
                [widget] = (
                    self.env["customer.portal.widget"]
                    .with_user(self.user)
                    ._get_portal_widgets()
                )
                self.assertEqual(widget["content"], f"{greeting}, emma")

    def test_a_customer_without_a_time_zone_is_greeted_by_that_of_the_company(self):
        self.profile.greeting = "time"
        self._switch_on("greeting")
        self.user.tz = False
        self.env.ref("base.main_company").partner_id.tz = "Asia/Tokyo"
        with freeze_time("2026-01-15 22:00:00"):
            [widget] = (
                self.env["customer.portal.widget"]
                .with_user(self.user)
                ._get_portal_widgets()
            )
        self.assertEqual(widget["content"], "Good morning, emma")

    def test_a_name_is_shown_as_text(self):
        self.profile.greeting = "time"
        self._switch_on("greeting")
        self.emma.name = "<script>alert(1)</script>"
        self.assertNotIn("<script>alert(1)", self.url_open("/my").text)

    # === ANNOUNCEMENTS === #

    def _announce(self, text="<p>Closed on Friday</p>", profile=None, **values):
        (profile or self.profile).write({"announcement": text, **values})
        self._switch_on("announcement")

    def _is_announced(self, text="Closed on Friday"):
        return text in self._text()

    def _dismiss(self, profile=None, **values):
        profile = profile or self.profile
        return self.url_open(
            f"/my/home/announcement/{profile.id}/dismiss",
            {
                "csrf_token": self._csrf_token(),
                "version": profile.announcement_version,
                **values,
            },
            allow_redirects=False,
        )

    def test_an_announcement_is_shown_where_it_is_switched_on(self):
        self._announce()
        self.assertTrue(self._is_announced())
        self.widgets["announcement"].visible = False
        self.assertFalse(self._is_announced())

    def test_an_announcement_without_a_word_is_none(self):
        for text in (False, "", "<p><br></p>", "<p> </p>"):
            with self.subTest(text):
                self._announce(text)
                self.assertFalse(self._home().xpath("//*[@aria-label='Announcement']"))

    def test_an_announcement_has_its_days(self):
        day = timedelta(days=1)
        for start, end, shown in (
            (self.today, self.today, True),
            (self.today - day, False, True),
            (self.tomorrow, False, False),
            (False, self.yesterday, False),
            (False, self.today, True),
        ):
            with self.subTest(start=start, end=end):
                self._announce(announcement_from=start, announcement_until=end)
                self.assertEqual(self._is_announced(), shown)

    def test_an_announcement_cannot_end_before_it_begins(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._announce(
                announcement_from=self.today, announcement_until=self.yesterday
            )

    def test_an_announcement_reaches_its_profile_or_all(self):
        other = self.env["customer.portal.profile"].create({"name": "Other"})
        self._announce(profile=other)
        self.assertFalse(self._is_announced())
        other.announcement_for_all = True
        self.assertTrue(self._is_announced())
        self._announce("<p>Only for you</p>")
        text = self._text()
        self.assertLess(text.index("Closed on Friday"), text.index("Only for you"))
        other.active = False
        self.assertFalse(self._is_announced())

    def test_a_script_in_an_announcement_is_taken_out(self):
        self._announce(
            "<p>Closed<script>alert(1)</script>"
            '<img src="x" onerror="alert(2)"/>'
            '<a href="javascript:alert(3)">here</a></p>'
        )
        self.assertTrue(self._is_announced("Closed"))
        self.assertNotIn("alert(", self.url_open("/my").text)

    def test_who_dismisses_an_announcement_sees_it_no_more_until_it_changes(self):
        self._announce()
        self.assertEqual(self._dismiss().status_code, 303)
        self.assertFalse(self._is_announced())
        self.authenticate(None, None)
        self.authenticate(self.user.login, PASSWORD)
        self.assertFalse(self._is_announced())
        self._announce("<p>Closed on Friday and Saturday</p>")
        self.assertTrue(self._is_announced())
        self._dismiss()
        self.assertFalse(self._is_announced())

    def test_the_form_dismisses_what_was_never_changed(self):
        fresh = self.profile.copy({"announcement": "<p>Closed on Friday</p>"})
        fresh.widget_ids.filtered(lambda row: row.kind == "announcement").visible = True
        self.emma.portal_profile_id = fresh
        [form] = self._home().xpath("//section[@aria-label='Announcement']//form")
        fields = {one.get("name"): one.get("value") for one in form.xpath(".//input")}
        self.url_open(form.get("action"), {**fields, "csrf_token": self._csrf_token()})
        self.assertFalse(self._is_announced())

    def test_others_still_see_what_one_has_dismissed(self):
        self._announce()
        self._dismiss()
        other = self._make_portal_contact(
            "other@example.com", portal_profile_id=self.profile.id
        )
        self.authenticate(self._user_of(other).login, PASSWORD)
        self.assertTrue(self._is_announced())

    def test_dismissing_one_announcement_keeps_another_one(self):
        other = self.env["customer.portal.profile"].create(
            {
                "name": "Other",
                "announcement": "<p>For all of you</p>",
                "announcement_for_all": True,
            }
        )
        self._announce()
        self._dismiss(other)
        self.assertTrue(self._is_announced())
        self.assertFalse(self._is_announced("For all of you"))

    def test_nothing_is_dismissed_that_was_not_shown(self):
        other = self.env["customer.portal.profile"].create(
            {"name": "Other", "announcement": "<p>Not for you</p>"}
        )
        self._announce()
        dismissals = self.env["customer.portal.dismissal"]
        self.assertEqual(self._dismiss(other).status_code, 303)
        for version in ("", "-1", "x", "99", "9" * 30, "²"):
            with self.subTest(version):
                self.assertEqual(self._dismiss(version=version).status_code, 303)
        self.assertEqual(self._dismiss(csrf_token="wrong").status_code, 400)
        self.assertFalse(dismissals.search([]))
        self.assertTrue(self._is_announced())

    def test_looking_dismisses_nothing(self):
        self._announce()
        url = f"/my/home/announcement/{self.profile.id}/dismiss"
        self.assertEqual(self.url_open(url, allow_redirects=False).status_code, 303)
        self.assertTrue(self._is_announced())

    def test_dismissing_keeps_what_is_cached(self):
        """Else customers could slow down everybody."""
        self._announce()
        sequences = self.env.registry.get_sequences(self.cr)
        self._dismiss()
        self.assertEqual(sequences, self.env.registry.get_sequences(self.cr))

    # === REPRESENTATIVES === #

    def _make_salesperson(self, login, **values):
        return new_test_user(
            self.env,
            login=login,
            name=login.title(),
            email=f"{login}@example.com",
            **values,
        )

    def _get_picture(self, user):
        return self.url_open(f"/my/representative/{user.id}/picture")

    def test_the_salespersons_of_the_contact_and_of_the_organization_are_shown(self):
        sam, ola = map(self._make_salesperson, ("sam", "ola"))
        sam.phone = "+32 2 290 34 90"
        self.emma.user_id, self.organization.user_id = sam, ola
        self.assertNotIn("Account Representatives", self._text())
        self.assertEqual(self._get_picture(sam).status_code, 404)
        self._switch_on("representatives")
        text = self._text()
        for word in ("Sam", "sam@example.com", "+32 2 290 34 90", "Ola"):
            self.assertIn(word, text)
        self.assertNotIn("Your contact", text)
        for someone in (sam, ola):
            picture = self._get_picture(someone)
            self.assertEqual(picture.status_code, 200)
            self.assertTrue(picture.headers["Content-Type"].startswith("image/"))

    def test_one_salesperson_of_both_is_shown_once(self):
        self.emma.user_id = self.organization.user_id = self._make_salesperson("sam")
        self._switch_on("representatives")
        self.assertEqual(self._text().count("sam@example.com"), 1)

    def test_nobody_is_shown_who_is_not_set_or_has_left(self):
        self._switch_on("representatives")
        self.assertNotIn("Account Representatives", self._text())
        sam = self._make_salesperson("sam")
        self.emma.user_id = sam
        sam.active = False
        self.assertNotIn("Account Representatives", self._text())
        self.assertEqual(self._get_picture(sam).status_code, 404)

    def test_pictures_of_others_are_not_to_be_had(self):
        self._switch_on("representatives")
        self.emma.user_id = self._make_salesperson("sam")
        for user_id in (self.agent.id, 0, 2**31, 2**70):
            response = self.url_open(f"/my/representative/{user_id}/picture")
            self.assertEqual(response.status_code, 404)

    # === SHORTCUTS === #

    def _shortcuts(self):
        section = self._home().xpath("//section[@aria-label='Shortcuts']//a")
        return {link.text_content().strip(): link.get("href") for link in section}

    def test_shortcuts_are_what_the_profile_permits(self):
        self._switch_on("shortcuts")
        self.assertEqual(self._shortcuts(), {})
        row = self._permit_cases()
        self.assertEqual(list(self._shortcuts()), ["Open Cases"])
        row.can_create = True
        self.right.can_create = True
        self.module.field_ids.filtered(
            lambda line: line.name == "name"
        ).in_create = True
        self.assertNotIn("Add to Wishes", self._shortcuts())
        self.right.field_ids.filtered(
            lambda line: line.field_id.name == "name"
        ).access = "write"
        shortcuts = self._shortcuts()
        self.assertEqual(list(shortcuts), ["New Case", "Open Cases", "Add to Wishes"])
        for url in shortcuts.values():
            self.assertEqual(self.url_open(url).status_code, 200)

    def test_open_cases_are_open(self):
        self._switch_on("shortcuts")
        self._permit_cases()
        closed = self.env.ref("customer_portal.stage_closed")
        self._make_case("It is broken")
        self._make_case("It was broken", stage_id=closed.id)
        text = self.url_open(self._shortcuts()["Open Cases"]).text
        self.assertIn("It is broken", text)
        self.assertNotIn("It was broken", text)

    # === RECENT RECORDS === #

    def _slow(self):
        return " ".join(self._home("/my/home/widgets").text_content().split())

    def test_slow_widgets_are_loaded_after_the_page(self):
        self._permit_cases()
        self._switch_on("recent_cases")
        self._make_case("It is broken")
        page = self._home()
        self.assertNotIn("It is broken", page.text_content())
        link = page.xpath("//section[@aria-label='Recent Cases']//a/@href")[0]
        self.assertIn("It is broken", self.url_open(link).text)
        fragment = self.url_open("/my/home/widgets?fragment=1").text
        self.assertIn("It is broken", fragment)
        self.assertNotIn("<html", fragment)

    def test_the_five_cases_that_changed_last_of_those_that_the_list_shows(self):
        self._permit_cases(records_visibility="organization")
        self._switch_on("recent_cases")
        cases = [self._make_case(f"case {number}") for number in range(7)]
        self._make_case("a colleague's", partner_id=self.colleague.id)
        self._make_case("a stranger's", partner_id=self.stranger.id)
        self._slow()  # until all of them have their number
        self._set_last_change(cases[0], self.tomorrow)
        text = self._slow()
        shown = [number for number in range(7) if f"case {number}" in text]
        self.assertEqual(shown, [0, 3, 4, 5, 6])
        self.assertLess(text.index("case 0"), text.index("case 6"))
        self.assertNotIn("a colleague's", text)
        self._set_param("customer_portal.default_scope", "all")
        self.assertIn("a colleague's", self._slow())
        self.assertNotIn("a stranger's", self._slow())

    def _set_last_change(self, case, date):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE project_task SET write_date = %s WHERE id = %s", (date, case.id)
        )
        self.env.invalidate_all()

    def test_recent_cases_say_who_wrote_last_and_what_is_unread(self):
        self._permit_cases(show_comments=True, can_comment=True)
        self._switch_on("recent_cases")
        case = self._make_case("It is broken")
        self.agent.name = "Ada Agent"
        post = case.with_user(self.agent).sudo().message_post
        subtype = {"message_type": "comment", "subtype_xmlid": "mail.mt_comment"}
        post(body="Which one?", **subtype)
        post(body="Not for customers", message_type="comment")
        self.assertIn("Unread: It is broken", self._slow())
        self.assertIn("Ada Agent wrote on", self._slow())
        threads = self.env["customer.portal.thread"].with_user(self.user)
        threads._mark_read(case)
        text = self._slow()
        self.assertIn("It is broken", text)
        self.assertNotIn("Unread", text)
        case.with_user(self.user).sudo().message_post(body="The left one.", **subtype)
        self.assertIn("You wrote on", self._slow())

    def _replies(self):
        return self._home("/my/home/widgets").xpath(
            "//*[contains(@class, 'o_cp_reply')]//form/@action"
        )

    def test_recent_cases_that_take_a_comment_are_answered_from_home(self):
        row = self._permit_cases(show_comments=True, can_comment=True)
        self._switch_on("recent_cases")
        case = self._make_case("It is broken")
        closed = self.env.ref("customer_portal.stage_closed")
        self._make_case("It was broken", stage_id=closed.id)
        self.assertEqual(self._replies(), [f"/my/p/cases/{case.id}/comment"])
        response = self.url_open(
            self._replies()[0],
            {"body": "The left one", "csrf_token": self._csrf_token()},
        )
        self.assertIn("The left one", response.text)
        row.can_comment = False
        self.assertEqual(self._replies(), [])

    def test_a_hidden_title_and_state_are_not_told(self):
        row = self._permit_cases()
        self._switch_on("recent_cases")
        self._make_case("It is broken")
        row.field_ids.filtered(
            lambda line: line.field_id.name in ("name", "stage_id")
        ).access = "hidden"
        text = self._slow()
        self.assertNotIn("It is broken", text)
        self.assertNotIn(self.env.ref("customer_portal.stage_new").name, text)

    def test_the_five_newest_faqs_of_those_that_are_shown(self):
        self._switch_on("recent_faqs")
        faqs = self.env["customer.portal.faq"].create(
            [
                {"question": f"What is {n}?", "is_published": True, "answer": "It is."}
                for n in range(7)
            ]
        )
        faqs[6].is_published = False
        self.assertNotIn("Recent FAQs", self._text())
        self.assertNotIn("What is", self._slow())
        self.profile.permission_ids.filtered(
            lambda row: row.module_id.code == "faqs"
        ).visible = True
        text = self._slow()
        shown = [number for number in range(7) if f"What is {number}?" in text]
        self.assertEqual(shown, [1, 2, 3, 4, 5])

    def _permit_documents(self, **values):
        self.profile.permission_ids.filtered(
            lambda row: row.module_id.code == "documents"
        ).write({"visible": True, **values})

    def test_the_five_newest_documents_of_those_that_the_list_shows(self):
        self._switch_on("recent_documents")
        for number in range(7):
            self.env["customer.portal.document"].create(
                {
                    "name": f"plan {number}",
                    "file_name": "plan.txt",
                    "datas": base64.b64encode(b"a plan"),
                    "audience": "contact",
                    "partner_id": (self.stranger if number == 6 else self.emma).id,
                }
            )
        self.assertNotIn("plan", self._slow())
        self._permit_documents()
        text = self._slow()
        shown = [number for number in range(7) if f"plan {number}" in text]
        self.assertEqual(len(shown), 5)
        self.assertNotIn(6, shown)
        link = self._home("/my/home/widgets").xpath(
            "//section[@aria-label='Recent Documents']//a/@href"
        )[0]
        self.assertEqual(self.url_open(link).status_code, 200)

    def test_who_may_send_documents_has_a_shortcut_to_the_form(self):
        self._switch_on("shortcuts")
        self._permit_documents(show_documents=True, can_upload=False)
        self.assertNotIn("Add Document", self._shortcuts())
        self._permit_documents(show_documents=True, can_upload=True)
        url = self._shortcuts()["Add Document"]
        forms = self._home(url).xpath("//form[@action='/my/documents/upload']")
        self.assertEqual(len(forms), 1)

    def test_nothing_is_shown_of_hidden_modules(self):
        self._switch_on("recent_cases", "recent_faqs", "recent_documents")
        self.assertNotIn("Recent", self._text())
        self.assertNotIn("Recent", self._slow())

    # === IN A BROWSER === #

    def test_a_customer_uses_the_home_page(self):
        self._permit_cases(can_create=True)
        self._switch_on(*self.widgets)
        self._announce()
        closed = self.env.ref("customer_portal.stage_closed")
        self._make_case("closed case", stage_id=closed.id)
        for number in range(3):
            self._make_case(f"case {number}")
        chart = self.env.ref("customer_portal.chart_cases")
        self.profile.widget_ids.filtered(
            lambda row: row.chart_id == chart
        ).visible = True
        self.start_tour("/my", "customer_portal_home", login=self.user.login)


@tagged("post_install", "-at_install", "long")
class TestHomeQueries(HomeCommon):
    def _count_queries(self):
        """Return the fewest queries of some requests, the first of which warm up."""
        counts = []
        for _attempt in range(3):
            before = self.cr.sql_log_count
            self._home()
            counts.append(self.cr.sql_log_count - before)
        return min(counts)

    @warmup
    def test_all_widgets_cost_a_few_queries_however_much_there_is(self):
        bare = self._count_queries()
        self._permit_cases(can_create=True)
        self.emma.user_id = new_test_user(self.env, login="sam")
        self.organization.user_id = new_test_user(self.env, login="ola")
        self.profile.announcement = "<p>Closed on Friday</p>"
        self.profile.widget_ids.visible = True
        self.assertLessEqual(self._count_queries(), bare + WIDGET_QUERIES)
        for number in range(20):
            self._make_case(f"case {number}")
        self.assertLessEqual(self._count_queries(), bare + WIDGET_QUERIES)

    def _watch(self, model_name, method):
        """Return the list of what a method was called with, while a page is made."""
        kind, calls = self.env.registry[model_name], []
        original = getattr(kind, method)

        def watched(records, *args):
            calls.append(args)
            return original(records, *args)

        patcher = patch.object(kind, method, watched)
        patcher.start()
        self.addCleanup(patcher.stop)
        return calls

    def test_what_the_profile_permits_is_found_once_for_the_whole_page(self):
        """And once before, to decide whether the page is shown at all."""
        self.profile.widget_ids.visible = True
        codes = ("contacts", "organization")
        rows = self.profile.permission_ids.filtered(
            lambda row: row.module_id.code in codes
        )
        rows.write({"visible": True, "can_edit": True})
        self._home()
        rights = self._watch("customer.portal.gate", "_find_rights")
        forms = self._watch("res.partner", "_find_portal_module_access")
        self._home()
        self.assertLessEqual(len(rights), 2)
        self.assertCountEqual(forms, [(code,) for code in codes])

    def test_a_change_of_the_profile_holds_on_the_next_home_page(self):
        right = self._permit_cases(can_create=True)
        self._switch_on("shortcuts")
        self.assertIn("New Case", self._text())
        right.can_create = False
        self.assertNotIn("New Case", self._text())
