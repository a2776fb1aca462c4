import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";
import { own } from "./own";

/** Shows what can be done with chosen records once some are; says how many. */
export class Bulk extends Interaction {
    static selector = own(".o_cp_bulk");
    dynamicContent = {
        _root: {
            "t-att-class": () => ({
                o_cp_bulk_ready: true,
                "d-none": !this.count,
                "d-flex": Boolean(this.count),
            }),
        },
        ".o_cp_bulk_count": { "t-att-class": () => ({ "d-none": false }) },
        ".o_cp_bulk_count > span": { "t-out": () => String(this.count) },
        _document: { "t-on-change": this.countChosen },
        // Back shows the page with what was chosen.
        _window: { "t-on-pageshow": this.countChosen },
    };

    setup() {
        this.countChosen();
    }

    countChosen() {
        const boxes = [...this.el.elements].filter((box) => box.name === "ids");
        this.count = boxes.filter((box) => box.checked).length;
    }
}

registry.category("public.interactions").add("customer_portal.bulk", Bulk);
