def migrate(cr, version):
    """Make room for a list of days: the number in the former column is of no use.

    Settings are kept as parameters; these are rows of a page that was open once.
    """
    cr.execute(
        "ALTER TABLE res_config_settings DROP COLUMN IF EXISTS portal_notice_days"
    )
