import { Component, onMounted, onWillUnmount, useEffect, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useDebounced } from "@web/core/utils/timing";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const TEXTS = [
    "portal_title",
    "portal_primary_color",
    "portal_link_color",
    "portal_css",
    "portal_css_url",
];
const PICTURES = ["portal_logo", "portal_favicon"];
// What a form has of a picture that is saved: its size instead of its content.
const SIZE = /^\d+(\.\d+)? (bytes|[KMG]b)$/i;

/** Shows pages of the portal in the look that the settings have, before it is saved. */
export class LookPreview extends Component {
    static template = "customer_portal.LookPreview";
    static props = standardWidgetProps;

    setup() {
        this.state = useState({ page: "home", isPhone: false, error: "", title: "" });
        this.frame = useRef("frame");
        this.number = 0; // of the newest request: older answers come too late
        this.showSoon = useDebounced(() => this.show(), 300);
        useEffect(
            () => {
                this.showSoon();
            },
            () => [this.state.page, ...this.values.flat()]
        );
        onMounted(() => this.show());
        onWillUnmount(() => (this.number = -1));
    }

    get pages() {
        return { home: _t("Home"), list: _t("List"), login: _t("Login") };
    }

    /** What is sent: an empty picture is none, one that is saved is left out. */
    get values() {
        const { data } = this.props.record;
        const texts = TEXTS.filter((name) => name in data).map((name) => [name, data[name] || ""]);
        const pictures = PICTURES.filter((name) => !SIZE.test(data[name] || "")).map((name) => [
            name,
            data[name] || "",
        ]);
        return [...texts, ...pictures];
    }

    async show() {
        const number = ++this.number;
        const body = new FormData();
        body.append("csrf_token", odoo.csrf_token);
        body.append("company_id", this.props.record.data.company_id?.id || "");
        for (const [name, value] of this.values) {
            body.append(name, value);
        }
        const { isPage, text } = await this.fetchPage(this.state.page, body);
        if (number !== this.number || !this.frame.el) {
            return;
        }
        if (isPage) {
            this.state.error = "";
            this.state.title = new DOMParser().parseFromString(text, "text/html").title;
            this.frame.el.srcdoc = text;
        } else {
            this.state.error = this.readError(text) || _t("The preview can't be shown.");
        }
    }

    async fetchPage(page, body) {
        try {
            const response = await fetch(`/my/look/${page}`, { method: "POST", body });
            return { isPage: response.ok, text: await response.text() };
        } catch {
            return { isPage: false, text: "" }; // No connection.
        }
    }

    readError(text) {
        try {
            return JSON.parse(text).error;
        } catch {
            return "";
        }
    }
}

registry.category("view_widgets").add("customer_portal_look_preview", { component: LookPreview });
