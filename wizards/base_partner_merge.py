from odoo import models

from ..models.customer_portal_access_mixin import (
    ACCESS_FIELDS,
    RESULT_FIELDS,
    SETTLED,
    SETTLED_VALUE,
)


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_values(self, src_partners, dst_partner):
        """Give the merged contact one whole access; an open one goes first.

        Core would mix the fields, such as the start of one with the end of another.
        The users have moved to the merged contact by now.
        """
        before = {dst_partner.id: dst_partner._get_portal_access()}
        partners_sudo = (
            (dst_partner + src_partners)
            .sudo()
            .sorted(
                lambda partner: (
                    not partner.portal_user,
                    partner.portal_state != "active",
                )
            )
        )
        access = self._get_portal_values(partners_sudo[0], dst_partner)
        src_partners._settle(dict.fromkeys(access, False))
        dst_partner._settle(access)
        result = super()._update_values(
            src_partners, dst_partner.with_context(**{SETTLED: SETTLED_VALUE})
        )
        dst_partner._follow_portal_changes(before)
        self._move_documents(dst_partner)
        self.env.registry.clear_cache()  # Rules know the contacts that go.
        return result

    def _move_documents(self, dst_partner):
        """Give the documents to the merged contact's organization, as core's SQL does
        not: colleagues at the former one would go on seeing them.
        """
        documents_sudo = self.env["customer.portal.document"].sudo()
        moved = documents_sudo.search([("partner_id", "=", dst_partner.id)])
        organization = documents_sudo._fields["organization_id"]
        self.env.add_to_compute(organization, moved)

    def _get_portal_values(self, owner_sudo, dst_partner):
        """Return the access to hand over to the merged contact.

        A link that was mailed belongs to the contact that goes: who has not used it
        gets another one.
        """
        values = {
            fname: owner_sudo._fields[fname].convert_to_write(
                owner_sudo[fname], owner_sudo
            )
            for fname in ACCESS_FIELDS | RESULT_FIELDS
        }
        has_link = values["portal_credentials_state"] in ("queued", "sent")
        if owner_sudo != dst_partner and has_link and not dst_partner.portal_last_login:
            values["portal_credentials_state"] = False
        return values
