from odoo import api, models

from .reason import REASONS


class CustomerPortalLeakReason(models.AbstractModel):
    """What links a record to a customer, or makes it for everyone: one kind a method.

    Each takes a viewer, the code of a module and records with all rights, and returns
    keys of ``REASONS`` by id.
    """

    _inherit = "customer.portal.leak.reason"

    # === THEIRS === #

    @api.model
    def _find_theirs(self, viewer, _code, records):
        return {
            record.id: "theirs"
            for record in records
            if self._get_customer_ids(viewer, record) & viewer.partner_ids
        }

    @api.model
    def _find_followed(self, viewer, _code, records):
        followers = self.env["mail.followers"].sudo()
        found = followers.search(
            [
                ("res_model", "=", records._name),
                ("res_id", "in", records.ids),
                ("partner_id", "in", list(viewer.partner_ids)),
            ]
        )
        return dict.fromkeys(found.mapped("res_id"), "follows")

    @api.model
    def _find_shared(self, viewer, _code, records):
        """Find what belongs to a project that they follow or work on."""
        is_project = records._name == "project.project"
        if not is_project and "project_id" not in records._fields:
            return {}
        projects = records if is_project else records.project_id
        if projects._name != "project.project":
            return {}
        mine = projects.filtered(
            lambda one: viewer.partner_ids & {*one.collaborator_ids.partner_id.ids}
        )
        seen = {*mine.ids, *self._find_followed(viewer, "", projects)}
        return {
            record.id: "shared"
            for record in records
            if (record if is_project else record.project_id).id in seen
        }

    @api.model
    def _find_account(self, viewer, _code, records):
        """Find what belongs to the user, or to the company that they log in to."""
        if records._name == "res.company":
            known = viewer.user._get_company_ids()
            return {one.id: "company" for one in records if one.id in known}
        if self._get_customer_paths(records._name):
            return {}
        names = [n for n in ("user_id", "user_ids") if n in records._fields]
        return {
            record.id: "account"
            for record in records
            if any(viewer.user in record[name] for name in names)
        }

    @api.model
    def _find_talk(self, viewer, _code, records):
        """Find messages to them or by them, and channels that they may join."""
        if records._name == "mail.message":
            return {
                message.id: "theirs"
                for message in records
                if viewer.partner_ids & {*(message.author_id + message.partner_ids).ids}
                or viewer.partner_ids & {*message.notified_partner_ids.ids}
            }
        if records._name == "mail.notification":
            messages = records.mail_message_id
            known = self._find_reasoned(viewer, messages._name, messages.ids)
            return {r.id: "record" for r in records if r.mail_message_id.id in known}
        names = {"discuss.channel": "id", "discuss.channel.member": "channel_id"}
        if records._name not in names:
            return {}
        path = names[records._name]
        return {
            record.id: "channel"
            for record in records
            if self._is_open_channel(viewer, record if path == "id" else record[path])
        }

    @api.model
    def _is_open_channel(self, viewer, channel):
        group = channel.group_public_id
        is_open = not group or group in viewer.user.all_group_ids
        is_member = viewer.partner_ids & {*channel.channel_partner_ids.ids}
        return bool(is_member) or (channel.channel_type == "channel" and is_open)

    @api.model
    def _find_made(self, viewer, _code, records):
        """Find what they made; not what an agent has given to somebody else."""
        if "create_uid" not in records._fields:
            return {}
        return {
            record.id: "made"
            for record in records
            if record.create_uid.id in viewer.user_ids
            and not self._get_customer_ids(viewer, record)
        }

    @api.model
    def _find_bought(self, viewer, code, records):
        """Find the products of their confirmed orders."""
        if viewer.levels.get(code) != "bought" or "sale.order.line" not in self.env:
            return {}
        is_variant = records._name == "product.product"
        path = "product_id" if is_variant else "product_id.product_tmpl_id"
        lines = self.env["sale.order.line"].sudo()
        found = lines.search(
            [
                (path, "in", records.ids),
                ("order_id.partner_id", "in", list(viewer.partner_ids)),
                ("state", "=", "sale"),
            ]
        )
        return dict.fromkeys(found.mapped(path).ids, "bought")

    # === PARTS OF OTHER RECORDS === #

    @api.model
    def _find_carried(self, viewer, _code, records):
        """Find messages and files of records that they have a reason to see."""
        names = {"mail.message": "model", "ir.attachment": "res_model"}
        name = names.get(records._name)
        if not name:
            return {}
        reasons = {}
        for model_name, some in records.grouped(name).items():
            if model_name in self.env and self._may_carry(model_name, records._name):
                ids = some.mapped("res_id")
                known = self._find_reasoned(viewer, model_name, ids)
                reasons |= {r.id: "record" for r in some if r.res_id in known}
        return reasons

    @api.model
    def _may_carry(self, model_name, carried_name):
        """Say whether to look whose a record of a model is that carries another one.

        A file can belong to a message, but nothing goes round in circles.
        """
        is_last = model_name not in self._get_carriers()
        is_of_message = carried_name == "ir.attachment" != model_name
        return is_last or is_of_message

    @api.model
    def _find_reasoned(self, viewer, model_name, ids):
        """Return which records they have a reason to see, in whichever module."""
        modules = self.env["customer.portal.module"].sudo()
        same = modules.search([("model_name", "=", model_name)]).mapped("code")
        return {
            res_id
            for code in ("", *(code for code in same if code in viewer.levels))
            for res_id, reason in self._find_reasons(
                viewer, code, model_name, ids
            ).items()
            if reason in REASONS
        }

    @api.model
    def _find_documents(self, viewer, _code, records):
        """Find files and documents by what their document says it is shared with."""
        documents = self.env["customer.portal.document"].sudo()
        if records._name == "ir.attachment":
            documents = documents.search([("attachment_id", "in", records.ids)])
            found = {
                d.attachment_id.id: self._explain_document(viewer, d) for d in documents
            }
        elif records._name == documents._name:
            found = {d.id: self._explain_document(viewer, d) for d in records}
        else:
            return {}
        return {res_id: reason for res_id, reason in found.items() if reason}

    @api.model
    def _explain_document(self, viewer, document):
        if not document.is_published:
            return None
        if document.audience == "everyone":
            return "document"
        is_for_profile = viewer.profile_id in document.profile_ids.ids
        if document.audience == "profiles" and is_for_profile:
            return "document"
        if viewer.partner_ids & {document.partner_id.id}:
            return "their_document"
        is_below = self._get_line_ids(viewer) & {
            document.organization_id.id,
            document.partner_id.id,
        }
        if document.audience == "subsidiaries" and is_below:
            return "their_document"
        return None

    @api.model
    def _get_line_ids(self, viewer):
        """Return the contacts above a customer."""
        partner, ids = viewer.user.partner_id, set()
        while partner and partner.id not in ids:
            ids.add(partner.id)
            partner = partner.parent_id
        return ids

    # === FOR EVERYONE === #

    @api.model
    def _find_for_everyone(self, viewer, code, records):
        """Find what is for everyone, record by record."""
        explain = {
            "customer.portal.faq": self._explain_faq,
            "ir.attachment": self._explain_file,
        }.get(records._name, self._explain_open)
        found = {one.id: explain(viewer, code, one) for one in records}
        return {res_id: reason for res_id, reason in found.items() if reason}

    @api.model
    def _explain_faq(self, viewer, _code, faq):
        is_theirs = not faq.is_restricted or viewer.profile_id in faq.profile_ids.ids
        until = faq.valid_until
        is_valid = not until or until >= self._get_today(viewer)
        return "faq" if faq.is_published and is_valid and is_theirs else None

    @api.model
    def _explain_file(self, viewer, _code, file):
        record = self._find_carried_by(file)
        if not file.public or record is None:
            return None
        return None if self._get_customer_ids(viewer, record) else "open_file"

    @api.model
    def _find_carried_by(self, file):
        """Return what a file belongs to; of a message, what the message is about.

        :return: None if the model is gone
        """
        record, carriers = file, self._get_carriers()
        while record and (name := carriers.get(record._name)) and record[name]:
            model_name = record[name]
            if model_name not in self.env:
                return None
            if not self._may_carry(model_name, record._name):
                break
            record = self.env[model_name].sudo().browse(record.res_id).exists()
        return record if file.res_model else None

    @api.model
    def _explain_open(self, viewer, code, record):
        if record._name in self._get_open_models():
            return "odoo"
        for name in ("website_published", "is_published"):
            if name in record._fields and record[name]:
                return "published"
        if not code or viewer.levels.get(code) != "everyone":
            return None
        # What could name a customer, and does not, is another question.
        return None if self._get_customer_paths(record._name) else "everyone"
