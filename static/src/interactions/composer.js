import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";
import { ChosenFiles } from "./chosen_files";
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
        "input[type=file]": { "t-on-change": () => this.chosen.add(this.fileInput.files) },
    };

    setup() {
        this.isDragging = false;
        this.fileInput = this.el.querySelector("input[type=file]");
        const list = this.el.querySelector(".o_cp_chosen");
        this.chosen = new ChosenFiles(this.fileInput, list, this.makeChip);
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
            this.chosen.add(ev.dataTransfer.files);
        }
    }

    onPaste(ev) {
        const files = ev.clipboardData?.files;
        if (this.fileInput && files?.length) {
            ev.preventDefault();
            this.chosen.add(files);
        }
    }

    makeChip(_file, name, button) {
        const chip = document.createElement("li");
        chip.className = "o_cp_chip";
        button.className = "btn-close btn-sm";
        chip.append(name, button);
        return chip;
    }
}

registry.category("public.interactions").add("customer_portal.composer", Composer);
