def migrate(cr, version):
    """Let the dates that portal users have win over orders and contracts.

    They were all set by hand: until now, nothing else did.
    """
    cr.execute(
        "UPDATE res_partner SET support_source = 'manual'"
        " WHERE portal_user IS TRUE AND support_source IS NULL"
    )
