from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Datetime
from odoo.tests import tagged

from ..common import PASSWORD, takes_long
from ..section_common import PNG, CustomerPortalSectionCommon


@tagged("post_install", "-at_install")
class TestConversation(CustomerPortalSectionCommon):
    """The page of a record, as a customer reads and answers it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.threads = cls.env["customer.portal.thread"].with_user(cls.user)
        cls.forms = cls.env["customer.portal.form"].with_user(cls.user)
        cls.stages = cls.env["project.task.type"].create(
            [
                {"name": name, "project_ids": cls.project.ids}
                for name in ("Asked", "Doing", "Done")
            ]
        )
        cls.task.stage_id = cls.stages[1]
        cls.module.write(
            {
                "state_field": "stage_id",
                "waiting_value": str(cls.stages[0].id),
                "open_value": str(cls.stages[1].id),
                "closed_value": str(cls.stages[2].id),
                "closed_domain": f"[('stage_id', '=', {cls.stages[2].id})]",
                "field_ids": [
                    Command.create({"name": name})
                    for name in ("stage_id", "date_deadline", "description")
                ],
            }
        )
        cls.permission.can_close = True
        cls.permission.field_ids.access = "read"

    def setUp(self):
        super().setUp()
        self.authenticate("emma@example.com", PASSWORD)

    def _bodies(self, page=None):
        page = self._page() if page is None else page
        return self._texts(self._find(page, "o_cp_comment_body"))

    # === WHAT IS SHOWN === #

    def test_the_state_stands_in_words_below_the_title(self):
        [state] = self._find(self._page(), "o_cp_state")
        self.assertEqual(self._texts([state]), ["Status: Doing"])
        self.task.stage_id = self.stages[0]
        [state] = self._find(self._page(), "o_cp_waiting")
        self.assertEqual(self._texts([state]), ["Status: Waiting for you"])

    def test_a_hidden_state_is_nowhere(self):
        line = self.permission.field_ids.filtered(
            lambda row: row.field_id.name == "stage_id"
        )
        line.access = "hidden"
        page = self._page()
        self.assertFalse(self._find(page, "o_cp_state"))
        self.assertNotIn("Doing", page.text_content())

    def test_updates_say_what_waits_for_the_customer_in_their_words(self):
        self.task.stage_id = self.stages[0]
        self._flush_tracking()
        line = self._texts(self._find(self._page(), "o_cp_update"))[-1]
        self.assertIn("to Waiting for you", line)

    def test_empty_fields_are_not_shown(self):
        labels = self._texts(self._page().xpath("//dl//dt"))
        self.assertIn("Status", labels)
        self.assertNotIn("Deadline", labels)
        self.assertNotIn("Description", labels)

    def test_pictures_of_a_comment_are_seen(self):
        self._post("comment", {"body": "Look"}, [("a.png", PNG), ("b.txt", b"text")])
        page = self._page()
        [picture] = self._find(page, "o_cp_picture")
        self.assertEqual(picture.xpath("./img/@alt"), ["a.png"])
        self.assertEqual(self.url_open(picture.xpath("./img/@src")[0]).content, PNG)
        self.assertIn("b.txt", self._texts(self._find(page, "o_cp_chip"))[0])

    def test_employees_have_a_picture_and_customers_initials(self):
        self._message("Hello")
        self._message("Hi", author=self.emma)
        page = self._page()
        [picture] = page.xpath("//img[contains(@class, 'o_cp_avatar')]/@src")
        response = self.url_open(picture)
        self.assertEqual(response.status_code, 200)
        self.assertTrue(response.headers["Content-Type"].startswith("image/"))
        self.assertEqual(self._texts(self._find(page, "o_cp_initials")), ["E"])

    def test_no_picture_of_anybody_else_is_served(self):
        self._message("Hi", author=self.emma)
        note = {"subtype_xmlid": "mail.mt_note", "author": self.agent.partner_id}
        self._message("A note", **note)
        self._message("Hello", record=self.other_task)
        for partner in (
            self.emma,
            self.agent.partner_id,
            self.support.partner_id,
            self.stranger,
        ):
            response = self.url_open(f"{self.url}/picture/{partner.id}")
            self.assertEqual(response.status_code, 404)
        path = f"{self.other_url}/picture/{self.support.partner_id.id}"
        self.assertEqual(self.url_open(path).status_code, 404)

    # === THE ORDER === #

    def test_the_order_is_remembered(self):
        self._ago(self._message("First"), hours=1)
        self._message("Second")
        self.assertEqual(self._bodies(), ["First", "Second"])
        self._post("order", {"newest": "1"})
        self.assertEqual(self._bodies(), ["Second", "First"])
        self._post("order", {"newest": ""})
        self.assertEqual(self._bodies(), ["First", "Second"])

    def test_an_address_changes_nothing(self):
        self._message("Hello")
        for action in ("order?newest=1", "seen?last=99", "follow?follows=1", "undo"):
            response = self.url_open(f"{self.url}/{action}", allow_redirects=False)
            self.assertEqual(response.status_code, 303)
        self.assertNotIn("customer_portal_newest_first", self.opener.cookies)
        self.assertTrue(self.threads._get_unread_ids(self.task))

    # === NEW COMMENTS === #

    def test_what_is_new_is_marked_until_a_script_says_it_was_seen(self):
        message = self._message("Hello")
        for _time in range(2):
            self.assertEqual(len(self._find(self._page(), "o_cp_new")), 1)
        response = self._post("seen", {"last": str(message.id)})
        self.assertEqual(response.status_code, 204)
        self.assertFalse(self._find(self._page(), "o_cp_new"))

    def test_nonsense_is_no_reading(self):
        self._message("Hello")
        for last in ("", "x", "-1", "9" * 40):
            self.assertEqual(self._post("seen", {"last": last}).status_code, 204)
        self.assertTrue(self.threads._get_unread_ids(self.task))

    def _entries(self, last, url=None):
        return self.url_open(f"{url or self.url}/entries?last={last}")

    def test_an_open_page_gets_what_came_since(self):
        old = self._message("Old")
        answer = self._entries(old.id).json()
        state = str(self.task.stage_id.id)
        self.assertEqual(answer, {"html": "", "last": old.id, "state": state})
        new = self._message("New", attachments=[("plan.txt", b"plan")])
        self._message("A note", subtype_xmlid="mail.mt_note")
        answer = self._entries(old.id).json()
        self.assertIn(f"o_cp_comment_{new.id}", answer["html"])
        self.assertIn("plan.txt", answer["html"])
        self.assertNotIn("A note", answer["html"])
        self.assertNotIn("Old", answer["html"])
        self.assertEqual(answer["last"], new.id)

    def test_a_page_without_comments_gets_the_first_one(self):
        [live] = self._find(self._page(), "o_cp_conversation")
        self.assertEqual(live.get("data-last"), "0")
        self._message("The first")
        self.assertIn("The first", self._entries(live.get("data-last")).json()["html"])

    def test_an_open_page_learns_of_another_state_that_its_customer_sees(self):
        def get_states():
            page = self._page()
            [live] = self._find(page, "o_cp_conversation")
            return live.get("data-state", ""), self._entries(0).json()["state"]

        for stage in self.stages[:2]:
            self.task.stage_id = stage
            self.assertEqual(get_states(), (str(stage.id), str(stage.id)))
        line = self.permission.field_ids.filtered(
            lambda row: row.field_id.name == "stage_id"
        )
        line.access = "hidden"
        self.assertEqual(get_states(), ("", ""))

    def test_parts_that_follow_the_record_have_names_and_the_key_of_the_page(self):
        parts = self._page().xpath("//*[@data-cp-live]")
        names = [part.get("data-cp-live") for part in parts]
        self.assertEqual(len(names), len(set(names)))
        for name in ("heading", "buttons", "closed", "rating", "facts", "composer"):
            self.assertIn(name, names)
        self.assertEqual(len({part.get("data-cp-key") for part in parts}), 1)
        self.assertTrue(parts[0].get("data-cp-key"))

    def test_looking_for_new_comments_marks_nothing_as_read(self):
        self._message("New")
        self._entries(0)
        self.assertTrue(self.threads._get_unread_ids(self.task))

    def test_nobody_looks_into_other_records(self):
        self._message("Secret", self.other_task)
        for last in ("0", "x", ""):
            self.assertEqual(self._entries(last, self.other_url).status_code, 404)
        self.assertEqual(self._entries("x").status_code, 404)
        self.permission.show_comments = False
        self.assertEqual(self._entries(0).status_code, 404)

    def test_looking_costs_two_queries(self):
        """One finds the record, one the comments; the rest is any request's."""
        message = self._message("Hello")

        def count(path):
            counts = []
            for _time in range(3):
                before = self.cr.sql_log_count
                self.url_open(path)
                counts.append(self.cr.sql_log_count - before)
            return min(counts)

        bare = count("/my/p/unknown/1/entries?last=1")
        self.assertLessEqual(count(f"{self.url}/entries?last={message.id}"), bare + 2)

    # === SENDING AND CLOSING === #

    def test_a_comment_can_close(self):
        self._post("comment", {"body": "Solved, thanks", "then": "close"})
        self.assertEqual(self.task.stage_id, self.stages[2])
        self.assertIn("Solved, thanks", self._bodies())

    def test_a_comment_that_is_refused_closes_nothing(self):
        response = self._post("comment", {"body": " ", "then": "close"})
        self.assertEqual(response.status_code, 422)
        self.assertEqual(self.task.stage_id, self.stages[1])

    def test_who_may_not_close_closes_by_no_comment(self):
        self.permission.can_close = False
        self.assertNotIn("Send and close", self._page().text_content())
        response = self._post("comment", {"body": "Hello", "then": "close"})
        self.assertEqual(response.status_code, 404)
        self.assertEqual(self.task.stage_id, self.stages[1])

    @takes_long
    def test_closing_can_be_undone_for_a_moment(self):
        self.task.stage_id = self.stages[0]
        self._flush_tracking()
        page = self._texts(self._find(self._page(), "o_cp_undo"))
        self.assertFalse(page)
        with freeze_time(Datetime.now()):  # A slow machine takes more than a moment.
            self._post("close")
            self.assertTrue(self._find(self._page(), "o_cp_undo"))
            self._post("undo")
            self.assertEqual(self.task.stage_id, self.stages[0])
            self.assertFalse(self._find(self._page(), "o_cp_undo"))

    def test_undo_is_not_offered_once_a_rating_has_come_or_time_has_passed(self):
        self._post("close")
        self._flush_tracking()
        self.assertTrue(self._find(self._page(), "o_cp_undo"))
        self._post("rate", {"stars": "5"})
        self.assertFalse(self._find(self._page(), "o_cp_undo"))
        self._post("reopen")
        self._post("close")
        self._flush_tracking()
        with freeze_time(Datetime.now() + timedelta(seconds=11)):
            self.assertFalse(self._find(self._page(), "o_cp_undo"))

    def test_undo_is_not_offered_once_somebody_else_goes_on(self):
        self._post("close")
        self._flush_tracking()
        self.task.stage_id = self.stages[1]
        self._flush_tracking()
        self.task.stage_id = self.stages[2]
        self.forms.rate_record("wishes", self.task.id, 4)
        self.assertFalse(self._find(self._page(), "o_cp_undo"))

    def test_who_has_not_closed_cannot_undo(self):
        self.task.stage_id = self.stages[2]
        self._flush_tracking()
        self.assertFalse(self._find(self._page(), "o_cp_undo"))
        self._post("undo")
        self.assertEqual(self.task.stage_id, self.stages[2])

    def _closing(self, **values):
        """Close the task; return what its page knows of that.

        To Odoo it is always the moment when the transaction began, a test's long ago.
        """
        now = Datetime.to_string(Datetime.now())
        closing = self.forms.close_record("wishes", self.task.id)
        return {**closing, "at": now, **values}

    def test_it_is_too_late_after_ten_seconds(self):
        ago = Datetime.to_string(Datetime.now() - timedelta(seconds=16))
        closing = self._closing(at=ago)
        with self.assertRaisesRegex(UserError, "too late"):
            self.forms.undo_close("wishes", self.task.id, closing)
        self.assertEqual(self.task.stage_id, self.stages[2])

    def test_what_has_changed_since_stays(self):
        closing = self._closing()
        self._flush_tracking()
        message = self._message("Why?")
        message.flush_recordset()
        self.cr.execute(
            "UPDATE mail_message SET create_date = %s WHERE id = %s",
            (Datetime.now() + timedelta(seconds=5), message.id),
        )
        with self.assertRaisesRegex(UserError, "too late"):
            self.forms.undo_close("wishes", self.task.id, closing)
        message.unlink()
        self.task.stage_id = self.stages[1]
        with self.assertRaisesRegex(UserError, "too late"):
            self.forms.undo_close("wishes", self.task.id, closing)

    def test_what_has_been_rated_stays_closed(self):
        closing = self._closing()
        self._flush_tracking()
        self.forms.rate_record("wishes", self.task.id, 5)
        with self.assertRaisesRegex(UserError, "too late"):
            self.forms.undo_close("wishes", self.task.id, closing)
        self.assertEqual(self.task.stage_id, self.stages[2])

    def test_nobody_undoes_what_they_may_not_close(self):
        closing = self._closing()
        self.permission.can_close = False
        with self.assertRaises(AccessError):
            self.forms.undo_close("wishes", self.task.id, closing)
        self.assertEqual(self._post("undo").status_code, 200)  # They closed nothing.
        self.assertEqual(self.task.stage_id, self.stages[2])

    # === AFTER CREATING === #

    def test_who_has_created_a_record_is_told_once(self):
        self.module.field_ids.filtered(
            lambda line: line.name == "name"
        ).in_create = True
        self.permission.field_ids.filtered(
            lambda row: row.field_id.name == "name"
        ).access = "write"
        self.permission.can_create = True
        response = self._post("/my/p/wishes/new", {"name": "A new one"})
        self.assertIn("We have received it", response.text)
        self.assertNotIn("We have received it", self.url_open(response.url).text)


