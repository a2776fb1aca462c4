import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";
import { own } from "./own";

/** Takes a second click off the form; the server takes care of it, too. */
export class SubmitOnce extends Interaction {
    static selector = own(".o_cp_submit_once");
    dynamicContent = {
        _root: { "t-on-submit": () => (this.isSent = true) },
        // Back shows the page as it was left.
        _window: { "t-on-pageshow": () => (this.isSent = false) },
        "button[type=submit]": { "t-att-disabled": () => this.isSent },
    };

    setup() {
        this.isSent = false;
    }
}

registry.category("public.interactions").add("customer_portal.submit_once", SubmitOnce);
