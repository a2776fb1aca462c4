import re
import time
from pathlib import Path

from lxml import html
from markupsafe import Markup

from odoo.tests import tagged
from odoo.tools import file_path

from ...utils_content import CONTAINER, clean_content
from ..common import PASSWORD, takes_long
from ..section_common import CustomerPortalSectionCommon

HOSTILE = Markup(
    '<div class="o_cp_slow" id="wrap" data-seen="http://x/" '
    'style="position:fixed;color:red"'
    ' onclick="run()"><a href="javascript:run()" name="n">link</a></div>'
)
HARMLESS = '<div style="color: red"><a>link</a></div>'
IMAGE = "/web/image/5-abc/a.png?access_token=1f-2e"

CLEANED = {
    # Formatting, links and pictures stay.
    "<p>One <b>two</b> <i>three</i></p>": None,
    "<h2>A</h2><ul><li>B<ol><li>C</li></ol></li></ul><hr>": None,
    "<blockquote>A</blockquote><pre>B</pre><code>C</code>": None,
    "<dl><dt>A</dt><dd>B</dd></dl>": None,
    '<table border="1"><thead><tr><th scope="col">A</th></tr></thead>'
    '<tbody><tr><td colspan="2">B</td></tr></tbody></table>': None,
    f'<img src="{IMAGE}" alt="A" width="5">': None,
    '<img src="data:image/png;base64,iVBO+/==">': None,
    '<a href="https://example.com/?a=b:c#d" title="A">B</a>': None,
    '<a href="mailto:a@example.com">A</a><a href="tel:+1">B</a><a '
    'href="/my/x">C</a>': None,
    '<a href="/x" target="_blank">A</a>': '<a href="/x" target="_blank"'
    ' rel="noopener noreferrer">A</a>',
    '<font color="red">A</font><span style="background-color: rgb(1, 2, '
    '3)">B</span>': None,
    '<p style="TEXT-ALIGN:center;margin:0px 0px 9px 0px!important">A</p>': (
        '<p style="text-align: center; margin: 0px 0px 9px 0px!important">A</p>'
    ),
    "A & B < C": "A &amp; B &lt; C",
    # Names that scripts and styles know do not.
    '<p class="o_cp_form" id="o_cp" name="x" data-url="/" role="alert" '
    'slot="s">A</p>': ("<p>A</p>"),
    '<p is="x-y" part="p" itemprop="i" tabindex="1" accesskey="a" hidden>'
    "A</p>": "<p>A</p>",
    # What takes a place outside its own.
    '<p style="position:fixed;inset:0;top:0;z-index:9;float:left;opacity:0">A</p>': (
        "<p>A</p>"
    ),
    '<p style="margin:-9px;transform:scale(9);width:100vw;height:99999px">'
    "A</p>": "<p>A</p>",
    '<p style="font-size:400px;line-height:0;letter-spacing:-9px">A</p>': "<p>A</p>",
    '<p style="background:url(http://x/);color:expression(1);width:calc(9px)">A</p>': (
        "<p>A</p>"
    ),
    '<p style="c\\6flor:red;color:var(--x);/**/color:red">A</p>': "<p>A</p>",
    # What can be filled in.
    '<form action="/x"><label>A</label><input name="a"><button>B</button>C</form>': (
        "<div><span>A</span>C</div>"
    ),
    "<select><option>A</option></select><textarea>B</textarea>C": "C",
    # What runs, or loads something that does.
    "<script>run()</script><style>p{}</style><noscript>A</noscript>B": "B",
    '<iframe src="/"></iframe><object data="/"></object><embed src="/">'
    "A": "<span>A</span>",
    '<base href="/"><meta http-equiv="refresh"><link rel="stylesheet" href="/">A': "A",
    '<svg onload="run()"><a href="/">A</a></svg><math><mi>B</mi></math>C': "C",
    '<video src="/" autoplay></video><audio src="/"></audio><template>'
    "A</template>B": "B",
    '<img src="x" onerror="run()" srcset="/" usemap="#m">': '<img src="x">',
    "<!-- A --><?php B ?>C": "C",
    '<a href="javascript:run()">A</a>': "<a>A</a>",
    '<a href=" jAvA&#9;sCrIpT&colon;run()">A</a>': "<a>A</a>",
    '<a href="&#1;javascript:run()" ping="/">A</a>': "<a>A</a>",
    '<a href="data:text/html,A">A</a><a href="vbscript:A">B</a><a '
    'href="blob:A">C</a>': ("<a>A</a><a>B</a><a>C</a>"),
    '<img src="data:image/svg+xml;base64,AA=="><img src="javascript:run()">': (
        "<span></span><span></span>"
    ),
    # What leaves its container.
    "</div></div><p>A</p>": "<p>A</p>",
    "<dd>A</dd><li>B</li><td>C</td>": "<div>A</div><div>B</div><div>C</div>",
    '<html><body class="x" onload="run()"><p>A</p></body></html>': "<p>A</p>",
    "<main>A</main><nav>B</nav><dialog open>C</dialog>": (
        "<div>A</div><div>B</div><div>C</div>"
    ),
    "A\0B": "AB",
}


