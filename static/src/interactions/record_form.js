import { browser } from "@web/core/browser/browser";
import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";
import { _t } from "@web/core/l10n/translation";
import { ChosenFiles } from "./chosen_files";
import { getPortalUrl, own } from "./own";
import { post } from "./post";

/**
 * Sends a form without leaving the page, so that chosen files are not lost when a field
 * has to be mended. Without JavaScript the browser sends the same form.
 */
export class RecordForm extends Interaction {
    static selector = own(".o_cp_form");
    dynamicContent = {
        _root: { "t-on-submit.prevent": this.onSubmit },
        // Back shows the page as it was left.
        _window: { "t-on-pageshow": (ev) => (this.isSending &&= !ev.persisted) },
        "button[type=submit]": {
            "t-att-disabled": () => (this.isSending ? "disabled" : undefined),
        },
        ".o_cp_progress": {
            "t-att-class": () => ({ "d-none": !this.isSending }),
            "t-att-aria-valuenow": () => this.percent,
        },
        ".o_cp_progress .progress-bar": {
            "t-att-style": () => ({ width: `${this.percent}%` }),
        },
        ".o_cp_drop": {
            "t-on-dragover.prevent": () => (this.isDragging = true),
            "t-on-dragleave": () => (this.isDragging = false),
            "t-on-drop.prevent": this.onDrop,
            "t-att-class": () => ({ o_cp_dragging: this.isDragging }),
        },
        ".o_cp_drop_hint": { "t-att-class": () => ({ "d-none": false }) },
        "input[type=file]": { "t-on-change": this.onChoose },
    };

    setup() {
        this.isSending = false;
        this.isDragging = false;
        this.percent = 0;
        this.fileInput = this.el.querySelector("input[type=file]");
        const list = this.el.querySelector(".o_cp_file_list");
        this.chosen = new ChosenFiles(this.fileInput, list, this.makeFileItem.bind(this));
    }

    // --- files --- //

    onChoose() {
        this.chosen.add(this.fileInput.files);
    }

    onDrop(ev) {
        this.isDragging = false;
        this.chosen.add(ev.dataTransfer.files);
    }

    makeFileItem(file, name, button) {
        const item = document.createElement("li");
        item.className = "d-flex align-items-center gap-2 mt-2";
        const icon = document.createElement("i");
        icon.className = "fa fa-paperclip text-muted";
        icon.ariaHidden = "true";
        const size = document.createElement("span");
        size.className = "text-muted small text-nowrap me-auto";
        size.textContent = this.formatSize(file.size);
        button.className = "btn btn-light px-2 py-1";
        button.innerHTML = '<i class="fa fa-times" aria-hidden="true"></i>';
        item.append(icon, name, size, button);
        return item;
    }

    formatSize(bytes) {
        const isSmall = bytes < 1e6;
        const format = new Intl.NumberFormat(document.documentElement.lang || undefined, {
            style: "unit",
            unit: isSmall ? "kilobyte" : "megabyte",
            maximumFractionDigits: 1,
        });
        return format.format(isSmall ? Math.ceil(bytes / 1e3) : bytes / 1e6);
    }

    // --- sending --- //

    async onSubmit() {
        if (this.isSending) {
            return;
        }
        this.isSending = true;
        this.percent = 0;
        this.updateContent();
        const { status, answer } = await this.send();
        if (answer.url) {
            browser.location.assign(getPortalUrl(answer.url));
            return;
        }
        this.isSending = false;
        this.updateContent();
        this.takeOver(answer);
        this.showErrors(answer.errors || this.getTransportErrors(status));
    }

    send() {
        const action = this.el.getAttribute("action");
        return post(this, action, new FormData(this.el), (percent) => {
            this.percent = percent;
        });
    }

    /** Show what somebody else has changed meanwhile where the customer left it alone. */
    takeOver({ fresh = {}, prints }) {
        if (prints) {
            this.el.elements._prints.value = prints;
        }
        for (const [name, text] of Object.entries(fresh)) {
            for (const input of this.el.querySelectorAll(`[name="${name}"]:not([type=hidden])`)) {
                if (input.type === "checkbox") {
                    input.checked = [text].flat().includes(input.value);
                } else {
                    input.value = text;
                }
            }
        }
    }

    /** Say what is wrong where no form has answered, but a proxy or a login page. */
    getTransportErrors(status) {
        if (status === 413) {
            return { _files: _t("These files are too large.") };
        }
        return {
            "": _t(
                "This could not be sent. Check your connection, or log in again in another tab, then try again."
            ),
        };
    }

    // --- what is wrong --- //

    showErrors(errors) {
        const { "": general, ...others } = errors;
        const items = [];
        for (const place of this.el.querySelectorAll(".o_cp_field")) {
            const { name } = place.dataset;
            const message = others[name] || "";
            delete others[name];
            this.showError(place, message);
            if (message) {
                items.push(this.makeErrorItem(place, message));
            }
        }
        const rest = [general, ...Object.values(others)].filter(Boolean);
        items.unshift(...rest.map((message) => this.makeItem(message)));
        const summary = this.el.querySelector(".o_cp_errors");
        const title = summary.querySelector(".o_cp_errors_title");
        const list = summary.querySelector("ul");
        list.replaceChildren(...items);
        summary.replaceChildren(title, list);
        summary.classList.remove("d-none");
        summary.focus();
    }

    showError(place, message) {
        const error = place.querySelector(".o_cp_error");
        error.textContent = message;
        error.classList.toggle("d-block", Boolean(message));
        for (const input of place.querySelectorAll("input:not([type=hidden]), select, textarea")) {
            input.classList.toggle("is-invalid", Boolean(message));
            if (message) {
                input.setAttribute("aria-invalid", "true");
            } else {
                input.removeAttribute("aria-invalid");
            }
        }
    }

    makeErrorItem(place, message) {
        const label = place.querySelector("legend, label");
        const link = document.createElement("a");
        link.className = "alert-link";
        link.href = `#o_cp_${place.dataset.name}`;
        link.textContent = label.firstChild.textContent.trim() || label.textContent.trim();
        return this.makeItem(link, `: ${message}`);
    }

    makeItem(...parts) {
        const item = document.createElement("li");
        item.append(...parts);
        return item;
    }
}

registry.category("public.interactions").add("customer_portal.record_form", RecordForm);
