import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";
import { getCode, getPortalUrl, own } from "./own";

/** Proposes answers that are there already while a title is typed. */
export class FormAnswers extends Interaction {
    static selector = `${own(".o_cp_form")} .o_cp_field:has(> .o_cp_answers)`;
    dynamicContent = {
        "input.form-control": { "t-on-input.withTarget": this.debounced(this.propose, 400) },
    };

    async propose(ev, input) {
        const text = input.value;
        const box = this.el.querySelector(".o_cp_answers");
        const code = getCode(box.dataset.module);
        const url = `/my/p/${code}/answers?text=${encodeURIComponent(text)}`;
        const answers = await this.waitFor(this.fetchAnswers(url));
        // One that took longer answers what stood here before.
        if (input.value === text) {
            this.show(box, answers);
        }
    }

    async fetchAnswers(url) {
        try {
            const response = await fetch(url);
            return response.ok ? await response.json() : [];
        } catch {
            // No connection or session: sending the form will tell, typing goes on.
            return [];
        }
    }

    show(box, answers) {
        const items = answers.map(({ title, url }) => {
            const link = document.createElement("a");
            link.href = getPortalUrl(url);
            link.target = "_blank";
            link.textContent = title;
            const item = document.createElement("li");
            item.append(link);
            return item;
        });
        box.querySelector("ul").replaceChildren(...items);
        box.classList.toggle("d-none", !items.length);
    }
}

registry.category("public.interactions").add("customer_portal.form_answers", FormAnswers);