@tagged("post_install", "-at_install")
class TestContent(CustomerPortalSectionCommon):
    def _assert_cleaned(self, text):
        self.assertEqual(text, f'<div class="{CONTAINER}">{HARMLESS}</div>')

    def test_only_harmless_text_is_left_of_what_people_write(self):
        for text, expected in CLEANED.items():
            with self.subTest(text=text):
                cleaned = clean_content(text)
                inner = text if expected is None else expected
                self.assertEqual(cleaned, f'<div class="{CONTAINER}">{inner}</div>')

    def test_cleaned_text_stays_as_it_is(self):
        begin, end = f'<div class="{CONTAINER}">', "</div>"
        for text in CLEANED:
            with self.subTest(text=text):
                cleaned = clean_content(text)
                inner = cleaned.removeprefix(begin).removesuffix(end)
                self.assertEqual(clean_content(inner), cleaned)

    def test_nothing_is_shown_of_nothing(self):
        for text in (None, False, "", "  \n"):
            self.assertEqual(clean_content(text), "")

    def test_long_and_deep_texts_take_no_time(self):
        texts = (
            "<b>" * 100_000,
            "<dd><form>" * 50_000,
            f"<p style='{' ' * 200_000}x'>",
            f"<p style='{'color:red;' * 50_000}'>",
            f"<p style='color:{'a ' * 100_000}'>",
            f"<a href='{chr(9) * 200_000}javascript:'>",
            f"<img src='data:image/png;base64,{'A' * 500_000}!'>",
        )
        for text in texts:
            with self.subTest(text=text[:20]):
                start = time.process_time()
                clean_content(text)
                self.assertLess(time.process_time() - start, 1)

    def test_every_rich_text_of_a_page_is_cleaned(self):
        domain = f"[('project_id', '=', {self.project.id})]"
        module = self._make_module(
            "notes", "project.task", "name description", domain=domain
        )
        self._permission_of(module).write({"visible": True, "show_comments": True})
        self.task.description = HOSTILE
        self._message(HOSTILE)
        self.profile.announcement = HOSTILE
        faq = self.env["customer.portal.faq"].create(
            {"question": "Q", "answer": HOSTILE, "is_published": True}
        )
        faqs = self.profile.permission_ids.filtered(
            lambda row: row.module_id.code == "faqs"
        )
        faqs.visible = True
        row = (
            self.env["customer.portal.record"]
            .with_user(self.user)
            .get_row("notes", self.task.id)
        )
        [comment] = (
            self.env["customer.portal.thread"]
            .with_user(self.user)
            .find_comments("notes", self.task.id)
        )
        [announcement] = (
            self.env["customer.portal.profile"]
            .with_user(self.user)
            ._find_announcements()
        )
        for text in (
            row["cells"]["description"],
            comment["body"],
            announcement.html,
            self.env["customer.portal.faq"]
            .with_user(self.user)
            ._get_portal_row(faq.id)["answer"],
        ):
            self._assert_cleaned(text)

    @takes_long
    def test_a_description_is_cleaned_on_the_page_of_a_task_of_odoo(self):
        self.project.privacy_visibility = "portal"
        self.task.description = HOSTILE
        self.task.message_subscribe(self.emma.ids)
        tasks = self.profile.permission_ids.filtered(
            lambda row: row.module_id.code == "tasks"
        )
        tasks.visible = True
        for login in (self.user.login, "admin"):
            password = "admin" if login == "admin" else PASSWORD
            self.authenticate(login, password)
            page = html.fromstring(self.url_open(f"/my/tasks/{self.task.id}").text)
            [field] = page.xpath("//div[@data-cp-content]")
            [inner] = field
            text = html.tostring(inner, encoding="unicode", with_tail=False)
            self._assert_cleaned(text)

    def test_scripts_start_in_nothing_but_what_our_templates_made(self):
        """They select it by a key of the session, and no other way."""
        self.authenticate(self.user.login, PASSWORD)
        pages = [self.url_open(url).text for url in (self.url, "/my", "/my/profile")]
        keys = {
            key for page in pages for key in re.findall(r'data-cp-key="(\w+)"', page)
        }
        told = re.findall(r'"customer_portal_key": "(\w+)"', pages[0])
        self.assertEqual(keys, set(told))
        self.authenticate(self.user.login, PASSWORD)
        self.assertNotIn(told[0], self.url_open(self.url).text)

    def test_every_script_selects_its_own_elements(self):
        folder = file_path("customer_portal/static/src/interactions")
        for path in Path(folder).glob("*.js"):
            text = path.read_text()
            for selector in re.findall(r"static selector =\s*([^;]*);", text):
                with self.subTest(script=path.name):
                    self.assertRegex(selector, r"^(`\$\{)?own\(")
