import {
    after,
    animationFrame,
    click,
    Deferred,
    expect,
    queryOne,
    setInputFiles,
    test,
} from "@odoo/hoot";
import { mockLocation } from "@odoo/hoot-mock";
import { setupInteractionWhiteList, startInteractions } from "@web/../tests/public/helpers";
import { onRpc } from "@web/../tests/web_test_helpers";
import {
    comeBack,
    dropFiles,
    makeAnswer,
    makeForeignAnswer,
    OWN,
    reportProgress,
    watchRequests,
} from "../helpers";

setupInteractionWhiteList("customer_portal.record_form");

const ACTION = "/my/p/cases/new";
const FILES = `
    <div class="o_cp_field" data-name="_files">
        <label for="o_cp__files">Attachments</label>
        <div class="o_cp_drop">
            <input id="o_cp__files" type="file" name="_files" multiple="multiple"/>
            <span class="o_cp_drop_hint d-none">Drag files here</span>
            <ul class="o_cp_file_list"></ul>
        </div>
        <div class="o_cp_error"></div>
    </div>`;
const makeForm = (files = FILES, key = OWN) => `
    <form class="o_cp_form" ${key} method="post" action="${ACTION}">
        <input type="hidden" name="_prints" value="old"/>
        <div class="o_cp_errors d-none" tabindex="-1">
            <p class="o_cp_errors_title">Please check:</p>
            <p>What the page said</p>
            <ul></ul>
        </div>
        <div class="o_cp_field" data-name="name">
            <label for="o_cp_name">Title <span>*</span></label>
            <input id="o_cp_name" name="name" value="Pump"/>
            <div class="o_cp_error"></div>
        </div>
        <div class="o_cp_field" data-name="tags">
            <fieldset>
                <legend>Tags</legend>
                <input type="hidden" name="tags" value=""/>
                <input type="checkbox" name="tags" value="1" checked="checked"/>
                <input type="checkbox" name="tags" value="2"/>
            </fieldset>
            <div class="o_cp_error"></div>
        </div>
        ${files}
        <div class="o_cp_progress d-none"><div class="progress-bar"></div></div>
        <button type="submit">Create</button>
    </form>`;
const makeFile = (name, size = 1) => new File(["x".repeat(size)], name);
const getNames = () => [...queryOne("input[type=file]").files].map((file) => file.name);

async function submit() {
    await click("button[type=submit]");
    await animationFrame();
}

test("a form without the key of our templates is left alone", async () => {
    const { core } = await startInteractions(makeForm(FILES, ""));
    expect(core.interactions).toHaveLength(0);
    expect(".o_cp_drop_hint").toHaveClass("d-none");
});

test("what is sent is what stands in the form, and the answer leads on", async () => {
    onRpc(ACTION, async (request) => {
        const data = await request.formData();
        expect.step([...data.entries()].filter(([name]) => name !== "_files"));
        expect.step(request.headers.get("Accept"));
        return makeAnswer({ url: "/my/p/cases/7" });
    });
    await startInteractions(makeForm());
    await submit();
    expect.verifySteps([
        [
            ["_prints", "old"],
            ["name", "Pump"],
            ["tags", ""],
            ["tags", "1"],
        ],
        "application/json",
    ]);
    expect(mockLocation.href).toBe("https://www.hoot.test/my/p/cases/7");
    expect("button[type=submit]").not.toBeEnabled();
});

test("a second click sends nothing", async () => {
    const answer = new Deferred();
    onRpc(ACTION, () => {
        expect.step("sent");
        return answer;
    });
    await startInteractions(makeForm());
    await submit();
    expect("button[type=submit]").not.toBeEnabled();
    queryOne("form").requestSubmit();
    await animationFrame();
    expect.verifySteps(["sent"]);
});

test("the progress is shown while it is sent", async () => {
    onRpc(ACTION, () => new Deferred());
    const requests = watchRequests(ACTION);
    await startInteractions(makeForm());
    expect(".o_cp_progress").toHaveClass("d-none");
    await submit();
    expect(".o_cp_progress").not.toHaveClass("d-none");
    await reportProgress(requests[0], { lengthComputable: true, loaded: 1, total: 3 });
    expect(".o_cp_progress").toHaveAttribute("aria-valuenow", "33");
    expect(".progress-bar").toHaveStyle({ width: "33%" }, { inline: true });
    await reportProgress(requests[0], { lengthComputable: false, loaded: 9 });
    expect(".o_cp_progress").toHaveAttribute("aria-valuenow", "33");
});

