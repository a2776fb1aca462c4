"""Tables of constants that several models share."""

ADDON = "customer_portal"

# Settings: `ir.config_parameter` keys. The numbers have their first value in
# data/ir_config_parameter_data.xml; a missing key means 0, "none".
PARAM_SUPPORT_MONTHS = "customer_portal.support_period_months"
PARAM_NOTICE_DAYS = "customer_portal.support_notice_days"
PARAM_TOUCHPOINT_DAYS = "customer_portal.touchpoint_days"
PARAM_DEFAULT_PROFILE = "customer_portal.default_profile_id"
PARAM_DEFAULT_SCOPE = "customer_portal.default_scope"
PARAM_LOGIN_TEMPLATE = "customer_portal.login_details_template_id"
PARAM_RESET_TEMPLATE = "customer_portal.forgot_password_template_id"
PARAM_CONTACTS_PER_USER = "customer_portal.contacts_per_user"
PARAM_MAIL_OPTED_OUT = "customer_portal.mail_opted_out"
PARAM_UPLOAD_MAX_MB = "customer_portal.upload_max_mb"
PARAM_UPLOAD_TYPES = "customer_portal.upload_types"
# No setting: what was deleted of the addon's data.
PARAM_DELETED_DATA = "customer_portal.deleted_data"
PARAM_SHARE_BY_LINK = "customer_portal.share_by_link"
PARAM_QUOTA_CONTACT = "customer_portal.upload_quota_contact_mb"
PARAM_QUOTA_ORGANIZATION = "customer_portal.upload_quota_organization_mb"
# The largest number of each that means something: a century of days or months, a
# gigabyte at once, as files are read whole, and a terabyte in all.
NUMBER_LIMITS = {
    PARAM_SUPPORT_MONTHS: 1200,
    PARAM_NOTICE_DAYS: 36_500,
    PARAM_TOUCHPOINT_DAYS: 36_500,
    PARAM_CONTACTS_PER_USER: 1_000_000,
    PARAM_UPLOAD_MAX_MB: 1024,
    PARAM_QUOTA_CONTACT: 1024**2,
    PARAM_QUOTA_ORGANIZATION: 1024**2,
}
# The longest text that a customer can write into a field, by its type, in characters.
# Rich text counts its marks.
TEXT_LENGTHS = {"char": 255, "text": 20_000, "html": 100_000}
# The longest comment, and the longest name of a file: file systems take no more.
COMMENT_LENGTH = 20_000
FILE_NAME_LENGTH = 200

GROUP_AGENT = "customer_portal.group_customer_portal_user"
GROUP_MANAGER = "customer_portal.group_customer_portal_manager"

PORTAL_STATES = [
    ("none", "No Access"),
    ("scheduled", "Scheduled"),
    ("active", "Active"),
    ("expired", "Expired"),
]

# What becomes of a mail of the portal.
MAIL_STATES = [
    ("queued", "Queued"),
    ("leaving", "Being Sent"),
    ("retry", "Will Be Retried"),
    ("sent", "Sent"),
    ("failed", "Failed"),
    ("not_sent", "Not Sent"),
    ("own", "Has a Password"),
]
MAIL_KINDS = [
    ("login", "Login Details"),
    ("reset", "Password Reset"),
    ("not_started", "Access Not Started Yet"),
    ("notice", "Support End Notice"),
    ("email_change", "Email Change"),
]

TOUCHPOINT_KINDS = [
    ("login", "Login"),
    ("logout", "Logout"),
    ("refused", "Login Refused"),
    ("credentials_sent", "Credentials Sent"),
    ("credentials_failed", "Credentials Failed"),
    ("mail_failed", "Email Failed"),
    ("reset_requested", "Password Reset Asked"),
    ("email_requested", "E-mail Change Asked"),
    ("granted", "Access Granted"),
    ("changed", "Access Changed"),
    ("revoked", "Access Revoked"),
    ("expired", "Access Expired"),
]

# The look of a company's portal. Of pictures: the largest file, and what it may be.
LOOK_PICTURES = {
    "portal_logo": (1024 * 1024, ("PNG", "JPEG", "GIF", "WEBP")),
    "portal_favicon": (100 * 1024, ("PNG", "ICO", "GIF", "WEBP")),
}
LOOK_TYPES = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "GIF": "image/gif",
    "WEBP": "image/webp",
    "ICO": "image/x-icon",
}
LOOK_COLORS = ("portal_primary_color", "portal_link_color")
LOOK_FIELDS = (*LOOK_PICTURES, *LOOK_COLORS, "portal_title", "portal_css")
LOOK_CSS_MAX = 100 * 1024
LOOK_URL = "/customer_portal/look"

