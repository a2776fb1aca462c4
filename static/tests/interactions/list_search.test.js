import { animationFrame, click, expect, select, test } from "@odoo/hoot";
import { setupInteractionWhiteList, startInteractions } from "@web/../tests/public/helpers";
import { catchSubmits, OWN } from "../helpers";

setupInteractionWhiteList("customer_portal.list_search");

const FORM = `
    <form class="o_cp_search" ${OWN} method="get">
        <input name="search"/>
        <select class="o_cp_submit" name="filterby">
            <option value="" selected="selected">All</option>
            <option value="open">Open</option>
        </select>
        <select name="other"><option value="1">1</option><option value="2">2</option></select>
    </form>`;

async function choose(name, value) {
    await click(`[name=${name}]`);
    await select(value);
    await animationFrame();
}

test("a choice is applied at once", async () => {
    await startInteractions(FORM);
    const submits = catchSubmits("form");
    await choose("filterby", "open");
    expect(submits).toHaveLength(1);
});

test("what is no such choice waits for the button", async () => {
    await startInteractions(FORM);
    const submits = catchSubmits("form");
    await choose("other", "2");
    expect(submits).toHaveLength(0);
});

test("when it ends, the button alone applies", async () => {
    const { core } = await startInteractions(FORM);
    const submits = catchSubmits("form");
    core.stopInteractions();
    await choose("filterby", "open");
    expect(submits).toHaveLength(0);
});