test("the browser's Back shows a form that can be sent again", async () => {
    onRpc(ACTION, () => new Deferred());
    await startInteractions(makeForm());
    await submit();
    await comeBack(false);
    expect("button[type=submit]").not.toBeEnabled();
    await comeBack();
    expect("button[type=submit]").toBeEnabled();
    expect(".o_cp_progress").toHaveClass("d-none");
});

test("what is wrong is said beside the field and above, where the focus goes", async () => {
    onRpc(ACTION, () => makeAnswer({ errors: { name: "<b>Too short</b>" } }, 422));
    await startInteractions(makeForm());
    await submit();
    expect(".o_cp_errors").not.toHaveClass("d-none");
    expect(".o_cp_errors").toBeFocused();
    expect(".o_cp_errors li").toHaveText("Title: <b>Too short</b>");
    expect(".o_cp_errors li a").toHaveAttribute("href", "#o_cp_name");
    expect(".o_cp_errors").not.toHaveText(/What the page said/);
    expect("[data-name=name] .o_cp_error").toHaveText("<b>Too short</b>");
    expect("[data-name=name] .o_cp_error").toHaveClass("d-block");
    expect("#o_cp_name").toHaveClass("is-invalid");
    expect("#o_cp_name").toHaveAttribute("aria-invalid", "true");
    expect("[data-name=tags] input").not.toHaveClass("is-invalid");
    expect("button[type=submit]").toBeEnabled();
});

test("what has been mended is no longer said to be wrong", async () => {
    const answers = [{ name: "Too short" }, { tags: "Too many" }];
    onRpc(ACTION, () => makeAnswer({ errors: answers.shift() }, 422));
    await startInteractions(makeForm());
    await submit();
    await submit();
    expect(".o_cp_errors li").toHaveText("Tags: Too many");
    expect("[data-name=name] .o_cp_error").toHaveText("");
    expect("[data-name=name] .o_cp_error").not.toHaveClass("d-block");
    expect("#o_cp_name").not.toHaveClass("is-invalid");
    expect("#o_cp_name").not.toHaveAttribute("aria-invalid");
    expect("[data-name=tags] input[type=checkbox].is-invalid").toHaveCount(2);
    expect("[data-name=tags] input[type=hidden]").not.toHaveClass("is-invalid");
});

test("an error of the whole form comes first", async () => {
    onRpc(ACTION, () => makeAnswer({ errors: { name: "Too short", "": "Closed" } }, 422));
    await startInteractions(makeForm());
    await submit();
    expect(".o_cp_errors li:first").toHaveText("Closed");
    expect(".o_cp_errors li:last").toHaveText("Title: Too short");
});

test("an error of a field that the form does not have is said, too", async () => {
    onRpc(ACTION, () => makeAnswer({ errors: { gone: "Choose another stage." } }, 422));
    await startInteractions(makeForm());
    await submit();
    expect(".o_cp_errors li").toHaveText("Choose another stage.");
});

test("what others have changed meanwhile is taken over", async () => {
    onRpc(ACTION, () =>
        makeAnswer({
            errors: { "": "Changed" },
            fresh: { name: "Pipe", tags: ["2"] },
            prints: "new",
        })
    );
    await startInteractions(makeForm());
    await submit();
    expect("#o_cp_name").toHaveValue("Pipe");
    expect("[name=tags][value='1']").not.toBeChecked();
    expect("[name=tags][value='2']").toBeChecked();
    expect("[name=tags][type=hidden]").toHaveValue("");
    expect("[name=_prints]").toHaveValue("new");
});

test("without a connection the form stays as it is and can be sent again", async () => {
    const answers = [() => Promise.reject(new Error("offline")), () => makeAnswer({ url: "/my" })];
    onRpc(ACTION, () => answers.shift()());
    await startInteractions(makeForm());
    await submit();
    expect(".o_cp_errors li").toHaveText(/^This could not be sent\./);
    expect("#o_cp_name").toHaveValue("Pump");
    await submit();
    expect(mockLocation.pathname).toBe("/my");
});

function testFailure(title, answer) {
    test(`an answer that is ${title} is said to be a failure`, async () => {
        onRpc(ACTION, answer);
        await startInteractions(makeForm());
        await submit();
        expect(".o_cp_errors li").toHaveText(/^This could not be sent\./);
        expect("button[type=submit]").toBeEnabled();
    });
}

testFailure("the login page", () => makeForeignAnswer());
testFailure("an error of a proxy", () => makeForeignAnswer(502));
testFailure("JSON of somebody else", () => makeAnswer({ result: 1 }));
testFailure("nothing", () => makeAnswer(null));

