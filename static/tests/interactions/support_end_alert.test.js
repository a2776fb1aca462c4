import { expect, queryOne, test } from "@odoo/hoot";
import { cookie } from "@web/core/browser/cookie";
import { setupInteractionWhiteList, startInteractions } from "@web/../tests/public/helpers";
import { OWN } from "../helpers";

setupInteractionWhiteList("customer_portal.support_end_alert");

const NAME = "customer_portal_support_end";
const ALERT = `<div class="o_customer_portal_support_end" ${OWN} data-end="2026-12-31"></div>`;
const close = () =>
    queryOne(".o_customer_portal_support_end").dispatchEvent(new Event("close.bs.alert"));

test("the browser remembers for which end the alert was dismissed", async () => {
    await startInteractions(ALERT);
    expect(cookie.get(NAME)).toBe(undefined);
    close();
    expect(cookie.get(NAME)).toBe("2026-12-31");
});

test("when it ends, nothing is remembered", async () => {
    const { core } = await startInteractions(ALERT);
    core.stopInteractions();
    close();
    expect(cookie.get(NAME)).toBe(undefined);
});
