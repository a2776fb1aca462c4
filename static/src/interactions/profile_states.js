import { rpc } from "@web/core/network/rpc";
import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";
import { own } from "./own";

/**
 * Offers the states of the chosen country. Without JavaScript the form offers those of
 * the country that was saved, and forgets the state with its country.
 */
export class ProfileStates extends Interaction {
    static selector = `${own(".o_cp_profile_form")}:has([name=state_id])`;
    dynamicContent = {
        "[name=country_id]": { "t-on-change": this.onChangeCountry },
    };

    async onChangeCountry(ev) {
        const { target: country } = ev;
        const code = country.value;
        this.offer([]); // Those of the former country are wrong already.
        const states = code ? await this.waitFor(this.loadStates(parseInt(code))) : [];
        // What took longer answers what was chosen before.
        if (country.value === code) {
            this.offer(states);
        }
    }

    offer(states) {
        const options = states.map(([id, name]) => new Option(name, id));
        const select = this.el.querySelector("[name=state_id]");
        select.replaceChildren(new Option("", ""), ...options);
    }

    async loadStates(countryId) {
        const url = `/my/address/country_info/${countryId}`;
        return (await rpc(url, { address_type: "billing" })).states;
    }
}

registry.category("public.interactions").add("customer_portal.profile_states", ProfileStates);
