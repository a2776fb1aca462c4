import { animationFrame, click, expect, test } from "@odoo/hoot";
import { setupInteractionWhiteList, startInteractions } from "@web/../tests/public/helpers";
import { OWN } from "../helpers";

setupInteractionWhiteList("customer_portal.reply");

test("who opens the line to reply writes into it at once", async () => {
    await startInteractions(`
        <details class="o_cp_reply" ${OWN}>
            <summary>Reply</summary>
            <form><input name="body" /><button>Send</button></form>
        </details>`);
    await click("summary");
    await animationFrame();
    expect("input").toBeFocused();
});
