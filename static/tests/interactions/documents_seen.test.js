import { beforeEach, expect, mockSendBeacon, test } from "@odoo/hoot";
import { setupInteractionWhiteList, startInteractions } from "@web/../tests/public/helpers";
import { patchWithCleanup } from "@web/../tests/web_test_helpers";
import { session } from "@web/session";
import { OWN } from "../helpers";

setupInteractionWhiteList("customer_portal.documents_seen");

beforeEach(() => {
    mockSendBeacon((url, data) => {
        expect.step([url, data.get("is_there")]);
        expect(data.get("csrf_token")).toBe(String(odoo.csrf_token));
        return true;
    });
});

test("the list of documents tells at once that it is seen", async () => {
    await startInteractions(`<span class="o_cp_documents_seen" ${OWN}></span>`);
    expect.verifySteps([["/my/documents/seen", "1"]]);
});

test("nothing is told by a list that our templates have not made", async () => {
    await startInteractions(`<span class="o_cp_documents_seen" data-cp-key="guessed"></span>`);
    expect.verifySteps([]);
});

test("nothing is told while an agent sees the page as a customer", async () => {
    patchWithCleanup(session, { customer_portal_viewing: true });
    await startInteractions(`<span class="o_cp_documents_seen" ${OWN}></span>`);
    expect.verifySteps([]);
});
