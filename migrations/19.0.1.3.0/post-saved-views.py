def migrate(cr, version):
    """Let managers of organizations share views of cases, as in new databases."""
    cr.execute(
        """
        UPDATE customer_portal_permission permission
           SET can_share_views = TRUE
          FROM customer_portal_profile profile, customer_portal_module module
         WHERE profile.id = permission.profile_id
           AND module.id = permission.module_id
           AND profile.preset = 'organization'
           AND module.code = 'cases'
           AND permission.visible
        """
    )