# What answers on the portal's own host, by the addresses of Odoo's routes: all else is
# 404 there. A trailing slash stands for all below. docs/nginx.conf says the same.
HOST_PATHS = (
    "/",
    "/my",
    "/my/",
    "/new/ticket",
    "/submitted/ticket",
    "/ticket/close",
    # Logging in and out, and choosing a password
    "/web/login",
    "/web/login/",
    "/web/login_successful",
    "/web/reset_password",
    "/web/signup",
    "/web/session/logout",
    "/auth/passkey/",
    "/auth_oauth/",
    "/auth-timeout/",
    # Styles, scripts, pictures and files; each asks who may read what
    "/customer_portal/look/",
    "/favicon.ico",
    "/logo",
    "/logo.png",
    "/robots.txt",
    "/report/barcode",
    "/report/barcode/",
    "/web/assets/",
    "/web/binary/company_logo",
    "/web/bundle/",
    "/web/content",
    "/web/content/",
    "/web/health",
    "/web/image",
    "/web/image/",
    "/web/manifest.webmanifest",
    "/web/sign/get_fonts",
    "/web/sign/get_fonts/",
    "/web/webclient/translations",
    "/website/translations",
    # Comments, notices and ratings
    "/bus/has_missed_notifications",
    "/bus/websocket_worker_bundle",
    "/mail/",
    "/portal/",
    "/rate/",
    "/website/rating/comment",
    "/websocket",
    "/websocket/",
    # Orders and invoices
    "/account/download_invoice_attachments/",
    "/account/download_invoice_documents/",
    "/invoice/transaction/",
    "/payment/",
    "/terms",
    # Shared projects
    "/project_sharing/",
)
# What pages of customers ask by a script, such as two-factor authentication and shared
# projects: it answers a portal user's open session, and nobody else.
HOST_USER_PATHS = (
    "/web/action/load",
    "/web/dataset/",
    "/web/model/get_definitions",
    "/web/session/get_session_info",
    "/web/webclient/load_menus",
)

# How far the records of a module reach, each level holding all of those before it. Of
# products, which belong to nobody, those that the organization has bought.
RECORDS_VISIBILITY = [
    ("own", "Own"),
    ("organization", "Organization"),
    ("subsidiaries", "Organization and Subsidiaries"),
    ("bought", "What They Have Bought"),
    ("everyone", "Everyone"),
]

FIELD_ACCESS = [
    ("hidden", "Hidden"),
    ("read", "Read"),
    ("write", "Read and Write"),
]

# With whom a document is shared.
DOCUMENT_AUDIENCES = [
    ("contact", "Contact"),
    ("organization", "Organization"),
    ("subsidiaries", "Organization and Subsidiaries"),
    ("profiles", "Profiles"),
    ("everyone", "All Customers"),
]
# Those that need to know whose contact or organization it is.
PARTNER_AUDIENCES = ("contact", "organization", "subsidiaries")

DEFAULT_SCOPES = [
    ("mine", "Mine"),
    ("all", "All"),
]

# What may be done in a module -> the toggle of the profile's permission.
ACTION_FIELDS = {
    "see": "visible",
    "create": "can_create",
    "edit": "can_edit",
    "close": "can_close",
    "export": "can_export",
    "comments": "show_comments",
    "comment": "can_comment",
    "documents": "show_documents",
    "upload": "can_upload",
    "updates": "show_updates",
}
# Modules whose page is the customer's own profile: they say which fields they see and
# may edit, and narrow no record.
PROFILE_CODES = ("contacts", "organization")
# Modules whose page is a part of the portal itself, hidden until a profile shows them
# -> what more there is to permit.
OWN_OFFERS = {"faqs": ("comments",), "documents": ("upload",)}
OWN_CODES = tuple(OWN_OFFERS)
# Where customers decide about a record on Odoo's own pages: what Edit permits there.
DECISIONS = {
    "/my/orders/<int:order_id>/accept": "sale.order",
    "/my/orders/<int:order_id>/decline": "sale.order",
    "/my/purchase/<int:order_id>/update": "purchase.order",
}
# The addresses of My Profile and of the FAQs.
PROFILE_URL = "/my/profile"
FAQ_URL = "/my/faq"

