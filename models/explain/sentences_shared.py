from odoo import api, models
from odoo.tools import format_date

DOCUMENTS, FAQS = "customer.portal.document", "customer.portal.faq"


class CustomerPortalExplain(models.AbstractModel):
    """What each step says of a FAQ or a document: with whom it is shared, by name."""

    _inherit = "customer.portal.explain"

    # === WHO IT IS PUBLISHED FOR === #

    @api.model
    def _say_published(self, asked, step):
        link = self._link_own(asked, step, "is_published")
        if not step.passed:
            return self.env._("It is not published."), link
        is_document = self._get_shared_model(step) == DOCUMENTS
        say = self._say_document_audience if is_document else self._say_faq_audience
        return say(asked), link

    @api.model
    def _get_shared_model(self, step):
        return self._get_module(step.facts["code"]).sudo().model_name

    @api.model
    def _say_faq_audience(self, asked):
        faq_sudo = asked.records[FAQS].sudo()
        names = self._get_profile_names(faq_sudo)
        if not faq_sudo.is_restricted:
            return self.env._("It is published for all profiles.")
        if not names:
            return self.env._("It is published, but for none of the profiles.")
        return self.env._("It is published for these profiles: %s.", names)

    @api.model
    def _get_profile_names(self, record_sudo):
        profiles = record_sudo.profile_ids.with_context(active_test=False)
        return ", ".join(profiles.mapped("name"))

    @api.model
    def _say_document_audience(self, asked):
        document_sudo = asked.records[DOCUMENTS].sudo()
        owner = {"name": self._get_names(document_sudo.partner_id)}
        whole = {"name": self._get_names(document_sudo.organization_id)}
        profiles = self._get_profile_names(document_sudo)
        texts = {
            "contact": self.env._("It is published for the contact %(name)s.", **owner),
            "organization": self.env._(
                "It is published for the organization %(name)s.", **whole
            ),
            "subsidiaries": self.env._(
                "It is published for %(name)s and its subsidiaries.", **whole
            ),
            "profiles": self.env._("It is published for these profiles: %s.", profiles),
            "everyone": self.env._("It is published for all customers."),
        }
        return texts.get(document_sudo.audience, self.env._("It is published."))

    @api.model
    def _link_own(self, asked, step, fname):
        """Lead to the FAQ or the document itself."""
        return self._link_record(asked, self._get_shared_model(step), fname)

    # === WHETHER THAT IS THEM === #

    @api.model
    def _say_valid(self, asked, step):
        until = asked.records[FAQS].sudo().valid_until
        date = format_date(self.env, until)
        if not until:
            text = self.env._("It is valid without end.")
        elif step.passed:
            text = self.env._("It is valid until %(date)s.", date=date)
        else:
            text = self.env._("It was valid until %(date)s.", date=date)
        return text, self._link_own(asked, step, "valid_until")

    @api.model
    def _say_profiles(self, asked, step):
        faq_sudo = asked.records[FAQS].sudo()
        if step.passed and not faq_sudo.is_restricted:
            return "", None  # It is published for all of them.
        if step.passed:
            name = self._get_profile_sudo(asked).name
            text = self.env._("It is for their profile %(profile)s.", profile=name)
        else:
            names = self._get_profile_names(faq_sudo)
            text = self.env._("It is only for other profiles: %(names)s.", names=names)
        return text, self._link_own(asked, step, "profile_ids")

    @api.model
    def _get_profile_sudo(self, asked):
        gate = self.env["customer.portal.gate"].with_user(asked.user_sudo)
        profiles = self.env["customer.portal.profile"].sudo()
        return profiles.browse(gate._get_profile_id())

    @api.model
    def _say_audience(self, asked, step):
        if not step.passed:
            link = self._link_own(asked, step, "audience")
            return self._say_not_shared(asked), link
        if text := self._say_shared(asked):
            return text, self._link_own(asked, step, "audience")
        row_sudo = self._get_permission_sudo(asked, step.facts["code"])
        names = self._get_names(asked.records[DOCUMENTS].sudo().partner_id)
        text = self.env._(
            "It belongs to %(name)s, and the records visibility of the profile lets "
            "them see the documents of others in their organization.",
            name=names,
        )
        return text, self._link_profile(row_sudo, "records_visibility")

    @api.model
    def _say_not_shared(self, asked):
        document_sudo = asked.records[DOCUMENTS].sudo()
        label = dict(
            document_sudo._fields["audience"]._description_selection(self.env)
        ).get(document_sudo.audience)
        is_whole = document_sudo.audience in ("organization", "subsidiaries")
        owner = document_sudo.organization_id if is_whole else document_sudo.partner_id
        names = self._get_names(owner) or self._get_profile_names(document_sudo)
        shared = f"{label}: {names}" if names else label
        return self.env._("It is not shared with them (%(shared)s).", shared=shared)

    @api.model
    def _say_shared(self, asked):
        """Say what they have in common with those whom a document is shared with.

        :return: None if only the profile lets them see it
        """
        document_sudo, partner_sudo = asked.records[DOCUMENTS].sudo(), asked.partner
        audience, owner = document_sudo.audience, document_sudo.organization_id
        mine = partner_sudo.sudo().commercial_partner_id
        names = {"name": self._get_names(owner)}
        if audience == "everyone":
            return self.env._("They are a customer, so it is shared with them.")
        if audience == "profiles":
            name = self._get_profile_sudo(asked).name
            return self.env._("It is shared with their profile %(name)s.", name=name)
        if document_sudo.partner_id == partner_sudo.sudo():
            return self.env._("It is shared with them.")
        if audience != "contact" and owner == mine:
            return self.env._("It is shared with their organization %(name)s.", **names)
        if audience == "subsidiaries" and owner in self._get_line(mine):
            return self.env._("They belong to a subsidiary of %(name)s.", **names)
        return None
