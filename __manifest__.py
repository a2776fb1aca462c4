{
    "name": "Customer Portal",
    "summary": "Contacts become portal users by one tick, for a support period",
    "version": "19.0.1.0.0",
    "license": "LGPL-3",
    "category": "Services/Customer Portal",
    "author": "Customer Portal for Odoo",
    "depends": ["portal", "contacts", "project"],
    "data": [
        # Security
        "security/customer_portal_groups.xml",
        "security/ir.model.access.csv",
        # Data; the parameters name a profile and templates
        "data/customer_portal_profile_data.xml",
        "data/mail_template_data.xml",
        "data/ir_config_parameter_data.xml",
        "data/ir_cron_data.xml",
        "data/project_project_data.xml",
        "data/customer_portal_module_data.xml",
        # Views; the menus need their actions
        "views/customer_portal_touchpoint_views.xml",
        "views/customer_portal_module_views.xml",
        "views/customer_portal_permission_views.xml",
        "views/customer_portal_profile_views.xml",
        "views/res_partner_views.xml",
        "views/res_config_settings_views.xml",
        "views/portal_wizard_views.xml",
        "views/mail_templates.xml",
        "views/portal_templates.xml",
        "views/portal_account_templates.xml",
        "views/page_templates.xml",
        "views/page_section_templates.xml",
        "views/customer_portal_menus.xml",
    ],
    "demo": [
        "demo/customer_portal_profile_demo.xml",
        "demo/res_partner_demo.xml",
    ],
    "assets": {
        "web.assets_frontend": [
            "customer_portal/static/src/interactions/*.js",
            "customer_portal/static/src/scss/*.scss",
        ],
        "web.assets_tests": [
            "customer_portal/static/tests/tours/*.js",
        ],
    },
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
    "application": True,
}
