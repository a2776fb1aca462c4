from odoo.http import Controller, request, route


class CustomerPortalInvitation(Controller):
    @route(
        "/my/invitation/opened",
        type="http",
        auth="public",
        website=True,
        multilang=False,
        sitemap=False,
        methods=["POST"],
    )
    def portal_invitation_opened(self, token="", **_post):
        """Note that a person works on the page of a login link.

        The page says so by itself once somebody touches it or types. Opening it, which
        programs that look at mails do as well, changes nothing; nor does this accept
        anything. The answer is the same for any text.
        """
        partners_sudo = request.env["res.partner"].sudo()
        try:
            partner_sudo = partners_sudo._get_partner_from_token(str(token))
        except ValueError:  # no token of ours at all
            partner_sudo = None
        if partner_sudo and partner_sudo.signup_type == "signup":
            request.env["customer.portal.invitation"]._note_opened(partner_sudo)
        return request.make_response("", status=204)
