import { describe, expect, test } from "@odoo/hoot";
import { mockLocation } from "@odoo/hoot-mock";
import { getCode, getPortalUrl, own } from "@customer_portal/interactions/own";

describe.current.tags("headless");

test("a script starts only in what carries the key of the session", () => {
    expect(own(".o_cp_form")).toBe('.o_cp_form[data-cp-key="key"]');
});

test("addresses of the portal pass", () => {
    mockLocation.href = "https://www.hoot.test/my/p/cases";
    for (const path of ["/my", "/my/p/cases/1?x=1#y", "/fr/my/faq/1", "/pt_BR/my/p/cases"]) {
        expect(getPortalUrl(path)).toBe(`https://www.hoot.test${path}`);
    }
});

test("no other address passes", () => {
    mockLocation.href = "https://www.hoot.test/my/p/cases";
    for (const address of [
        "https://elsewhere.test/my",
        "//elsewhere.test/my",
        "/web/session/logout",
        "/mylord",
        "/my/../web",
        "javascript:alert(1)",
    ]) {
        expect(() => getPortalUrl(address)).toThrow(/This is no address of the portal/);
    }
});

test("a page that a website has given another address leads to all of its site", () => {
    mockLocation.href = "https://www.hoot.test/support";
    expect(getPortalUrl("/support/1")).toBe("https://www.hoot.test/support/1");
    expect(() => getPortalUrl("https://elsewhere.test/support")).toThrow();
});

test("addresses are made of codes alone", () => {
    expect(getCode("cases-2_x")).toBe("cases-2_x");
    for (const text of ["", "../web", "a/b", "a?b", "a b"]) {
        expect(() => getCode(text)).toThrow(/This is no code/);
    }
});
