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


def review(camera):
    """What a draft would change; then it is discarded."""
    switch_drafts(camera)
    page = camera.open("portal-profiles", ".o_list_view .o_data_row")
    page.click("td[name=name]:has-text('Default')")
    page.click("button[name=action_edit_draft]")
    page.wait_for_selector("button[name=action_publish_draft]")
    rows = page.locator("[name=available_permission_ids] tr.o_data_row")
    row = rows.filter(has_text="Cases").first
    row.locator("[name=can_export] input").click()
    level = row.locator("[name=records_visibility]")
    level.click()
    level.locator("input").click()
    page.locator(".o_select_menu_item", has_text="Subsidiaries").click()
    page.locator(".o_form_button_save").click()
    page.click("button[name=action_review_draft]")
    page.wait_for_selector(DIALOG)
    camera.take(page, "review")
    discard(camera)
    switch_drafts(camera)


def discard(camera):
    """Leave no draft behind."""
    page = camera.open("portal-drafts", ".o_list_view .o_data_row")
    page.click("td[name=profile_id]")
    page.click("button[name=action_discard_draft]")
    page.locator(f"{DIALOG} .btn-primary").click()
    page.wait_for_selector(DIALOG, state="detached")
    page.context.close()


def switch_drafts(camera):
    """Turn the setting on, or off again."""
    page = camera.open("settings", ".settings_tab .tab[data-key=customer_portal]")
    page.click(".settings_tab .tab[data-key=customer_portal]")
    page.locator("[name=portal_drafts] input").click()
    page.click(".o_control_panel button[name=execute]")
    page.wait_for_selector(".o_form_saved, .o_web_client", state="attached")
    page.wait_for_load_state("networkidle")
    page.context.close()


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


PICTURED = (explanation, viewing, review, leak_check, adoption, periods)
