from lxml import etree

from odoo import api, models

# Pages of Odoo that read records of other models past all rules: the template and its
# variables that hold them.
RELATED_RECORDS = {
    "sale.sale_order_portal_content": ("invoices", "delivery_orders", "returns"),
    "purchase.purchase_order_portal_content": ("invoices",),
}
# When a quote is to be signed, in Odoo's words.
MUST_SIGN = "sale_order._has_to_be_signed()"
# What a page of Odoo shows of a record's comments and files: the template, and for
# XPaths into it its variable with the record, and the action that shows them.
RECORD_PARTS = {
    "sale.sale_order_portal_template": {
        "//div[@id='sale_order_communication']": ("sale_order", "comments"),
        "//a[@href='#discussion']": ("sale_order", "comment"),
        **dict.fromkeys(
            (
                f"//a[@t-if='{MUST_SIGN} and not payment_amount']",
                f"//t[@t-if='{MUST_SIGN}']//a[@data-bs-target='#modalaccept']",
                f"//div[@t-if='{MUST_SIGN} and not payment_amount']",
                "//a[@data-bs-target='#modaldecline']",
                "//div[@id='modaldecline']",
            ),
            ("sale_order", "edit"),
        ),
    },
    "account.portal_invoice_page": {
        "//div[@id='invoice_communication']": ("invoice", "comments"),
    },
    "purchase.portal_my_purchase_order": {
        "//div[@id='purchase_order_communication']": ("order", "comments"),
    },
    "purchase.portal_my_purchase_order_update_date": {
        "//div[@id='purchase_order_communication']": ("order", "comments"),
        "//t[@t-set='update_dates']": ("order", "edit"),
    },
    "project.portal_my_task": {
        "//li[@id='nav-chat']": ("task", "comments"),
        "//div[@id='task_chat']": ("task", "comments"),
        "//div[@t-if='task.attachment_ids']": ("task", "documents"),
    },
    "helpdesk_mgmt.portal_helpdesk_ticket_page": {
        "//div[@id='task_chat']": ("ticket", "comments"),
        "//div[@t-if='ticket.description or ticket.attachment_ids']"
        "/div[@t-if='ticket.attachment_ids']": ("ticket", "documents"),
    },
    "portal.portal_my_contact": {
        "//a[@href='#discussion']": ("object", "comment"),
    },
    "portal.message_thread": {
        "//div[@id='discussion']": ("object", "comments"),
    },
}
# What pages of Odoo say of a record again below the portal's own heading.
HEADINGS = {
    "sale.sale_order_portal_content": ("//div[@id='intro_row']/h2",),
    "purchase.purchase_order_portal_content": ("//div[@id='introduction']/h2",),
    "project.portal_my_task": ("//div[@id='card_header']//h3",),
    "portal.portal_my_security": ("//a[@href='/my/']/..",),
}
# What pages of Odoo lack of what a profile offers there -> where it is put: the place,
# the variable with the record, and the templates.
ADDED_PARTS = {
    "sale.sale_order_portal_template": (
        "//div[@id='sale_order_communication']",
        "sale_order",
        ("native_files",),
    ),
    "account.portal_invoice_page": (
        "//div[@id='invoice_communication']",
        "invoice",
        ("native_files",),
    ),
    "purchase.portal_my_purchase_order": (
        "//div[@id='purchase_order_communication']",
        "order",
        ("native_files",),
    ),
    "project.portal_my_project": (
        "//t[@t-call='project.portal_tasks_list']",
        "project",
        ("native_files", "native_comments"),
    ),
}
# Forms of other addons that change something by GET, which this addon refuses: they
# are sent by POST instead.
POSTED_FORMS = {
    "helpdesk_mgmt.portal_helpdesk_ticket_page": (
        "//form[@t-attf-action='/ticket/close']"
    ),
}

# Says in a template whether the visitor's profile permits something on its record, if
# it has one.
MAY_ON = (
    "(not {variable} or env['customer.portal.gate'].may_on({variable}, '{action}'))"
)
# What says when a node is shown.
BRANCHES = ("t-if", "t-elif", "t-else")
# Attribute of the chatter: whether it offers to reply.
COMPOSER = "t-att-data-allow_composer"


