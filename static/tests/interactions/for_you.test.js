import { expect, test } from "@odoo/hoot";
import { mockLocation } from "@odoo/hoot-mock";
import { setupInteractionWhiteList, startInteractions } from "@web/../tests/public/helpers";
import { OWN } from "../helpers";

setupInteractionWhiteList("customer_portal.for_you");

const show = (persisted) =>
    window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted }));

test("whoever comes back sees what waits now, not what waited before", async () => {
    mockLocation.addEventListener("reload", () => expect.step("reload"));
    await startInteractions(`<section class="o_cp_for_you" ${OWN}></section>`);
    show(false);
    expect.verifySteps([]);
    show(true);
    expect.verifySteps(["reload"]);
});
