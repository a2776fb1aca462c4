import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { formatDateTime } from "@web/core/l10n/dates";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const UNITS = ["years", "months", "weeks", "days", "hours", "minutes"];

/** How long something has lasted, in its largest unit; the moment itself by the mouse. */
export class SinceField extends Component {
    static template = "customer_portal.SinceField";
    static props = standardFieldProps;

    get value() {
        return this.props.record.data[this.props.name];
    }

    get text() {
        const passed = luxon.DateTime.now().diff(this.value, UNITS);
        const unit = UNITS.find((name) => passed[name] >= 1);
        if (!unit) {
            return _t("now");
        }
        const length = luxon.Duration.fromObject({ [unit]: Math.floor(passed[unit]) });
        return length.toHuman({ unitDisplay: "short" });
    }

    get moment() {
        return formatDateTime(this.value);
    }
}

registry.category("fields").add("customer_portal_since", {
    component: SinceField,
    displayName: _t("Time Since"),
    supportedTypes: ["datetime"],
});
