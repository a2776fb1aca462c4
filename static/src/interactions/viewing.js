import { patch } from "@web/core/utils/patch";
import { session } from "@web/session";
import { PortalHomeCounters } from "@portal/interactions/portal_home_counters";

const ADDRESS = "/my/viewing/counters";

/** Reads the counters where an agent sees the page as a customer: nothing may be posted. */
patch(PortalHomeCounters.prototype, {
    async updateCounters() {
        if (!session.customer_portal_viewing) {
            return super.updateCounters();
        }
        const places = [...this.el.querySelectorAll("[data-placeholder_count]")];
        const names = places.map((el) => el.dataset.placeholder_count);
        const query = new URLSearchParams({ names: names.join() });
        const answer = await this.waitFor(fetch(`${ADDRESS}?${query}`));
        const counters = answer.ok ? await answer.json() : {};
        const kept = this.getCountersAlwaysDisplayed();
        for (const el of places) {
            const name = el.dataset.placeholder_count;
            el.textContent = counters[name] ?? "";
            if (counters[name] || kept.includes(name)) {
                el.closest(".o_portal_index_card").classList.remove("d-none");
            }
        }
        this.el.querySelector(".o_portal_doc_spinner")?.remove();
    },
});
