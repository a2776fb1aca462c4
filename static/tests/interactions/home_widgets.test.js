import { animationFrame, Deferred, expect, test, beforeEach } from "@odoo/hoot";
import { HomeWidgets } from "@customer_portal/interactions/home_widgets";
import { setupInteractionWhiteList, startInteractions } from "@web/../tests/public/helpers";
import { onRpc, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { OWN } from "../helpers";

setupInteractionWhiteList(["customer_portal.home_widgets", "customer_portal.submit_once"]);

const ADDRESS = "/my/home/widgets";
const makeWaiting = (id) =>
    `<section id="o_cp_widget_${id}" class="o_cp_slow"><a href="${ADDRESS}">Show</a></section>`;
const HOME = `
    <div class="o_cp_home" ${OWN}>${makeWaiting(1)}</div>
    <div class="o_portal_my_home"></div>
    <div class="o_cp_home" ${OWN}><p>Greeting</p>${makeWaiting(2)}${makeWaiting(3)}</div>`;
const LOADED = `
    <section id="o_cp_widget_1">one</section>
    <section id="o_cp_widget_2"><form class="o_cp_submit_once" ${OWN}></form>two</section>`;

// Each test is a page that loads anew.
beforeEach(() => patchWithCleanup(HomeWidgets, { answer: null }));

test("what takes time comes after the page, all of it by one request", async () => {
    onRpc(ADDRESS, (request) => {
        expect.step(new URL(request.url).search);
        return new Response(LOADED);
    });
    const { core } = await startInteractions(HOME);
    await animationFrame();
    expect.verifySteps(["?fragment=1"]);
    expect(".o_cp_home:first #o_cp_widget_1").toHaveText("one");
    expect(".o_cp_home:last p + #o_cp_widget_2").toHaveText("two");
    expect(".o_cp_slow").toHaveCount(0);
    expect(core.interactions.map(({ interaction }) => interaction.constructor.name)).toEqual([
        "HomeWidgets",
        "HomeWidgets",
        "SubmitOnce",
    ]);
});

test("what is not answered takes no place", async () => {
    onRpc(ADDRESS, () => new Response(LOADED));
    await startInteractions(HOME);
    await animationFrame();
    expect("#o_cp_widget_3").toHaveCount(0);
});

test("the page is there while it waits", async () => {
    onRpc(ADDRESS, () => new Deferred());
    await startInteractions(HOME);
    expect("#o_cp_widget_1").toHaveAttribute("aria-busy", "true");
    expect(".o_cp_slow a").toHaveCount(3);
});

test("a page without such parts asks for none", async () => {
    onRpc(ADDRESS, () => expect.step("asked"));
    await startInteractions(`<div class="o_cp_home" ${OWN}><p>Greeting</p></div>`);
    expect.verifySteps([]);
});

function testFailure(title, answer) {
    test(`where the answer is ${title}, links still lead there`, async () => {
        onRpc(ADDRESS, answer);
        await startInteractions(HOME);
        await animationFrame();
        expect(".o_cp_slow a").toHaveCount(3);
        expect("[aria-busy]").toHaveCount(0);
    });
}

testFailure("an error", () => new Response("<p>Sorry</p>", { status: 500 }));
testFailure("no connection", () => Promise.reject(new Error("offline")));

test("when it ends, links are back where something was loaded", async () => {
    onRpc(ADDRESS, () => new Response(LOADED));
    const { core } = await startInteractions(HOME);
    await animationFrame();
    core.stopInteractions();
    expect(".o_cp_home:first #o_cp_widget_1").toHaveText("Show");
    expect(".o_cp_home:last p + #o_cp_widget_2").toHaveText("Show");
});

test("when it ends before the answer, nothing comes any more", async () => {
    const answer = new Deferred();
    onRpc(ADDRESS, () => answer);
    const { core } = await startInteractions(HOME);
    core.stopInteractions();
    answer.resolve(new Response(LOADED));
    await animationFrame();
    expect(".o_cp_slow a").toHaveCount(3);
});
