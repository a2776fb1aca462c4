import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";
import { own } from "./own";

/** Closes a menu of choices as people expect it: with Escape, and by a click beside it. */
export class Dropdown extends Interaction {
    static selector = own("details.o_cp_dropdown");
    dynamicContent = {
        _root: { "t-on-keydown": this.onKeydown },
        _document: { "t-on-click": this.onClick },
    };

    onKeydown(ev) {
        if (ev.key === "Escape" && this.el.open) {
            this.el.open = false;
            this.el.querySelector("summary").focus();
        }
    }

    onClick(ev) {
        const items = this.el.querySelector(".o_cp_dropdown_items");
        const summary = this.el.querySelector("summary");
        if (!items.contains(ev.target) && !summary.contains(ev.target)) {
            this.el.open = false;
        }
    }
}

registry.category("public.interactions").add("customer_portal.dropdown", Dropdown);
