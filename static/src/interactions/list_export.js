import { _t } from "@web/core/l10n/translation";
import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";
import { getPortalUrl, own } from "./own";

/**
 * Shows how far the file of a long list is; without JavaScript the browser does.
 * A CSV file comes while it is written, so its lines can be counted.
 */
export class ListExport extends Interaction {
    static selector = own(".o_cp_export");
    dynamicContent = {
        _root: {
            "t-on-click.prevent": this.onClick,
            "t-att-aria-busy": () => (this.isBusy ? "true" : undefined),
            "t-att-class": () => ({ disabled: this.isBusy }),
        },
    };

    setup() {
        this.isBusy = false;
        this.label = this.el.innerHTML;
    }

    async onClick() {
        if (this.isBusy) {
            return;
        }
        this.isBusy = true;
        this.updateContent();
        this.show(_t("Preparing…"));
        try {
            await this.download();
        } catch {
            // The browser's own download tells what is wrong.
            window.location.assign(getPortalUrl(this.el.href));
        } finally {
            this.isBusy = false;
            this.el.innerHTML = this.label;
            this.updateContent();
        }
    }

    async download() {
        const response = await this.waitFor(fetch(getPortalUrl(this.el.href)));
        if (!response.ok) {
            throw new Error(response.statusText);
        }
        const isText = response.headers.get("Content-Type").startsWith("text/");
        const total = Number(response.headers.get("X-Total-Rows")) || 1;
        const reader = response.body.getReader();
        const parts = [];
        let lines = 0;
        for (;;) {
            const { done, value } = await this.waitFor(reader.read());
            if (done) {
                break;
            }
            parts.push(value);
            if (isText) {
                lines += value.reduce((sum, byte) => sum + (byte === 10), 0);
                this.show(`${Math.min(100, Math.round((100 * lines) / total))} %`);
            }
        }
        this.save(new Blob(parts), response.headers.get("Content-Disposition"));
    }

    show(text) {
        this.el.textContent = text;
        this.el.setAttribute("aria-live", "polite");
    }

    save(blob, disposition) {
        const name = decodeURIComponent(disposition.split("filename*=UTF-8''")[1] || "export");
        const link = document.createElement("a");
        link.href = URL.createObjectURL(blob);
        link.download = name;
        link.click();
        URL.revokeObjectURL(link.href);
    }
}

registry.category("public.interactions").add("customer_portal.list_export", ListExport);
