import { registry } from "@web/core/registry";

/** Drop a file as a browser does; none can be dragged in from the desk in a test. */
function dropFile(name) {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(["content"], name, { type: "text/plain" }));
    const event = new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer });
    document.querySelector(".o_cp_drop").dispatchEvent(event);
}

registry.category("web_tour.tours").add("customer_portal_record_form", {
    url: "/my/p/wishes/new",
    steps: () => [
        {
            content: "Describe what is wrong, but give it no title",
            trigger: ".o_cp_form textarea[name=description]",
            run: "edit It drips",
        },
        {
            content: "Drop two files",
            trigger: ".o_cp_drop_hint:not(.d-none)",
            run: () => ["photo.txt", "wrong.txt"].forEach(dropFile),
        },
        {
            content: "Take one away",
            trigger: ".o_cp_file_list li:contains(wrong.txt) button",
            run: "click",
        },
        {
            content: "Send it past the browser's own check",
            trigger: ".o_cp_file_list:not(:contains(wrong.txt)):contains(photo.txt)",
            run: () => {
                const form = document.querySelector(".o_cp_form");
                form.noValidate = true;
                form.requestSubmit();
            },
        },
        {
            content: "The summary has the focus and leads to the field",
            trigger: ".o_cp_errors:focus a[href='#o_cp_name']",
        },
        {
            content: "Nothing typed is lost; give it a title",
            trigger: ".o_cp_form:has(.o_cp_file_list li) input.is-invalid[name=name]",
            run: "edit Broken pump",
        },
        {
            content: "Send it",
            trigger: ".o_cp_form button[type=submit]:enabled",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The new record is there",
            trigger: ".o_cp_record h1:contains(Broken pump)",
        },
    ],
});
