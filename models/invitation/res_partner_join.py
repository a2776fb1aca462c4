import secrets

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...const import GROUP_AGENT, PREFETCH
from .join import GROUP_LENGTH

# Letters and digits that nobody mixes up; a code has 25 of them, which is 125 bits.
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_GROUPS = 5


class ResPartner(models.Model):
    """How the people of an organization register by themselves: at first, not."""

    _inherit = "res.partner"

    portal_join_code = fields.Char(
        "Join Code",
        copy=False,
        readonly=True,
        groups=GROUP_AGENT,
        help="Those who know the code can register for this organization. Replace it "
        "if it has got into the wrong hands: links sent with the former code stop "
        "working.",
        prefetch=PREFETCH,
    )
    portal_join_url = fields.Char(
        "Registration Link",
        compute="_compute_portal_join_url",
        groups=GROUP_AGENT,
        help="Send this link to the people of the organization.",
    )
    portal_join_domain_ids = fields.One2many(
        "customer.portal.join.domain",
        "partner_id",
        "Trusted Email Domains",
        groups=GROUP_AGENT,
        help="Those with an email address at one of these domains can register for "
        "this organization without a code.",
    )
    portal_join_profile_id = fields.Many2one(
        "customer.portal.profile",
        "Profile After Registration",
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups=GROUP_AGENT,
        help="Given to those who register. Leave empty for the default profile.",
        prefetch=PREFETCH,
    )
    portal_join_opens = fields.Boolean(
        "Open Access Immediately",
        copy=False,
        groups=GROUP_AGENT,
        help="Those who register get access as soon as they have confirmed their "
        "email address. If off, someone has to approve it first.",
        prefetch=PREFETCH,
    )

    _portal_join_code_uniq = models.UniqueIndex(
        "(portal_join_code) WHERE portal_join_code IS NOT NULL"
    )

    @api.depends("portal_join_code")
    def _compute_portal_join_url(self):
        for partner in self:
            code = partner.portal_join_code
            base = code and partner._get_portal_company()._get_portal_base_url()
            partner.portal_join_url = code and f"{base}/my/join/{code}"

    def _is_portal_organization(self):
        """Say whether people can belong to this contact."""
        return self.active and self.is_company and self.commercial_partner_id == self

    def _get_portal_join_profile(self):
        """Return what those who register get."""
        profiles = self.env["customer.portal.profile"]
        return self.sudo().portal_join_profile_id or profiles._get_default()

    # === ACTION METHODS === #

    def action_make_portal_join_code(self):
        """Make a code, or replace it: the former one is worth nothing from now on."""
        self._check_may_set_join_code()
        if not self._is_portal_organization():
            raise UserError(self.env._("Only organizations can have a join code."))
        self.sudo().portal_join_code = self._make_portal_join_code()
        self.sudo()._message_log(body=self.env._("A new join code was created."))

    def action_remove_portal_join_code(self):
        self._check_may_set_join_code()
        self.sudo().portal_join_code = False
        self.sudo()._message_log(body=self.env._("The join code was removed."))

    def _check_may_set_join_code(self):
        self.ensure_one()
        self.check_access("write")
        if not self.env.user.has_group(GROUP_AGENT):
            raise AccessError(
                self.env._("Only Customer Portal agents can set join codes.")
            )

    @api.model
    def _make_portal_join_code(self):
        return "-".join(
            "".join(secrets.choice(ALPHABET) for _i in range(GROUP_LENGTH))
            for _j in range(CODE_GROUPS)
        )
