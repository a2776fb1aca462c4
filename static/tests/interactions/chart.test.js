import { beforeEach, expect, test } from "@odoo/hoot";
import { mockLocation } from "@odoo/hoot-mock";
import { setupInteractionWhiteList, startInteractions } from "@web/../tests/public/helpers";
import { onRpc, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { OWN } from "../helpers";

setupInteractionWhiteList("customer_portal.chart");

const SLICES = [
    { label: "Open", value: 3, text: "3", colour: "#111111" },
    { label: "Closed <b>", value: 1.5, text: "1.50", colour: "#222222" },
];
let drawn;

/** Stands for the library, which draws on a canvas that no test can read. */
class Chart {
    constructor(canvas, config) {
        drawn = { canvas, config };
    }
    destroy() {
        drawn.isDestroyed = true;
    }
}

beforeEach(() => {
    drawn = null;
    patchWithCleanup(window, { Chart });
    onRpc("/web/bundle/web.chartjs_lib", () => []);
});

function startChart({ type = "bar", measure = "", slices = SLICES, key = OWN } = {}) {
    const rows = slices.map(
        (_slice, index) => `<tr><td><a href="/my/p/cases?slice=${index}"/></td></tr>`
    );
    const data = JSON.stringify(slices).replaceAll(`"`, "&quot;");
    return startInteractions(`
        <div>
            <div class="o_cp_chart d-none" ${key} data-type="${type}" data-name="Cases"
                ${measure && `data-measure="${measure}"`} data-slices="${data}"></div>
            <details open="open"><table><tbody>${rows.join("")}</tbody></table></details>
        </div>`);
}

const getDataset = () => drawn.config.data.datasets[0];

test("a chart draws what stands in the table, and says it", async () => {
    await startChart();
    expect(".o_cp_chart").not.toHaveClass("d-none");
    expect(drawn.config.data.labels).toEqual(["Open", "Closed <b>"]);
    expect(getDataset().data).toEqual([3, 1.5]);
    expect(getDataset().backgroundColor).toEqual(["#111111", "#222222"]);
    expect("canvas").toHaveAttribute("role", "img");
    expect("canvas").toHaveAttribute("aria-label", "Cases. Open: 3, Closed <b>: 1.50");
    expect("details").not.toHaveAttribute("open");
});

test("what is measured is said at the axis, at each part and to who does not see", async () => {
    await startChart({ measure: "Hours" });
    const { plugins, scales } = drawn.config.options;
    expect(scales.y.title.display).toBe(true);
    expect(scales.y.title.text).toBe("Hours");
    expect(plugins.tooltip.callbacks.label({ dataIndex: 1 })).toBe("Hours: 1.50");
    expect("canvas").toHaveAttribute("aria-label", /^Cases\. Hours\. Open: 3/);
});

test("where records are counted, no measure is said", async () => {
    await startChart();
    const { plugins, scales } = drawn.config.options;
    expect(scales.y.title.display).toBe(false);
    expect(plugins.tooltip.callbacks.label({ dataIndex: 0 })).toBe("3");
});

test("an axis of whole numbers has no others", async () => {
    await startChart({ slices: [SLICES[0]] });
    expect(drawn.config.options.scales.y.ticks.precision).toBe(0);
});

test("an axis of other numbers has what fits", async () => {
    await startChart();
    expect(drawn.config.options.scales.y.ticks.precision).toBe(undefined);
});

test("a pie has no axes but a legend; its table opens on demand", async () => {
    await startChart({ type: "pie" });
    expect(drawn.config.options.plugins.legend.display).toBe(true);
    expect(drawn.config.options.scales).toEqual({});
    expect(getDataset().borderWidth).toBe(1);
    expect("details").not.toHaveAttribute("open");
});

test("a pie of one part has no border in it", async () => {
    await startChart({ type: "pie", slices: [SLICES[0], { ...SLICES[1], value: 0 }] });
    expect(getDataset().borderWidth).toBe(0);
});

test("a line has one colour", async () => {
    await startChart({ type: "line" });
    expect(getDataset().borderColor).toBe("#111111");
    expect(getDataset().backgroundColor).toEqual(["#111111", "#111111"]);
});

test("a click on a part opens the list behind it; beside the parts it does nothing", async () => {
    await startChart();
    const { onClick } = drawn.config.options;
    onClick(null, []);
    expect(mockLocation.href).toBe("https://www.hoot.test/");
    onClick(null, [{ index: 1 }]);
    expect(mockLocation.href).toBe("https://www.hoot.test/my/p/cases?slice=1");
});

test("a chart without the key of our templates is left alone", async () => {
    await startChart({ key: "" });
    expect(drawn).toBe(null);
    expect(".o_cp_chart").toHaveClass("d-none");
});

test("when it ends, the chart and its canvas are gone", async () => {
    const { core } = await startChart();
    core.stopInteractions();
    expect(drawn.isDestroyed).toBe(true);
    expect("canvas").toHaveCount(0);
    expect(".o_cp_chart").toHaveClass("d-none");
});
