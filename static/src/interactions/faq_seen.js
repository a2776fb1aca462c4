import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";
import { getCode, noteSeen, own } from "./own";

/** Tells that a FAQ is read: once its page is there, or its answer is opened. */
export class FaqSeen extends Interaction {
    static selector = own(".o_cp_faq_read");
    dynamicContent = {
        _root: { "t-on-toggle": this.tell },
    };

    setup() {
        this.isTold = false;
    }

    start() {
        if (this.el.tagName !== "DETAILS") {
            this.tell();
        }
    }

    tell() {
        if (this.isTold || this.el.open === false) {
            return;
        }
        this.isTold = true;
        const data = new FormData();
        data.append("csrf_token", odoo.csrf_token);
        noteSeen(`/my/faq/${getCode(this.el.dataset.faq)}/seen`, data);
    }
}

registry.category("public.interactions").add("customer_portal.faq_seen", FaqSeen);
