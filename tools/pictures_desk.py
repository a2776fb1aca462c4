"""Pictures of what administrators ask and decide, for their guide."""

from urllib.parse import urljoin

DIALOG = ".modal .modal-dialog"
WIDE = {"width": 1600, "height": 860}  # for what each line of a check has found


def explanation(camera):
    """Why a customer sees a document."""
    page = camera.open("customer-documents", ".o_list_view .o_data_row")
    page.locator(".o_data_row td[name=name]").first.click()
    page.locator("button.oe_stat_button", has_text="Explain Access").click()
    choose(page, "partner_id", "Jennifer")
    page.wait_for_selector(f"{DIALOG} .fa-check-circle")
    camera.take(page, "explanation")


def viewing(camera):
    """The portal as a customer sees it."""
    page = camera.open("portal-users", ".o_list_view .o_data_row")
    page.click("td[name=complete_name]:has-text('Jennifer Davis')")
    with page.expect_popup() as popup:  # It opens in a tab of its own.
        page.click("button[name=action_see_as_customer]")
    page = popup.value
    page.wait_for_selector(".o_portal_my_home")
    page.wait_for_selector(".o_cp_slow", state="detached")
    camera.take(page, "viewing")


def leak_check(camera):
    """The result of a leak check."""
    page = camera.open("portal-profiles", ".o_list_view .o_data_row", WIDE)
    page.click("td[name=name]:has-text('Default')")
    page.click("button[name=action_check_leaks]")
    page.wait_for_selector("[name=line_ids] .o_data_row", timeout=120_000)
    camera.take(page, "leak_check")


def review(camera):
    """What a draft would do, before it is published."""
    page = camera.open("portal-profiles", ".o_list_view .o_data_row")
    turn_drafts(page, on=True)
    page.click("td[name=name]:has-text('Default')")
    page.click("button[name=action_edit_draft]")
    page.wait_for_selector("button[name=action_publish_draft]")
    turn(page, "Cases", "can_export")
    turn(page, "FAQs", "visible")
    page.locator(".o_form_button_save").click()
    page.locator(".alert-info", has_text="not published").first.wait_for()
    page.click("button[name=action_review_draft]")
    page.wait_for_selector(".modal .nav-link")
    discard_draft(camera)
    camera.take(page, "review")


def turn(page, module, permission):
    """Turn a permission of a profile the other way."""
    rows = page.locator("[name=available_permission_ids] tr.o_data_row")
    row = rows.filter(has_text=module).first
    row.locator(f"[name={permission}] input").click()


def discard_draft(camera):
    """Leave the demonstration as it was."""
    page = camera.open("portal-drafts", ".o_list_view .o_data_row")
    page.locator(".o_data_row td").nth(1).click()
    page.click("button[name=action_discard_draft]")
    page.click(".modal .btn-primary")
    page.wait_for_selector(".modal", state="detached")
    turn_drafts(page, on=False)
    page.context.close()


def turn_drafts(page, *, on):
    """Turn the setting on or off, as saving the page of settings does."""
    settings = call(page, "create", [{"portal_drafts": on}])
    call(page, "execute", [settings])


def call(page, method, args):
    """Call a method of the settings as the user who is logged in."""
    url = f"/web/dataset/call_kw/res.config.settings/{method}"
    params = {"model": "res.config.settings", "method": method, "args": args}
    answer = page.request.post(
        urljoin(page.url, url), data={"params": {**params, "kwargs": {}}}
    ).json()
    return answer["result"]


def adoption(camera):
    """Who has access, and who uses it."""
    camera.take(camera.open("portal-adoption", ".o_graph_renderer canvas"), "adoption")


def periods(camera):
    """The calendar of periods that end."""
    page = camera.open("portal-expiring-periods", ".o_calendar_renderer")
    camera.take(page, "periods")


def choose(page, field, text):
    """Choose what a field of a dialog offers for a text."""
    page.locator(f"{DIALOG} [name={field}] input").fill(text)
    page.locator(".o-autocomplete--dropdown-item", has_text=text).first.click()


PICTURED = (explanation, viewing, review, leak_check, adoption, periods)
