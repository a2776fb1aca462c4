"""Keep what the profiles of before say, beside those that come with the addon now."""

from odoo.tools import sql

PROFILES = {
    "customer_portal_profile_read_only": "Read only",
    "customer_portal_profile_organization": "Organization Manager",
    "customer_portal_profile_odoo": "Odoo Portal",
}


def migrate(cr, version):
    """Let the default profile permit of new modules what Odoo shows, as it did."""
    if not sql.column_exists(cr, "customer_portal_profile", "preset"):
        sql.create_column(cr, "customer_portal_profile", "preset", "varchar")
    cr.execute(
        """
        UPDATE customer_portal_profile AS profile SET preset = 'odoo'
          FROM ir_model_data AS data
         WHERE data.module = 'customer_portal'
           AND data.name = 'customer_portal_profile_default'
           AND data.res_id = profile.id
        """
    )
    _adopt_names(cr)


def _adopt_names(cr):
    """Take profiles of the same name for those that come: there is one of each name."""
    cr.execute("SELECT id, name FROM customer_portal_profile ORDER BY id")
    for res_id, name in cr.fetchall():
        name = name.get("en_US") if isinstance(name, dict) else name
        for xml_id in (one for one, known in PROFILES.items() if known == name):
            cr.execute(
                """
                INSERT INTO ir_model_data (module, name, model, res_id, noupdate)
                VALUES ('customer_portal', %s, 'customer.portal.profile', %s, TRUE)
                    ON CONFLICT DO NOTHING
                """,
                [xml_id, res_id],
            )
