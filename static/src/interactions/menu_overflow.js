import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";
import { own } from "./own";

/** Puts the entries of the menu that find no room under More. */
export class MenuOverflow extends Interaction {
    static selector = own(".o_cp_menu");
    dynamicContent = {
        _window: { "t-on-resize": this.debounced(this.fit, 100) },
    };

    setup() {
        this.nav = this.el.querySelector(".nav");
        this.more = this.el.querySelector(".o_cp_menu_more");
        this.rest = this.more.querySelector("ul");
        this.entries = [...this.el.querySelectorAll(".o_cp_menu_entry")];
    }

    start() {
        this.el.classList.add("o_cp_fitted");
        this.fit();
    }

    destroy() {
        this.unfold();
        this.el.classList.remove("o_cp_fitted");
    }

    /** Have all entries stand in the menu, as without scripts. */
    unfold() {
        this.entries.forEach((entry) => this.move(entry, false));
        this.more.classList.add("d-none");
    }

    fit() {
        this.unfold();
        for (const entry of [...this.entries].reverse()) {
            if (this.nav.scrollWidth <= this.nav.clientWidth) {
                break;
            }
            this.more.classList.remove("d-none");
            this.move(entry, true);
        }
        this.markMore();
    }

    /** Say on More that the current page lies under it. */
    markMore() {
        const button = this.more.querySelector("button");
        const isHere = Boolean(this.rest.querySelector("[aria-current]"));
        button.classList.toggle("active", isHere);
        if (isHere) {
            button.setAttribute("aria-current", "true");
        } else {
            button.removeAttribute("aria-current");
        }
    }

    /** Put an entry under More or back before it; under More it looks otherwise. */
    move(entry, isRest) {
        const link = entry.querySelector("a");
        entry.classList.toggle("nav-item", !isRest);
        link.classList.toggle("nav-link", !isRest);
        link.classList.toggle("dropdown-item", isRest);
        if (isRest) {
            this.rest.prepend(entry);
        } else {
            this.more.before(entry);
        }
    }
}

registry.category("public.interactions").add("customer_portal.menu_overflow", MenuOverflow);
