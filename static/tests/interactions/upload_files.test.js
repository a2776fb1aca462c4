import { animationFrame, click, Deferred, expect, queryOne, setInputFiles, test } from "@odoo/hoot";
import { mockLocation } from "@odoo/hoot-mock";
import { setupInteractionWhiteList, startInteractions } from "@web/../tests/public/helpers";
import { onRpc } from "@web/../tests/web_test_helpers";
import {
    dropFiles,
    makeAnswer,
    makeForeignAnswer,
    OWN,
    reportProgress,
    watchRequests,
} from "../helpers";

setupInteractionWhiteList("customer_portal.upload_files");

const ACTION = "/my/p/cases/7/upload";
const FAILED = "The files could not be uploaded. Please try again.";
const makeForm = (attributes = "") => `
    <form class="o_cp_upload" ${OWN} method="post" action="${ACTION}" ${attributes}>
        <input type="hidden" name="csrf_token" value="token"/>
        <span class="o_cp_upload_drop d-none">or drop them here</span>
        <input type="file" name="files" multiple="multiple"/>
        <button type="submit">Upload</button>
        <div id="o_cp_upload_error" class="d-none"></div>
        <progress class="o_cp_upload_progress d-none" max="100" value="0"></progress>
    </form>`;
const makeFile = (name, size = 1) => new File(["x".repeat(size)], name);

function watchReload() {
    mockLocation.addEventListener("reload", () => expect.step("reload"));
}

test("chosen files are sent with the token, and the page shows them", async () => {
    onRpc(ACTION, async (request) => {
        const data = await request.formData();
        expect.step(data.get("csrf_token"));
        expect.step(data.getAll("files").map((file) => file.name));
        expect.step(request.headers.get("Accept"));
        return makeAnswer({});
    });
    watchReload();
    await startInteractions(makeForm());
    expect(".o_cp_upload_drop").not.toHaveClass("d-none");
    await click("input[type=file]");
    await setInputFiles([makeFile("a.txt"), makeFile("b.txt")]);
    await click("button[type=submit]");
    await animationFrame();
    expect.verifySteps(["token", ["a.txt", "b.txt"], "application/json", "reload"]);
    expect(mockLocation.hash).toBe("#o_cp_documents");
});

test("dropped files are sent at once", async () => {
    onRpc(ACTION, async (request) => {
        const data = await request.formData();
        expect.step(data.getAll("files").map((file) => file.name));
        return makeAnswer({});
    });
    watchReload();
    await startInteractions(makeForm());
    await dropFiles(".o_cp_upload", makeFile("a.txt"), makeFile("b.txt"));
    expect.verifySteps([["a.txt", "b.txt"], "reload"]);
});

test("a form can name the page that follows", async () => {
    onRpc(ACTION, () => makeAnswer({}));
    await startInteractions(makeForm(`data-done="/my/documents?scope=all"`));
    await dropFiles(".o_cp_upload", makeFile("a.txt"));
    expect(mockLocation.href).toBe("https://www.hoot.test/my/documents?scope=all");
});

test("nothing is sent where nothing is chosen", async () => {
    const requests = watchRequests(ACTION);
    await startInteractions(makeForm());
    await click("button[type=submit]");
    await dropFiles(".o_cp_upload");
    expect(requests).toHaveLength(0);
});

test("a second drop waits until the first is sent", async () => {
    onRpc(ACTION, () => new Deferred());
    const requests = watchRequests(ACTION);
    await startInteractions(makeForm());
    await dropFiles(".o_cp_upload", makeFile("a.txt"));
    expect("button[type=submit]").not.toBeEnabled();
    await dropFiles(".o_cp_upload", makeFile("b.txt"));
    expect(requests).toHaveLength(1);
});

