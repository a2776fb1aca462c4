from odoo import api, models
from odoo.fields import Domain
from odoo.tools import email_normalize, email_normalize_all, formataddr
from odoo.tools.mail import email_split_and_format

from ..base.snapshot_cache import snapshot_cache

# Odoo's header: addresses that are added to "To", so that who answers all answers them.
EXTRA = "X-Msg-To-Add"
# Ours, until the mail leaves: who sends it as far as its recipient may know.
SENDER = "X-Customer-Portal-From"
# The owner of what belongs to the company itself: its employees and their addresses.
OURS = "ours"


class MailMail(models.Model):
    """Which addresses a mail tells a customer: none of another organization.

    Odoo adds to "To" the addresses of all customers who get a message, sends what a
    customer has written from their address, and has answers go there if there is no
    alias. What leaves is narrowed, so that it holds however a mail came to be.
    """

    _inherit = "mail.mail"

    def _prepare_outgoing_list(self, *args, **kwargs):
        """Leave in what is sent what each of its recipients may know."""
        outgoing = super()._prepare_outgoing_list(*args, **kwargs)
        if self.model not in self._get_portal_model_names():
            return outgoing
        mail_sudo = self.sudo()
        owners = mail_sudo._find_address_owners(outgoing)
        apart = [
            part for one in outgoing for part in self._split_by_owners(one, owners)
        ]
        return [mail_sudo._narrow_addresses(one, owners) for one in apart]

    # === INTERNALS === #

    @api.model
    @snapshot_cache()
    def _get_portal_model_names(self):
        """Return the models of which customers see records in the portal."""
        modules = self.env["customer.portal.module"].sudo()
        names = (
            modules.with_context(active_test=False)
            .search(Domain.TRUE)
            .mapped("model_name")
        )
        return frozenset(names)

    def _find_address_owners(self, outgoing):
        """Return to whom addresses belong: organizations by id, or ``OURS``.

        A customer who types an address has not got it.

        :return: sets by normalized address; unknown ones are missing
        :rtype: dict[str, set]
        """
        texts = [self.email_from, self.reply_to]
        for values in outgoing:
            texts += [*values["email_to"], *values["email_cc"]]
            texts.append(values["headers"].get(EXTRA))
        addresses = {one for text in texts for one in email_normalize_all(text or "")}
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        companies = self.env["res.company"].sudo().search(Domain.TRUE).partner_id
        owners = {}
        domain = [
            ("email_normalized", "in", list(addresses)),
            ("portal_email_unproven", "=", False),
        ]
        for partner in partners.search(domain):
            owner = self._get_address_owner(partner, companies)
            owners.setdefault(partner.email_normalized, set()).add(owner)
        return owners

    @api.model
    def _get_address_owner(self, partner, companies=None):
        if companies is None:
            companies = self.env["res.company"].sudo().search(Domain.TRUE).partner_id
        organization = partner.commercial_partner_id
        is_ours = not partner.partner_share or organization in companies
        return OURS if is_ours else organization.id

    @api.model
    def _get_address_owners(self, owners, address):
        """Return to whom an address belongs; an unknown one is nobody else's."""
        normalized = email_normalize(address, strict=False) or address
        return owners.get(normalized) or {normalized}

    @api.model
    def _split_by_owners(self, values, owners):
        """Send to each organization apart what would be one mail to several."""
        groups = {}
        if not values["partner_id"]:
            for name in ("email_to", "email_cc"):
                for address in values[name]:
                    key = frozenset(self._get_address_owners(owners, address))
                    group = groups.setdefault(key, {"email_to": [], "email_cc": []})
                    group[name].append(address)
        if len(groups) < 2:
            return [values]
        return [
            {
                **values,
                "email_to": group["email_to"] or group["email_cc"],
                "email_cc": group["email_cc"] if group["email_to"] else [],
                "email_to_raw": ", ".join(group["email_to"] or group["email_cc"]),
                "email_to_normalized": [
                    one
                    for address in (*group["email_to"], *group["email_cc"])
                    for one in email_normalize_all(address)
                ],
            }
            for group in groups.values()
        ]

    def _narrow_addresses(self, values, owners):
        """Narrow what one recipient, or one organization, gets."""
        if values["partner_id"]:
            readers = {self._get_address_owner(values["partner_id"].sudo())}
        else:
            readers = set().union(
                *(self._get_address_owners(owners, one) for one in values["email_to"])
            )
        headers = {k: v for k, v in values["headers"].items() if k != EXTRA}
        if extra := self._narrow_added_addresses(
            values["headers"].get(EXTRA), readers, owners
        ):
            headers[EXTRA] = ",".join(extra)
        reply_to = values["reply_to"]
        sender = self._get_sender_owners(owners)
        if OURS not in readers and not sender & (readers | {OURS}):
            headers[SENDER] = self._get_company_sender()
            if self._is_address_of_stranger(reply_to, readers, owners):
                reply_to = headers[SENDER]
        return {**values, "headers": headers, "reply_to": reply_to}

    @api.model
    def _narrow_added_addresses(self, text, readers, owners):
        """Return which of the added addresses the recipient may know.

        Employees may know all, but with those of two organizations their answer to
        all would tell them of each other.
        """
        addresses = email_split_and_format(text or "")
        known = [self._get_address_owners(owners, address) for address in addresses]
        if OURS in readers:
            return addresses if known and set.intersection(*known) else []
        pairs = zip(addresses, known, strict=True)
        return [address for address, whose in pairs if whose & readers]

    def _get_sender_owners(self, owners):
        """Return to whom belongs the address that a mail would be sent from.

        What is no contact's is the company's, unless a mail has come from there.
        """
        if known := owners.get(email_normalize(self.email_from, strict=False)):
            return known
        if self.author_id:
            return {self._get_address_owner(self.author_id)}
        is_mail = self.message_type == "email"
        return {self.email_from} if is_mail else {OURS}

    def _is_address_of_stranger(self, reply_to, readers, owners):
        """Say whether answers would go to the address of another customer."""
        address = email_normalize(reply_to, strict=False)
        is_sender = address == email_normalize(self.email_from, strict=False)
        known = owners.get(address, {OURS})
        return is_sender or not known & (readers | {OURS})

    def _get_company_sender(self):
        """Return an address of the company, with the name of who has written."""
        company = self.record_company_id or self.env.company
        servers = self.env["ir.mail_server"].sudo().with_company(company)
        addresses = (
            self.record_alias_domain_id.default_from_email,
            company.email,
            servers._get_default_from_address(),
            self.env.ref("base.partner_root").sudo().email,
        )
        address = next(filter(None, map(email_normalize, addresses)))
        name = self.author_id.name or ""
        return formataddr((company.name if "@" in name or not name else name, address))
