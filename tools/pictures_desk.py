"""Pictures of what administrators ask and decide, for their guide."""

DIALOG = ".modal .modal-dialog"


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
    page = camera.open("portal-profiles", ".o_list_view .o_data_row")
    page.click("td[name=name]:has-text('Default')")
    page.click("button[name=action_check_leaks]")
    page.wait_for_selector("[name=line_ids] .o_data_row", timeout=120_000)
    camera.take(page, "leak_check")


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


PICTURED = (explanation, viewing, leak_check, adoption, periods)
