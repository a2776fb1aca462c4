import { advanceTime, animationFrame, expect, queryAllTexts, queryOne, test } from "@odoo/hoot";
import { session } from "@web/session";
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

test("a page that an agent sees as a customer says nothing", async () => {
    const told = watchBeacons();
    patchWithCleanup(session, { customer_portal_viewing: true });
    onRpc(ENTRIES, () => makeAnswer({ html: "", last: 5 }));
    await startInteractions(makePage());
    await advanceTime(31000);
    expect(told).toEqual([]);
});

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

/** Stand around a conversation, as the templates have it. */
const makeAround = (state, draft = "") => `
    <article>
        <div data-cp-live="heading" ${OWN}><p class="o_cp_state">${state}</p></div>
        <div data-cp-live="foreign"><i>Foreign ${state}</i></div>
        <div data-cp-live="composer" ${OWN}><textarea>${draft}</textarea><b>${state}</b></div>
    </article>`;

test("the state of an open page follows, with or without a comment", async () => {
    watchBeacons();
    let state = "2";
    onRpc(ENTRIES, () => makeAnswer({ html: "", last: 5, state }));
    onRpc("/my/p/cases/7", () => {
        expect.step("page");
        return new Response(makeAround("Waiting for you"));
    });
    await startInteractions(makePage(`data-state="2"`) + makeAround("Doing"));
    await advanceTime(31000);
    expect.verifySteps([]);
    state = "3";
    await advanceTime(31000);
    await animationFrame();
    expect.verifySteps(["page"]);
    expect(".o_cp_state").toHaveText("Waiting for you");
    expect("article b").toHaveText("Waiting for you");
    expect("article i").toHaveText("Foreign Doing");
    expect(".o_cp_arrived").toHaveText("Waiting for you");
    await advanceTime(31000);
    expect.verifySteps([]);
});

test("a comment brings what stands around it, but not into what is being written", async () => {
    watchBeacons();
    const html = `<li id="o_cp_comment_6">Six</li>`;
    onRpc(ENTRIES, () => makeAnswer({ html, last: 6, state: "3" }));
    onRpc("/my/p/cases/7", () => new Response(makeAround("Closed")));
    await startInteractions(makePage(`data-state="2"`) + makeAround("Doing"));
    queryOne("textarea").value = "Half a sent";
    await advanceTime(31000);
    await animationFrame();
    expect(".o_cp_state").toHaveText("Closed");
    expect("article b").toHaveText("Doing");
    expect("textarea").toHaveValue("Half a sent");
    expect(".o_cp_arrived").toHaveText("There is a new comment. Closed");
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
