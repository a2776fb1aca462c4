import { Component, xml } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** A dot before what is unread, as bold letters alone are hardly seen in some fonts. */
export class UnreadField extends Component {
    static template = xml`
        <i
            t-if="props.record.data[props.name]"
            class="fa fa-circle text-primary"
            role="img"
            t-att-title="label"
            t-att-aria-label="label"
        />`;
    static props = standardFieldProps;

    get label() {
        return _t("Unread");
    }
}

registry.category("fields").add("customer_portal_unread", {
    component: UnreadField,
    displayName: _t("Unread"),
    supportedTypes: ["boolean"],
});
