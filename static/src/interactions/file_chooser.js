import { Interaction } from "@web/public/interaction";

/** Files are chosen or dropped one after another, and each can be removed again. */
export class FileChooser extends Interaction {
    static fileList = ".o_cp_chosen";

    setup() {
        this.isDragging = false;
        this.files = [];
        this.fileInput = this.el.querySelector("input[type=file]");
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
        const list = this.el.querySelector(this.constructor.fileList);
        list.replaceChildren(...this.files.map((file) => this.makeItem(file)));
    }

    /** Return the element that shows a file, with a button to remove it. */
    makeItem(file) {
        throw new Error(`Nothing shows ${file.name}.`);
    }
}
