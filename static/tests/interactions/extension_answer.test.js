import { expect, queryOne, test } from "@odoo/hoot";
import { cookie } from "@web/core/browser/cookie";
import { setupInteractionWhiteList, startInteractions } from "@web/../tests/public/helpers";
import { OWN } from "../helpers";

setupInteractionWhiteList("customer_portal.extension_answer");

const NAME = "customer_portal_extension";
const ALERT = `<div class="o_cp_extension_granted" ${OWN} data-answer="7"></div>`;
const close = () =>
    queryOne(".o_cp_extension_granted").dispatchEvent(new Event("close.bs.alert"));

test("the browser remembers which answer was dismissed", async () => {
    await startInteractions(ALERT);
    expect(cookie.get(NAME)).toBe(undefined);
    close();
    expect(cookie.get(NAME)).toBe("7");
});

test("when it ends, nothing is remembered", async () => {
    const { core } = await startInteractions(ALERT);
    core.stopInteractions();
    close();
    expect(cookie.get(NAME)).toBe(undefined);
});
