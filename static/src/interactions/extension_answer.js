import { registry } from "@web/core/registry";
import { cookie } from "@web/core/browser/cookie";
import { Interaction } from "@web/public/interaction";
import { own } from "./own";

/** Remembers which answer to a request for an extension the customer has dismissed. */
export class ExtensionAnswer extends Interaction {
    static selector = own(".o_cp_extension_granted");
    dynamicContent = {
        _root: { "t-on-close.bs.alert": this.onClose },
    };

    onClose() {
        cookie.set("customer_portal_extension", this.el.dataset.answer, 60 * 60 * 24 * 30);
    }
}

registry.category("public.interactions").add("customer_portal.extension_answer", ExtensionAnswer);
