import { animationFrame, click, expect, test } from "@odoo/hoot";
import { setupInteractionWhiteList, startInteractions } from "@web/../tests/public/helpers";
import { OWN } from "../helpers";

setupInteractionWhiteList("customer_portal.bulk");

const LIST = `
    <input type="checkbox" id="first" name="ids" value="1" form="bulk"/>
    <input type="checkbox" id="second" name="ids" value="2" form="bulk"/>
    <input type="checkbox" id="other" name="ids" value="3"/>
    <form id="bulk" class="o_cp_bulk d-flex" ${OWN} method="post">
        <span class="o_cp_bulk_count d-none"><span>0</span> selected</span>
        <button type="submit">Close</button>
    </form>`;

test("what can be done is shown once something is chosen", async () => {
    await startInteractions(LIST);
    expect("#bulk").not.toBeVisible();
    await click("#first");
    await animationFrame();
    expect("#bulk").toBeVisible();
    expect(".o_cp_bulk_count").toHaveText("1 selected");
    await click("#second");
    await animationFrame();
    expect(".o_cp_bulk_count").toHaveText("2 selected");
    await click("#first");
    await click("#second");
    await animationFrame();
    expect("#bulk").not.toBeVisible();
});

test("what belongs to another form does not count", async () => {
    await startInteractions(LIST);
    await click("#other");
    await animationFrame();
    expect("#bulk").not.toBeVisible();
});

test("without it, it is always there", async () => {
    const { core } = await startInteractions(LIST);
    core.stopInteractions();
    await animationFrame();
    expect("#bulk").toBeVisible();
});
