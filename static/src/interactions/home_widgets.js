import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";

/** Loads what takes time after the page; until then a link leads to it. */
export class HomeWidgets extends Interaction {
    static selector = "#wrap:has(.o_cp_slow)";

    async willStart() {
        this.load(); // Nothing waits for it.
    }

    async load() {
        const waiting = [...this.el.querySelectorAll(".o_cp_slow")];
        const url = new URL(waiting[0].querySelector("a").href);
        url.hash = "";
        url.searchParams.set("fragment", "1");
        waiting.forEach((el) => el.setAttribute("aria-busy", "true"));
        try {
            const response = await this.waitFor(fetch(url));
            if (!response.ok) {
                throw new Error(response.statusText);
            }
            this.show(waiting, await this.waitFor(response.text()));
        } catch {
            // The links still lead there.
            waiting.forEach((el) => el.removeAttribute("aria-busy"));
        }
    }

    show(waiting, text) {
        const page = new DOMParser().parseFromString(text, "text/html");
        for (const el of waiting) {
            const loaded = page.getElementById(el.id);
            if (loaded) {
                this.protectSyncAfterAsync(() => this.insert(loaded, el, "afterend"))();
            }
            el.remove();
        }
    }
}

registry.category("public.interactions").add("customer_portal.home_widgets", HomeWidgets);
