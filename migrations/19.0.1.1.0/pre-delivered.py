"""Tell what the addon has brought so far, so that what was deleted stays away."""

from odoo.tools import sql

# The fields of each module in 19.0.1.0.0.
FIELDS = {
    "cases": "name stage_id portal_category_id priority create_date date_end "
    "description user_ids",
    "quotes": "name date_order validity_date amount_total state",
    "orders": "name date_order client_order_ref amount_total state",
    "invoices": "name invoice_date invoice_date_due amount_total amount_residual "
    "payment_state",
    "purchases": "name date_order amount_total state",
    "projects": "name date_start date",
    "tasks": "name project_id stage_id date_deadline",
    "tickets": "name stage_id create_date",
    "deliveries": "name origin scheduled_date date_done state",
    "products": "default_code name categ_id list_price description_sale",
    "opportunities": "name stage_id date_deadline description",
    "activities": "name start stop location description",
    "faqs": "question category_id",
    "documents": "name folder_id",
    "contacts": "name email phone function company_name vat street street2 city zip "
    "state_id country_id",
    "organization": "name email phone vat street street2 city zip state_id country_id",
}
# Data that may be deleted, by what tells that a state of 19.0.1.0.0 had brought them.
DELETABLE = {
    "res_partner.portal_credentials_state": (
        "mail_template_login_details",
        "mail_template_forgot_password",
        "mail_template_support_end",
    ),
    "project_task.portal_category_id": (
        "mail_template_case_received",
        "mail_template_case_closed",
        "category_question",
        "category_problem",
        "category_wish",
    ),
    "customer_portal_chart.id": (
        "chart_open_cases",
        "chart_cases",
        "chart_closure_time",
        "chart_invoices",
    ),
}


def migrate(cr, version):
    """Note the fields of modules, and what of the data is missing."""
    if sql.table_exists(cr, "customer_portal_module"):
        sql.create_column(cr, "customer_portal_module", "preset_fields", "varchar")
        for code, names in FIELDS.items():
            cr.execute(
                "UPDATE customer_portal_module SET preset_fields = %s WHERE code = %s",
                [names, code],
            )
    names = [
        name
        for column, names in DELETABLE.items()
        if sql.column_exists(cr, *column.split("."))
        for name in names
    ]
    cr.execute(
        "INSERT INTO ir_config_parameter (key, value)"
        " SELECT 'customer_portal.deleted_data', string_agg(name, ' ')"
        " FROM unnest(%s) AS name WHERE name NOT IN"
        " (SELECT name FROM ir_model_data WHERE module = 'customer_portal')"
        " HAVING count(*) > 0",
        [names],
    )
