import { registry } from "@web/core/registry";

/** Drop a file on the form, as the mouse does. */
function drop(name, content) {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([content], name));
    document
        .querySelector(".o_cp_upload")
        .dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
}

registry.category("web_tour.tours").add("customer_portal_upload_files", {
    steps: () => [
        {
            content: "Open what stays folded where comments take files",
            trigger: "#o_cp_documents summary",
            run: "click",
        },
        {
            content: "Drop a file above the limit: it is not even sent",
            trigger: ".o_cp_upload .o_cp_upload_drop:not(.d-none)",
            run: () => drop("huge.txt", new Uint8Array(26 * 1024 * 1024)),
        },
        {
            content: "Read why; drop another one",
            trigger: "#o_cp_upload_error:not(.d-none):contains(huge.txt)",
            run: () => drop("dropped.txt", "Hello"),
            expectUnloadPage: true,
        },
        {
            content: "It is there",
            trigger: "#o_cp_documents .o_cp_file:contains(dropped.txt)",
        },
    ],
});
