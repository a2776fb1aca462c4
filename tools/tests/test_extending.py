"""An addon of somebody else joins in by the doors of docs/extending.md, and leaves.

One database lives through it, so the tests stand in the order of its life.
"""

import http.client
import re
import subprocess
from pathlib import Path
from textwrap import dedent

import pytest

from tools import databases, odoo_run, ports
from tools.paths import ADDON, BUILD, ROOT, without_comma
from tools.tests.module_form import ModuleForm
from tools.tests.portal_pages import PASSWORD, enter, log_in, wait_for_scripts
from tools.tests.traces import TRACES, find_problems, find_traces

pytestmark = pytest.mark.long

FOREIGN = Path(__file__).with_name("portal_foreign")
DOCUMENT = ROOT / "docs/extending.md"
SNIPPET = re.compile(r"^```(?:python|xml|json)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TEXTS = (".py", ".xml", ".json")
HOST = "portal.example.com"
# A script that Debian's Odoo lacks, of which the backend complains.
MISSING = "Could not get content for mail/static/lib/selfie_segmentation"

# Vera and Paul share an organization and its task, and each expects a visit. Their
# profiles differ in what the foreign addon lets them permit.
SETUP = f"""
profile = env["customer.portal.profile"].create({{"name": "Visited"}})
rows = {{row.module_id.code: row for row in profile.permission_ids}}
rows["visits"].write({{"visible": True, "can_create": True}})
rows["tasks"].write({{"visible": True, "records_visibility": "subsidiaries"}})
profile.widget_ids.filtered(
    lambda row: row.kind in ("menu", "visits")
    or row.chart_id == env.ref("portal_foreign.chart_visits")
).visible = True
other = profile.copy({{"name": "Other"}})
other.permission_ids.show_assignees = False
company = env["res.partner"].create({{"name": "Brown & Co", "is_company": True}})
for name, chosen, subject in (
    ("vera", profile, "Mend the boiler"), ("paul", other, "Look at the roof")
):
    partner = env["res.partner"].create({{
        "name": name, "email": f"{{name}}@example.com", "portal_user": True,
        "portal_profile_id": chosen.id, "parent_id": company.id,
    }})
    partner.user_ids.password = "{PASSWORD}"
    env["portal.visit"].create({{
        "name": subject, "partner_id": partner.id, "preparation": "Clear the cellar.",
    }})
    # A chart of one part is none.
    env["portal.visit"].create({{
        "name": "Sweep the chimney", "partner_id": partner.id, "state": "confirmed",
    }})
project = env["project.project"].create(
    {{"name": "House", "privacy_visibility": "portal", "partner_id": company.id}})
project.message_subscribe(company.child_ids.ids)
task = env["project.task"].create({{
    "name": "Paint the door", "project_id": project.id, "partner_id": company.id,
    "user_ids": env.ref("base.user_admin").ids,
}})
env.company.portal_url = "https://{HOST}"
print("TASK", task.id)
"""
# What the foreign addon has added to records of ours.
LINES = {
    "modules": "SELECT code FROM customer_portal_module",
    "published fields": "SELECT name FROM customer_portal_module_field",
    "charts": "SELECT name->>'en_US' FROM customer_portal_chart",
    "widgets": "SELECT kind || COALESCE(chart_id, 0) FROM customer_portal_widget",
    "profile lines": "SELECT module.code FROM customer_portal_permission"
    " JOIN customer_portal_module AS module ON module.id = module_id",
    "field lines": "SELECT line.name FROM customer_portal_permission_field"
    " JOIN customer_portal_module_field AS line ON line.id = field_id",
    "choices": "SELECT value FROM ir_model_fields_selection",
    "types of fields": "SELECT ttype FROM ir_model_fields",
}


class Foreign:
    """A database with the foreign addon, and a server that has both."""

    def __init__(self, database):
        self.database = database
        folders = [*odoo_run.addons_path(), without_comma(FOREIGN.parent)]
        self.addons_path = ",".join(map(str, folders))
        self.config = odoo_run.configure(
            BUILD / "foreign.conf", db_name=database, addons_path=self.addons_path
        )
        self.before = self.find_traces()
        odoo_run.install(database, [FOREIGN.name], "foreign", config=self.config)
        self.task = self.set_up()
        self.server = None

    def query(self, statement):
        return databases.query(statement, database=self.database)

    def execute(self, statement, parameters):
        with databases.cursor(self.database) as cursor:
            cursor.execute(statement, parameters)

    def find_traces(self):
        return find_traces(self.database, {**TRACES, **LINES})

    def set_up(self):
        """Make the records of SETUP, and return the id of the task."""
        words = ["shell", "-d", self.database, "--no-http", "--log-level=warn"]
        result = subprocess.run(
            odoo_run.command(*words, "--shell-interface=python", config=self.config),
            input=f"{SETUP}\nenv.cr.commit()\n",
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, result.stderr
        return int(result.stdout.split("TASK")[1].split()[0])

    def ask(self, path):
        """Return the status and the text of a page on the portal's own host."""
        connection = http.client.HTTPConnection(ports.LOOPBACK, self.server.port)
        connection.request("GET", path, headers={"Host": HOST})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, text


@pytest.fixture(scope="module")
def foreign(make_database, module_server):
    foreign = Foreign(make_database("foreign", [ADDON]))
    # Without Odoo's scheduler, whose complaints about a slow machine are no fault here.
    options = {"addons_path": foreign.addons_path, "max_cron_threads": 0}
    foreign.server = module_server(foreign.database, **options)
    return foreign


@pytest.fixture
def vera(foreign, new_page):
    enter(page := new_page(), foreign.server, "vera@example.com", "/my")
    return page


@pytest.fixture
def paul(foreign, new_page):
    enter(page := new_page(), foreign.server, "paul@example.com", "/my")
    return page


def open_visit(page, foreign, subject):
    """Show a visit, as the list leads to it."""
    page.goto(f"{foreign.server.url}/my/p/visits")
    page.get_by_role("link", name=subject).first.click()
    page.wait_for_selector(f"h1:has-text('{subject}')")


def test_a_module_has_a_list_a_menu_entry_and_a_chart(foreign, vera):
    vera.goto(f"{foreign.server.url}/my")
    assert vera.locator(".o_cp_menu").get_by_text("Site Visits").is_visible()
    chart = vera.locator(".o_cp_slow_chart, .o_cp_home section").filter(
        has_text="Visits by Status"
    )
    # In the table, which is folded once the chart is drawn.
    planned = chart.get_by_role("link", name="Planned", include_hidden=True)
    planned.wait_for(state="attached")
    vera.goto(f"{foreign.server.url}/my/p/visits")
    assert vera.locator(".o_cp_table tbody tr").count() == 2
    assert "Mend the boiler" in vera.locator(".o_cp_table").inner_text()


def test_a_kind_of_widget_stands_on_the_home_page(foreign, vera):
    vera.goto(f"{foreign.server.url}/my")
    widget = vera.locator(".o_foreign_visits")
    assert widget.locator("h2").inner_text() == "Next Visits"
    assert "Mend the boiler" in widget.inner_text()


def test_a_type_of_field_has_its_input_and_its_cell(foreign, vera):
    vera.goto(f"{foreign.server.url}/my/p/visits/new")
    wait_for_scripts(vera)
    time = vera.locator("input[name=starts_at]")
    assert time.get_attribute("type") == "time"
    vera.locator("input[name=name]").fill("Look at the heating")
    time.fill("14:30")
    vera.get_by_role("button", name="Create").click()
    vera.wait_for_selector("h1:has-text('Look at the heating')")
    assert "14:30" in vera.locator(".o_cp_record dl").inner_text()
    vera.goto(f"{foreign.server.url}/my/p/visits")
    row = vera.locator(".o_cp_table tbody tr").filter(has_text="heating")
    assert "14:30" in row.inner_text()


def test_an_administrator_permits_the_new_action(foreign, new_page):
    enter(page := new_page(), foreign.server, "admin", "/odoo/portal-profiles", "admin")
    page.locator(".o_data_row td", has_text=re.compile("^Visited$")).click()
    row = page.locator("[name=available_permission_ids] .o_data_row").filter(
        has_text="Site Visits"
    )
    row.locator("[name=can_confirm] input").click()
    page.locator(".o_form_button_save").click()
    page.locator(".o_form_button_save").wait_for(state="hidden")
    query = (
        "SELECT profile.name->>'en_US', module.code FROM customer_portal_permission"
        " JOIN customer_portal_profile AS profile ON profile.id = profile_id"
        " JOIN customer_portal_module AS module ON module.id = module_id"
        " WHERE can_confirm"
    )
    assert foreign.query(query) == [("Visited", "visits")]


def test_an_action_is_done_by_whom_the_profile_permits_it(foreign, vera, paul):
    open_visit(vera, foreign, "Mend the boiler")
    vera.get_by_role("button", name="Confirm").click()
    vera.wait_for_selector("dd:has-text('Confirmed')")
    open_visit(paul, foreign, "Look at the roof")
    assert not paul.get_by_role("button", name="Confirm").count()
    token = paul.evaluate("odoo.csrf_token")
    refused = paul.request.post(f"{paul.url}/confirm", form={"csrf_token": token})
    assert refused.status == 404
    confirmed = "FROM portal_visit WHERE state = 'confirmed' ORDER BY name"
    names = foreign.query(f"SELECT DISTINCT name {confirmed}")
    assert names == [("Mend the boiler",), ("Sweep the chimney",)]


def test_a_profile_hides_a_part_of_a_page_of_odoos(foreign, vera, paul):
    for page, number in ((vera, 1), (paul, 0)):
        page.goto(f"{foreign.server.url}/my/tasks/{foreign.task}")
        page.wait_for_selector("h1:has-text('Paint the door')")
        assert page.get_by_role("heading", name="Assignees").count() == number


def test_a_section_stands_on_the_page_of_a_record(foreign, vera):
    open_visit(vera, foreign, "Mend the boiler")
    section = vera.locator("#o_cp_sections .o_foreign_preparation")
    assert "Clear the cellar." in section.inner_text()


def test_an_address_answers_on_the_portals_own_host(foreign):
    assert foreign.ask("/visits/hours") == (200, "We visit from 8 to 17.")
    assert foreign.ask("/odoo")[0] == 404


def test_a_file_brings_a_profile_once(foreign):
    """Also where somebody has renamed it before the addon is updated."""
    query = (
        "SELECT profile.name->>'en_US', line.can_create"
        " FROM customer_portal_profile AS profile"
        " JOIN customer_portal_permission AS line ON line.profile_id = profile.id"
        " JOIN customer_portal_module AS module ON module.id = line.module_id"
        " WHERE module.code = 'visits'"
        " AND profile.name->>'en_US' IN ('Visited Customers', 'Renamed')"
    )
    assert foreign.query(query) == [("Visited Customers", True)]
    rename = "UPDATE customer_portal_profile SET name = %s WHERE name = %s"
    names = [f'{{"en_US": "{name}"}}' for name in ("Renamed", "Visited Customers")]
    foreign.execute(rename, names)
    switches = ["-u", FOREIGN.name, "--stop-after-init", "--no-http"]
    words = odoo_run.command("-d", foreign.database, *switches, config=foreign.config)
    odoo_run.run(words, log="foreign-update")
    assert foreign.query(query) == [("Visited Customers", True)]


def test_the_door_has_one_condition_more(foreign, vera, new_page):
    lock = "UPDATE res_partner SET portal_locked = %s WHERE name = 'vera'"
    foreign.execute(lock, [True])
    vera.goto(f"{foreign.server.url}/my")
    assert vera.url.startswith(f"{foreign.server.url}/web/login")
    log_in(page := new_page(), foreign.server, "vera@example.com")
    alert = page.locator("[role=alert]").first
    assert "Your access is locked. Please call us." in alert.inner_text()
    foreign.execute(lock, [False])
    log_in(page, foreign.server, "vera@example.com")
    page.wait_for_selector(".o_portal_my_home")


# The contacts of the organization with a warranty, by name.
PERIODS = (
    "SELECT name, support_source, support_end_date::text FROM res_partner"
    " WHERE portal_user AND name IN ('paul', 'vera') ORDER BY name"
)


def call(page, foreign, model, method, *args):
    """Call a method as the user of a page does by RPC."""
    params = {"model": model, "method": method, "args": args, "kwargs": {}}
    url = f"{foreign.server.url}/web/dataset/call_kw/{model}/{method}"
    answer = page.request.post(url, data={"params": params})
    assert "error" not in answer.json(), answer.text()


def find_contact(foreign, name):
    [(contact,)] = foreign.query(f"SELECT id FROM res_partner WHERE name = '{name}'")
    return contact


def test_a_source_decides_on_support_periods(foreign, new_page):
    enter(page := new_page(), foreign.server, "admin", password="admin")
    owner = find_contact(foreign, "Brown & Co")
    values = {"warranty_end_date": "2099-12-31"}
    call(page, foreign, "res.partner", "write", [owner], values)
    periods = [(name, "warranty", "2099-12-31") for name in ("paul", "vera")]
    assert foreign.query(PERIODS) == periods


def test_the_contact_names_the_source_and_leads_to_it(foreign, new_page):
    enter(page := new_page(), foreign.server, "admin", password="admin")
    vera = find_contact(foreign, "vera")
    page.goto(f"{foreign.server.url}/odoo/res.partner/{vera}")
    page.get_by_role("tab", name="Customer Portal").click()
    source = page.locator("[name=customer_portal_source]")
    assert "Warranty" in source.inner_text()
    assert "Brown & Co" in source.inner_text()
    source.get_by_role("button", name="Open").click()
    page.locator(".o_last_breadcrumb_item", has_text="Brown & Co").wait_for()


def test_a_date_set_by_hand_wins_over_the_source(foreign, new_page):
    enter(page := new_page(), foreign.server, "admin", password="admin")
    paul, owner = (find_contact(foreign, name) for name in ("paul", "Brown & Co"))
    by_hand = {"support_end_date": "2088-08-08"}
    call(page, foreign, "res.partner", "write", [paul], by_hand)
    later = "UPDATE res_partner SET warranty_end_date = %s WHERE id = %s"
    foreign.execute(later, ["2098-12-31", owner])
    [(job,)] = foreign.query(
        "SELECT res_id FROM ir_model_data WHERE name = 'ir_cron_follow_sources'"
    )
    call(page, foreign, "ir.cron", "method_direct_trigger", [job])
    assert foreign.query(PERIODS) == [
        ("paul", "manual", "2088-08-08"),
        ("vera", "warranty", "2098-12-31"),
    ]


def test_a_model_of_the_addon_is_published_with_five_clicks(foreign, new_page):
    enter(page := new_page(), foreign.server, "admin", password="admin")
    form = ModuleForm(page, foreign.server)
    form.new()
    form.pick("model_name", "Site Visit")
    page.wait_for_selector(".o_field_widget[name=field_ids] .o_data_row")
    form.save()
    assert form.clicks <= 5
    assert form.complaints() == []
    query = (
        "SELECT code, partner_field, title_field, state_field"
        " FROM customer_portal_module WHERE model_name = 'portal.visit'"
        " AND code != 'visits'"
    )
    assert foreign.query(query) == [("site-visit", "partner_id", "name", "state")]
    foreign.execute(
        "DELETE FROM customer_portal_module WHERE code = %s", ["site-visit"]
    )


@pytest.fixture(scope="module")
def gone(foreign, browser):
    """Uninstall the foreign addon on the running server, as the page Apps does."""
    page = browser.new_context().new_page()
    enter(page, foreign.server, "admin", password="admin")
    method = "ir.module.module/button_immediate_uninstall"
    find = f"SELECT id FROM ir_module_module WHERE name = '{FOREIGN.name}'"
    [(module_id,)] = foreign.query(find)
    answer = page.request.post(
        f"{foreign.server.url}/web/dataset/call_kw/{method}",
        data={
            "params": {
                "model": "ir.module.module",
                "method": "button_immediate_uninstall",
                "args": [[module_id]],
                "kwargs": {},
            }
        },
        timeout=600_000,
    )
    assert "error" not in answer.json(), answer.text()
    page.context.close()


def test_without_the_addon_the_portal_works_on(foreign, gone, vera):
    url = foreign.server.url
    for path, status in {
        "/my": 200,
        "/my/profile": 200,
        "/my/p/cases": 404,  # which the profile does not show
        "/my/p/visits": 404,
        f"/my/tasks/{foreign.task}": 200,
        "/visits/hours": 404,
    }.items():
        assert vera.goto(f"{url}{path}").status == status, path
    vera.goto(f"{url}/my")
    wait_for_scripts(vera)
    assert not vera.get_by_text("Visits").count()
    assert foreign.ask("/visits/hours")[0] == 404


def test_support_periods_stay_when_their_source_is_gone(foreign, gone):
    assert foreign.query(PERIODS) == [
        ("paul", "manual", "2088-08-08"),
        ("vera", None, "2098-12-31"),
    ]


def test_nothing_of_the_addon_remains_and_the_log_has_no_error(foreign, gone):
    after = foreign.find_traces()
    left = {kind: names - foreign.before[kind] for kind, names in after.items()}
    left["names"] -= {f"base.module_{FOREIGN.name}"}  # It can be installed again.
    lost = {kind: foreign.before[kind] - after[kind] for kind in LINES}
    assert {kind: names for kind, names in left.items() if names} == {}
    assert {kind: names for kind, names in lost.items() if names} == {}
    log = foreign.server.log.read_text()
    assert [line for line in find_problems(log) if MISSING not in line] == []


def get_lines(text):
    """Return the lines of a text without blank ones and without their indentation."""
    return [line.strip() for line in dedent(text).splitlines() if line.strip()]


def test_what_the_document_shows_stands_in_the_addon():
    files = [path for path in FOREIGN.rglob("*") if path.suffix in TEXTS]
    sources = ["\n".join(get_lines(path.read_text())) for path in files]
    snippets = SNIPPET.findall(DOCUMENT.read_text())
    assert len(snippets) > 8
    stale = [
        snippet
        for snippet in snippets
        if not any("\n".join(get_lines(snippet)) in source for source in sources)
    ]
    assert stale == []
