import { expect, mockDate, queryAllTexts, test } from "@odoo/hoot";
import { defineModels, fields, models, mountView } from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";

class Wait extends models.Model {
    _name = "wait";

    since = fields.Datetime();
    _records = [
        { id: 1, since: "2026-11-26 11:59:40" },
        { id: 2, since: "2026-11-26 09:01:00" },
        { id: 3, since: "2026-11-20 12:00:00" },
        { id: 4, since: false },
    ];
}

defineMailModels();
defineModels([Wait]);

test("says how long it has lasted, in the largest unit", async () => {
    mockDate("2026-11-26 12:00:00", 0);
    await mountView({
        type: "list",
        resModel: "wait",
        arch: `<list><field name="since" widget="customer_portal_since"/></list>`,
    });
    expect(queryAllTexts(".o_data_cell")).toEqual(["now", "2 hr", "6 days", ""]);
    expect("time:eq(1)").toHaveAttribute("datetime", /^2026-11-26T09:01:00/);
});
