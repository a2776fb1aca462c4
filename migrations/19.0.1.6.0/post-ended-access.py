from odoo.tools import SQL


def migrate(cr, version):
    """Give the email about ended access the name that it has elsewhere.

    Emails are the database's own; one that somebody has renamed keeps its name.
    """
    cr.execute(
        SQL(
            """
            UPDATE mail_template
               SET name = jsonb_set(name, '{en_US}', %s)
             WHERE name ->> 'en_US' = %s
               AND id = (SELECT res_id FROM ir_model_data
                          WHERE module = 'customer_portal'
                            AND name = 'mail_template_receipt')
            """,
            '"Customer Portal: Ended Access"',
            "Customer Portal: Access Receipt",
        )
    )