class IrUiView(models.Model):
    _inherit = "ir.ui.view"

    def _get_view_etrees(self):
        """Let Odoo's pages show only what the profile does.

        Here, as views that inherit these templates could not be there before their
        apps are, nor come when they are installed later.
        """
        trees = super()._get_view_etrees()
        for view, tree in zip(self, trees, strict=True):
            self._narrow_related_records(view.key, tree)
            self._narrow_record_parts(view.key, tree)
            self._add_record_parts(view.key, tree)
            self._leave_out_headings(view.key, tree)
            self._label_cells(tree)
            self._post_forms(view.key, tree)
        return trees

    def _narrow_related_records(self, key, tree):
        """List only those related records that the profile shows."""
        for variable in RELATED_RECORDS.get(key, ()):
            for node in tree.iterfind(f".//t[@t-set='{variable}']"):
                value = node.get("t-value")
                shown = f"portal_shown({value}) if portal_shown else ({value})"
                node.set("t-value", shown)

    def _narrow_record_parts(self, key, tree):
        """Take off the page, such as comments and files, what the profile refuses."""
        for xpath, (variable, action) in self._get_record_parts(key).items():
            for node in list(tree.iterfind(f".{xpath}")):
                may = MAY_ON.format(variable=variable, action=action)
                self._show_if(node, may)
                if composer := node.get(COMPOSER):
                    may = MAY_ON.format(variable=variable, action="comment")
                    node.set(COMPOSER, f"({composer}) if {may} else '0'")

    @api.model
    def _show_if(self, node, condition):
        """Show a part only if a condition holds, too.

        What stands in its stead where its own condition fails stays as it is.
        """
        branches = [name for name in BRANCHES if node.get(name) is not None]
        following = next(node.itersiblings(etree.Element), None)
        is_chained = following is not None and not {"t-elif", "t-else"}.isdisjoint(
            following.keys()
        )
        if branches and (is_chained or branches != ["t-if"]):
            branch = etree.Element("t", {n: node.attrib.pop(n) for n in branches})
            branch.tail, node.tail = node.tail, None
            node.getparent().replace(node, branch)
            branch.append(node)
        shown = node.get("t-if")
        node.set("t-if", f"({shown}) and {condition}" if shown else condition)

    @api.model
    def _leave_out_headings(self, key, tree):
        """Let the portal's heading, where there is one, alone say what a page is of."""
        for xpath in HEADINGS.get(key, ()):
            for node in list(tree.iterfind(f".{xpath}")):
                self._show_if(node, "not (portal_place and portal_place['native'])")

    @api.model
    def _label_cells(self, tree):
        """Tell the cells of Odoo's lists of what column they are.

        On a phone the lists are rows without a head. The text is that of the language
        the template is read in; where columns come and go, nothing is said.
        """
        for table in tree.iterfind(".//t[@t-call='portal.portal_table']"):
            heads = table.findall("thead/tr/th")
            labels = [(head.text or "").strip() for head in heads]
            if any(head.get("t-if") for head in heads):
                continue
            for row in table.iter("tr"):
                cells = row.findall("td")
                if len(cells) == len(labels):
                    for cell, label in zip(cells, labels, strict=True):
                        cell.set("data-label", label)

    @api.model
    def _get_record_parts(self, key):
        """Return the parts of a page of Odoo that a profile can hide.

        For a module to add some, it must override this method.

        :param str key: of the template, such as ``project.portal_my_task``
        :return: by XPath, the template's variable with the record, and the action that
            shows the part
        :rtype: dict[str, tuple[str, str]]
        """
        return RECORD_PARTS.get(key, {})

    def _add_record_parts(self, key, tree):
        """Put onto the page what the profile offers there and Odoo does not show.

        Comments only where somebody reads who has a profile, or is an employee: a link
        shows but what Odoo has sent it for.
        """
        if key not in ADDED_PARTS:
            return
        xpath, variable, templates = ADDED_PARTS[key]
        for node in tree.iterfind(f".{xpath}"):
            for name in templates:
                part = etree.Element("t", {"t-call": f"customer_portal.{name}"})
                if name == "native_comments":
                    may = MAY_ON.format(variable=variable, action="comments")
                    part.set("t-if", f"not env.user._is_public() and {may}")
                etree.SubElement(part, "t", {"t-set": "record", "t-value": variable})
                node.addnext(part)

    def _post_forms(self, key, tree):
        """Have forms sent by POST that change something."""
        xpath = POSTED_FORMS.get(key)
        for node in tree.iterfind(f".{xpath}") if xpath else ():
            node.set("method", "POST")
            token = {"type": "hidden", "name": "csrf_token"}
            token["t-att-value"] = "request.csrf_token()"
            etree.SubElement(node, "input", token)
