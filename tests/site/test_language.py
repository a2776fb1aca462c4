import re
from urllib.parse import urlsplit

from odoo.tests import tagged

from odoo.addons.http_routing.tests.common import MockRequest

from ..common import PASSWORD, CustomerPortalHttpCommon, takes_long

TOKEN = re.compile(r'csrf_token: "(\w+)"')
HTML_LANG = re.compile(r'<html[^>]*\blang="([\w-]+)"')


@tagged("post_install", "-at_install")
class TestLanguage(CustomerPortalHttpCommon):
    """The language is chosen on the login page or any other, and kept."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.env["res.lang"]._activate_lang("it_IT")
        cls.emma = cls._make_portal_contact(lang="en_US")

    def _choose(self, lang, redirect="/my", follow=True):
        data = {"lang": lang, "redirect": redirect, "csrf_token": self._token()}
        return self.url_open("/my/language", data, allow_redirects=follow)

    def _token(self, page="/my"):
        """Return the token of a page: the session is another one after the login."""
        return TOKEN.search(self.url_open(page).text)[1]

    def _lang_of(self, path):
        return HTML_LANG.search(self.url_open(path).text)[1]

    def _kept(self):
        self.env.invalidate_all()
        return self.emma.lang

    def test_a_customer_keeps_the_language_they_choose(self):
        self._log_in("emma@example.com")
        self.assertEqual(self._lang_of("/my"), "en-US")
        self._choose("fr_FR")
        self.assertEqual(self._lang_of("/my"), "fr-FR")
        self.assertEqual(self._lang_of("/my/profile"), "fr-FR")
        self.assertEqual(self._kept(), "fr_FR")
        # Another browser.
        self.opener.cookies.clear()
        self._log_in("emma@example.com")
        self.assertEqual(self._lang_of("/my"), "fr-FR")

    @takes_long
    def test_what_is_chosen_before_the_login_is_kept(self):
        self.authenticate(None, None)
        page = self._choose("it_IT", "/web/login")
        self.assertEqual(urlsplit(page.url).path, "/web/login")
        self.assertEqual(HTML_LANG.search(page.text)[1], "it-IT")
        self.assertEqual(self._kept(), "en_US")
        self._log_in_again()
        self.assertEqual(self._lang_of("/my"), "it-IT")
        self.assertEqual(self._kept(), "it_IT")

    @takes_long
    def test_a_customers_language_comes_before_that_of_the_login_page(self):
        """Who chose none has that of their contact, whatever the cookie says."""
        self.emma.lang = "fr_FR"
        self.authenticate(None, None)
        self.assertEqual(self._lang_of("/web/login"), "en-US")
        self._log_in_again()
        self.assertEqual(self._lang_of("/my"), "fr-FR")
        self.assertEqual(self._kept(), "fr_FR")

    @takes_long
    def test_who_chose_a_language_is_refused_in_it(self):
        modules = self.env["ir.module.module"]
        modules._load_module_terms(["customer_portal"], ["fr_FR"])
        self._expire(self.emma)
        self.authenticate(None, None)
        self.assertIn("was disabled", self._log_in_again().text)
        self._choose("fr_FR", "/web/login")
        self.assertIn("a été désactivé", self._log_in_again().text)

    def _log_in_again(self):
        return self.url_open(
            "/web/login",
            {
                "login": "emma@example.com",
                "password": PASSWORD,
                "csrf_token": self._token(),
            },
        )

    def test_my_profile_does_the_same(self):
        self._log_in("emma@example.com")
        data = {"lang": "it_IT", "tz": "", "csrf_token": self._token()}
        self.url_open("/my/profile/preferences", data)
        self.assertEqual(self._lang_of("/my"), "it-IT")
        self.assertEqual(self._kept(), "it_IT")

    @takes_long
    def test_pages_offer_the_languages_there_are(self):
        self.authenticate(None, None)
        for page in ("/web/login", "/web/reset_password"):
            self.assertEqual(
                re.findall(r'name="lang" value="(\w+)"', self.url_open(page).text),
                ["en_US", "fr_FR", "it_IT"],
            )
        self._log_in("emma@example.com")
        page = self.url_open("/my/profile").text
        self.assertIn('action="/my/language"', page)
        self.env["res.lang"].search([("code", "!=", "en_US")]).active = False
        for page in ("/web/login", "/my"):
            self.assertNotIn("/my/language", self.url_open(page).text)

    def test_nonsense_changes_nothing(self):
        self._log_in("emma@example.com")
        for lang in ("", "xx_XX", "de_DE", "../", "\0", "fr_FR,it_IT"):
            with self.subTest(lang):
                self.assertEqual(self._choose(lang).status_code, 200)
                self.assertEqual(self._kept(), "en_US")
        by_get = self.url_open("/my/language?lang=fr_FR", allow_redirects=False)
        self.assertEqual(by_get.status_code, 303)
        without_token = self.url_open("/my/language", {"lang": "fr_FR"})
        self.assertEqual(without_token.status_code, 400)
        self.assertEqual(self._kept(), "en_US")

    def test_nobody_is_sent_elsewhere(self):
        self._log_in("emma@example.com")
        here = urlsplit(self.base_url()).netloc
        for url, path in {
            "/my/p/cases?search=a": "/my/p/cases",
            "/fr/my": "/my",
            "/fr_FR/my": "/fr_FR/my",
            "/fr": "/",
            "": "/my",
            "https://evil.example": "/my",
            "//evil.example": "/my",
            "/\\evil.example": "/my",
            "/\t/evil.example": "/my",
            "javascript:alert(1)": "/my",
        }.items():
            with self.subTest(url):
                target = self._choose("en_US", url, follow=False).headers["Location"]
                self.assertIn(urlsplit(target).netloc, ("", here))
                self.assertFalse(target.startswith(("//", "/\\")))
                self.assertEqual(urlsplit(target).path, path)

    @takes_long
    def test_mails_are_in_the_customers_language(self):
        template = self.env.ref("customer_portal.mail_template_login_details")
        template.with_context(lang="fr_FR").subject = "Votre accès"
        mia = self._make_portal_contact("mia@example.com", lang="fr_FR")
        self.assertEqual(self._mails_to(mia)[:1].subject, "Votre accès")

    @takes_long
    def test_the_language_of_new_contacts_is_looked_up_once_until_it_changes(self):
        defaults, pages = self.env["ir.default"], self.env["ir.http"]
        with MockRequest(self.env):
            for code in ("en_US", "it_IT", "fr_FR"):
                defaults.set("res.partner", "lang", code)
                self.assertEqual(pages._get_default_lang().code, code)
                with self.assertQueryCount(0):
                    self.assertEqual(pages._get_default_lang().code, code)
