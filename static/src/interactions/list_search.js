import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";
import { own } from "./own";

/** Apply a choice at once; without JavaScript a button does it. */
export class ListSearch extends Interaction {
    static selector = own(".o_cp_search");
    dynamicContent = {
        ".o_cp_submit": { "t-on-change": () => this.el.requestSubmit() },
    };
}

registry.category("public.interactions").add("customer_portal.list_search", ListSearch);
