"""What there is from the start: modules and their fields."""

from .const import FAQ_URL, TICKETS

# Modules whose page is a part of the portal itself, hidden until a profile shows them
# -> what more there is to permit.
OWN_OFFERS = {"faqs": ("comments",), "documents": ("upload",)}
OWN_CODES = tuple(OWN_OFFERS)
# What the module of cases publishes, by the model that holds them. Of a tuple the first
# counts that fits the model: two addons call their model `helpdesk.ticket`. A state
# that is not there by name is found by what is closed, and by the order of the states.
CASES = {
    "project.task": {
        "model_name": "project.task",
        "partner_field": "partner_id",
        "organization_field": "portal_organization_id",
        "domain": "[('project_id', '=', {project_cases})]",
        "order": "id desc",
        "title_field": "name",
        "number_field": "portal_number",
        "state_field": "stage_id",
        "closed_domain": "[('stage_id.fold', '=', True)]",
        "new_value": "{stage_new}",
        "open_value": "{stage_in_progress}",
        "waiting_value": "{stage_waiting}",
        "closed_value": "{stage_closed}",
        "priority_field": "priority",
        "assignee_field": "user_ids",
        "fields": "portal_number* name*! stage_id*# portal_category_id*!# priority*!# "
        "create_date* date_end description! user_ids",
        "choices": {"portal_category_id": "[('project_ids', 'in', [{project_cases}])]"},
    },
    "helpdesk.ticket": {
        "model_name": "helpdesk.ticket",
        "partner_field": "partner_id",
        "organization_field": False,
        "domain": "[]",
        "order": "id desc",
        "title_field": "name",
        "number_field": ("number", "ticket_ref", "id"),
        "state_field": "stage_id",
        "closed_domain": (
            "[('stage_id.closed', '=', True)]",
            "[('stage_id.fold', '=', True)]",
        ),
        "new_value": (
            "{helpdesk_mgmt.helpdesk_ticket_stage_new}",
            "{helpdesk.stage_new}",
        ),
        "open_value": (
            "{helpdesk_mgmt.helpdesk_ticket_stage_in_progress}",
            "{helpdesk.stage_in_progress}",
        ),
        "waiting_value": (
            "{helpdesk_mgmt.helpdesk_ticket_stage_awaiting}",
            "{helpdesk.stage_on_hold}",
        ),
        "closed_value": (
            "{helpdesk_mgmt.helpdesk_ticket_stage_done}",
            "{helpdesk.stage_solved}",
        ),
        "priority_field": "priority",
        "assignee_field": "user_id",
        "fields": "number* ticket_ref* name*! stage_id*# category_id*!# priority*!# "
        "create_date* closed_date close_date description! user_id",
        "choices": {"category_id": "[('show_in_portal', '=', True)]"},
    },
}
# What can be published from the start: the values of `customer.portal.module` by code.
# `fields` names, in their order, what a list and a record show; a trailing `*` puts a
# field into the list too, a trailing `!` into the forms; by `#` customers can group.
# `choices` says which records customers may choose for a field.
# `choices` says which records customers may choose for a field.
# `{project_cases}` stands for the id of this addon's record of that name, and with the
# name of an addon before it for one of that addon's.
# A native module names the addresses of Odoo's pages in `paths`. Together the domains
# of native modules of one model cover all its records: what no module shows, nobody
# sees.
PRESETS = {
    "cases": {
        "name": "Cases",
        "icon": "fa-life-ring",
        "page": "generated",
        **CASES["project.task"],
    },
    "quotes": {
        "name": "Quotes",
        "icon": "fa-file-text-o",
        "model_name": "sale.order",
        "page": "native",
        "paths": "/my/quotes",
        "partner_field": "partner_id",
        "domain": "[('state', '!=', 'sale')]",
        "order": "date_order desc",
        "title_field": "name",
        "number_field": "name",
        "state_field": "state",
        "fields": "name* date_order*# validity_date* amount_total* state*#",
    },
    "orders": {
        "name": "Orders",
        "icon": "fa-shopping-cart",
        "model_name": "sale.order",
        "page": "native",
        "paths": "/my/orders",
        "partner_field": "partner_id",
        "domain": "[('state', '=', 'sale')]",
        "order": "date_order desc",
        "title_field": "name",
        "number_field": "name",
        "state_field": "state",
        "fields": "name* date_order*# client_order_ref* amount_total* state*#",
    },
    "invoices": {
        "name": "Invoices and Bills",
        "icon": "fa-money",
        "model_name": "account.move",
        "page": "native",
        "paths": "/my/invoices",
        "partner_field": "partner_id",
        "order": "invoice_date desc",
        "title_field": "name",
        "number_field": "name",
        "state_field": "payment_state",
        "fields": "name* invoice_date*# invoice_date_due* amount_total* "
        "amount_residual payment_state*#",
    },
    "purchases": {
        "name": "Purchases",
        "icon": "fa-truck",
        "model_name": "purchase.order",
        "page": "native",
        "paths": "/my/purchase /my/rfq",
        "partner_field": "partner_id",
        "order": "date_order desc",
        "title_field": "name",
        "number_field": "name",
        "state_field": "state",
        "fields": "name* date_order*# amount_total* state*#",
    },
    "projects": {
        "name": "Projects",
        "icon": "fa-puzzle-piece",
        "model_name": "project.project",
        "page": "native",
        "paths": "/my/projects",
        "partner_field": "partner_id",
        "order": "name",
        "title_field": "name",
        "fields": "name* date_start* date*",
    },
    "tasks": {
        "name": "Tasks",
        "icon": "fa-tasks",
        "model_name": "project.task",
        "page": "native",
        "paths": "/my/tasks",
        "partner_field": "partner_id",
        "domain": "[('project_id', '!=', {project_cases})]",
        "order": "id desc",
        "title_field": "name",
        "state_field": "stage_id",
        "fields": "name* project_id*# stage_id*# date_deadline*",
    },
    "tickets": {
        "name": "Tickets",
        "icon": "fa-ticket",
        "model_name": TICKETS,
        "page": "native",
        "paths": "/my/tickets",
        "partner_field": "partner_id",
        "order": "id desc",
        "title_field": "name",
        "state_field": "stage_id",
        "fields": "name* stage_id*# create_date*",
    },
    "deliveries": {
        "name": "Deliveries",
        "icon": "fa-archive",
        "model_name": "stock.picking",
        "page": "generated",
        "partner_field": "partner_id",
        "domain": "[('picking_type_code', '=', 'outgoing')]",
        "order": "scheduled_date desc",
        "title_field": "name",
        "number_field": "name",
        "state_field": "state",
        "fields": "name* origin* scheduled_date*# date_done* state*#",
    },
    "products": {
        "name": "Products and Services",
        "icon": "fa-cubes",
        "model_name": "product.template",
        "page": "generated",
        "allow_everyone": True,
        "domain": "[('sale_ok', '=', True)]",
        "order": "name",
        "title_field": "name",
        "number_field": "default_code",
        "fields": "default_code* name* categ_id*# list_price* description_sale",
    },
    "opportunities": {
        "name": "Opportunities",
        "icon": "fa-star-o",
        "model_name": "crm.lead",
        "page": "generated",
        "partner_field": "partner_id",
        "domain": "[('type', '=', 'opportunity')]",
        "order": "id desc",
        "title_field": "name",
        "state_field": "stage_id",
        "assignee_field": "user_id",
        "fields": "name*! stage_id*# date_deadline* description!",
    },
    "activities": {
        "name": "Activities",
        "icon": "fa-calendar",
        "model_name": "calendar.event",
        "page": "generated",
        "partner_field": "partner_ids",
        "order": "start desc",
        "title_field": "name",
        "assignee_field": "user_id",
        "fields": "name* start*# stop* location* description",
    },
    "faqs": {
        "name": "FAQs",
        "icon": "fa-question-circle-o",
        "model_name": "customer.portal.faq",
        "page": "native",
        "paths": FAQ_URL,
        "allow_everyone": True,
        "title_field": "question",
        "fields": "question* category_id*#",
    },
    "documents": {
        "name": "Documents",
        "icon": "fa-folder-open-o",
        "model_name": "customer.portal.document",
        "page": "native",
        "paths": "/my/documents",
        "partner_field": "partner_id",
        "domain": "[('is_published', '=', True)]",
        "order": "create_date desc",
        "title_field": "name",
        "fields": "name* folder_id*#",
    },
    "contacts": {
        "name": "Contact",
        "icon": "fa-user",
        "model_name": "res.partner",
        "page": "native",
        "paths": "/my/account",
        "partner_field": "id",
        "title_field": "name",
        "fields": "name*! email*! phone*! function* company_name! vat! street! "
        "street2! "
        "city! zip! state_id! country_id!",
    },
    "organization": {
        "name": "Organization",
        "icon": "fa-building-o",
        "model_name": "res.partner",
        "page": "native",
        "partner_field": "child_ids",
        "title_field": "name",
        "fields": "name*! email* phone* vat! street! street2! city! zip! state_id! "
        "country_id!",
    },
}
