import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";
import { own } from "./own";

const ADDRESS = "/my/home/widgets?fragment=1";

/** Loads what takes time after the page; until then a link leads to it. */
export class HomeWidgets extends Interaction {
    static selector = `${own(".o_cp_home")}:has(> .o_cp_slow)`;
    // One for the parts above and below the cards, which come together.
    static answer = null;

    async willStart() {
        this.load(); // Nothing waits for it.
    }

    async load() {
        const waiting = [...this.el.querySelectorAll(":scope > .o_cp_slow")];
        waiting.forEach((el) => el.setAttribute("aria-busy", "true"));
        try {
            HomeWidgets.answer ??= this.fetch();
            this.show(waiting, await this.waitFor(HomeWidgets.answer));
        } catch {
            // The links still lead there.
            waiting.forEach((el) => el.removeAttribute("aria-busy"));
        }
    }

    async fetch() {
        const response = await fetch(ADDRESS);
        if (!response.ok) {
            throw new Error(response.statusText);
        }
        return response.text();
    }

    show(waiting, text) {
        const page = new DOMParser().parseFromString(text, "text/html");
        for (const el of waiting) {
            const loaded = page.getElementById(el.id);
            if (loaded) {
                this.protectSyncAfterAsync(() => this.insert(loaded, el, "afterend"))();
                this.registerCleanup(() => loaded.before(el));
            }
            el.remove();
        }
    }
}

registry.category("public.interactions").add("customer_portal.home_widgets", HomeWidgets);
