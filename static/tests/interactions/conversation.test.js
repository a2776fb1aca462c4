import { advanceTime, animationFrame, expect, queryAllTexts, queryOne, test } from "@odoo/hoot";
import { setupInteractionWhiteList, startInteractions } from "@web/../tests/public/helpers";
import { onRpc, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { makeAnswer, makeForeignAnswer, OWN } from "../helpers";

setupInteractionWhiteList(["customer_portal.conversation", "customer_portal.undo"]);

const ENTRIES = "/my/p/cases/7/entries";
const makePage = (attributes = "") => `
    <section class="o_cp_conversation" ${OWN} data-url="/my/p/cases/7" data-last="5"
        data-live="1" ${attributes}>
        <ol class="o_cp_entries"><li id="o_cp_comment_5">Five</li></ol>
        <div class="o_cp_arrived" role="status"></div>
    </section>`;

/** Remember what is told to have been read. */
function watchBeacons() {
    const told = [];
    patchWithCleanup(navigator, {
        sendBeacon: (url, data) => told.push([new URL(url).pathname, data.get("last")]),
    });
    return told;
}

const getEntries = () => queryAllTexts(".o_cp_entries li");

test("a page that is seen says so, once", async () => {
    const told = watchBeacons();
    onRpc(ENTRIES, () => makeAnswer({ html: "", last: 5 }));
    await startInteractions(makePage());
    await advanceTime(31000);
    expect(told).toEqual([["/my/p/cases/7/seen", "5"]]);
});

test("new comments appear at the end, once, and are read then", async () => {
    const told = watchBeacons();
    const html = `<li id="o_cp_comment_5">Five</li><li id="o_cp_comment_6">Six</li>`;
    onRpc(ENTRIES, () => makeAnswer({ html, last: 6 }));
    await startInteractions(makePage());
    await advanceTime(31000);
    await animationFrame();
    expect(getEntries()).toEqual(["Five", "Six"]);
    expect(".o_cp_arrived").toHaveText("There is a new comment.");
    await advanceTime(31000);
    expect(getEntries()).toEqual(["Five", "Six"]);
    expect(told.map(([, last]) => last)).toEqual(["5", "6"]);
});

test("new comments appear at the beginning where the newest come first", async () => {
    watchBeacons();
    const html = `<li id="o_cp_comment_6">Six</li><li id="o_cp_comment_7">Seven</li>`;
    onRpc(ENTRIES, () => makeAnswer({ html, last: 7 }));
    await startInteractions(makePage(`data-newest-first="1"`));
    await advanceTime(31000);
    await animationFrame();
    expect(getEntries()).toEqual(["Seven", "Six", "Five"]);
});

test("an answer of somebody else, such as a login page, changes nothing", async () => {
    watchBeacons();
    onRpc(ENTRIES, () => makeForeignAnswer());
    await startInteractions(makePage());
    await advanceTime(61000);
    expect(getEntries()).toEqual(["Five"]);
});

test("a page in the background asks and reads nothing", async () => {
    const told = watchBeacons();
    patchWithCleanup(document, { visibilityState: "hidden" });
    onRpc(ENTRIES, () => expect.step("asked"));
    await startInteractions(makePage());
    await advanceTime(61000);
    expect(told).toEqual([]);
    expect.verifySteps([]);
});

test("undoing is offered as long as it is possible", async () => {
    await startInteractions(`
        <form class="o_cp_undo" ${OWN} data-seconds="10"><button>Undo</button></form>`);
    await advanceTime(9000);
    expect(queryOne("form")).not.toHaveClass("d-none");
    await advanceTime(1100);
    expect("form").toHaveClass("d-none");
});
