from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...utils import LABEL
from .providers import PROVIDERS

# The longest name of a domain, in characters.
DOMAIN_LENGTH = 253


def clean_domain(text):
    """Return the one way to write the domain of email addresses.

    What different programs encode in different ways, such as a sharp s, is none: the
    mail would go to another domain than the one that is compared.

    :param text: from anybody, with or without an ``@`` before it
    :return: lower case and in ASCII; None if it is no domain
    :rtype: str | None
    """
    text = str(text or "").strip().removeprefix("@").rstrip(".")
    if len(text) > DOMAIN_LENGTH:
        return None
    try:
        domain = text.encode("idna").decode().lower()
        is_same = text.isascii() or domain.encode().decode("idna") == text.lower()
    except UnicodeError:
        return None
    labels = domain.split(".")
    is_domain = len(labels) > 1 and all(LABEL.fullmatch(label) for label in labels)
    return domain if is_same and is_domain and not labels[-1].isdecimal() else None


def is_public(domain):
    """Say whether anybody gets an address at a domain, or at one that it is part of."""
    labels = domain.split(".")
    return any(".".join(labels[i:]) in PROVIDERS for i in range(len(labels)))


class CustomerPortalJoinDomain(models.Model):
    """A domain of email addresses whose owners belong to an organization.

    One organization trusts a domain: so the domain alone says which one it is, and no
    visitor chooses.
    """

    _name = "customer.portal.join.domain"
    _description = "Trusted Email Domain"
    _order = "name"

    name = fields.Char(
        "Addresses Ending With",
        required=True,
        help="What stands after the @, such as acme.eu.",
    )
    partner_id = fields.Many2one(
        "res.partner", "Organization", required=True, index=True, ondelete="cascade"
    )

    _name_uniq = models.UniqueIndex(
        "(name)", "Another organization already trusts these email addresses."
    )

    @api.model_create_multi
    def create(self, vals_list):
        domains = super().create([self._clean(vals) for vals in vals_list])
        domains._check_organization_access()
        return domains

    def write(self, vals):
        self._check_organization_access()
        result = super().write(self._clean(vals))
        self._check_organization_access()
        return result

    def unlink(self):
        self._check_organization_access()
        return super().unlink()

    @api.model
    def _clean(self, vals):
        if "name" not in vals:
            return vals
        domain = clean_domain(vals["name"])
        if not domain:
            raise ValidationError(
                self.env._(
                    "“%(text)s” can't be trusted like this. Enter what stands after "
                    "the @, such as acme.eu.",
                    text=vals["name"],
                )
            )
        return {**vals, "name": domain}

    def _check_organization_access(self):
        """Let change who may register only who may change the organization."""
        self.partner_id.check_access("write")

    @api.constrains("name")
    def _check_public(self):
        for domain in self:
            if is_public(domain.name):
                raise ValidationError(
                    self.env._(
                        "Anyone can get an email address at %(domain)s, so it can't be "
                        "trusted. Use a join code instead.",
                        domain=domain.name,
                    )
                )

    @api.constrains("partner_id")
    def _check_is_organization(self):
        for domain in self:
            if not domain.partner_id._is_portal_organization():
                raise ValidationError(
                    self.env._(
                        "Only organizations can have trusted email domains: "
                        "“%(contact)s” is not a company.",
                        contact=domain.partner_id.display_name,
                    )
                )

    @api.model
    def _find_organization(self, email):
        """Return the organization that trusts an address, with all rights, or none."""
        domain = clean_domain(email.rpartition("@")[2])
        found = self.sudo().search([("name", "=", domain or "")], limit=1)
        return found.partner_id.filtered(lambda one: one._is_portal_organization())
