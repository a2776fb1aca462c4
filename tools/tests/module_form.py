"""The form in which an administrator publishes a model, with the clicks counted."""

# How long a menu waits before it searches for what is typed, in milliseconds.
SEARCH = 500


class ModuleForm:
    """A page in the backend that shows the list of modules at first."""

    def __init__(self, page, server):
        self.page, self.clicks = page, 0
        page.goto(f"{server.url}/odoo/portal-modules")
        page.wait_for_selector(".o_data_row")

    def click(self, target):
        self.clicks += 1
        (self.page.locator(target) if isinstance(target, str) else target).click()

    def new(self):
        self.click(".o_list_button_add")
        self.page.wait_for_selector(".o_form_view")

    def pick(self, name, text, place=""):
        """Choose by a label in a field, as a person does who types a part of it."""
        self.click(f"{place} .o_field_widget[name={name}] input")
        self.page.keyboard.type(text)
        self.page.wait_for_timeout(SEARCH)
        items = self.page.locator(".o_select_menu_menu .o_select_menu_item")
        self.click(items.filter(has=self.page.get_by_text(text, exact=True)).first)

    def save(self):
        self.click(".o_form_button_save")
        self.page.wait_for_selector(".o_form_button_save", state="hidden")

    def value(self, name):
        return self.page.locator(f".o_field_widget[name={name}] input").input_value()

    def complaints(self):
        """Return the texts of all dialogs and notices."""
        return self.page.locator(".modal, .o_notification").all_inner_texts()
