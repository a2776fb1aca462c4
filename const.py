"""Tables of constants that several models share."""

ADDON = "customer_portal"

# Settings: `ir.config_parameter` keys. The numbers have their first value in
# data/ir_config_parameter_data.xml; a missing key means 0, "none".
PARAM_SUPPORT_MONTHS = "customer_portal.support_period_months"
PARAM_NOTICE_DAYS = "customer_portal.support_notice_days"
PARAM_TOUCHPOINT_DAYS = "customer_portal.touchpoint_days"
PARAM_DEFAULT_PROFILE = "customer_portal.default_profile_id"
PARAM_ADOPTED_PROFILE = "customer_portal.adopted_profile_id"
PARAM_DEFAULT_SCOPE = "customer_portal.default_scope"
PARAM_LOGIN_TEMPLATE = "customer_portal.login_details_template_id"
PARAM_RESET_TEMPLATE = "customer_portal.forgot_password_template_id"
PARAM_CONTACTS_PER_USER = "customer_portal.contacts_per_user"
PARAM_SEATS = "customer_portal.seats"
PARAM_MAIL_OPTED_OUT = "customer_portal.mail_opted_out"
PARAM_UPLOAD_MAX_MB = "customer_portal.upload_max_mb"
PARAM_UPLOAD_TYPES = "customer_portal.upload_types"
PARAM_SHARE_BY_LINK = "customer_portal.share_by_link"
PARAM_QUOTA_CONTACT = "customer_portal.upload_quota_contact_mb"
PARAM_QUOTA_ORGANIZATION = "customer_portal.upload_quota_organization_mb"
PARAM_INVITATION_DAYS = "customer_portal.invitation_days"
PARAM_REMINDER_DAYS = "customer_portal.invitation_reminder_days"
PARAM_SUPPORT_OPENS = "customer_portal.support_opens"
PARAM_OVERDUE_DAYS = "customer_portal.overdue_days"
PARAM_OVERDUE_EFFECT = "customer_portal.overdue_effect"
# The largest number of each that means something: a century of days or months, a
# gigabyte at once, as files are read whole, and a terabyte in all.
NUMBER_LIMITS = {
    PARAM_SUPPORT_MONTHS: 1200,
    PARAM_NOTICE_DAYS: 36_500,
    PARAM_TOUCHPOINT_DAYS: 36_500,
    PARAM_CONTACTS_PER_USER: 1_000_000,
    PARAM_SEATS: 1_000_000,
    PARAM_UPLOAD_MAX_MB: 1024,
    PARAM_QUOTA_CONTACT: 1024**2,
    PARAM_QUOTA_ORGANIZATION: 1024**2,
    PARAM_INVITATION_DAYS: 3650,
    PARAM_REMINDER_DAYS: 3650,
    PARAM_OVERDUE_DAYS: 36_500,
}
# The longest text that a customer can write into a field, by its type, in characters.
# Rich text counts its marks.
TEXT_LENGTHS = {"char": 255, "text": 20_000, "html": 100_000}
# The longest comment, and the longest name of a file: file systems take no more.
COMMENT_LENGTH = 20_000
FILE_NAME_LENGTH = 200

# The code of the sequences that companies number their cases by.
CASE_SEQUENCE = "customer_portal.case"

# Who asks from inside, and who from outside: for what Odoo asks at each step. Elsewhere
# `_is_internal` and `_is_portal` of a user say the same.
GROUP_EMPLOYEE = "base.group_user"
GROUP_CUSTOMER = "base.group_portal"
GROUP_AGENT = "customer_portal.group_customer_portal_user"
GROUP_MANAGER = "customer_portal.group_customer_portal_manager"

DEFAULT_SCOPES = [
    ("mine", "Mine"),
    ("all", "All"),
]

# Modules whose page is the customer's own profile: they say which fields they see and
# may edit, and narrow no record.
PROFILE_CODES = ("contacts", "organization")
# Modules whose page is a part of the portal itself, hidden until a profile shows them
# -> what more there is to permit.
OWN_OFFERS = {"faqs": ("comments",), "documents": ("upload",)}
OWN_CODES = tuple(OWN_OFFERS)
# Pages of the portal itself, and the model that each is about.
PAGE_MODELS = {
    **dict.fromkeys(PROFILE_CODES, "res.partner"),
    "faqs": "customer.portal.faq",
    "documents": "customer.portal.document",
}
# Where customers decide about a record on Odoo's own pages: what Edit permits there.
DECISIONS = {
    "/my/orders/<int:order_id>/accept": "sale.order",
    "/my/orders/<int:order_id>/decline": "sale.order",
    "/my/purchase/<int:order_id>/update": "purchase.order",
}
# The addresses of My Profile, My Company and the FAQs.
PROFILE_URL = "/my/profile"
COMPANY_URL = "/my/company"
FAQ_URL = "/my/faq"

# Fields of a module that hold what its state becomes.
VALUE_NAMES = ("new_value", "open_value", "waiting_value", "closed_value")

TICKETS = "helpdesk.ticket"
# What can hold the cases.
CASE_MODELS = ("project.task", TICKETS)
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

# Columns of Odoo's models that the portal alone reads. Reading one of them reads all;
# Odoo would else read them with each contact, task and user.
PREFETCH = "customer_portal"
# Those of contacts and companies that most pages of customers need: they are read with
# Odoo's own for customers, and only when asked for elsewhere.
PREFETCH_PAGES = "customer_portal_pages"
