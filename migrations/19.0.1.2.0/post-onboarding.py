"""Getting Started is hidden where the portal has customers: they have got started."""


def migrate(cr, version):
    cr.execute(
        """
        UPDATE res_company SET portal_onboarding_closed = TRUE
         WHERE EXISTS (SELECT FROM res_partner WHERE portal_user)
        """
    )