test("files that are too large for the server are said to be", async () => {
    onRpc(ACTION, () => makeForeignAnswer(413));
    await startInteractions(makeForm());
    await submit();
    expect(".o_cp_errors li").toHaveText("Attachments: These files are too large.");
});

test("texts that are too large for the server are said to be in a form without files", async () => {
    onRpc(ACTION, () => makeForeignAnswer(413));
    await startInteractions(makeForm(""));
    await submit();
    expect(".o_cp_errors li").toHaveText("These files are too large.");
});

test("an answer leads to no other site", async () => {
    expect.errors(1);
    onRpc(ACTION, () => makeAnswer({ url: "https://elsewhere.test/my" }));
    await startInteractions(makeForm());
    mockLocation.href = "https://www.hoot.test/my/p/cases/new";
    await submit();
    expect(mockLocation.href).toBe("https://www.hoot.test/my/p/cases/new");
    expect.verifyErrors([/This is no address of the portal/]);
});

test("files are gathered from several choices and drops, each once", async () => {
    await startInteractions(makeForm());
    await click("input[type=file]");
    await setInputFiles([makeFile("a.txt")]);
    await animationFrame();
    await dropFiles(".o_cp_drop", makeFile("b.txt"), makeFile("a.txt"));
    expect(getNames()).toEqual(["a.txt", "b.txt"]);
    expect(".o_cp_file_list li").toHaveCount(2);
});

test("two files of one name and another size are two", async () => {
    await startInteractions(makeForm());
    await dropFiles(".o_cp_drop", makeFile("a.txt", 1), makeFile("a.txt", 2));
    expect(getNames()).toEqual(["a.txt", "a.txt"]);
});

test("a file is taken away by its button, and the focus stays in the form", async () => {
    await startInteractions(makeForm());
    await dropFiles(".o_cp_drop", makeFile("a.txt"), makeFile("b.txt"));
    expect(".o_cp_file_list button:first").toHaveAttribute("aria-label", "Remove a.txt");
    await click(".o_cp_file_list button:first");
    await animationFrame();
    expect(getNames()).toEqual(["b.txt"]);
    expect(".o_cp_file_list li").toHaveCount(1);
    expect("input[type=file]").toBeFocused();
});

test("the name of a file is text, whatever it is", async () => {
    await startInteractions(makeForm());
    await dropFiles(".o_cp_drop", makeFile("<img src=x>.txt"));
    expect(".o_cp_file_list img").toHaveCount(0);
    expect(".o_cp_file_list .text-break").toHaveText("<img src=x>.txt");
});

test("the size of a file is told in the units of the language", async () => {
    const { lang } = document.documentElement;
    after(() => (document.documentElement.lang = lang));
    await startInteractions(makeForm());
    document.documentElement.lang = "en-US";
    await dropFiles(".o_cp_drop", makeFile("small", 1001), makeFile("large", 1_540_000));
    expect(".o_cp_file_list li:first .text-nowrap").toHaveText("2 kB");
    expect(".o_cp_file_list li:last .text-nowrap").toHaveText("1.5 MB");
    document.documentElement.lang = "fr-FR";
    await dropFiles(".o_cp_drop", makeFile("tiny"));
    expect(".o_cp_file_list li:first .text-nowrap").toHaveText(/^2\sko$/);
    expect(".o_cp_file_list li:eq(1) .text-nowrap").toHaveText(/^1,5\sMo$/);
});

test("the place for files shows that they can be dropped there", async () => {
    await startInteractions(makeForm());
    expect(".o_cp_drop_hint").not.toHaveClass("d-none");
    queryOne(".o_cp_drop").dispatchEvent(new DragEvent("dragover", { cancelable: true }));
    await animationFrame();
    expect(".o_cp_drop").toHaveClass("o_cp_dragging");
    queryOne(".o_cp_drop").dispatchEvent(new DragEvent("dragleave"));
    await animationFrame();
    expect(".o_cp_drop").not.toHaveClass("o_cp_dragging");
});

test("when it ends, nothing goes on and the form is as without scripts", async () => {
    onRpc(ACTION, () => new Deferred());
    const requests = watchRequests(ACTION);
    const { core } = await startInteractions(makeForm());
    await submit();
    core.stopInteractions();
    expect(requests[0].isAborted).toBe(true);
    await reportProgress(requests[0], { lengthComputable: true, loaded: 1, total: 2 });
    expect("button[type=submit]").toBeEnabled();
    expect(".o_cp_progress").toHaveClass("d-none");
    expect(".o_cp_drop_hint").toHaveClass("d-none");
});
