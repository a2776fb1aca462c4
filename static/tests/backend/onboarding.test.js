import { animationFrame, click, expect, queryAllTexts, test } from "@odoo/hoot";
import { defineModels, fields, models, mountView, onRpc } from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";

class FirstList extends models.Model {
    _name = "first.list";

    name = fields.Char();
    _records = [{ id: 1, name: "Ann" }];
}

defineMailModels();
defineModels([FirstList]);

const STEPS = [
    { code: "mail", title: "Test email", text: "By email.", button: "Send", done: false },
    { code: "faq", title: "Publish", text: "Find it.", button: "Write", done: true },
];

async function mountList(panels) {
    onRpc("customer.portal.onboarding", "get_panel", ({ args }) => {
        expect.step(`get_panel ${args[0]}`);
        return panels.shift();
    });
    await mountView({
        type: "list",
        resModel: "first.list",
        arch: `<list js_class="customer_portal_list"><field name="name"/></list>`,
    });
}

test("stands above the list, and says what is done", async () => {
    await mountList([{ steps: STEPS, notices: [] }]);
    expect.verifySteps(["get_panel first.list"]);
    expect(".o_cp_onboarding + .o_list_renderer .o_data_row").toHaveCount(1);
    expect(".o_cp_onboarding").toHaveText(/1\s+of\s+2\s+done/);
    expect("[data-step=mail]").toHaveAttribute("data-done", "0");
    expect("[data-step=mail] [role=img]").toHaveAttribute("aria-label", "Not done");
    expect("[data-step=faq] [role=img]").toHaveAttribute("aria-label", "Done");
});

test("a step that is done at once is ticked off at once", async () => {
    const done = STEPS.map((step) => ({ ...step, done: true }));
    onRpc("customer.portal.onboarding", "open_step", ({ args }) => {
        expect.step(`open_step ${args[0]}`);
        return {
            type: "ir.actions.client",
            tag: "display_notification",
            params: { message: "Sent", type: "success" },
        };
    });
    await mountList([
        { steps: STEPS, notices: [] },
        { steps: done, notices: [] },
    ]);
    await click("[data-step=mail] button");
    await animationFrame();
    expect.verifySteps(["get_panel first.list", "open_step mail", "get_panel first.list"]);
    expect("[data-step=mail]").toHaveAttribute("data-done", "1");
    expect(".o_cp_onboarding").toHaveText(/Everything is set up/);
});

test("is hidden by a button, and what keeps customers away stays", async () => {
    onRpc("customer.portal.onboarding", "hide_panel", () => {
        expect.step("hide_panel");
        return true;
    });
    const notices = [
        { text: "No profile shows Cases.", button: "Open profile", code: "profile" },
        { text: "No FAQs are published.", button: false, code: false },
    ];
    await mountList([{ steps: STEPS, notices }]);
    await click(".o_cp_onboarding button:contains(Hide)");
    await animationFrame();
    expect.verifySteps(["get_panel first.list", "hide_panel"]);
    expect(".o_cp_onboarding").toHaveCount(0);
    expect(queryAllTexts(".o_cp_onboarding_notice button")).toEqual(["Open profile"]);
});

test("nothing stands above a list of which there is nothing to say", async () => {
    await mountList([{ steps: [], notices: [] }]);
    expect.verifySteps(["get_panel first.list"]);
    expect(".o_cp_onboarding, .o_cp_onboarding_notice").toHaveCount(0);
    expect(".o_data_row").toHaveCount(1);
});
