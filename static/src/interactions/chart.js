import { loadBundle } from "@web/core/assets";
import { browser } from "@web/core/browser/browser";
import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";
import { getPortalUrl, own } from "./own";

/** Draws what stands in the table beside it; a click opens the list behind a part. */
export class PortalChart extends Interaction {
    static selector = own(".o_cp_chart");
    dynamicContent = {
        _root: { "t-att-class": () => ({ "d-none": false }) },
    };

    setup() {
        this.slices = JSON.parse(this.el.dataset.slices);
        this.type = this.el.dataset.type;
        this.measure = this.el.dataset.measure; // none where records are counted
        this.table = this.el.parentElement.querySelector(":scope > details");
    }

    async willStart() {
        await loadBundle("web.chartjs_lib");
    }

    start() {
        const canvas = document.createElement("canvas");
        canvas.setAttribute("role", "img");
        canvas.setAttribute("aria-label", this.describe());
        this.insert(canvas);
        this.chart = new window.Chart(canvas, this.prepareConfig());
        this.registerCleanup(() => this.chart.destroy());
        this.table.open = false;
    }

    describe() {
        const parts = this.slices.map((slice) => `${slice.label}: ${slice.text}`);
        return [this.el.dataset.name, this.measure, parts.join(", ")].filter(Boolean).join(". ");
    }

    prepareConfig() {
        // Of the page as it is, be it bright or dark.
        const style = getComputedStyle(this.el);
        const isLine = this.type === "line";
        return {
            type: this.type,
            data: {
                labels: this.slices.map((slice) => slice.label),
                datasets: [
                    {
                        data: this.slices.map((slice) => slice.value),
                        backgroundColor: this.slices.map((slice) =>
                            isLine ? this.slices[0].colour : slice.colour
                        ),
                        borderColor: isLine ? this.slices[0].colour : style.color,
                        borderWidth: isLine ? 3 : Number(!this.isWholePie()),
                        pointRadius: 5,
                    },
                ],
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                color: style.color,
                font: { family: style.fontFamily },
                onClick: (_ev, elements) => this.open(elements),
                plugins: {
                    // Of the other types the axis has the names.
                    legend: {
                        display: this.type === "pie",
                        position: "right",
                        labels: { color: style.color, boxWidth: 12 },
                        onClick: () => {}, // No part can be left out.
                    },
                    tooltip: { callbacks: { label: (item) => this.getText(item.dataIndex) } },
                },
                scales: this.type === "pie" ? {} : this.prepareScales(style.color),
            },
        };
    }

    prepareScales(color) {
        const faint = `color-mix(in srgb, ${color} 15%, transparent)`;
        return {
            x: { ticks: { color }, grid: { display: false } },
            y: {
                beginAtZero: true,
                ticks: { color, precision: this.hasWholeNumbers() ? 0 : undefined },
                grid: { color: faint },
                title: { display: Boolean(this.measure), text: this.measure, color },
            },
        };
    }

    getText(index) {
        const { text } = this.slices[index];
        return this.measure ? `${this.measure}: ${text}` : text;
    }

    /** Between a part and itself there is no border to draw. */
    isWholePie() {
        return this.type === "pie" && this.slices.filter((slice) => slice.value).length === 1;
    }

    hasWholeNumbers() {
        return this.slices.every((slice) => Number.isInteger(slice.value));
    }

    /** Follow the link of the same part in the table. */
    open(elements) {
        if (elements.length) {
            const link = this.table.querySelectorAll("tbody a")[elements[0].index];
            browser.location.assign(getPortalUrl(link.href));
        }
    }
}

registry.category("public.interactions").add("customer_portal.chart", PortalChart);
