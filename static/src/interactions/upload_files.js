import { browser } from "@web/core/browser/browser";
import { Interaction } from "@web/public/interaction";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { getPortalUrl, own } from "./own";
import { post } from "./post";

const MEGABYTE = 1024 * 1024;
const FAILED = _t("The files could not be uploaded. Please try again.");

/** Takes dropped files, and shows how far they are; without JavaScript a form does it. */
export class UploadFiles extends Interaction {
    static selector = own(".o_cp_upload");
    dynamicContent = {
        _root: {
            "t-on-submit.prevent": () => this.send(this.input.files),
            "t-on-dragover.prevent": () => this.highlight(true),
            "t-on-dragleave": () => this.highlight(false),
            "t-on-drop.prevent": this.onDrop,
        },
        ".o_cp_upload_drop": { "t-att-class": () => ({ "d-none": false }) },
        "#o_cp_upload_error": {
            "t-att-class": () => ({ "d-none": !this.error }),
        },
        ".o_cp_upload_progress": {
            "t-att-class": () => ({ "d-none": this.sent === null }),
            "t-att-value": () => this.sent || 0,
        },
        "button[type=submit]": { "t-att-disabled": () => this.sent !== null },
    };

    setup() {
        this.input = this.el.querySelector("input[type=file]");
        this.errorEl = this.el.querySelector("#o_cp_upload_error");
        this.error = this.errorEl.textContent.trim();
        this.sent = null;
    }

    highlight(isOver) {
        this.el.classList.toggle("o_cp_upload_over", isOver);
    }

    onDrop(ev) {
        this.highlight(false);
        this.send(ev.dataTransfer.files);
    }

    /** Send all files at once: the server takes all of them or none. */
    send(files) {
        if (!files.length || this.sent !== null) {
            return;
        }
        const limit = Number(this.el.dataset.maxMb) * MEGABYTE;
        const large = limit && [...files].find((file) => file.size > limit);
        if (large) {
            this.fail(_t("“%s” is too large.", large.name));
            return;
        }
        this.fail("");
        this.sent = 0;
        return this.post(files);
    }

    async post(files) {
        const data = new FormData();
        data.append("csrf_token", this.el.elements.csrf_token.value);
        for (const file of files) {
            data.append("files", file);
        }
        const action = this.el.getAttribute("action");
        const { status, answer } = await post(this, action, data, (percent) => {
            this.sent = percent;
        });
        if (status === 200) {
            this.showFiles();
        } else {
            this.fail(answer.error || FAILED);
        }
    }

    showFiles() {
        if (this.el.dataset.done) {
            browser.location.assign(getPortalUrl(this.el.dataset.done));
        } else {
            browser.location.hash = "o_cp_documents";
            browser.location.reload();
        }
    }

    fail(message) {
        this.sent = null;
        this.error = message;
        this.errorEl.textContent = message;
    }
}

registry.category("public.interactions").add("customer_portal.upload_files", UploadFiles);
