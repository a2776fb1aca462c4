import { Interaction } from "@web/public/interaction";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { own } from "./own";

/**
 * One box to write, drop and paste into. Without JavaScript the same form has a plain
 * input for files.
 */
export class Composer extends Interaction {
    static selector = own(".o_cp_composer");
    dynamicContent = {
        _root: {
            "t-on-submit": this.onSubmit,
            "t-att-class": () => ({ o_cp_ready: true, o_cp_dragging: this.isDragging }),
        },
        _document: {
            "t-on-dragover": this.onDragOver,
            "t-on-dragleave": (ev) => (this.isDragging &&= Boolean(ev.relatedTarget)),
            "t-on-drop": this.onDrop,
        },
        textarea: { "t-on-paste": this.onPaste },
        "input[type=file]": { "t-on-change": () => this.addFiles(this.fileInput.files) },
    };

    setup() {
        this.isDragging = false;
        this.files = [];
        this.fileInput = this.el.querySelector("input[type=file]");
    }

    /** The button that was clicked is switched off before the form is read. */
    onSubmit({ submitter }) {
        if (submitter?.name) {
            const input = document.createElement("input");
            input.type = "hidden";
            input.name = submitter.name;
            input.value = submitter.value;
            this.insert(input, this.el);
        }
    }

    /** Files that are dropped elsewhere, such as on the record's files, stay there. */
    takes(ev) {
        const isElsewhere = ev.target.closest?.(".o_cp_upload");
        return this.fileInput && !isElsewhere && ev.dataTransfer?.types.includes("Files");
    }

    onDragOver(ev) {
        this.isDragging = this.takes(ev);
        if (this.isDragging) {
            ev.preventDefault();
        }
    }

    onDrop(ev) {
        this.isDragging = false;
        if (this.takes(ev)) {
            ev.preventDefault();
            this.addFiles(ev.dataTransfer.files);
        }
    }

    onPaste(ev) {
        const files = ev.clipboardData?.files;
        if (this.fileInput && files?.length) {
            ev.preventDefault();
            this.addFiles(files);
        }
    }

    /** The input holds the last choice only; those before it are kept here. */
    addFiles(files) {
        const isKnown = (file) =>
            this.files.some((f) => f.name === file.name && f.size === file.size);
        this.files.push(...[...files].filter((file) => !isKnown(file)));
        this.showFiles();
    }

    removeFile(file) {
        this.files.splice(this.files.indexOf(file), 1);
        this.showFiles();
        this.fileInput.focus();
    }

    showFiles() {
        const chosen = new DataTransfer();
        this.files.forEach((file) => chosen.items.add(file));
        this.fileInput.files = chosen.files;
        const list = this.el.querySelector(".o_cp_chosen");
        list.replaceChildren(...this.files.map((file) => this.makeChip(file)));
    }

    makeChip(file) {
        const chip = document.createElement("li");
        chip.className = "o_cp_chip";
        const name = document.createElement("span");
        name.className = "text-break";
        name.textContent = file.name;
        const button = document.createElement("button");
        button.type = "button";
        button.className = "btn-close btn-sm";
        button.ariaLabel = _t("Remove %s", file.name);
        button.addEventListener("click", () => this.removeFile(file), { once: true });
        chip.append(name, button);
        return chip;
    }
}

registry.category("public.interactions").add("customer_portal.composer", Composer);
