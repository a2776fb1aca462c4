import { toRaw } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { SelectCreateDialog } from "@web/views/view_dialogs/select_create_dialog";
import { Chatter } from "@mail/chatter/web_portal/chatter";
import { Composer } from "@mail/core/common/composer";
import { Message } from "@mail/core/common/message";
import { registerComposerAction } from "@mail/core/common/composer_actions";
import { registerMessageAction } from "@mail/core/common/message_actions";

const FAQ = "customer.portal.faq";

/** A case tells more than other records do: who waits for whom. So its form follows. */
patch(Chatter.prototype, {
    onPostCallback() {
        super.onPostCallback();
        if (this.state.thread?.portalCase && !this.props.hasParentReloadOnMessagePosted) {
            this.reloadParentView();
        }
    },
});

patch(Composer.prototype, {
    get canSendAndWait() {
        const thread = this.props.composer.thread;
        return Boolean(
            thread?.portalCase?.canWait &&
                this.props.type === "message" &&
                !this.props.composer.message
        );
    },

    /** Send an answer, then wait for the customer; not where it could not be sent. */
    async sendAndWait() {
        this.isWaiting = true;
        try {
            await this.sendMessage();
        } finally {
            this.isWaiting = false;
        }
    },

    async _sendMessage() {
        const { isWaiting } = this;
        const message = await super._sendMessage(...arguments);
        if (isWaiting && message) {
            const { id, model } = toRaw(this.props.composer.thread);
            await this.env.services.orm.call(model, "action_portal_wait", [[id]]);
        }
        return message;
    },
});

patch(Message.prototype, {
    /** Whether people wrote it on a case, for colleagues alone. */
    get isPortalNote() {
        const { isNote, message_type, thread } = this.message;
        return Boolean(thread?.portalCase && isNote && message_type === "comment");
    },
});

registerComposerAction("customer-portal-insert-faq", {
    condition: ({ composer, owner }) =>
        composer.targetThread?.portalCase && owner.props.type !== "note" && !composer.message,
    icon: "fa fa-question-circle-o",
    name: _t("Insert a FAQ"),
    onSelected: ({ composer, owner }) => {
        const { dialog, orm } = owner.env.services;
        dialog.add(SelectCreateDialog, {
            title: _t("Insert a FAQ"),
            resModel: FAQ,
            noCreate: true,
            multiSelect: false,
            context: { search_default_published: 1 },
            onSelected: async ([id]) => {
                const [faq] = await orm.read(FAQ, [id], ["answer"]);
                const text = htmlToText(faq.answer || "");
                const place = composer.composerText.length;
                composer.insertText(`${place ? "\n\n" : ""}${text}`, place);
                composer.autofocus++;
            },
        });
    },
    sequence: 6,
});

registerMessageAction("customer-portal-make-faq", {
    condition: ({ message, thread }) =>
        thread?.portalCase && message.message_type === "comment" && !message.isNote,
    icon: "fa fa-question-circle-o",
    name: _t("Create a FAQ from this"),
    onSelected: ({ message, owner, thread }) =>
        owner.env.services.action.doAction({
            type: "ir.actions.act_window",
            name: _t("New FAQ"),
            res_model: FAQ,
            views: [[false, "form"]],
            context: {
                default_question: thread.name || thread.display_name,
                default_answer: message.body.toString(),
                default_is_published: false,
            },
        }),
    sequence: 90,
});

/** The text of an answer as plain paragraphs, which is what is typed in a reply. */
function htmlToText(html) {
    const { body } = new DOMParser().parseFromString(html.replace(/\s+/g, " "), "text/html");
    for (const line of body.querySelectorAll("br, p, div, li, h1, h2, h3, h4, tr")) {
        line.after("\n", line.matches("p, h1, h2, h3, h4") ? "\n" : "");
    }
    const lines = body.textContent.split("\n").map((line) => line.trim());
    return lines.join("\n").replace(/\n{3,}/g, "\n\n").trim();
}
