import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { SelectionField, selectionField } from "@web/views/fields/selection/selection_field";

/**
 * A text that is picked by its label, of pairs that stand in another field of the form:
 * all of it, or what it holds for a key. Values that are not among them are kept.
 */
export class ChoiceField extends SelectionField {
    static template = "customer_portal.ChoiceField"; // what is required is not emptied
    static props = {
        ...SelectionField.props,
        source: { type: String },
        key: { type: String, optional: true },
    };

    get pairs() {
        const { data, evalContext } = this.props.record;
        const { source, key } = this.props;
        const found = source in data ? data[source] : evalContext.parent?.[source];
        return (key ? found?.[key] : found) || [];
    }

    get options() {
        const isKnown = !this.value || this.pairs.some(([value]) => value === this.value);
        const pairs = isKnown ? this.pairs : [...this.pairs, [this.value, this.value]];
        return this.env.debug
            ? pairs.map(([value, label]) => [value, `${label} (${value})`])
            : pairs;
    }

    get string() {
        return this.options.find(([value]) => value === this.value)?.[1] || "";
    }

    onChange(value) {
        this.props.record.update({ [this.props.name]: value ?? false });
    }
}

registry.category("fields").add("customer_portal_choice", {
    ...selectionField,
    component: ChoiceField,
    displayName: _t("Choice by Label"),
    supportedOptions: [],
    supportedTypes: ["char"],
    isEmpty: (record, name) => !record.data[name],
    extractProps: (info, dynamic) => ({
        ...selectionField.extractProps(info, dynamic),
        source: info.options.source,
        key: info.options.key,
    }),
});
