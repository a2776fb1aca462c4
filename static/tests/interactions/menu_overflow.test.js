import { advanceTime, expect, queryAllTexts, queryOne, test } from "@odoo/hoot";
import { setupInteractionWhiteList, startInteractions } from "@web/../tests/public/helpers";
import { OWN } from "../helpers";

setupInteractionWhiteList("customer_portal.menu_overflow");

const makeEntry = (name, current = "") => `
    <li class="nav-item o_cp_menu_entry" style="flex: 0 0 100px">
        <a class="nav-link" href="/my" ${current}>${name}</a>
    </li>`;
const makeMenu = (width, current = "") => `
    <nav class="o_cp_menu" ${OWN}>
        <ul class="nav" style="display: flex; flex-wrap: nowrap; overflow: hidden; width: ${width}px">
            <li style="flex: 0 0 100px"><a href="/my">Home</a></li>
            ${makeEntry("Cases")}${makeEntry("Documents")}${makeEntry("Invoices", current)}
            <li class="o_cp_menu_more d-none" style="flex: 0 0 60px">
                <button type="button">More</button><ul style="display: none"></ul>
            </li>
        </ul>
    </nav>`;
const getShown = () => queryAllTexts(".nav > .o_cp_menu_entry");
const getRest = () =>
    [...queryOne(".o_cp_menu_more ul").children].map((el) => el.textContent.trim());

async function resize(width) {
    queryOne(".nav").style.width = `${width}px`;
    window.dispatchEvent(new Event("resize"));
    await advanceTime(100);
}

test("where there is room, all entries stand in the menu", async () => {
    await startInteractions(makeMenu(500));
    expect(getShown()).toEqual(["Cases", "Documents", "Invoices"]);
    expect(".o_cp_menu_more").toHaveClass("d-none");
    expect(".o_cp_menu").toHaveClass("o_cp_fitted");
});

test("what finds no room goes under More, in its order", async () => {
    await startInteractions(makeMenu(280));
    expect(getShown()).toEqual(["Cases"]);
    expect(getRest()).toEqual(["Documents", "Invoices"]);
    expect(".o_cp_menu_more").not.toHaveClass("d-none");
    expect(".o_cp_menu_more li:first").not.toHaveClass("nav-item");
    expect(".o_cp_menu_more li a:first").toHaveClass("dropdown-item");
    expect(".o_cp_menu_more li a:first").not.toHaveClass("nav-link");
});

test("a window of another size is fitted again", async () => {
    await startInteractions(makeMenu(500));
    await resize(280);
    expect(getRest()).toEqual(["Documents", "Invoices"]);
    await resize(500);
    expect(getShown()).toEqual(["Cases", "Documents", "Invoices"]);
    expect(".o_cp_menu_more").toHaveClass("d-none");
    expect(".nav > .o_cp_menu_entry:first").toHaveClass("nav-item");
    expect(".nav > .o_cp_menu_entry:first a").toHaveClass("nav-link");
});

test("More says that the current page lies under it, as long as it does", async () => {
    await startInteractions(makeMenu(280, `aria-current="page"`));
    expect(".o_cp_menu_more button").toHaveClass("active");
    expect(".o_cp_menu_more button").toHaveAttribute("aria-current", "true");
    await resize(500);
    expect(".o_cp_menu_more button").not.toHaveClass("active");
    expect(".o_cp_menu_more button").not.toHaveAttribute("aria-current");
});

test("when it ends, the menu is as without scripts", async () => {
    const { core } = await startInteractions(makeMenu(280));
    core.stopInteractions();
    expect(getShown()).toEqual(["Cases", "Documents", "Invoices"]);
    expect(".o_cp_menu_more").toHaveClass("d-none");
    expect(".o_cp_menu").not.toHaveClass("o_cp_fitted");
    await resize(200);
    expect(getRest()).toEqual([]);
});
