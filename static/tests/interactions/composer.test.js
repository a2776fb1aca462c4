import { animationFrame, click, expect, queryAllTexts, queryOne, test } from "@odoo/hoot";
import { setupInteractionWhiteList, startInteractions } from "@web/../tests/public/helpers";
import { catchSubmits, dropFiles, OWN } from "../helpers";

setupInteractionWhiteList("customer_portal.composer");

const FORM = `
    <div id="elsewhere">Somewhere on the page</div>
    <div class="o_cp_upload">The record's own files</div>
    <form class="o_cp_composer" ${OWN} method="post" action="/my/p/cases/7/comment">
        <textarea name="body"></textarea>
        <ul class="o_cp_chosen"></ul>
        <div class="o_cp_attach"><input type="file" name="files" multiple="multiple"/></div>
        <button type="submit">Send</button>
        <button type="submit" name="then" value="close">Send and close</button>
    </form>`;
const makeFile = (name) => new File(["x"], name);
const getChosen = () => [...queryOne("input[type=file]").files].map((file) => file.name);

test("files can be dropped anywhere, and all of them are sent", async () => {
    await startInteractions(FORM);
    await dropFiles("#elsewhere", makeFile("a.txt"));
    await dropFiles(".o_cp_composer", makeFile("b.txt"), makeFile("a.txt"));
    expect(getChosen()).toEqual(["a.txt", "b.txt"]);
    expect(queryAllTexts(".o_cp_chosen li")).toEqual(["a.txt", "b.txt"]);
});

test("what is dropped on the record's own files is none of the comment", async () => {
    await startInteractions(FORM);
    await dropFiles(".o_cp_upload", makeFile("a.txt"));
    expect(getChosen()).toEqual([]);
});

test("a file can be taken back", async () => {
    await startInteractions(FORM);
    await dropFiles("#elsewhere", makeFile("a.txt"), makeFile("b.txt"));
    await click(".o_cp_chosen button[aria-label='Remove a.txt']");
    await animationFrame();
    expect(getChosen()).toEqual(["b.txt"]);
});

test("pictures are pasted, texts as ever", async () => {
    await startInteractions(FORM);
    const paste = (clipboardData) => {
        const init = { bubbles: true, cancelable: true, clipboardData };
        const event = new ClipboardEvent("paste", init);
        queryOne("textarea").dispatchEvent(event);
        return event.defaultPrevented;
    };
    const text = new DataTransfer();
    text.setData("text/plain", "Hello");
    expect(paste(text)).toBe(false);
    const picture = new DataTransfer();
    picture.items.add(makeFile("image.png"));
    expect(paste(picture)).toBe(true);
    expect(getChosen()).toEqual(["image.png"]);
});

test("the button that was clicked is sent, although it is switched off", async () => {
    await startInteractions(FORM);
    catchSubmits("form");
    await click("button[name=then]");
    expect("input[type=hidden][name=then]").toHaveValue("close");
});
