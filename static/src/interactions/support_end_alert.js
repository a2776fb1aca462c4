import { registry } from "@web/core/registry";
import { cookie } from "@web/core/browser/cookie";
import { Interaction } from "@web/public/interaction";
import { own } from "./own";

/** Remembers for which end date the customer has dismissed the alert. */
export class SupportEndAlert extends Interaction {
    static selector = own(".o_customer_portal_support_end");
    dynamicContent = {
        _root: { "t-on-close.bs.alert": this.onClose },
    };

    onClose() {
        cookie.set("customer_portal_support_end", this.el.dataset.end, 60 * 60 * 24 * 400);
    }
}

registry.category("public.interactions").add("customer_portal.support_end_alert", SupportEndAlert);
