"""Tables of constants that several models share."""

# Settings: `ir.config_parameter` keys. The numbers have their first value in
# data/ir_config_parameter_data.xml; a missing key means 0, "none".
PARAM_SUPPORT_MONTHS = "customer_portal.support_period_months"
PARAM_NOTICE_DAYS = "customer_portal.support_notice_days"
PARAM_TOUCHPOINT_DAYS = "customer_portal.touchpoint_days"
PARAM_DEFAULT_PROFILE = "customer_portal.default_profile_id"
PARAM_LOGIN_TEMPLATE = "customer_portal.login_details_template_id"
PARAM_RESET_TEMPLATE = "customer_portal.forgot_password_template_id"

GROUP_AGENT = "customer_portal.group_customer_portal_user"

PORTAL_STATES = [
    ("none", "No Access"),
    ("scheduled", "Scheduled"),
    ("active", "Active"),
    ("expired", "Expired"),
]

CREDENTIALS_STATES = [
    ("queued", "Queued"),
    ("sent", "Sent"),
    ("failed", "Failed"),
    ("not_sent", "Not Sent"),
    ("own", "Has a Password"),
]

TOUCHPOINT_KINDS = [
    ("login", "Login"),
    ("logout", "Logout"),
    ("refused", "Login Refused"),
    ("credentials_sent", "Credentials Sent"),
    ("credentials_failed", "Credentials Failed"),
    ("reset_requested", "Password Reset Asked"),
    ("granted", "Access Granted"),
    ("changed", "Access Changed"),
    ("revoked", "Access Revoked"),
    ("expired", "Access Expired"),
]
