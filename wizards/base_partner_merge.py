from odoo import models

from ..models.access.res_partner_sync import (
    ACCESS_FIELDS,
    SETTLED,
    SETTLED_VALUE,
)

# States of login details whose link may still be used.
LINK_STATES = ("queued", "leaving", "retry", "sent")


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Hold people who come to another organization by it to the seats there.

        Also those of an organization that is merged into another one. An organization
        whose last manager has left by it says so.
        """
        partners_sudo = self.env["res.partner"].sudo().browse(partner_ids).exists()
        # Whoever is kept takes over the access of the others.
        own = partners_sudo.filtered("portal_user").commercial_partner_id
        places = partners_sudo._get_portal_places()
        places |= dict.fromkeys(partners_sudo.ids, own)
        with partners_sudo._following_portal_moves(places):
            result = super()._merge(partner_ids, dst_partner, extra_checks)
            self.env.invalidate_all()
        return result

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Keep what became of the login details of the access that is kept.

        One's own link was mailed to a contact that goes: who has not used it gets
        another one.
        """
        partners = dst_partner + src_partners
        owner = self._get_portal_owner(partners)
        rows = self.env["customer.portal.mail"]._get_login_rows(partners)
        kept = rows.filtered(lambda row: row.partner_id == owner)
        if owner != dst_partner and not owner.portal_last_login:
            kept = kept.filtered(lambda row: row.state not in LINK_STATES)
        (rows - kept)._cancel_queued_mails()
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _update_values(self, src_partners, dst_partner):
        """Give the merged contact one whole access; an open one goes first.

        Core would mix the fields, such as the start of one with the end of another.
        The users have moved to the merged contact by now.
        """
        before = {dst_partner.id: dst_partner._get_portal_access()}
        owner = self._get_portal_owner(dst_partner + src_partners)
        access = self._get_portal_values(owner.sudo())
        src_partners._write_without_sync(dict.fromkeys(access, False))
        dst_partner._write_without_sync(access)
        result = super()._update_values(
            src_partners, dst_partner.with_context(**{SETTLED: SETTLED_VALUE})
        )
        dst_partner._follow_portal_changes(before)
        self._move_documents(dst_partner)
        # Rules know the contacts that go.
        self.env["customer.portal.cache.mixin"]._clear_gate_cache()
        return result

    def _move_documents(self, dst_partner):
        """Give the documents to the merged contact's organization, as core's SQL does
        not: colleagues at the former one would go on seeing them.
        """
        documents_sudo = self.env["customer.portal.document"].sudo()
        moved = documents_sudo.search([("partner_id", "=", dst_partner.id)])
        organization = documents_sudo._fields["organization_id"]
        self.env.add_to_compute(organization, moved)

    def _get_portal_owner(self, partners):
        """Return the contact whose access the merged one takes over."""
        return partners.sudo().sorted(
            lambda partner: (
                not partner.portal_user,
                partner.portal_state != "active",
                partner.portal_state != "grace",
            )
        )[:1]

    def _get_portal_values(self, owner_sudo):
        """Return the access to hand over to the merged contact."""
        return {
            fname: owner_sudo._fields[fname].convert_to_write(
                owner_sudo[fname], owner_sudo
            )
            for fname in ACCESS_FIELDS | {"support_end_handled", "support_source"}
        }
