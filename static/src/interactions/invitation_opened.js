import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";
import { own } from "./own";

/**
 * Tells that a person works on the page of a login link.
 *
 * Programs that look at emails open links, and some run scripts: they do not type, click
 * or touch.
 */
export class InvitationOpened extends Interaction {
    static selector = own(".o_cp_invitation");
    dynamicContent = {
        _document: {
            "t-on-keydown": this.tell,
            "t-on-pointerdown": this.tell,
        },
    };

    setup() {
        this.isTold = false;
    }

    tell() {
        if (this.isTold) {
            return;
        }
        this.isTold = true;
        const data = new FormData();
        data.append("csrf_token", odoo.csrf_token);
        data.append("token", this.el.dataset.token);
        navigator.sendBeacon("/my/invitation/opened", data);
    }
}

registry.category("public.interactions").add("customer_portal.invitation_opened", InvitationOpened);
