import { animationFrame, click, expect, press, queryOne, test } from "@odoo/hoot";
import { setupInteractionWhiteList, startInteractions } from "@web/../tests/public/helpers";
import { OWN } from "../helpers";

setupInteractionWhiteList("customer_portal.dropdown");

const MENUS = `
    <h1>Cases</h1>
    <details id="one" class="o_cp_dropdown" ${OWN}>
        <summary>Status</summary>
        <ul class="o_cp_dropdown_items"><li><button>Open</button></li></ul>
    </details>
    <details id="two" class="o_cp_dropdown" ${OWN}>
        <summary>Group by</summary>
        <ul class="o_cp_dropdown_items"><li><button>Stage</button></li></ul>
    </details>`;

test("a click beside a menu closes it, one in it does not", async () => {
    await startInteractions(MENUS);
    await click("#one summary");
    await click("#one button");
    await animationFrame();
    expect("#one").toHaveAttribute("open");
    await click("h1");
    await animationFrame();
    expect("#one").not.toHaveAttribute("open");
});

test("only one menu is open", async () => {
    await startInteractions(MENUS);
    await click("#one summary");
    await click("#two summary");
    await animationFrame();
    expect("#one").not.toHaveAttribute("open");
    expect("#two").toHaveAttribute("open");
});

test("Escape closes a menu and leads back to its button", async () => {
    await startInteractions(MENUS);
    await click("#one summary");
    queryOne("#one button").focus();
    await press("Escape");
    await animationFrame();
    expect("#one").not.toHaveAttribute("open");
    expect(queryOne("#one summary")).toBe(document.activeElement);
});

test("what people write opens and closes as the browser has it", async () => {
    await startInteractions(MENUS.replaceAll(OWN, ""));
    await click("#one summary");
    await click("h1");
    await animationFrame();
    expect("#one").toHaveAttribute("open");
});
