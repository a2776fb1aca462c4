import ast
from contextlib import suppress

from odoo import api, models
from odoo.exceptions import AccessError, MissingError
from odoo.fields import Domain
from odoo.tools import html2plaintext

from ...const import CASE_MODELS
from ...utils import get_delivery_status

# How much of a bounce is shown as its reason, in characters.
REASON_LENGTH = 250


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _search(self, domain, *args, **kwargs):
        """Refuse to search records by the comments that the profile refuses to show.

        Core looks into them past their rules: by the answers their text is guessed.
        """
        gate = self.env["customer.portal.gate"]
        if not self.env.su and gate.refuses("comments", self._name):
            domain = Domain(domain)
            for condition in domain.iter_conditions():
                field = self._fields.get(condition.field_expr.partition(".")[0])
                if field and field.comodel_name == "mail.message":
                    raise AccessError(self.env._("Comments cannot be searched."))
        return super()._search(domain, *args, **kwargs)

    @api.model
    def _routing_handle_bounce(self, email_message, message_dict):
        """Write down that a mail of the portal has come back."""
        result = super()._routing_handle_bounce(email_message, message_dict)
        if self._is_final_bounce(email_message):
            self.env["customer.portal.mail"]._receive_bounce(
                message_dict.get("bounced_msg_ids"),
                message_dict.get("bounced_partner") or self.env["res.partner"],
                self._get_bounce_reason(email_message, message_dict),
            )
        return result

    @api.model
    def _is_final_bounce(self, email_message):
        """Say whether a mail server has given up, and does not merely try longer."""
        actions = get_delivery_status(email_message, "Action")
        return actions[:1] in ([], ["failed"])

    @api.model
    def _get_bounce_reason(self, email_message, message_dict):
        """Return what the mail server says (RFC 3464), else how its mail begins."""
        for name in ("Diagnostic-Code", "Status"):
            for text in get_delivery_status(email_message, name):
                return text.partition(";")[2].strip() or text
        words = html2plaintext(message_dict.get("body") or "").split()
        return " ".join(words)[:REASON_LENGTH] or self.env._("The email bounced.")

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """Let nothing permit on messages what the profile refuses on their record.

        No operation on the record means so in core, whose controllers ask here before
        they let post, upload and react.
        """
        operations = super()._mail_get_operation_for_mail_message_operation(
            message_operation
        )
        action = "comments" if message_operation == "read" else "comment"
        gate = self.env["customer.portal.gate"]
        operations.update(dict.fromkeys(gate.kept_from(self, action), None))
        return operations

    def _mail_group_by_operation_for_mail_message_operation(self, message_operation):
        """Leave out what is refused: core would check access for no operation."""
        documents = super()._mail_group_by_operation_for_mail_message_operation(
            message_operation
        )
        documents.pop(None, None)
        return documents

    @api.model
    def _get_thread_with_access(self, thread_id, **kwargs):
        """Open no thread to customers whose profile does not show its comments.

        Not with a token either, which core takes as well: a thread with all rights.
        Where there is no record, core fails with it; answer the same as where it is
        hidden.
        """
        try:
            thread = super()._get_thread_with_access(thread_id, **kwargs)
        except (MissingError, TypeError):
            return self.browse()
        gate = self.env["customer.portal.gate"]
        may = gate.may_by_link if thread.env.su else gate.may_on
        if not may(thread, "comments"):
            return self.browse()
        return thread

    def _get_mail_thread_data_attachments(self):
        """List the files of comments only, where the profile refuses documents."""
        attachments = super()._get_mail_thread_data_attachments()
        gate = self.env["customer.portal.gate"]
        if gate.may_on(self, "documents"):
            return attachments
        messages = self.env["mail.message"].search(
            [("model", "=", self._name), ("res_id", "=", self.id)]
        )
        return attachments & messages.sudo().attachment_ids

    def _process_attachments_for_post(
        self, attachments, attachment_ids, message_values
    ):
        """Refuse files with a comment by RPC; the controller asks by itself.

        With all rights it is Odoo that attaches, such as an order that was signed.
        """
        if (attachments or attachment_ids) and not self.env.su:
            messages = self.env["mail.message"]
            place = (
                message_values.get("model", self._name),
                message_values.get("res_id", self.id),
            )
            messages._check_portal_upload(*place)
            attachments = messages._check_portal_files(*place, attachments or ())
        return super()._process_attachments_for_post(
            attachments, attachment_ids, message_values
        )

    def _track_get_fields(self):
        """Keep the changes of what customers are told of, too.

        Of what the user may read, as core does it: the former values are read in the
        user's name. Who shares a project reads few fields of its tasks.
        """
        names = self.env["customer.portal.thread"]._get_tracked_names(self._name)
        if names and not self.env.su and not self.env.user._is_internal():
            fields = map(self._fields.get, names)
            names = {f.name for f in fields if self._has_field_access(f, "read")}
        return super()._track_get_fields() | names

    def _track_prepare(self, fields_iter):
        """Keep what only customers are told of for what they have a page of.

        A task of any other project has the notes that Odoo makes of it, and no more.
        Core comes here for all that is computed, little of which is tracked.
        """
        names = set(fields_iter)  # Core also passes what can be read only once.
        names = names and self._track_get_fields().intersection(names)
        if not names:
            return None
        told = names & self._get_told_names()
        if not told or not self.env.user._is_internal():
            return super()._track_prepare(names)
        pages = self.env["customer.portal.gate"]._filter_pages(self)
        if pages:
            super(MailThread, pages)._track_prepare(names)
        if others := self - pages:
            super(MailThread, others)._track_prepare(names - told)
        return None

    def _get_told_names(self):
        """Return the fields that are tracked only because customers are told of them.

        :rtype: frozenset[str]
        """
        names = self.env["customer.portal.thread"]._get_tracked_names(self._name)
        return frozenset(
            name for name in names if not getattr(self._fields[name], "tracking", None)
        )

    def _message_track(self, fields_iter, initial_values_dict):
        """Describe the fields alone of which a value was kept."""
        kept = set().union(*(values or () for values in initial_values_dict.values()))
        return super()._message_track(
            kept.intersection(fields_iter or ()), initial_values_dict
        )

    def _mail_track(self, tracked_fields, initial_values):
        """Take no notice of a rich text that reads the same.

        Editors change its markup, and keep its history in it.
        """
        values = {
            name: value
            for name, value in initial_values.items()
            if tracked_fields.get(name, {}).get("type") != "html"
            or html2plaintext(value or "") != html2plaintext(self[name] or "")
        }
        return super()._mail_track(tracked_fields, values)

    def _notify_get_recipients_groups_fillup(
        self, groups, model_description, msg_vals=False
    ):
        """Let the button of a mail lead customers to the page they see the record on.

        Asked here, as models put their own groups before those of ``super()`` in
        ``_notify_get_recipients_groups``. A group has one address, and customers may
        see the record in different modules, so each address has a group.
        """
        fresh = self._make_portal_page_groups() if len(self) == 1 else []
        return super()._notify_get_recipients_groups_fillup(
            [*fresh, *groups], model_description, msg_vals=msg_vals
        )

    def _make_portal_page_groups(self):
        gate, users = self.env["customer.portal.gate"], self.env["res.users"].sudo()

        def is_led_to(url):
            return lambda pdata: (
                pdata["type"] == "portal"
                and pdata["uid"]
                and gate.with_user(users.browse(pdata["uid"])).get_page_url(
                    self._name, self.id
                )
                == url
            )

        codes = gate._get_generated_codes(self._name)
        return [
            (
                f"customer_portal_{code}",
                is_led_to(gate._make_page_url(code, self.id)),
                {
                    "active": True,
                    "has_button_access": True,
                    "button_access": {
                        "url": self.get_base_url() + gate._make_page_url(code, self.id)
                    },
                },
            )
            for code in codes
        ]

    def _notify_get_recipients_classify(
        self, message, recipients_data, *args, **kwargs
    ):
        """Let the buttons in mails to customers lead to the Portal URL."""
        groups = super()._notify_get_recipients_classify(
            message, recipients_data, *args, **kwargs
        )
        for group in groups:
            if group.get("button_access") and self._is_for_portal(group):
                url = self.env["customer.portal.letter"]._replace_base_url(
                    self, group["button_access"].get("url")
                )
                group["button_access"] = {**group["button_access"], "url": url}
        return groups

    def _notify_by_email_render_layout(
        self, message, recipients_group, *args, **kwargs
    ):
        """Let the links in mails to customers begin with the Portal URL."""
        body = super()._notify_by_email_render_layout(
            message, recipients_group, *args, **kwargs
        )
        if not self._is_for_portal(recipients_group):
            return body
        return self.env["customer.portal.letter"]._replace_base_url(self, body)

    def _is_for_portal(self, group):
        """Say whether a mail about a record that the portal shows is for customers."""
        if any(data["type"] == "user" for data in group["recipients_data"]):
            return False
        return len(self) == 1 and self.env["customer.portal.letter"]._has_page(self)

    def _message_track_post_template(self, changes):
        """Hold the mails about a case back from a customer who has opted out.

        The case says so.
        """
        mails = (
            changes and self._name in CASE_MODELS and self._has_track_template(changes)
        )
        if mails and self._is_opted_out_case():
            reason = self.env["res.partner"]._get_opt_out_reason()
            self._message_log(body=self.env._("No email was sent. %s", reason))
            return True
        return super()._message_track_post_template(changes)

    def _has_track_template(self, changes):
        """Say whether a change sends a mail; that of what is deleted by now does not.

        Core asks again, so nothing is looked up for it.
        """
        with suppress(MissingError):
            templates = self and self._track_template(changes)
            return any(template for template, _kwargs in (templates or {}).values())
        return False

    def _is_opted_out_case(self):
        self.ensure_one()
        cases = self.env["customer.portal.module"]._get_cases()
        domain = Domain(ast.literal_eval(cases.domain or "[]"))
        case_sudo = self.sudo()
        if cases.model_name != self._name or not case_sudo.filtered_domain(domain):
            return False
        customer = case_sudo[cases.partner_field]
        return bool(customer._filter_opted_out())
