import { animationFrame, click, expect, test } from "@odoo/hoot";
import { setupInteractionWhiteList, startInteractions } from "@web/../tests/public/helpers";
import { catchSubmits, comeBack, OWN } from "../helpers";

setupInteractionWhiteList("customer_portal.submit_once");

const FORM = `
    <form class="o_cp_submit_once" ${OWN} method="post" action="/my/p/cases/7/comment">
        <button type="submit">Send</button>
        <button type="button" id="other">Something else</button>
    </form>`;

test("a form is sent once, however often its button is clicked", async () => {
    await startInteractions(FORM);
    const submits = catchSubmits("form");
    await click("[type=submit]");
    await animationFrame();
    expect("[type=submit]").not.toBeEnabled();
    expect("#other").toBeEnabled();
    await click("[type=submit]");
    await animationFrame();
    expect(submits).toHaveLength(1);
});

test("the browser's Back shows a form that can be sent again", async () => {
    await startInteractions(FORM);
    catchSubmits("form");
    await click("[type=submit]");
    await comeBack();
    expect("[type=submit]").toBeEnabled();
});

test("when it ends, the button is as it was", async () => {
    const { core } = await startInteractions(FORM);
    catchSubmits("form");
    await click("[type=submit]");
    await animationFrame();
    core.stopInteractions();
    expect("[type=submit]").toBeEnabled();
});
