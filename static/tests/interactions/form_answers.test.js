import { advanceTime, animationFrame, click, Deferred, edit, expect, test } from "@odoo/hoot";
import { setupInteractionWhiteList, startInteractions } from "@web/../tests/public/helpers";
import { onRpc } from "@web/../tests/web_test_helpers";
import { makeAnswer, makeForeignAnswer, OWN } from "../helpers";

setupInteractionWhiteList("customer_portal.form_answers");

const ADDRESS = "/my/p/cases/answers";
const FORM = `
    <form class="o_cp_form" ${OWN}>
        <div class="o_cp_field">
            <input class="form-control" name="name"/>
            <div class="o_cp_answers d-none" data-module="cases"><ul></ul></div>
        </div>
        <div class="o_cp_field"><input class="form-control" name="other"/></div>
    </form>`;

async function type(text) {
    await click("[name=name]");
    await edit(text);
    await advanceTime(400);
    await animationFrame();
}

test("answers are proposed once typing pauses, each in a page of its own", async () => {
    onRpc(ADDRESS, (request) => {
        expect.step(new URL(request.url).searchParams.get("text"));
        return makeAnswer([{ title: "How to <b>print</b>?", url: "/my/faq/1" }]);
    });
    await startInteractions(FORM);
    await click("[name=name]");
    await edit("I cannot");
    await advanceTime(300);
    await type("I cannot print & sing");
    expect.verifySteps(["I cannot print & sing"]);
    expect(".o_cp_answers").not.toHaveClass("d-none");
    expect(".o_cp_answers a").toHaveText("How to <b>print</b>?");
    expect(".o_cp_answers a").toHaveAttribute("href", "https://www.hoot.test/my/faq/1");
    expect(".o_cp_answers a").toHaveAttribute("target", "_blank");
});

test("only the field of the title asks", async () => {
    onRpc(ADDRESS, () => expect.step("asked"));
    const { core } = await startInteractions(FORM);
    expect(core.interactions).toHaveLength(1);
    await click("[name=other]");
    await edit("Something");
    await advanceTime(400);
    expect.verifySteps([]);
});

test("where there is no answer any more, none is shown", async () => {
    const answers = [[{ title: "Print", url: "/my/faq/1" }], []];
    onRpc(ADDRESS, () => makeAnswer(answers.shift()));
    await startInteractions(FORM);
    await type("print");
    expect(".o_cp_answers").not.toHaveClass("d-none");
    await type("sleep");
    expect(".o_cp_answers").toHaveClass("d-none");
    expect(".o_cp_answers a").toHaveCount(0);
});

test("an answer that comes after the next question is not shown", async () => {
    const late = new Deferred();
    const answers = [late, makeAnswer([{ title: "Sleep", url: "/my/faq/2" }])];
    onRpc(ADDRESS, () => answers.shift());
    await startInteractions(FORM);
    await type("print");
    await type("sleep");
    late.resolve(makeAnswer([{ title: "Print", url: "/my/faq/1" }]));
    await animationFrame();
    expect(".o_cp_answers a").toHaveText("Sleep");
});

function testFailure(title, answer) {
    test(`an answer that is ${title} stops nobody who types`, async () => {
        onRpc(ADDRESS, answer);
        await startInteractions(FORM);
        await type("print");
        expect(".o_cp_answers").toHaveClass("d-none");
        expect("[name=name]").toHaveValue("print");
    });
}

testFailure("the login page", () => makeForeignAnswer());
testFailure("an error", () => makeAnswer([{ title: "x", url: "/my" }], 500));
testFailure("no connection", () => Promise.reject(new Error("offline")));

test("an answer leads to no other site", async () => {
    expect.errors(1);
    onRpc(ADDRESS, () => makeAnswer([{ title: "x", url: "https://elsewhere.test/" }]));
    await startInteractions(FORM);
    await type("print");
    expect(".o_cp_answers a").toHaveCount(0);
    expect.verifyErrors([/This is no address of the portal/]);
});

test("when it ends, nothing is asked any more", async () => {
    onRpc(ADDRESS, () => expect.step("asked"));
    const { core } = await startInteractions(FORM);
    await click("[name=name]");
    await edit("print");
    core.stopInteractions();
    await advanceTime(400);
    expect.verifySteps([]);
});
