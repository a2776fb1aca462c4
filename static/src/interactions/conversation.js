import { Interaction } from "@web/public/interaction";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { replaceParts } from "./live_parts";
import { getPortalUrl, noteSeen, own } from "./own";

const PERIOD = 30000;

/** Shows new comments and states while the page is open, and tells what has been read. */
export class Conversation extends Interaction {
    static selector = `${own(".o_cp_conversation")}[data-live]`;
    dynamicContent = {
        _document: { "t-on-visibilitychange": this.onVisible },
    };

    setup() {
        this.last = this.el.dataset.last;
        this.state = this.el.dataset.state ?? "";
        this.told = null;
        this.url = getPortalUrl(this.el.dataset.url);
    }

    start() {
        this.tellSeen();
        this.wait();
    }

    wait() {
        this.waitForTimeout(async () => {
            await this.waitFor(this.look());
            this.wait();
        }, PERIOD);
    }

    onVisible() {
        this.tellSeen();
        this.look();
    }

    /** A page in the background asks nothing, and reads nothing. */
    get isVisible() {
        return document.visibilityState === "visible";
    }

    tellSeen() {
        if (!this.isVisible || this.told === this.last || !Number(this.last)) {
            return;
        }
        this.told = this.last;
        const data = new FormData();
        data.append("csrf_token", odoo.csrf_token);
        data.append("last", this.last);
        noteSeen(`${this.url}/seen`, data);
    }

    async look() {
        if (!this.isVisible || this.isLooking) {
            return;
        }
        this.isLooking = true;
        try {
            const response = await this.waitFor(fetch(`${this.url}/entries?last=${this.last}`));
            if (response.ok) {
                const answer = await this.waitFor(response.json());
                const isChanged = (answer.state ?? "") !== this.state;
                this.show(answer);
                if (answer.html || isChanged) {
                    await this.refresh(answer);
                }
            }
        } catch {
            // The next time, or when the page is loaded anew.
        }
        this.isLooking = false;
    }

    /** What stands around the conversation follows: state, buttons, facts. */
    async refresh({ state = "" }) {
        const response = await this.waitFor(fetch(this.url));
        if (!response.ok) {
            return;
        }
        const text = await this.waitFor(response.text());
        const page = new DOMParser().parseFromString(text, "text/html");
        const words = page.querySelector(".o_cp_state")?.textContent ?? "";
        replaceParts(this, page);
        if (state !== this.state) {
            this.state = state;
            this.tell(words.trim().replace(/\s+/g, " "));
        }
    }

    /** Screen readers read out what stands there. */
    tell(text) {
        const place = this.el.querySelector(".o_cp_arrived");
        place.append(place.textContent ? " " : "", text);
    }

    show({ html, last }) {
        this.el.querySelector(".o_cp_arrived").textContent = "";
        if (!html) {
            return;
        }
        this.last = String(last);
        const page = new DOMParser().parseFromString(`<ol>${html}</ol>`, "text/html");
        const entries = this.el.querySelector(".o_cp_entries");
        const place = this.el.dataset.newestFirst ? "afterbegin" : "beforeend";
        for (const item of page.querySelectorAll("body > ol > li")) {
            if (!document.getElementById(item.id)) {
                this.insert(item, entries, place);
            }
        }
        this.tell(_t("There is a new comment."));
        this.tellSeen();
    }
}

/** Offers to undo for as long as it can be undone. */
export class Undo extends Interaction {
    static selector = own(".o_cp_undo");
    dynamicContent = {
        _root: { "t-att-class": () => ({ "d-none": this.isOver }) },
    };

    setup() {
        this.isOver = false;
    }

    start() {
        const seconds = Number(this.el.dataset.seconds);
        this.waitForTimeout(() => (this.isOver = true), 1000 * seconds);
    }
}

registry.category("public.interactions").add("customer_portal.conversation", Conversation);
registry.category("public.interactions").add("customer_portal.undo", Undo);
