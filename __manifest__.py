{
    "name": "Customer Portal",
    "summary": "Portal users by one tick: support period, profiles, credentials, touchpoints",
    "version": "19.0.1.0.0",
    "license": "LGPL-3",
    "category": "Services/Customer Portal",
    "author": "Customer Portal for Odoo",
    "depends": ["portal", "contacts", "project"],
    "data": [],
    "application": True,
}
