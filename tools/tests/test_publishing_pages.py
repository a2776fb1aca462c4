"""Modules > New: a model is published without knowing Odoo's insides."""

import pytest

from tools.paths import ADDON
from tools.tests.module_form import ModuleForm
from tools.tests.portal_pages import PASSWORD, enter

SETUP = f"""
anna = env["res.partner"].create(
    {{"name": "anna", "email": "anna@example.com", "portal_user": True}})
anna.user_ids.password = "{PASSWORD}"
env["res.partner.bank"].create({{"acc_number": "DE 12", "partner_id": anna.id}})
if "crm.lead" in env:
    env["crm.lead"].create({{"name": "A new roof", "partner_id": anna.id}})
env["customer.portal.module"].create({{
    "name": "Waiting", "model_name": "app.that.is.missing",
    "partner_field": "partner_id", "domain": "[('a', '=', 1)]",
    "field_ids": [(0, 0, {{"name": "a"}})],
}})
"""
# What a person picks -> the code that it gets, and what the customer then reads.
MODELS = {
    "Lead": ("lead", "A new roof"),
    "Bank Accounts": ("bank-accounts", "DE 12"),
}
MOST_CLICKS = 5


@pytest.fixture(scope="module")
def server(make_database, run_odoo_shell, module_server):
    name = make_database("publishing", [ADDON])
    run_odoo_shell(name, SETUP)
    return module_server(name, max_cron_threads=0)


@pytest.fixture
def form(server, page):
    enter(page, server, "admin", password="admin")
    return ModuleForm(page, server)


@pytest.mark.parametrize("label", MODELS)
def test_a_model_is_published_with_five_clicks(label, server, form, new_page):
    code, text = MODELS[label]
    form.new()
    form.pick("model_name", label)
    form.page.wait_for_selector(".o_field_widget[name=field_ids] .o_data_row")
    form.save()
    assert form.clicks <= MOST_CLICKS
    assert form.complaints() == []
    assert form.value("code") == code
    enter(anna := new_page(), server, "anna@example.com", f"/my/p/{code}")
    assert text in anna.locator(".o_cp_table").inner_text()
    anna.get_by_role("link", name=text).first.click()
    anna.wait_for_selector(f"h1:has-text('{text}')")


def test_the_preview_shows_what_a_customer_sees(form):
    form.page.locator(".o_data_row [name=name]", has_text="Bank Accounts").click()
    form.page.get_by_role("button", name="Preview").click()
    dialog = form.page.locator(".modal")
    dialog.locator("[name=list_html]").get_by_text("DE 12").wait_for()
    dialog.get_by_role("tab", name="Record").click()
    dialog.locator("[name=record_html]").get_by_role("heading", name="DE 12").wait_for()


def test_a_form_that_would_show_nothing_is_refused_with_what_is_missing(form):
    form.new()
    form.pick("model_name", "Country")
    form.page.wait_for_selector(".o_field_widget[name=field_ids] .o_data_row")
    form.click(".o_form_button_save")
    dialog = form.page.locator(".modal")
    dialog.get_by_text("would show nothing. Choose the Customer Field").wait_for()
    assert "Traceback" not in dialog.inner_text()


@pytest.mark.long
def test_states_and_fields_are_picked_by_their_names(form):
    form.new()
    form.pick("model_name", "Task")
    form.page.wait_for_selector(".o_field_widget[name=field_ids] .o_data_row")
    form.pick("closed_value", "Done")
    form.pick("organization_field", "Customer")
    assert form.value("closed_value") == "Done"
    form.page.get_by_role("button", name="Add a line").click()
    form.pick("name", "Deadline", "[name=field_ids]")
    form.page.get_by_role("tab", name="Fields That Can't Be Shown").click()
    form.page.locator("[name=refused_fields]").get_by_text("Messages").first.wait_for()
    assert form.complaints() == []


@pytest.mark.long
def test_the_module_of_an_app_that_is_not_installed_opens(form):
    form.page.locator(".o_data_row [name=name]", has_text="Waiting").click()
    form.page.wait_for_selector(".o_form_view .o_field_widget[name=code]")
    form.page.get_by_text("Customers won't see this module").wait_for()
    assert form.complaints() == []
