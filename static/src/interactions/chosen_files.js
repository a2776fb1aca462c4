import { _t } from "@web/core/l10n/translation";

/**
 * The files chosen for an input, one choice after the other: the input itself holds the
 * last one only.
 */
export class ChosenFiles {
    /**
     * @param {HTMLInputElement} input for files
     * @param {Element} list where they are shown
     * @param {function(File, Element, HTMLButtonElement): Element} makeItem makes what is
     *     shown of a file of its name and the button that removes it
     */
    constructor(input, list, makeItem) {
        Object.assign(this, { input, list, makeItem, files: [] });
    }

    add(files) {
        const isKnown = (file) =>
            this.files.some((f) => f.name === file.name && f.size === file.size);
        this.files.push(...[...files].filter((file) => !isKnown(file)));
        this.show();
    }

    remove(file) {
        this.files.splice(this.files.indexOf(file), 1);
        this.show();
        this.input.focus();
    }

    show() {
        const chosen = new DataTransfer();
        this.files.forEach((file) => chosen.items.add(file));
        this.input.files = chosen.files;
        this.list.replaceChildren(...this.files.map((file) => this.makeShown(file)));
    }

    makeShown(file) {
        const button = document.createElement("button");
        button.type = "button";
        button.ariaLabel = _t("Remove %s", file.name);
        button.addEventListener("click", () => this.remove(file), { once: true });
        const name = document.createElement("span");
        name.className = "text-break";
        name.textContent = file.name;
        return this.makeItem(file, name, button);
    }
}
