import {
    advanceTime,
    animationFrame,
    click,
    Deferred,
    edit,
    expect,
    queryOne,
    test,
} from "@odoo/hoot";
import { defineModels, fields, models, mountView, onRpc } from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { makeAnswer, makeForeignAnswer } from "../helpers";

const PICTURE = "iVBORw0KGgo=";

class LookSettings extends models.Model {
    _name = "look.settings";

    company_id = fields.Many2one({ relation: "res.company" });
    portal_title = fields.Char();
    portal_css = fields.Text();
    portal_logo = fields.Binary();
    portal_favicon = fields.Binary();
    _records = [
        {
            id: 1,
            company_id: 1,
            portal_title: "Acme",
            portal_logo: PICTURE,
            portal_favicon: "4.5 Kb",
        },
    ];
}

defineMailModels();
defineModels([LookSettings]);

async function mountPreview() {
    await mountView({
        type: "form",
        resModel: "look.settings",
        resId: 1,
        arch: `
            <form>
                <field name="company_id"/><field name="portal_title"/><field name="portal_css"/>
                <field name="portal_logo"/><field name="portal_favicon"/>
                <widget name="customer_portal_look_preview"/>
            </form>`,
    });
    await settle();
}

/** Let what waits for a pause in typing be asked and shown. */
async function settle() {
    await animationFrame();
    await advanceTime(300);
    await animationFrame();
}

const makePage = (text) => new Response(`<p>${text}</p>`);
const getPage = () => queryOne("iframe").srcdoc;

async function type(title) {
    await click("[name=portal_title] input");
    await edit(title, { confirm: "blur" });
    await settle();
}

test("the home page is shown in the look of the form", async () => {
    let data;
    onRpc("/my/look/home", async (request) => {
        data = Object.fromEntries(await request.formData());
        return makePage("Acme Portal");
    });
    await mountPreview();
    expect(getPage()).toBe("<p>Acme Portal</p>");
    expect(data.portal_title).toBe("Acme");
    expect(data.portal_css).toBe("");
    expect(data.company_id).toBe("1");
    expect(data.portal_logo).toBe(PICTURE);
    // A size in its place: it is saved, and the server has it.
    expect("portal_favicon" in data).toBe(false);
    // What the form does not have is left out.
    expect("portal_link_color" in data).toBe(false);
});

test("other pages are shown on demand", async () => {
    onRpc("/my/look/<string:page>", (_request, { page }) => makePage(page));
    await mountPreview();
    await click("button:contains(Login)");
    await settle();
    expect(getPage()).toBe("<p>login</p>");
    expect("button:contains(Login)").toHaveAttribute("aria-pressed", "true");
    expect("button:contains(Home)").toHaveAttribute("aria-pressed", "false");
});

test("a phone is narrow", async () => {
    onRpc("/my/look/home", () => makePage("Acme"));
    await mountPreview();
    await click("button:contains(Phone)");
    await animationFrame();
    expect(".o_cp_look_window").toHaveClass("o_cp_look_phone");
});

test("a change is shown once typing pauses", async () => {
    const asked = [];
    onRpc("/my/look/home", async (request) => {
        const title = (await request.formData()).get("portal_title");
        asked.push(title);
        return makePage(title);
    });
    await mountPreview();
    await click("[name=portal_title] input");
    await edit("Oth", { confirm: "blur" });
    await advanceTime(200);
    await type("Other");
    expect(getPage()).toBe("<p>Other</p>");
    expect(asked).not.toInclude("Oth");
});

test("what the server refuses is said in its words, and goes once it is mended", async () => {
    onRpc("/my/look/home", async (request) => {
        const title = (await request.formData()).get("portal_title");
        return title === "Bad" ? makeAnswer({ error: "This is no title." }, 400) : makePage(title);
    });
    await mountPreview();
    await type("Bad");
    expect("[role=alert]").toHaveText("This is no title.");
    expect(getPage()).toBe("<p>Acme</p>");
    await type("Good");
    expect("[role=alert]").toHaveCount(0);
    expect(getPage()).toBe("<p>Good</p>");
});

function testFailure(title, answer) {
    test(`an answer that is ${title} is said to be a failure`, async () => {
        onRpc("/my/look/home", answer);
        await mountPreview();
        expect("[role=alert]").toHaveText("The preview can't be shown.");
    });
}

testFailure("an error page", () => makeForeignAnswer(500));
testFailure("an error without words", () => makeAnswer(null, 400));
testFailure("no connection", () => Promise.reject(new Error("offline")));

test("the newest answer counts, whichever comes last", async () => {
    const late = new Deferred();
    onRpc("/my/look/<string:page>", (_request, { page }) =>
        page === "list" ? late : makePage(page)
    );
    await mountPreview();
    await click("button:contains(List)");
    await settle();
    await click("button:contains(Login)");
    await settle();
    late.resolve(makePage("list"));
    await animationFrame();
    expect(getPage()).toBe("<p>login</p>");
});
