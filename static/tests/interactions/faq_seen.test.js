import { animationFrame, beforeEach, expect, mockSendBeacon, queryOne, test } from "@odoo/hoot";
import { setupInteractionWhiteList, startInteractions } from "@web/../tests/public/helpers";
import { patchWithCleanup } from "@web/../tests/web_test_helpers";
import { session } from "@web/session";
import { OWN } from "../helpers";

setupInteractionWhiteList("customer_portal.faq_seen");

const makeDetails = (id, attributes = OWN) =>
    `<details class="o_cp_faq_read" ${attributes} data-faq="${id}"><summary>?</summary>!</details>`;

beforeEach(() => {
    mockSendBeacon((url, data) => {
        expect.step(url);
        expect(data.get("csrf_token")).toBe(String(odoo.csrf_token));
        return true;
    });
});

async function toggle(isOpen) {
    queryOne("details").open = isOpen;
    queryOne("details").dispatchEvent(new Event("toggle"));
    await animationFrame();
}

test("a page of one FAQ tells at once that it is read", async () => {
    await startInteractions(`<article class="o_cp_faq_read" ${OWN} data-faq="7"></article>`);
    expect.verifySteps(["/my/faq/7/seen"]);
});

test("in a list a FAQ is read once it is opened, and told once", async () => {
    await startInteractions(makeDetails(7));
    expect.verifySteps([]);
    await toggle(false);
    expect.verifySteps([]);
    await toggle(true);
    expect.verifySteps(["/my/faq/7/seen"]);
    await toggle(false);
    await toggle(true);
    expect.verifySteps([]);
});

test("nothing is told of what our templates have not made", async () => {
    await startInteractions(makeDetails(7, `data-cp-key="guessed"`));
    await toggle(true);
    expect.verifySteps([]);
});

test("nothing is sent to an address that is not that of a FAQ", async () => {
    expect.errors(1);
    await startInteractions(makeDetails("1/../../web/session/logout?"));
    await toggle(true);
    expect.verifySteps([]);
    expect.verifyErrors([/This is no code/]);
});

test("when it ends, nothing is told any more", async () => {
    const { core } = await startInteractions(makeDetails(7));
    core.stopInteractions();
    await toggle(true);
    expect.verifySteps([]);
});

test("nothing is told while an agent sees the page as a customer", async () => {
    patchWithCleanup(session, { customer_portal_viewing: true });
    await startInteractions(makeDetails(7));
    await toggle(true);
    expect.verifySteps([]);
});
