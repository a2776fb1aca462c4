import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";
import { own } from "./own";

/** Who opens the line to reply can write at once. */
export class Reply extends Interaction {
    static selector = own(".o_cp_reply");
    dynamicContent = {
        _root: { "t-on-toggle": () => this.el.open && this.input.focus() },
    };

    setup() {
        this.input = this.el.querySelector("input[name=body]");
    }
}

registry.category("public.interactions").add("customer_portal.reply", Reply);
