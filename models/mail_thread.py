import ast

from odoo import api, models
from odoo.exceptions import AccessError, MissingError
from odoo.fields import Domain
from odoo.tools import html2plaintext

from ..const import CASES

# Key of the context: a program posts, in the name of a customer.
AUTOMATIC = "customer_portal_automatic"


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _search(self, domain, *args, **kwargs):
        """Refuse to search records by the comments that the profile refuses to show.

        Core looks into them past their rules: by the answers their text is guessed.
        """
        gate = self.env["customer.portal.gate"]
        if not self.env.su and gate.refuses(self.env.user, "comments", self._name):
            domain = Domain(domain)
            for condition in domain.iter_conditions():
                field = self._fields.get(condition.field_expr.partition(".")[0])
                if field and field.comodel_name == "mail.message":
                    raise AccessError(self.env._("Comments cannot be searched."))
        return super()._search(domain, *args, **kwargs)

    def _message_post_after_hook(self, message, msg_vals):
        """Take up records that waited for their customer as soon as he answers.

        Here meet what he writes in the portal, and what he answers by mail.
        """
        result = super()._message_post_after_hook(message, msg_vals)
        author = message.author_id.sudo()
        is_answer = message.message_type in ("comment", "email") and author.portal_user
        is_machine = self.env.context.get(AUTOMATIC)
        if is_answer and not is_machine and not message.subtype_id.sudo().internal:
            self._leave_waiting()
            self._reopen_answered(author)
        return result

    def _reopen_answered(self, partner):
        """Take up a closed record that its customer answers, by mail above all.

        The page takes no comment until he reopens it himself; a mail cannot be asked to
        do so, and must not get lost on a record that nobody looks at. Where his profile
        does not let him reopen, it stays closed, and its followers get his answer.
        """
        gate = self.env["customer.portal.gate"]
        users = partner.user_ids.filtered(lambda user: user._is_portal())
        if len(self) == 1 and users and partner.portal_state == "active":
            gate.reopen_answered(users[0], self)

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        """Know automatic replies: an absent customer has not answered anything."""
        known = self.with_context(**{AUTOMATIC: self._is_automatic_mail(message)})
        return super(MailThread, known)._message_route_process(
            message, message_dict, routes
        )

    @api.model
    def _is_automatic_mail(self, message):
        """Say whether a program has sent a mail (RFC 3834, and what was before it).

        :param email.message.EmailMessage message: that has come in
        """
        submitted = (message.get("Auto-Submitted") or "no").strip().lower()
        precedence = (message.get("Precedence") or "").strip().lower()
        older = any(message.get(name) for name in ("X-Autoreply", "X-Autorespond"))
        return submitted != "no" or precedence == "auto_reply" or older

    def _leave_waiting(self):
        modules = self.env["customer.portal.module"]
        for domain, name, waiting, answered in modules._get_waiting(self._name):
            records = self.sudo().filtered_domain(domain & Domain(name, "=", waiting))
            records.write({name: answered})

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
        operations.update(
            dict.fromkeys(gate.refused_on(self.env.user, self, action), None)
        )
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
        """Open no thread to a portal user who sees its record without the comments.

        Not with a token either: the links in Odoo's own lists have it. Where there is
        no record, core fails with a token; answer the same as where it is hidden.
        """
        try:
            thread = super()._get_thread_with_access(thread_id, **kwargs)
        except (MissingError, TypeError):
            return self.browse()
        gate = self.env["customer.portal.gate"]
        if not gate.may_on(self.env.user, thread, "comments"):
            return self.browse()
        return thread

    def _get_mail_thread_data_attachments(self):
        """List the files of comments only, where the profile refuses documents."""
        attachments = super()._get_mail_thread_data_attachments()
        gate = self.env["customer.portal.gate"]
        if gate.may_on(self.env.user, self, "documents"):
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
            self.env["mail.message"]._check_portal_upload(
                message_values.get("model", self._name),
                message_values.get("res_id", self.id),
            )
            size = sum(len(one[1] or "") for one in attachments or ())
            self.env["customer.portal.quota"]._check(self.env.user, size)
        return super()._process_attachments_for_post(
            attachments, attachment_ids, message_values
        )

    def _track_get_fields(self):
        """Keep the changes of what customers are told of, too."""
        gate = self.env["customer.portal.gate"]
        return super()._track_get_fields() | gate._get_tracked_names(self._name)

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
                and gate.get_page_url(users.browse(pdata["uid"]), self._name, self.id)
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
            if self._is_for_portal(group) and group.get("button_access"):
                url = self.env["customer.portal.link"]._lead(
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
        return self.env["customer.portal.link"]._lead(self, body)

    def _is_for_portal(self, group):
        """Say whether a mail about a record that the portal shows is for customers."""
        if len(self) != 1 or not self.env["customer.portal.link"]._has_page(self):
            return False
        return all(data["type"] != "user" for data in group["recipients_data"])

    def _message_track_post_template(self, changes):
        """Hold the mails about a case back from a customer who has opted out.

        The case says so.
        """
        mails = changes and self._name in CASES and self._has_track_template(changes)
        if mails and self._is_opted_out_case():
            reason = self.env["customer.portal.opt.out"]._get_reason()
            self._message_log(body=self.env._("No mail was sent. %s", reason))
            return True
        return super()._message_track_post_template(changes)

    def _has_track_template(self, changes):
        templates = self.exists() and self._track_template(changes)
        return any(template for template, _kwargs in (templates or {}).values())

    def _is_opted_out_case(self):
        self.ensure_one()
        cases = self.env["customer.portal.module"]._get_cases()
        domain = Domain(ast.literal_eval(cases.domain or "[]"))
        case_sudo = self.sudo()
        if cases.model_name != self._name or not case_sudo.filtered_domain(domain):
            return False
        customer = case_sudo[cases.partner_field]
        return bool(self.env["customer.portal.opt.out"]._filter(customer))
