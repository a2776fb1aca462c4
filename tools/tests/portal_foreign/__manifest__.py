{
    "name": "Portal Site Visits",
    "summary": "An addon of somebody else, which adds to the customer portal",
    "version": "19.0.1.0.0",
    "license": "LGPL-3",
    "author": "Somebody Else",
    "depends": ["customer_portal", "project"],
    "data": [
        "security/ir.model.access.csv",
        "data/portal_data.xml",
        "views/customer_portal_profile_views.xml",
        "views/portal_templates.xml",
    ],
}
