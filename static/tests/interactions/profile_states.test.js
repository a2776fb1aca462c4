import { animationFrame, click, Deferred, expect, queryAllTexts, select, test } from "@odoo/hoot";
import { setupInteractionWhiteList, startInteractions } from "@web/../tests/public/helpers";
import { makeServerError, onRpc } from "@web/../tests/web_test_helpers";
import { OWN } from "../helpers";

setupInteractionWhiteList("customer_portal.profile_states");

const ADDRESS = "/my/address/country_info/<int:id>";
const COUNTRY = `
    <select name="country_id">
        <option value=""></option>
        <option value="1" selected="selected">One</option>
        <option value="2">Two</option>
        <option value="3">Three</option>
    </select>`;
const FORM = `
    <form class="o_cp_profile_form" ${OWN}>
        ${COUNTRY}
        <select name="state_id"><option value=""></option><option value="9">Old</option></select>
    </form>`;
const STATES = {
    2: [
        [21, "<b>North</b>"],
        [22, "South"],
    ],
    3: [[31, "West"]],
};
const getOffered = () => queryAllTexts("[name=state_id] option");

async function choose(country) {
    await click("[name=country_id]");
    await select(country);
    await animationFrame();
}

test("the states of the chosen country are offered, and none is chosen", async () => {
    onRpc(ADDRESS, async (request, { id }) => {
        const { params } = await request.json();
        expect.step([id, params]);
        return { states: STATES[id] };
    });
    await startInteractions(FORM);
    await choose("2");
    expect.verifySteps([["2", { address_type: "billing" }]]);
    expect(getOffered()).toEqual(["", "<b>North</b>", "South"]);
    expect("[name=state_id]").toHaveValue("");
    await click("[name=state_id]");
    await select("22");
    expect("[name=state_id]").toHaveValue("22");
});

test("without a country there is no state to choose, and nothing is asked", async () => {
    onRpc(ADDRESS, () => expect.step("asked"));
    await startInteractions(FORM);
    await choose("");
    expect(getOffered()).toEqual([""]);
    expect.verifySteps([]);
});

test("the last choice counts, whichever answer comes last", async () => {
    const late = new Deferred();
    onRpc(ADDRESS, (_request, { id }) => (id === "2" ? late : { states: STATES[id] }));
    await startInteractions(FORM);
    await choose("2");
    await choose("3");
    late.resolve({ states: STATES[2] });
    await animationFrame();
    expect(getOffered()).toEqual(["", "West"]);
});

test("where the server fails, the states of another country cannot be chosen", async () => {
    expect.errors(1);
    onRpc(ADDRESS, () => {
        throw makeServerError({ message: "Sorry" });
    });
    await startInteractions(FORM);
    await choose("2");
    expect(getOffered()).toEqual([""]);
    expect.verifyErrors([/Sorry/]);
});

test("a form without states is left alone", async () => {
    const { core } = await startInteractions(
        `<form class="o_cp_profile_form" ${OWN}>${COUNTRY}</form>`
    );
    expect(core.interactions).toHaveLength(0);
});

test("when it ends, nothing changes any more", async () => {
    const answer = new Deferred();
    onRpc(ADDRESS, () => answer);
    const { core } = await startInteractions(FORM);
    await choose("2");
    core.stopInteractions();
    answer.resolve({ states: STATES[2] });
    await animationFrame();
    expect(getOffered()).toEqual([""]);
});