# The parts of the portal's home page, in the order that profiles start with.
# `stock` ones are switched on in every profile: by themselves they show nothing that
# Odoo does not; `fresh` ones in profiles that somebody makes. `slow` ones are loaded
# after the page.
WIDGETS = {
    "menu": {"name": "Menu"},
    "greeting": {"name": "Greeting"},
    "announcement": {"name": "Announcement", "stock": True},
    "support_end": {"name": "Support-End Alert", "stock": True},
    "shortcuts": {"name": "Shortcuts"},
    "representatives": {"name": "Account Representatives"},
    "recent_cases": {"name": "Recent Cases", "slow": True},
    "chart": {"name": "Chart", "slow": True},
    "recent_documents": {"name": "Recent Documents", "slow": True},
    "recent_faqs": {"name": "Recent FAQs", "slow": True},
    "modules": {"name": "Modules", "fresh": True},
}
GREETINGS = [
    ("standard", "Welcome to Portal"),
    ("time", "By the time of day, with the name"),
]

CHART_TYPES = [("pie", "Pie"), ("bar", "Bars"), ("line", "Line")]
CHART_INTERVALS = [
    ("day", "Day"),
    ("week", "Week"),
    ("month", "Month"),
    ("quarter", "Quarter"),
    ("year", "Year"),
]
CHART_MEASURES = [
    ("count", "Number of records"),
    ("sum", "Sum"),
    ("average", "Average"),
    ("duration", "Average time from creation"),
]
CHART_RECORDS = [("all", "All"), ("open", "Open"), ("closed", "Closed")]
CHART_PERIODS = [
    ("all", "All time"),
    ("days_30", "Last 30 days"),
    ("days_90", "Last 90 days"),
    ("months_12", "Last 12 months"),
    ("year", "This year"),
]
# Types of fields that charts group by: what stands in them is short and repeats.
CHART_GROUPS = ("selection", "many2one", "many2many", "boolean", "date", "datetime")
# The charts there are from the start: `group` and `measured` name
# fields of the module.
CHARTS = {
    "open_cases": {
        "name": "Open Cases by Priority",
        "module": "cases",
        "group": "priority",
        "sequence": 10,
        "values": {"chart_type": "pie", "records": "open"},
    },
    "cases": {
        "name": "Cases by Status",
        "module": "cases",
        "group": "stage_id",
        "sequence": 20,
        "values": {"chart_type": "bar"},
    },
    "closure_time": {
        "name": "Closure Time by Priority",
        "module": "cases",
        "group": "priority",
        "measured": "date_end",
        "sequence": 30,
        "values": {"chart_type": "bar", "measure": "duration", "records": "closed"},
    },
    "invoices": {
        "name": "Invoices by Month",
        "module": "invoices",
        "group": "invoice_date",
        "sequence": 40,
        "values": {"chart_type": "line", "period": "months_12"},
    },
}

# What visitors may do on a case by its link with a token, by the setting; what it does
# not say, nobody may. A customer who is logged in does what their profile permits.
LINK_SHARES = {
    "nothing": {"name": "Nothing", "actions": ()},
    "read": {"name": "Read", "actions": ("see", "comments", "documents")},
    "reply": {
        "name": "Read and Reply",
        "actions": ("see", "comments", "documents", "comment", "upload"),
    },
}

# What ir.rule asks about -> the action that permits it on Odoo's own pages.
MODE_ACTIONS = {"read": "see", "write": "edit", "create": "create", "unlink": "edit"}

# Fields of a module that hold what its state becomes.
VALUE_NAMES = ("new_value", "open_value", "waiting_value", "closed_value")

# Files that a computer runs when somebody opens them: refused from customers, unless
# the settings name them among the types that are accepted.
ACTIVE_TYPES = frozenset(
    [
        "exe",
        "bat",
        "cmd",
        "com",
        "scr",
        "js",
        "vbs",
        "ps1",
        "sh",
        "msi",
        "jar",
        "html",
        "htm",
        "svg",
        "xhtml",
        "hta",
    ]
)
# What the content of a file must be, by the extension of its name.
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "bmp": "image/bmp",
    "webp": "image/webp",
}

# What a browser shows by itself without running anything -> as what.
PREVIEW_TYPES = {
    "application/pdf": "pdf",
    "image/png": "image",
    "image/jpeg": "image",
    "image/gif": "image",
    "image/bmp": "image",
    "image/webp": "image",
}

# An action that makes no sense without another one.
ACTION_NEEDS = {"comment": "comments", "upload": "documents"}

# Models without a page of their own -> the model, and the field that leads to it. What
# a profile says of an order holds for its lines.
LINE_MODELS = {
    "sale.order.line": ("sale.order", "order_id"),
    "account.move.line": ("account.move", "move_id"),
    "purchase.order.line": ("purchase.order", "order_id"),
}