test("the progress is shown while files are sent", async () => {
    onRpc(ACTION, () => new Deferred());
    const requests = watchRequests(ACTION);
    await startInteractions(makeForm());
    expect("progress").toHaveClass("d-none");
    await dropFiles(".o_cp_upload", makeFile("a.txt"));
    expect("progress").not.toHaveClass("d-none");
    await reportProgress(requests[0], { lengthComputable: true, loaded: 2, total: 3 });
    expect("progress").toHaveAttribute("value", "67");
});

test("a file above the limit is not even sent", async () => {
    const requests = watchRequests(ACTION);
    await startInteractions(makeForm(`data-max-mb="1"`));
    await dropFiles(".o_cp_upload", makeFile("a.txt"), makeFile("<b>.txt", 1024 * 1024 + 1));
    expect(requests).toHaveLength(0);
    expect("#o_cp_upload_error").toHaveText("“<b>.txt” is too large.");
    expect("#o_cp_upload_error").not.toHaveClass("d-none");
    expect("button[type=submit]").toBeEnabled();
});

test("what the server refuses is said in its words", async () => {
    onRpc(ACTION, () => makeAnswer({ error: "“run.exe” is not permitted." }, 422));
    await startInteractions(makeForm());
    await dropFiles(".o_cp_upload", makeFile("run.exe"));
    expect("#o_cp_upload_error").toHaveText("“run.exe” is not permitted.");
    expect("progress").toHaveClass("d-none");
});

function testFailure(title, answer) {
    test(`an answer that is ${title} is said to be a failure`, async () => {
        onRpc(ACTION, answer);
        await startInteractions(makeForm());
        await dropFiles(".o_cp_upload", makeFile("a.txt"));
        expect("#o_cp_upload_error").toHaveText(FAILED);
        expect("#o_cp_upload_error").not.toHaveClass("d-none");
        expect("button[type=submit]").toBeEnabled();
    });
}

testFailure("no connection", () => Promise.reject(new Error("offline")));
testFailure("an error of a proxy", () => makeForeignAnswer(502));
testFailure("an error without words", () => makeAnswer({}, 500));
testFailure("nothing", () => makeAnswer(null, 500));

test("an error goes with the next attempt", async () => {
    const answers = [makeAnswer({ error: "No." }, 422), new Deferred()];
    onRpc(ACTION, () => answers.shift());
    await startInteractions(makeForm());
    await dropFiles(".o_cp_upload", makeFile("a.txt"));
    await dropFiles(".o_cp_upload", makeFile("a.txt"));
    expect("#o_cp_upload_error").toHaveText("");
    expect("#o_cp_upload_error").toHaveClass("d-none");
});

test("an error that the page brings is shown", async () => {
    const html = makeForm().replace(`class="d-none"></div>`, `>Too large</div>`);
    await startInteractions(html);
    expect("#o_cp_upload_error").toHaveText("Too large");
    expect("#o_cp_upload_error").not.toHaveClass("d-none");
});

test("the form shows that files can be dropped on it", async () => {
    await startInteractions(makeForm());
    queryOne(".o_cp_upload").dispatchEvent(new DragEvent("dragover", { cancelable: true }));
    expect(".o_cp_upload").toHaveClass("o_cp_upload_over");
    queryOne(".o_cp_upload").dispatchEvent(new DragEvent("dragleave"));
    expect(".o_cp_upload").not.toHaveClass("o_cp_upload_over");
});

test("when it ends, nothing goes on and the form is as without scripts", async () => {
    onRpc(ACTION, () => new Deferred());
    const requests = watchRequests(ACTION);
    const { core } = await startInteractions(makeForm());
    await dropFiles(".o_cp_upload", makeFile("a.txt"));
    core.stopInteractions();
    expect(requests[0].isAborted).toBe(true);
    await reportProgress(requests[0], { lengthComputable: true, loaded: 1, total: 2 });
    expect("button[type=submit]").toBeEnabled();
    expect("progress").toHaveClass("d-none");
    expect(".o_cp_upload_drop").toHaveClass("d-none");
});
