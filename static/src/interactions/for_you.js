import { browser } from "@web/core/browser/browser";
import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";
import { own } from "./own";

/** Asks anew when the customer comes back: what they have done is gone at once. */
export class ForYou extends Interaction {
    static selector = own(".o_cp_for_you");
    dynamicContent = {
        _window: { "t-on-pageshow": this.onPageShow },
    };

    /** A page that the browser has kept shows what waited before. */
    onPageShow(ev) {
        if (ev.persisted) {
            browser.location.reload();
        }
    }
}

registry.category("public.interactions").add("customer_portal.for_you", ForYou);