# Pages of Odoo that read records of other models past all rules: the template and its
# variables that hold them.
RELATED_RECORDS = {
    "sale.sale_order_portal_content": ("invoices", "delivery_orders", "returns"),
    "purchase.purchase_order_portal_content": ("invoices",),
}

# Addresses of Odoo's pages that lead customers to the page on which they see the record
# -> the model, and what names the record.
LED_PAGES = {"/my/tasks/<int:task_id>": ("project.task", "task_id")}

# Addresses of records without a page of their own, which open by the token of another
# one -> the model, what names the record, and the field that leads to the other one.
RELATED_PAGES = {
    "/my/picking/pdf/<int:picking_id>": ("stock.picking", "picking_id", "sale_id"),
    "/my/picking/return/pdf/<int:picking_id>": (
        "stock.picking",
        "picking_id",
        "sale_id",
    ),
}

# What a page of Odoo shows of a record's comments and files: the template, and for
# XPaths into it its variable with the record, and the action that shows them.
RECORD_PARTS = {
    "sale.sale_order_portal_template": {
        "//div[@id='sale_order_communication']": ("sale_order", "comments"),
        "//a[@href='#discussion']": ("sale_order", "comment"),
    },
    "account.portal_invoice_page": {
        "//div[@id='invoice_communication']": ("invoice", "comments"),
    },
    "purchase.portal_my_purchase_order": {
        "//div[@id='purchase_order_communication']": ("order", "comments"),
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
TICKETS = "helpdesk.ticket"
# Addresses of a helpdesk's pages that lead to cases where these are tickets.
TICKET_PAGE = (
    r"/my/ticket(?:s(?:/page/\d+)?|/(?P<id>\d{1,9})(?:/[^/]*)?)/?"
    r"|(?P<new>/new/ticket)/?"
)
# What the forms of a helpdesk call -> does it change anything, what names which record,
# and what must be named.
TICKET_FORMS = {
    "/ticket/close": {
        "posts": True,
        "records": {"ticket_id": TICKETS, "stage_id": "helpdesk.ticket.stage"},
        "needs": ("ticket_id", "stage_id"),
    },
    "/new/ticket": {"posts": False, "records": {}, "needs": ()},
    "/submitted/ticket": {
        "posts": True,
        "records": {
            "category": "helpdesk.ticket.category",
            "team": "helpdesk.ticket.team",
        },
        "needs": (),
    },
}
# Fields of cases that mean the same in another model: what a profile says of the one,
# holds for the other when cases move.
CASE_FIELD_MAP = {
    "number": "portal_number",
    "ticket_ref": "portal_number",
    "category_id": "portal_category_id",
    "user_id": "user_ids",
    "closed_date": "date_end",
    "close_date": "date_end",
}
# What agents need to work on cases, by model, as `group_customer_portal_user` implies
# for tasks.
CASE_GROUPS = {
    TICKETS: ("helpdesk_mgmt.group_helpdesk_user", "helpdesk.group_helpdesk_user")
}
# Mails about cases: the template for tasks, and the state it is sent in.
CASE_MAILS = {
    "customer_portal.mail_template_case_received": "new_value",
    "customer_portal.mail_template_case_closed": "closed_value",
}

# Forms of other addons that change something by GET, which this addon refuses: they
# are sent by POST instead.
POSTED_FORMS = {
    "helpdesk_mgmt.portal_helpdesk_ticket_page": (
        "//form[@t-attf-action='/ticket/close']"
    ),
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

# Below these are pages of this addon, which ask nobody but this site.
OWN_URLS = (
    *("/my/chart/", "/my/documents", "/my/faq", "/my/home", "/my/p/", "/my/profile"),
    *("/my/representative/", "/my/search"),
)

# Whom the scripts of Odoo's pages ask, by the module that brings them.
SOURCES = {
    "cloud_storage_azure": ("https://*.blob.core.windows.net",),
    "cloud_storage_google": ("https://storage.googleapis.com",),
    "google_recaptcha": ("https://www.google.com",),
    "payment_adyen": ("https://*.adyen.com",),
    "payment_authorize": ("https://*.authorize.net",),
    "payment_mercado_pago": (
        "https://*.mercadolibre.com",
        "https://*.mercadopago.com",
    ),
    "payment_paypal": ("https://*.paypal.com", "https://*.paypalobjects.com"),
    "payment_razorpay": ("https://*.razorpay.com",),
    "payment_stripe": ("https://*.stripe.com",),
    "payment_xendit": ("https://*.xendit.co",),
    "website_cf_turnstile": ("https://challenges.cloudflare.com",),
}

# Rich text on Odoo's own pages that customers and their mails write.
WRITTEN_FIELDS = {"project.task": ("description",), TICKETS: ("description",)}
