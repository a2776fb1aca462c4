import { animationFrame, beforeEach, click, expect, mockSendBeacon, press, test } from "@odoo/hoot";
import { setupInteractionWhiteList, startInteractions } from "@web/../tests/public/helpers";
import { OWN } from "../helpers";

setupInteractionWhiteList("customer_portal.invitation_opened");

const makePage = (attributes = OWN) => `
    <form>
        <span class="o_cp_invitation" ${attributes} data-token="abc"></span>
        <input type="password" name="password" autofocus="autofocus"/>
    </form>`;

beforeEach(() => {
    mockSendBeacon((url, data) => {
        expect.step(`${url} ${data.get("token")}`);
        expect(data.get("csrf_token")).toBe(String(odoo.csrf_token));
        return true;
    });
});

test("a page that is only opened tells nothing", async () => {
    await startInteractions(makePage());
    await animationFrame();
    expect.verifySteps([]);
});

test("a click or a key tells that a person works on it, once", async () => {
    await startInteractions(makePage());
    await click("input");
    expect.verifySteps(["/my/invitation/opened abc"]);
    await press("a");
    await click("input");
    expect.verifySteps([]);
});

test("a text that looks like it starts nothing", async () => {
    await startInteractions(makePage(""));
    await click("input");
    expect.verifySteps([]);
});
