from datetime import timedelta

from lxml import html

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL, mute_logger

from ..common import PASSWORD, takes_long
from ..faq_common import FaqCommon

CASES = "/my/p/cases"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 16


@tagged("post_install", "-at_install")
class TestFaq(FaqCommon):
    """FAQs: who sees which, how they are found, and what customers say of them."""

    # === WHO SEES WHICH === #

    def test_an_faq_without_an_answer_says_so(self):
        faq = self.env["customer.portal.faq"].create({"question": "Why not?"})
        for answer in (False, "<p><br></p>", "<p>  </p>"):
            faq.answer = answer
            self.assertTrue(faq.is_unanswered, answer)
        faq.answer = "<p>Because.</p>"
        self.assertFalse(faq.is_unanswered)

    def test_faqs_are_hidden_until_a_profile_shows_them(self):
        new = self.env["customer.portal.profile"].create({"name": "New"})
        for profile in (new, self._make_stock_profile()):
            self.assertFalse(self._row(profile, "faqs").visible)
        file = self._make_file(self.faq)
        self.right.visible = False
        for path in ("", f"/{self.faq.id}", f"/{self.faq.id}/file/{file.id}"):
            with self.subTest(path):
                self.assertEqual(self._get(path).status_code, 404)
        self.assertNotIn("/my/faq", self.url_open("/my").text)
        self.assertFalse(
            self.env["customer.portal.record"]
            .with_user(self.user)
            .search_everything("invoice")
        )

    def test_what_a_customer_may_not_see_answers_404_on_every_path(self):
        file, comment = self._make_file(self.faq), self._answer("Said of it")
        self._row(self.profile, "cases").write({"visible": True, "can_create": True})
        (self.faq.message_ids - comment).unlink()
        for values in (
            {"is_published": False},
            {"valid_until": self.yesterday},
            {"profile_ids": self.other_profile.ids},
        ):
            with self.subTest(values):
                self.faq.write(
                    {
                        "is_published": True,
                        "valid_until": False,
                        "profile_ids": False,
                        **values,
                    }
                )
                self._assert_nowhere(file, comment)

    @mute_logger("odoo.http")
    def _assert_nowhere(self, file, comment):
        path, faq = f"/{self.faq.id}", self.faq
        for suffix in ("", f"/file/{file.id}", f"/file/{comment.attachment_ids.id}"):
            self.assertEqual(self._get(f"{path}{suffix}").status_code, 404, suffix)
        for suffix in ("seen", "vote", "answered", "comment"):
            answer = self._post(f"{path}/{suffix}", helpful="yes", body="Hidden?")
            self.assertEqual(answer.status_code, 404, suffix)
        for page in ("", "?search=invoice", f"?category={self.category.id}"):
            text = self._get(page).text
            self.assertNotIn("print an invoice", text)
            self.assertNotIn("Billing", text)
        self.assertNotIn("print an", self.url_open("/my/search?search=invoice").text)
        self.assertFalse(
            self.env["customer.portal.record"]
            .with_user(self.user)
            ._find_answers("print invoice")
        )
        self.assertNotIn("print", self.url_open(f"{CASES}/answers?text=invoice").text)
        self._assert_no_call(faq)
        for url in self._get_core_urls(file, comment):
            answer = self.url_open(url, allow_redirects=False)
            # Core answers with a placeholder for any picture.
            if not url.startswith("/web/image"):
                self.assertNotEqual(answer.status_code, 200, url)
            self.assertNotIn("read me", answer.text)
            self.assertNotIn("print an", answer.text)
        faq.invalidate_recordset()
        self.assertEqual(faq.message_ids, comment)
        self.assertFalse(faq.vote_ids)
        self.assertFalse(faq.view_count or faq.solved_count)

    def _get_core_urls(self, file, comment):
        """Return the addresses that other pages of Odoo have for the same."""
        faq = self.faq
        for one in (file, comment.attachment_ids):
            yield f"/web/content/{one.id}"
            yield f"/web/image/{one.id}"
            yield f"/my/p/faqs/{faq.id}/file/{one.id}"
        yield f"/web/image/{faq._name}/{faq.id}/answer"
        yield f"/web/content/{faq._name}/{faq.id}/question"
        yield f"/mail/view?model={faq._name}&res_id={faq.id}"
        for suffix in ("", "/edit", "/export"):
            yield f"/my/p/faqs/{faq.id}{suffix}"
        yield from ("/my/p/faqs", "/my/p/faqs/export?format=csv")

    def _assert_no_call(self, faq):
        """Nothing comes by RPC, by a key or from the threads of Odoo's own pages."""
        thread = {"thread_model": faq._name, "thread_id": faq.id}
        calls = {
            f"/web/dataset/call_kw/{faq._name}/search_read": {
                "model": faq._name,
                "method": "search_read",
                "args": [],
                "kwargs": {"domain": [], "fields": ["question"]},
            },
            "/mail/chatter_fetch": thread,
            "/mail/thread/messages": thread,
            "/mail/thread/data": {**thread, "request_list": ["attachments"]},
            "/mail/message/post": {**thread, "post_data": {"body": "Hidden?"}},
        }
        for url, params in calls.items():
            text = self.url_open(url, json={"params": params}).text
            self.assertNotIn("print an", text, url)
            self.assertNotIn("Said of it", text, url)
        key = {"Authorization": f"Bearer {self._make_api_key(self.user)}"}
        url = f"/json/2/{faq._name}/search_read"
        answer = self.url_open(url, json={"fields": ["question"]}, headers=key)
        self.assertEqual(answer.status_code, 403)
        self.assertFalse(
            self.env["mail.message"]
            .with_user(self.user)
            .search([("model", "=", faq._name), ("res_id", "=", faq.id)])
        )

    def test_a_faq_is_seen_on_its_last_day_and_by_its_profile(self):
        self.faq.write({"valid_until": self.today, "profile_ids": self.profile.ids})
        self.assertEqual(self._questions(), ["How do I print an invoice?"])
        self.assertEqual(self._get(f"/{self.faq.id}").status_code, 200)

    def test_nobody_sees_the_faqs_of_a_profile_that_is_gone(self):
        gone = self.env["customer.portal.profile"].create({"name": "Gone"})
        self.faq.profile_ids = gone
        gone.unlink()
        self.env.invalidate_all()
        self.assertEqual(self._get(f"/{self.faq.id}").status_code, 404)
        self.assertEqual(self._questions(), [])
        self.faq.profile_ids = self.profile
        self.assertEqual(self._get(f"/{self.faq.id}").status_code, 200)
        self.faq.profile_ids = False
        self.assertEqual(self._get(f"/{self.faq.id}").status_code, 200)

    def test_nobody_but_portal_users_has_these_pages(self):
        self.agent.password = PASSWORD
        self.authenticate("agent", PASSWORD)
        self.assertEqual(self._get().status_code, 404)
        self.assertEqual(self._get(f"/{self.faq.id}").status_code, 404)
        self.authenticate(None, None)
        self.assertEqual(self._get().status_code, 303)

    def test_portal_users_get_nothing_by_rpc(self):
        for model in ("", ".category", ".reading", ".vote"):
            records = self.env[f"customer.portal.faq{model}"].with_user(self.user)
            with self.subTest(model), self.assertRaises(AccessError):
                records.search_read([])

    def test_agents_write_and_managers_decide_about_categories(self):
        self.faq.with_user(self.agent).question = "Changed"
        self.env["customer.portal.faq"].with_user(self.agent).create({"question": "?"})
        with self.assertRaises(AccessError):
            self.category.with_user(self.agent).name = "Changed"
        self.category.with_user(self.manager).name = "Changed"

    # === PAGES === #

    def test_the_accordion_works_without_a_script(self):
        self._make_faq("Second", "<p>Two</p>")
        page = self._page()
        self.assertEqual(self._questions(), ["How do I print an invoice?", "Second"])
        [link] = page.xpath(f"//details//a[@href='/my/faq/{self.faq.id}']")
        self.assertIn("print an invoice", link.text_content())
        self.assertTrue(page.xpath("//details//b[text()='Print']"))
        ids = page.xpath("//@id")
        self.assertEqual(len(ids), len(set(ids)))

    def test_faqs_are_found_by_category(self):
        other = self.env["customer.portal.faq.category"].create({"name": "Other"})
        self._make_faq("Second", category_id=other.id)
        empty = self.env["customer.portal.faq.category"].create({"name": "Empty"})
        self.assertEqual(self._questions(f"?category={other.id}"), ["Second"])
        names = self._page().xpath("//nav[@aria-label='Categories']//a")
        names = [name.text_content().strip() for name in names]
        self.assertEqual(names, ["All categories", "Billing", "Other"])
        for nonsense in (empty.id, "x", "-1", "9" * 30, "%00"):
            with self.subTest(nonsense):
                self.assertEqual(len(self._questions(f"?category={nonsense}")), 2)

    def test_long_lists_have_pages(self):
        for number in range(25):
            self._make_faq(f"Question {number}", sequence=20)
        self.assertEqual(len(self._questions()), 20)
        self.assertEqual(len(self._questions("/page/2")), 6)
        self.assertEqual(len(self._questions("/page/999999999999")), 6)

    def test_bad_addresses_answer_404(self):
        for path in ("/0", "/-1", "/999999999999", "/x", f"/{self.faq.id}/file/0"):
            with self.subTest(path):
                self.assertEqual(self._get(path).status_code, 404)
        self.assertEqual(self._get(f"/{self.faq.id}/vote").status_code, 303)

    def test_every_page_has_one_heading_and_labels(self):
        for path in ("", f"/{self.faq.id}?from_form=1"):
            page = self._page(path)
            self.assertEqual(len(page.xpath("//main//h1")), 1)
            for control in page.xpath("//main//input[not(@type='hidden')]"):
                named = control.get("aria-label") or page.xpath(
                    f"//label[@for='{control.get('id')}']"
                )
                self.assertTrue(named, html.tostring(control))

    def test_scripts_in_an_answer_are_taken_out(self):
        self.faq.write(
            {
                "question": "<script>alert(1)</script>",
                "answer": "<p onclick='alert(2)'>Hi<script>alert(3)</script>"
                "<img src='x' onerror='alert(4)'>"
                "<a href='javascript:alert(5)'>x</a></p>",
            }
        )
        for path in ("", f"/{self.faq.id}", "?search=alert"):
            text = self._get(path).text
            for number in (2, 3, 4, 5):
                self.assertNotIn(f"alert({number})", text)
            self.assertNotIn("<script>alert(1)", text)
        search = self._get("?search=%22><script>alert(6)</script>").text
        self.assertNotIn("<script>alert(6)", search)

    def test_the_home_page_and_the_search_lead_to_faqs(self):
        home = html.fromstring(self.url_open("/my").text)
        self.assertTrue(home.xpath("//a[@href='/my/faq']"))
        found = html.fromstring(self.url_open("/my/search?search=invoices").text)
        self.assertTrue(found.xpath(f"//a[@href='/my/faq/{self.faq.id}']"))

    # === DOCUMENTS === #

    def test_documents_are_downloaded_with_safe_headers(self):
        file = self._make_file(
            self.faq, "page.html", b"<script>1</script>", mimetype="text/html"
        )
        path = f"/{self.faq.id}/file/{file.id}"
        self.assertTrue(
            self._page(f"/{self.faq.id}").xpath(f"//a[@href='/my/faq{path}']")
        )
        response = self._get(path)
        self.assertEqual(response.content, b"<script>1</script>")
        headers = response.headers
        self.assertTrue(headers["Content-Disposition"].startswith("attachment"))
        self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
        self.assertNotIn("public", headers.get("Cache-Control", ""))

    def test_documents_of_other_faqs_and_records_are_not_there(self):
        hidden = self._make_faq("Hidden", is_published=False)
        secret = self._make_file(hidden)
        own = self._make_file(self.faq)
        foreign = self.env["ir.attachment"].create({"name": "a.png", "raw": PNG})
        for faq, file in ((hidden, secret), (self.faq, secret), (self.faq, foreign)):
            with self.subTest(faq.question):
                path = f"/{faq.id}/file/{file.id}"
                self.assertEqual(self._get(path).status_code, 404)
        self.assertEqual(self.url_open(f"/web/content/{own.id}").status_code, 404)

    def test_nobody_publishes_a_document_they_may_not_read(self):
        secret = self.env["ir.attachment"].create(
            {
                "name": "secret",
                "raw": b"x",
                "res_model": "ir.config_parameter",
                "res_id": self.env["ir.config_parameter"].search([], limit=1).id,
            }
        )
        faq = self.faq.with_user(self.agent)
        with self.assertRaises(AccessError):
            faq.attachment_ids = [Command.link(secret.id)]

    def test_all_agents_read_what_one_uploads(self):
        values = {"name": "a.txt", "raw": b"x"}
        file = self.env["ir.attachment"].with_user(self.agent).create(values)
        faq = self.env["customer.portal.faq"].with_user(self.agent)
        faq = faq.create({"question": "?", "attachment_ids": file.ids})
        colleague = new_test_user(
            self.env, "colleague", "customer_portal.group_customer_portal_user"
        )
        self.assertEqual(file.with_user(colleague).raw, b"x")
        self.assertEqual((file.res_model, file.res_id), (faq._name, faq.id))

    # === WHAT CUSTOMERS SAY === #

    @takes_long
    def test_a_contact_has_one_vote_that_can_be_changed(self):
        path = f"/{self.faq.id}/vote"
        response = self._post(path, helpful="yes")
        self.assertEqual(response.status_code, 303)
        self._post(path, helpful="yes")
        self.assertRecordValues(
            self.faq.vote_ids, [{"partner_id": self.emma.id, "helpful": True}]
        )
        self.assertIn("1 out of 1 found this helpful", self._get_words())
        self._post(path, helpful="no")
        self.assertRecordValues(
            self.faq.vote_ids, [{"partner_id": self.emma.id, "helpful": False}]
        )
        self.assertIn("0 out of 1 found this helpful", self._get_words())

    def _get_words(self):
        self.env.invalidate_all()
        return " ".join(self._page(f"/{self.faq.id}").text_content().split())

    def test_votes_of_others_count(self):
        self.faqs.with_user(self.user)._vote_in_portal(self.faq.id, True)
        self.faqs.with_user(self._user_of(self.other))._vote_in_portal(
            self.faq.id, False
        )
        self.assertIn("1 out of 2 found this helpful", self._get_words())
        [pressed] = self._page(f"/{self.faq.id}").xpath("//*[@aria-pressed='true']")
        self.assertEqual(pressed.get("value"), "yes")

    def test_a_vote_without_token_or_answer_is_refused(self):
        path = f"/{self.faq.id}/vote"
        for values in ({}, {"helpful": "maybe"}, {"helpful": "1"}):
            self.assertEqual(self._post(path, **values).status_code, 400)
        with mute_logger("odoo.http"):
            response = self._post(path, helpful="yes", csrf_token="nonsense")
        self.assertEqual(response.status_code, 400)
        self.assertFalse(self.faq.vote_ids)

    def _counts(self, faq=None):
        self.env.invalidate_all()
        return [(faq or self.faq).view_count, (faq or self.faq).solved_count]

    def test_opening_a_page_changes_nothing(self):
        for path in ("", f"/{self.faq.id}", "?search=invoice"):
            self._page(path)
        self.assertEqual(self._get(f"/{self.faq.id}/seen").status_code, 303)
        self.assertEqual(self._counts(), [0, 0])

    def test_a_reader_counts_once_a_day(self):
        path = f"/{self.faq.id}/seen"
        for _session in range(2):
            self.authenticate(self.user.login, PASSWORD)
            for _time in range(2):
                self.assertEqual(self._post(path).status_code, 204)
        self.assertEqual(self._counts(), [1, 0])
        self.faqs.with_user(self._user_of(self.other))._count_in_portal(
            self.faq.id, "view_count"
        )
        self.assertEqual(self._counts(), [2, 0])
        readings = self.env["customer.portal.faq.reading"].search([])
        readings.date = self.yesterday
        self._post(path)
        self.assertEqual(self._counts(), [3, 0])

    def test_a_reader_is_counted_with_a_token_only(self):
        with mute_logger("odoo.http"):
            response = self._post(f"/{self.faq.id}/seen", csrf_token="nonsense")
        self.assertEqual(response.status_code, 400)
        self.assertEqual(self._counts(), [0, 0])

    def test_an_answer_counts_as_a_case_avoided_once_a_day(self):
        self.assertFalse(
            self._page(f"/{self.faq.id}").xpath("//form[contains(@action, 'answered')]")
        )
        page = self._page(f"/{self.faq.id}?from_form=1")
        self.assertTrue(page.xpath(f"//form[@action='/my/faq/{self.faq.id}/answered']"))
        for _time in range(2):
            response = self._post(f"/{self.faq.id}/answered")
            self.assertEqual(response.status_code, 303)
        self.assertEqual(self._counts(), [0, 1])

    def test_former_days_are_forgotten(self):
        self._post(f"/{self.faq.id}/seen")
        readings = self.env["customer.portal.faq.reading"]
        readings._gc_readings()
        self.assertEqual(readings.search_count([]), 1)
        readings.search([]).date = self.today - timedelta(days=4)
        readings._gc_readings()
        self.assertFalse(readings.search_count([]))
        self.assertEqual(self._counts(), [1, 0])

    def test_nothing_but_the_two_counters_can_be_counted(self):
        self.faqs.with_user(self.user)._count_in_portal(self.faq.id, "sequence")
        self.env.invalidate_all()
        self.assertEqual(self.faq.sequence, 10)

    # === SEARCH === #

    def test_the_best_fit_comes_first(self):
        answer = self._make_faq("Bills", "<p>The invoice, an invoice, invoices.</p>")
        both = self._make_faq("Invoice print", "<p>Print invoice</p>")
        self._make_faq("Passwords", "<p>Forgotten</p>")
        found = self._found("print invoice")
        self.assertEqual(found[0], both.id)
        self.assertEqual(set(found), {both.id, self.faq.id})
        self.assertEqual(self._found("invoice")[-1], answer.id)

    def test_any_word_is_better_than_nothing(self):
        self.assertEqual(self._found("print my shipping label"), [self.faq.id])

    def test_words_are_those_of_the_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.patch(self.env.registry, "has_trigram", False)
        horses = self._make_faq("Nourrir des chevaux")
        horses.with_context(lang="fr_FR").question = "Nourrir des chevaux"
        self.assertEqual(self._found("printing invoices"), [self.faq.id])
        self.assertEqual(self._found("nourrir le cheval", "fr_FR"), [horses.id])
        self.assertEqual(self._found("cheval"), [])
        english = self._make_faq("The same")
        english.with_context(lang="fr_FR").question = "Les abonnements"
        self.assertEqual(self._found("abonnement", "fr_FR"), [english.id])
        self.assertEqual(self._found("abonnements"), [])

    def test_a_typo_is_forgiven_where_postgresql_can(self):
        found = [self.faq.id] if self.env.registry.has_trigram else []
        self.assertEqual(self._found("invioce"), found)
        self.patch(self.env.registry, "has_trigram", False)
        self.assertEqual(self._found("invioce"), [])
        self.assertEqual(self._found("invoice"), [self.faq.id])

    def test_any_text_can_be_searched(self):
        texts = ("'", '"', "a & | !", "-invoice", "%", "\\", "\0", "()", "<->", ":*")
        for text in (*texts, "http://a.example/?b=1&c=' | '", "x " * 500, "ü", "the"):
            with self.subTest(text):
                self._found(text)
        self.assertEqual(self._get("?search=%27%22%26%7C%00").status_code, 200)

    def test_a_language_that_is_added_is_indexed(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.env.cr.execute(
            "SELECT indexdef FROM pg_indexes"
            " WHERE indexname = 'customer_portal_faq_words_de_de_idx'"
        )
        self.assertIn("german", self.env.cr.fetchone()[0])

    def test_tags_of_an_answer_are_not_searched(self):
        self._make_faq("Colour", "<p class='invisible'>red</p>")
        self.assertEqual(self._found("invisible"), [])

    def test_a_search_uses_the_indexes(self):
        faqs = self.faqs.with_context(lang="en_US")
        tokens = faqs._get_tokens("en_US")
        question = faqs._get_text("question", "en_US")
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        conditions = {"words": SQL("%s @@ 'invoic'::tsquery", tokens)}
        if self.env.registry.has_trigram:
            conditions["alike"] = SQL("%s %%> 'invioce'", question)
        for name, condition in conditions.items():
            rows = self.env.execute_query(
                SQL("EXPLAIN SELECT id FROM customer_portal_faq WHERE %s", condition)
            )
            plan = "\n".join(row[0] for row in rows)
            self.assertIn(f"customer_portal_faq_{name}_en_us_idx", plan)

    # === WHILE A CASE IS TYPED === #

    def test_faqs_are_proposed_while_the_title_of_a_case_is_typed(self):
        self._row(self.profile, "cases").write({"visible": True, "can_create": True})
        url = "/my/p/cases/answers?text=How to print invoices"
        [answer] = self.url_open(url).json()
        self.assertEqual(answer["title"], self.faq.question)
        page = html.fromstring(self.url_open(answer["url"]).text)
        self.assertTrue(page.xpath("//form[contains(@action, '/answered')]"))
        self.right.visible = False
        self.assertEqual(self.url_open(url).json(), [])

    def test_a_faq_stays_until_tomorrow(self):
        self.faq.valid_until = self.today + timedelta(days=1)
        self.assertTrue(self.faqs.with_user(self.user)._get_portal_row(self.faq.id))

    # === SPEED === #

    def _count_queries(self, path, number):
        """Ask for a page that others have warmed up, and count its queries."""
        self._get(path)
        self._get(path)
        with self.assertQueryCount(number):
            self.assertEqual(self._get(path).status_code, 200)

    @takes_long
    def test_a_page_costs_the_same_however_many_faqs_it_shows(self):
        for number in range(30):
            self._make_faq(f"Invoice {number}", "<p>Answer</p>")
        for path in ("", "/page/2", f"?category={self.category.id}"):
            with self.subTest(path):
                self._count_queries(path, 12)
        for search in ("invoice", "print invoice", "print an elephant", "invioce"):
            with self.subTest(search):
                self._count_queries(f"?search={search}", 12)

    @takes_long
    def test_a_faq_with_documents_and_comments_takes_few_queries(self):
        self.right.write({"can_comment": True, "show_comments": True})
        self.faq.attachment_ids = self.env["ir.attachment"].create(
            [{"name": name, "raw": b"content"} for name in ("a.txt", "b.txt")]
        )
        for body in ("One", "Two"):
            self.env["customer.portal.thread"].with_user(self.user).post_comment(
                "faqs", self.faq.id, body
            )
        self._count_queries(f"/{self.faq.id}", 13)
