"""The pictures behind `make screenshots`: taken from the running demonstration.

README.md and the app store show them, so they are made anew when the product changes.
"""

from PIL import Image
from playwright.sync_api import sync_playwright

from . import browser, demo, mail_server, pictures_desk, ports, serve
from .console import doing, say
from .paths import BUILD, MAIL, ROOT

PICTURES = ROOT / "static" / "description"
# Small windows at twice the points: legible where the store shows them half as wide.
SCALE = 2
PATIENCE = 180_000  # milliseconds; a slow machine is no failure
DESK = {"width": 1080, "height": 760}
WIDE = {"width": 1400, "height": 860}  # for a table with many columns, or long names
PHONE = {"width": 390, "height": 780}
BANNER = {"width": 1120, "height": 560}
BANNER_PAGE = """
<body style="margin: 0; font: 18px sans-serif; background: #714b67; color: white">
  <div style="display: flex; gap: 48px; padding: 64px 0 0 64px">
    <div style="width: 330px">
      <h1 style="font-size: 48px; line-height: 1.1; margin: 32px 0">Customer Portal</h1>
      <p>Cases, FAQs, documents, orders, invoices and any record you publish.</p>
      <p>A support period and a profile for each contact.</p>
    </div>
    <img src="home.png" alt="" style="width: 860px; border-radius: 8px 0 0 0">
  </div>
</body>
"""
CUSTOMER = "jennifer@baker-way.example.com"
FORMER_CUSTOMER = "paul@whitaker.example.com"


def run():
    """Take all pictures."""
    port = ports.free()
    demo.prepare_database(port)
    with (
        mail_server.serving(MAIL) as smtp_port,
        serve.odoo(demo.DATABASE, "screenshots", port, smtp_port),
        sync_playwright() as playwright,
        doing("Taking pictures"),
    ):
        chromium = playwright.chromium.launch(
            executable_path=browser.path(), args=browser.FLAGS
        )
        camera = Camera(chromium, serve.url(port))
        for picture in PICTURED:
            picture(camera)
        chromium.close()
    say(f"Pictures: {PICTURES}")


class Camera:
    """Logs people in and takes pictures of what they see."""

    def __init__(self, chromium, address):
        self.chromium = chromium
        self.address = address

    def visit(self, login, password, viewport=DESK):
        """Return a page on which somebody has tried to log in."""
        context = self.chromium.new_context(
            viewport=viewport, device_scale_factor=SCALE
        )
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.goto(f"{self.address}/web/login")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", password)
        page.click("form.oe_login_form button[type=submit]")
        page.wait_for_selector(".o_main_navbar, .o_portal_my_home, [role=alert]")
        return page

    def open(self, path, selector, viewport=DESK):
        """Return a page of the backend on which a selector is seen."""
        page = self.visit("admin", "admin", viewport)
        page.goto(f"{self.address}/odoo/{path}")
        page.wait_for_selector(selector)
        return page

    def take(self, page, name):
        """Keep what a page shows, and leave it."""
        page.wait_for_load_state("load")
        page.wait_for_timeout(1000)  # for what moves, such as badges that fade in
        path = PICTURES / f"{name}.png"
        page.screenshot(path=path)
        page.context.close()
        with Image.open(path) as picture:  # a third of the size, and nobody sees it
            picture.convert("RGB").quantize(256).save(path, optimize=True)


def contact(camera):
    page = camera.open("portal-users", ".o_list_view .o_data_row")
    page.click("td[name=complete_name]:has-text('Jennifer Davis')")
    page.click("a[name=customer_portal]")
    page.set_viewport_size({**DESK, "height": 1080})  # both blocks
    camera.take(page, "contact")


def contacts(camera):
    page = camera.open("portal-users", ".o_list_view .o_data_row", WIDE)
    camera.take(page, "contacts")


def touchpoints(camera):
    page = camera.open("customer-touchpoints", ".o_list_view .o_data_row", WIDE)
    camera.take(page, "touchpoints")


def profile(camera):
    page = camera.open("portal-profiles", ".o_list_view .o_data_row", WIDE)
    page.click("td[name=name]:has-text('Manager')")
    page.wait_for_selector(".o_form_view .o_data_row")
    camera.take(page, "profile")


def profile_phone(camera):
    page = camera.open("portal-profiles", ".o_list_view .o_data_row", PHONE)
    page.click(
        ".o_data_row:has-text('Read only'), .o_kanban_record:has-text('Read only')"
    )
    page.wait_for_selector(".o_form_view .o_kanban_record")
    camera.take(page, "profile_phone")


def module(camera):
    page = camera.open("portal-modules", ".o_list_view .o_data_row", WIDE)
    page.click("td[name=name]:has-text('Cases')")
    page.wait_for_selector(".o_form_view .o_data_row")
    page.set_viewport_size({**WIDE, "height": 1180})  # with its fields
    camera.take(page, "module")


def settings(camera):
    page = camera.open("settings", ".settings_tab .tab[data-key=customer_portal]")
    page.click(".settings_tab .tab[data-key=customer_portal]")
    camera.take(page, "settings")


def home(camera, name="home", viewport=DESK):
    page = camera.visit(CUSTOMER, "portal", viewport)
    page.wait_for_selector(".o_portal_doc_spinner", state="hidden")
    page.wait_for_selector(".o_cp_slow", state="detached")
    camera.take(page, name)


def cases(camera, name="cases", viewport=DESK):
    page = camera.visit(CUSTOMER, "portal", viewport)
    page.goto(f"{camera.address}/my/p/cases?scope=all")
    page.wait_for_selector(".o_cp_table")
    camera.take(page, name)


def cases_phone(camera):
    cases(camera, "cases_phone", PHONE)


def case(camera):
    page = camera.visit(CUSTOMER, "portal", {**DESK, "height": 900})
    page.goto(f"{camera.address}/my/p/cases?search=green")
    page.click(".o_cp_table tbody a")
    page.wait_for_selector(".o_cp_record")
    camera.take(page, "case")


def show(camera, name, path, selector):
    """Take one of the customer's pages."""
    page = camera.visit(CUSTOMER, "portal")
    page.goto(f"{camera.address}{path}")
    page.wait_for_selector(selector)
    camera.take(page, name)


def documents(camera):
    show(camera, "documents", "/my/documents?scope=all", "main h1")


def faq(camera):
    show(camera, "faq", "/my/faq", "main h1")


def my_profile(camera):
    show(camera, "my_profile", "/my/profile", "main h1")


def my_company(camera):
    show(camera, "my_company", "/my/company", ".o_cp_company_table")


def banner(camera):
    """The picture of the app store: what it is, beside what it looks like."""
    page = camera.chromium.new_context(viewport=BANNER).new_page()
    file = BUILD / "banner.html"  # pictures of a page without an address never load
    file.write_text(BANNER_PAGE.replace("home.png", (PICTURES / "home.png").as_uri()))
    page.goto(file.as_uri())
    camera.take(page, "banner")


def phone(camera):
    home(camera, "phone", PHONE)


def refused(camera):
    camera.take(camera.visit(FORMER_CUSTOMER, "portal", PHONE), "refused")


# Customers first: what agents see of them are their logins and emails.
PICTURED = (
    home,
    refused,
    contact,
    contacts,
    touchpoints,
    profile,
    profile_phone,
    module,
    settings,
    cases,
    cases_phone,
    case,
    documents,
    faq,
    my_profile,
    my_company,
    phone,
    banner,
    *pictures_desk.PICTURED,
)
