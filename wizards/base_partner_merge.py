from odoo import models

from ..models.res_partner import ACCESS_FIELDS, RESULT_FIELDS, SETTLED, SETTLED_VALUE


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_values(self, src_partners, dst_partner):
        """Give the merged contact one whole access: its own, else the first other one.

        Core would mix the fields, such as the start of one with the end of another.
        The users have moved to the merged contact by now.
        """
        before = {dst_partner.id: dst_partner._get_portal_access()}
        partners_sudo = (dst_partner + src_partners).sudo()
        owner = partners_sudo.filtered("portal_user")[:1] or dst_partner.sudo()
        fnames = ACCESS_FIELDS | RESULT_FIELDS
        access = {
            fname: owner._fields[fname].convert_to_write(owner[fname], owner)
            for fname in fnames
        }
        src_partners._settle(dict.fromkeys(fnames, False))
        dst_partner._settle(access)
        super()._update_values(
            src_partners, dst_partner.with_context(**{SETTLED: SETTLED_VALUE})
        )
        dst_partner._follow_portal_changes(before)