@tagged("post_install", "-at_install")
class TestFollowers(CustomerPortalSectionCommon):
    """Who of an organization follows a record."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.organization, cls.other_profile = cls._join_organization()
        values = {"parent_id": cls.organization.id}
        cls.liam = cls._make_portal_contact(
            "liam@example.com", portal_profile_id=cls.profile.id, **values
        )
        cls.noah = cls._make_portal_contact(
            "noah@example.com", portal_profile_id=cls.other_profile.id, **values
        )
        cls.threads = cls.env["customer.portal.thread"].with_user(cls.user)

    def setUp(self):
        super().setUp()
        self.authenticate("emma@example.com", PASSWORD)

    def _people(self, **kwargs):
        return self.threads.find_followers("wishes", self.task.id, **kwargs)

    def test_followers_of_the_organization_are_named_and_no_others(self):
        partners = self.emma + self.liam + self.stranger + self.support.partner_id
        self.task.message_subscribe(partners.ids)
        people = self._people()
        self.assertTrue(people["is_following"])
        self.assertEqual(people["names"], ["liam"])
        text = self._page().get_element_by_id("o_cp_people").text_content()
        self.assertNotIn("Helper", text)
        self.assertNotIn("sten", text)

    def test_colleagues_who_see_the_record_can_be_added(self):
        colleagues = self._people(with_colleagues=True)["colleagues"]
        self.assertEqual(colleagues, [(self.liam.id, "liam")])
        self._post("follow", {"partner": str(self.liam.id)})
        self.assertIn(self.liam, self.task.message_partner_ids)
        self.assertFalse(self._people(with_colleagues=True)["colleagues"])

    def test_nobody_else_is_added(self):
        before = self.task.message_partner_ids
        for partner in (self.noah, self.stranger, self.support.partner_id):
            response = self._post("follow", {"partner": str(partner.id)})
            self.assertEqual(response.status_code, 422)
        for number in ("x", "-1", "9" * 40):
            self._post("follow", {"partner": number})
        self.assertEqual(self.task.message_partner_ids, before)

    def test_a_colleague_who_does_not_see_this_record_is_not_offered(self):
        """Nobody chooses whom the server then refuses."""
        self.permission.records_visibility = "subsidiaries"
        rows = self.other_profile.permission_ids
        rows = rows.filtered(lambda row: row.module_id == self.module)
        rows.write({"records_visibility": "organization", "show_comments": True})
        offered = self._people(with_colleagues=True)["colleagues"]
        self.assertEqual([name for _id, name in offered], ["liam", "noah"])
        self.task.partner_id = self.env["res.partner"].create(
            {
                "name": "Branch",
                "is_company": True,
                "parent_id": self.organization.id,
            }
        )
        offered = self._people(with_colleagues=True)["colleagues"]
        self.assertEqual([name for _id, name in offered], ["liam"])
        response = self._post("follow", {"partner": str(self.noah.id)})
        self.assertEqual(response.status_code, 422)

    def test_an_expired_colleague_is_not_offered(self):
        self._expire(self.liam)
        self.assertFalse(self._people(with_colleagues=True)["colleagues"])

    def test_who_may_not_comment_or_sees_only_their_own_adds_nobody(self):
        for values in ({"can_comment": False}, {"records_visibility": "own"}):
            self.permission.write(
                {"can_comment": True, "records_visibility": "organization", **values}
            )
            self.assertFalse(self._people()["may_add"])
            response = self._post("follow", {"partner": str(self.liam.id)})
            self.assertEqual(response.status_code, 404)
        self.assertNotIn(self.liam, self.task.message_partner_ids)

    def test_whom_a_customer_let_follow_is_told_while_they_see_the_record(self):
        self._post("follow", {"partner": str(self.liam.id)})

        def get_told():
            message = self.task.message_post(
                body="Look.", message_type="comment", subtype_xmlid="mail.mt_comment"
            )
            return self.liam in message.notified_partner_ids

        self.assertTrue(get_told())
        self.permission.records_visibility = "own"
        self.assertFalse(get_told())
        self.task.message_unsubscribe(self.liam.ids)
        self.task.message_subscribe(self.liam.ids)
        self.assertTrue(get_told(), "An agent may tell whom they like.")

    def test_customers_follow_and_stop(self):
        self._post("follow", {"follows": "1"})
        self.assertIn(self.emma, self.task.message_partner_ids)
        self._post("follow", {"follows": ""})
        self.assertNotIn(self.emma, self.task.message_partner_ids)

    def test_nobody_follows_other_records(self):
        path = f"{self.other_url}/follow"
        for data in ({"follows": "1"}, {"partner": str(self.liam.id)}):
            self.assertEqual(self._post(path, data).status_code, 404)
        self.assertFalse((self.emma + self.liam) & self.other_task.message_partner_ids)
